/** @file stream.c  One call's RTP, contract in stream.h */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "base/mem.h"
#include "stream.h"

enum {
	BATCH = 4,   /* packets a recvmmsg; one is the rule */
	BATCHES = 2, /* a beat */
	PACKET_MAX = 1500,
	CONTROL = CMSG_SPACE(sizeof(struct timespec)),
	FILL_MAX = 5, /* lost packets that are made known one by one */
};

struct dial_scratch {
	int64_t to_monotonic_ns; /* added to the kernel's stamps */
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct sockaddr_in from[BATCH];
	uint8_t control[BATCH][CONTROL];
	uint8_t in[BATCH][PACKET_MAX];
};

static const uint8_t silence[YH_FRAME_SAMPLES] = {[0 ... YH_FRAME_SAMPLES - 1] =
							  YH_ALAW_SILENCE};

struct dial_scratch *dial_scratch_create(void)
{
	struct dial_scratch *x = yh_zalloc(sizeof(*x));

	for (int i = 0; x && i < BATCH; i++) {
		x->iov[i] = (struct iovec){x->in[i], PACKET_MAX};
		x->msgs[i].msg_hdr.msg_iov = &x->iov[i];
		x->msgs[i].msg_hdr.msg_iovlen = 1;
		x->msgs[i].msg_hdr.msg_name = &x->from[i];
		x->msgs[i].msg_hdr.msg_control = x->control[i];
	}

	return x;
}

void dial_scratch_destroy(struct dial_scratch *x)
{
	yh_free(x);
}

void dial_scratch_time(struct dial_scratch *x, uint64_t now_us)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	x->to_monotonic_ns = (int64_t)now_us * 1000 -
			     (ts.tv_sec * 1000000000LL + ts.tv_nsec);
}

int dial_stream_init(struct dial_stream *s, const struct dial_port_pair *ports,
		     struct dial_counts *counts)
{
	*s = (struct dial_stream){.ports = *ports, .counts = counts};
	s->next.payload_type = YH_RTP_PCMA;
	s->lost_frames = 1;
	if (getrandom(&s->next.ssrc, 4, 0) != 4 ||
	    getrandom(&s->next.timestamp, 4, 0) != 4 ||
	    getrandom(&s->next.seq, 2, 0) != 2)
		return -errno;

	return 0;
}

void dial_stream_fini(struct dial_stream *s)
{
	dial_port_pair_close(&s->ports);
	s->open = false;
}

void dial_stream_start(struct dial_stream *s, const struct sockaddr_in *remote)
{
	dial_latch_told(&s->latch, remote);
	s->open = true;
}

/* ---- receiving -------------------------------------------------------------
 */

struct arrival {
	struct dial_stream *s;
	uint64_t now_us, at_us;
	dial_frame_cb *cb;
	void *arg;
};

static void tell_lost(const struct arrival *a, unsigned packets)
{
	struct dial_frame f = {.at_us = a->at_us};

	if (packets > FILL_MAX)
		packets = FILL_MAX;
	for (unsigned i = packets * a->s->lost_frames; i; i--)
		a->cb(a->arg, &f);
}

static void tell(const struct arrival *a, uint32_t timestamp,
		 const uint8_t *payload, size_t len)
{
	struct dial_frame f = {.at_us = a->at_us, .timestamp = timestamp};
	unsigned n = 0;

	for (; len >= YH_FRAME_SAMPLES; len -= YH_FRAME_SAMPLES) {
		f.alaw = payload;
		a->cb(a->arg, &f);
		payload += YH_FRAME_SAMPLES;
		f.timestamp += YH_FRAME_SAMPLES;
		n++;
	}
	a->s->lost_frames = n > 1 && n < 4 ? (uint8_t)n : 1;
}

static void tell_held(const struct arrival *a)
{
	const struct yh_reorder_packet *p;
	enum yh_reorder_get what;

	while ((what = yh_reorder_get(&a->s->order, a->now_us, &p))) {
		if (what == YH_REORDER_LOST)
			tell_lost(a, 1);
		else
			tell(a, p->timestamp, p->payload, p->len);
	}
}

