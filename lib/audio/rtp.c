/** @file rtp.c  RTP header, contract in rtp.h */
#include <errno.h>

#include "audio/rtp.h"

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

int yh_rtp_parse(struct yh_rtp *rtp, const uint8_t *p, size_t len)
{
	size_t head = YH_RTP_HEADER_BYTES;

	if (len < head || p[0] >> 6 != 2)
		return -EBADMSG;
	head += (size_t)(p[0] & 15) * 4; /* CSRC list */
	if (p[0] & 0x10) {		 /* extension */
		if (len < head + 4)
			return -EBADMSG;
		head += 4 + ((size_t)p[head + 2] << 8 | p[head + 3]) * 4;
	}
	if (len < head)
		return -EBADMSG;
	if (p[0] & 0x20) { /* padding: its length is the last byte */
		if (len == head || p[len - 1] == 0 || p[len - 1] > len - head)
			return -EBADMSG;
		len -= p[len - 1];
	}
	*rtp = (struct yh_rtp){
		.payload_type = p[1] & 0x7f,
		.marker = p[1] >> 7,
		.seq = (uint16_t)(p[2] << 8 | p[3]),
		.timestamp = get32(p + 4),
		.ssrc = get32(p + 8),
		.payload = p + head,
		.len = len - head,
	};

	return 0;
}

void yh_rtp_write(const struct yh_rtp *rtp, uint8_t out[YH_RTP_HEADER_BYTES])
{
	out[0] = 0x80;
	out[1] = (uint8_t)((rtp->marker ? 0x80 : 0) | rtp->payload_type);
	out[2] = (uint8_t)(rtp->seq >> 8);
	out[3] = (uint8_t)rtp->seq;
	put32(out + 4, rtp->timestamp);
	put32(out + 8, rtp->ssrc);
}

/* ---- a receiver's counts -------------------------------------------------
 */

uint32_t yh_rtp_stats_expected(const struct yh_rtp_stats *s)
{
	return s->started ? s->cycles + s->max_seq - s->base_seq + 1 : 0;
}

static uint32_t lost_now(const struct yh_rtp_stats *s)
{
	uint32_t want = yh_rtp_stats_expected(s);

	return want > s->received ? want - s->received : 0;
}

static void start(struct yh_rtp_stats *s, const struct yh_rtp *rtp,
		  uint32_t arrival)
{
	s->before_lost += lost_now(s);
	s->before_received += s->received;
	s->started = true;
	s->ssrc = rtp->ssrc;
	s->max_seq = rtp->seq;
	s->cycles = 0;
	s->base_seq = rtp->seq;
	s->received = 1;
	s->transit = arrival - rtp->timestamp;
}

/* RFC 3550 A.8, integer form. */
static void add_jitter(struct yh_rtp_stats *s, const struct yh_rtp *rtp,
		       uint32_t arrival)
{
	uint32_t transit = arrival - rtp->timestamp;
	int32_t d = (int32_t)(transit - s->transit);

	s->transit = transit;
	if (d < 0)
		d = -d;
	s->jitter_q4 += (uint32_t)d - ((s->jitter_q4 + 8) >> 4);
}

int yh_rtp_stats_add(struct yh_rtp_stats *s, const struct yh_rtp *rtp,
		     uint32_t arrival)
{
	int16_t step;

	/* Another source, or a jump too far for loss: begin anew. */
	step = (int16_t)(uint16_t)(rtp->seq - s->max_seq);
	if (!s->started || rtp->ssrc != s->ssrc || step > 3000 ||
	    step < -3000) {
		start(s, rtp, arrival);
		return 0;
	}
	if (step <= 0) {
		s->received += step < 0; /* late, not lost */
		return -1;
	}
	s->received++;
	if (rtp->seq < s->max_seq)
		s->cycles += 1u << 16;
	s->max_seq = rtp->seq;
	add_jitter(s, rtp, arrival);

	return step - 1;
}

uint32_t yh_rtp_stats_received(const struct yh_rtp_stats *s)
{
	return s->before_received + s->received;
}

uint32_t yh_rtp_stats_lost(const struct yh_rtp_stats *s)
{
	return s->before_lost + lost_now(s);
}

uint32_t yh_rtp_stats_jitter_us(const struct yh_rtp_stats *s)
{
	return (s->jitter_q4 >> 4) * 125;
}
