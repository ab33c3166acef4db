/** @file rtp.c  RTP headers, contract in rtp.h */
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

/* Length of the header with CSRCs and extension; 0 when it does not fit. */
static size_t header_len(const uint8_t *buf, size_t len)
{
	size_t n = YH_RTP_HEADER + 4u * (buf[0] & 15u);

	if (buf[0] & 0x10) {
		if (n + 4 > len)
			return 0;
		n += 4 + 4 * ((size_t)buf[n + 2] << 8 | buf[n + 3]);
	}

	return n <= len ? n : 0;
}

int yh_rtp_parse(const uint8_t *buf, size_t len, struct yh_rtp *rtp,
		 const uint8_t **payload, size_t *n)
{
	size_t head, padding = 0;

	if (!buf || len < YH_RTP_HEADER || buf[0] >> 6 != 2)
		return -EBADMSG;
	head = header_len(buf, len);
	if (!head)
		return -EBADMSG;
	if (buf[0] & 0x20) {
		padding = buf[len - 1];
		if (!padding || head + padding > len)
			return -EBADMSG;
	}
	rtp->marker = buf[1] & 0x80;
	rtp->type = buf[1] & 0x7f;
	rtp->seq = (uint16_t)(buf[2] << 8 | buf[3]);
	rtp->timestamp = get32(buf + 4);
	rtp->ssrc = get32(buf + 8);
	*payload = buf + head;
	*n = len - head - padding;

	return 0;
}

void yh_rtp_build(const struct yh_rtp *rtp, uint8_t *buf)
{
	buf[0] = 0x80;
	buf[1] = (uint8_t)((rtp->marker ? 0x80 : 0) | (rtp->type & 0x7f));
	buf[2] = (uint8_t)(rtp->seq >> 8);
	buf[3] = (uint8_t)rtp->seq;
	put32(buf + 4, rtp->timestamp);
	put32(buf + 8, rtp->ssrc);
}

static uint32_t expected(const struct yh_rtp_stats *s)
{
	return s->started ? s->cycles + s->max_seq - s->base_seq + 1 : 0;
}

static uint32_t lost_now(const struct yh_rtp_stats *s)
{
	uint32_t want = expected(s);

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