static void take_audio(const struct arrival *a, const struct yh_rtp *rtp)
{
	struct dial_stream *s = a->s;

	switch (yh_reorder_put(&s->order, rtp->seq, rtp->timestamp,
			       rtp->payload, rtp->len, a->now_us)) {
	case YH_REORDER_JUMP:
		tell_lost(a, s->order.jump);
		tell(a, rtp->timestamp, rtp->payload, rtp->len);
		break;
	case YH_REORDER_PASS:
		tell(a, rtp->timestamp, rtp->payload, rtp->len);
		tell_held(a);
		break;
	default:
		break;
	}
}

static void take_packet(const struct arrival *a, const struct sockaddr_in *from,
			const uint8_t *buf, size_t len)
{
	struct dial_stream *s = a->s;
	struct yh_rtp rtp;

	if (!s->open) {
		s->early++;
		return;
	}
	if (yh_rtp_parse(&rtp, buf, len))
		return;
	if (!dial_latch_pass(&s->latch, from, rtp.ssrc)) {
		s->foreign++;
		s->counts->foreign++;
		return;
	}
	s->counts->received++;
	if (s->stats.started && s->stats.ssrc != rtp.ssrc)
		s->order = (struct yh_reorder){0};
	yh_rtp_stats_add(&s->stats, &rtp, (uint32_t)(a->at_us / 125));
	if (rtp.payload_type == YH_RTP_PCMA)
		take_audio(a, &rtp);
	else
		s->other_codec++;
}

static uint64_t arrived(const struct dial_scratch *x, struct msghdr *h,
			uint64_t now_us)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);
	struct timespec ts;
	int64_t ns;

	if (!c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_TIMESTAMPNS)
		return now_us;
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	ns = ts.tv_sec * 1000000000LL + ts.tv_nsec + x->to_monotonic_ns;

	return ns > 0 && (uint64_t)ns / 1000 < now_us ? (uint64_t)ns / 1000
						      : now_us;
}

static int receive_batch(struct arrival *a, struct dial_scratch *x)
{
	int n;

	for (int i = 0; i < BATCH; i++) {
		x->msgs[i].msg_hdr.msg_namelen = sizeof(x->from[i]);
		x->msgs[i].msg_hdr.msg_controllen = CONTROL;
	}
	n = recvmmsg(a->s->ports.rtp, x->msgs, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		a->at_us = arrived(x, &x->msgs[i].msg_hdr, a->now_us);
		take_packet(a, &x->from[i], x->in[i], x->msgs[i].msg_len);
	}

	return n;
}

void dial_stream_receive(struct dial_stream *s, struct dial_scratch *x,
			 uint64_t now_us, dial_frame_cb *cb, void *arg)
{
	struct arrival a = {.s = s,
			    .now_us = now_us,
			    .at_us = now_us,
			    .cb = cb,
			    .arg = arg};

	for (int i = 0; i < BATCHES; i++) {
		if (receive_batch(&a, x) < BATCH)
			break;
	}
	if (s->order.n_held) {
		a.at_us = now_us;
		tell_held(&a);
	}
}

/* ---- sending ---------------------------------------------------------------
 */

void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker)
{
	uint8_t buf[YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES];

	if (!s->open)
		return;
	s->next.marker = marker || !s->sent;
	yh_rtp_write(&s->next, buf);
	memcpy(buf + YH_RTP_HEADER_BYTES, alaw ? alaw : silence,
	       YH_FRAME_SAMPLES);
	s->next.seq++;
	s->next.timestamp += YH_FRAME_SAMPLES;
	/* A full buffer or an ICMP error is a lost packet: RTP goes on. */
	if (sendto(s->ports.rtp, buf, sizeof(buf), MSG_DONTWAIT,
		   (struct sockaddr *)&s->latch.remote,
		   sizeof(s->latch.remote)) < 0)
		s->counts->failed++;
	s->sent++;
	s->counts->sent++;
}
