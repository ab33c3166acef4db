/** @file stream.c  One call's RTP, contract in stream.h */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/mem.h"
#include "stream_priv.h"

enum {
	PACKETS = 8,  /* read in a beat */
	FILL_MAX = 5, /* lost packets that are made known one by one */
	PACKET = YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES + DIAL_SRTP_TRAILER,
};

static const uint8_t silence[YH_FRAME_SAMPLES] = {[0 ... YH_FRAME_SAMPLES - 1] =
							  YH_ALAW_SILENCE};

/* ---- scratch ---------------------------------------------------------------
 */

struct dial_scratch *dial_scratch_create(void)
{
	struct dial_scratch *x = yh_zalloc(sizeof(*x));

	if (!x)
		return NULL;
	memset(x, 0, sizeof(*x)); /* its pages now */
	x->iov = (struct iovec){x->in, DIAL_PACKET_MAX};
	x->msg.msg_iov = &x->iov;
	x->msg.msg_iovlen = 1;
	x->msg.msg_name = &x->from;
	x->msg.msg_control = x->control;

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
	x->n_came = 0;
}

ssize_t dial_scratch_receive(struct dial_scratch *x, int fd)
{
	x->msg.msg_namelen = sizeof(x->from);
	x->msg.msg_controllen = DIAL_CMSG_BYTES;

	return recvmsg(fd, &x->msg, MSG_DONTWAIT);
}

uint64_t dial_scratch_stamp(const struct dial_scratch *x,
			    const struct msghdr *h, uint64_t now_us)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);
	struct timespec ts;
	int64_t ns;

	if (!c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_TIMESTAMPNS)
		return 0;
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	ns = ts.tv_sec * 1000000000LL + ts.tv_nsec + x->to_monotonic_ns;

	return ns > 0 && (uint64_t)ns / 1000 < now_us ? (uint64_t)ns / 1000
						      : now_us;
}

/* ---- life ------------------------------------------------------------------
 */

int dial_stream_init(struct dial_stream *s, const struct dial_port_pair *ports,
		     struct dial_shared *shared, struct dial_counts *counts)
{
	uint64_t dice;

	*s = (struct dial_stream){
		.ports = *ports, .shared = shared, .counts = counts};
	s->next.payload_type = YH_RTP_PCMA;
	s->lost_frames = 1;
	if (getrandom(&s->next.ssrc, 4, 0) != 4 ||
	    getrandom(&s->next.timestamp, 4, 0) != 4 ||
	    getrandom(&s->next.seq, 2, 0) != 2 ||
	    getrandom(&dice, sizeof(dice), 0) != sizeof(dice))
		return -errno;
	/* RFC 3711 section 3.3.1: the receiver guesses the rollover counter. */
	s->next.seq &= 0x7fff;
	dial_control_init(&s->control, dice, 0);

	return 0;
}

void dial_stream_fini(struct dial_stream *s)
{
	if (!s->shared)
		dial_port_pair_close(&s->ports);
	dial_srtp_destroy(s->srtp);
	s->srtp = NULL;
	s->open = false;
}

void dial_stream_start(struct dial_stream *s, const struct dial_sdp *theirs,
		       struct dial_srtp *srtp, uint64_t now_us)
{
	s->held = dial_sdp_holds(theirs);
	s->event_pt = theirs->event_pt;
	if (srtp)
		dial_srtp_renew(&s->srtp, srtp);
	if (theirs->addr.sin_addr.s_addr != INADDR_ANY) {
		dial_latch_told(&s->latch, &theirs->addr);
		if (s->shared)
			dial_shared_join(s->shared, s, &theirs->addr);
	}
	s->alive_us = now_us; /* a hold is not a silence of the peer's */
	if (s->open)
		return;
	s->open = true;
	s->control.next_us += now_us;
	s->look_us = now_us + s->control.dice % 1000000;
}

void dial_stream_forget(struct dial_stream *s)
{
	s->latch = (struct dial_latch){0};
	s->audio = s->other_codec = s->foreign = 0;
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
	const struct dial_frame f = {.kind = DIAL_FRAME_LOST,
				     .at_us = a->at_us};

	if (packets > FILL_MAX)
		packets = FILL_MAX;
	for (unsigned i = packets * a->s->lost_frames; i; i--)
		a->cb(a->arg, &f);
}

static void tell_key(const struct arrival *a, uint32_t timestamp, char key)
{
	const struct dial_frame f = {.kind = DIAL_FRAME_KEY,
				     .key = key,
				     .at_us = a->at_us,
				     .timestamp = timestamp};

	if (key)
		a->cb(a->arg, &f);
}

static void tell_audio(const struct arrival *a,
		       const struct yh_reorder_packet *p, const uint8_t *alaw)
{
	struct dial_frame f = {.at_us = a->at_us, .timestamp = p->timestamp};
	size_t len = p->len;
	unsigned n = 0;

	tell_key(a, p->timestamp, yh_event_in_end(&a->s->keys_in));
	for (; len >= YH_FRAME_SAMPLES; len -= YH_FRAME_SAMPLES) {
		f.alaw = alaw;
		a->cb(a->arg, &f);
		alaw += YH_FRAME_SAMPLES;
		f.timestamp += YH_FRAME_SAMPLES;
		n++;
	}
	a->s->audio++;
	a->s->lost_frames = n > 1 && n < 4 ? (uint8_t)n : 1;
}

static void tell_noise(const struct arrival *a, uint32_t timestamp)
{
	const struct dial_frame f = {.kind = DIAL_FRAME_NOISE,
				     .at_us = a->at_us,
				     .timestamp = timestamp};

	a->s->audio++;
	a->cb(a->arg, &f);
}

static void tell(const struct arrival *a, const struct yh_reorder_packet *p,
		 const uint8_t *payload)
{
	struct dial_stream *s = a->s;
	struct yh_event ev;

	if (p->payload_type == YH_RTP_PCMA)
		tell_audio(a, p, payload);
	else if (p->payload_type == DIAL_PT_COMFORT_NOISE)
		tell_noise(a, p->timestamp);
	else if (!s->event_pt || p->payload_type != s->event_pt)
		s->other_codec++;
	else if (!yh_event_parse(&ev, payload, p->len))
		tell_key(a, p->timestamp,
			 yh_event_in_put(&s->keys_in, &ev, p->timestamp));
}

static void tell_held(const struct arrival *a)
{
	const struct yh_reorder_packet *p;
	enum yh_reorder_get what;

	while ((what = yh_reorder_get(&a->s->order, a->now_us, &p))) {
		if (what == YH_REORDER_LOST)
			tell_lost(a, 1);
		else
			tell(a, p, p->payload);
	}
}

static void take_in_order(const struct arrival *a, const struct yh_rtp *rtp)
{
	struct dial_stream *s = a->s;
	enum yh_reorder_put put = yh_reorder_put(&s->order, rtp, a->now_us);
	const struct yh_reorder_packet p = {.payload_type = rtp->payload_type,
					    .seq = rtp->seq,
					    .timestamp = rtp->timestamp,
					    .len = (uint16_t)rtp->len};

	if (put == YH_REORDER_JUMP)
		tell_lost(a, s->order.jump);
	if (put == YH_REORDER_JUMP || put == YH_REORDER_PASS)
		tell(a, &p, rtp->payload);
	if (put == YH_REORDER_PASS && s->order.n_held)
		tell_held(a);
}

static void refuse(struct dial_stream *s, const struct sockaddr_in *from,
		   bool by_srtp)
{
	if (by_srtp && dial_latch_knows(&s->latch, from)) {
		s->srtp_failed++;
		s->counts->srtp_failed++;
	} else {
		s->foreign++;
		s->counts->foreign++;
	}
}

/* With SRTP nobody is believed, nor latched onto, without the key. */
static bool is_theirs(struct dial_stream *s, const struct sockaddr_in *from,
		      const uint8_t *buf, size_t len, bool forged,
		      struct yh_rtp *rtp)
{
	if (!forged && yh_rtp_parse(rtp, buf, len))
		return false;
	if (!forged && dial_latch_pass(&s->latch, from, rtp->ssrc))
		return true;
	refuse(s, from, forged);

	return false;
}

static void take_packet(const struct arrival *a, const struct sockaddr_in *from,
			const uint8_t *buf, size_t len, bool forged)
{
	struct dial_stream *s = a->s;
	struct yh_rtp rtp;

	if (!s->open) {
		s->early++;
		return;
	}
	if (!is_theirs(s, from, buf, len, forged, &rtp))
		return;
	s->counts->received++;
	s->alive_us = a->at_us;
	if (!s->stats.started || s->stats.ssrc != rtp.ssrc) {
		s->sources++;
		s->order = (struct yh_reorder){0};
		s->keys_in = (struct yh_event_in){0};
	}
	yh_rtp_stats_add(&s->stats, &rtp, (uint32_t)(a->at_us / 125));
	if (!s->held)
		take_in_order(a, &rtp);
}

/* Read one. @return May there be another that is due? One that comes behind a
 * packet of the last 20 ms is read at the next beat: then what is before it
 * is older than that. */
static bool receive_one(struct arrival *a, struct dial_scratch *x)
{
	struct dial_stream *s = a->s;
	ssize_t n = dial_scratch_receive(x, s->ports.rtp);
	size_t len = (size_t)n;
	uint64_t at_us;
	bool forged;

	if (n < 0)
		return false;
	at_us = dial_scratch_stamp(x, &x->msg, a->now_us);
	a->at_us = at_us ? at_us : a->now_us;
	forged = s->srtp && s->open &&
		 dial_srtp_unprotect(s->srtp, x->in, &len, false);
	take_packet(a, &x->from, x->in, len, forged);

	return at_us + YH_FRAME_MS * 1000 <= a->now_us;
}

void dial_stream_receive(struct dial_stream *s, struct dial_scratch *x,
			 uint64_t now_us, dial_frame_cb *cb, void *arg)
{
	struct arrival a = {.s = s,
			    .now_us = now_us,
			    .at_us = now_us,
			    .cb = cb,
			    .arg = arg};

	for (int i = 0; !s->shared && i < PACKETS && receive_one(&a, x); i++)
		;
	for (; s->came; s->came = s->came->next) {
		a.at_us = s->came->at_us;
		take_packet(&a, &s->came->from, s->came->buf, s->came->len,
			    s->came->forged);
	}
	if (s->order.n_held) {
		a.at_us = now_us;
		tell_held(&a);
	}
}

/* ---- sending ---------------------------------------------------------------
 */

/* A full buffer or an ICMP error is a lost packet: RTP goes on. What cannot be
 * encrypted does not go. */
static void send_packet(struct dial_stream *s, const struct yh_rtp *rtp,
			uint8_t *buf)
{
	size_t len = YH_RTP_HEADER_BYTES + rtp->len;

	yh_rtp_write(rtp, buf);
	s->next.seq++;
	s->next.timestamp += YH_FRAME_SAMPLES;
	if (s->shared)
		dial_shared_send(s->shared, s, len);
	else if (s->srtp && dial_srtp_protect(s->srtp, buf, &len, false))
		s->counts->failed++;
	else if (sendto(s->ports.rtp, buf, len, MSG_DONTWAIT,
			(struct sockaddr *)&s->latch.remote,
			sizeof(s->latch.remote)) < 0)
		s->counts->failed++;
	s->sent++;
	s->counts->sent++;
}

/* A key in place of audio: all its packets have the timestamp of the first.
 * @return Was one due? */
static bool send_key(struct dial_stream *s, uint8_t *buf)
{
	struct yh_rtp rtp = s->next;
	struct yh_event ev;

	if (!s->keys_out.n || !yh_event_out_tick(&s->keys_out, &ev))
		return false;
	if (s->keys_out.begins)
		s->key_timestamp = s->next.timestamp;
	rtp.timestamp = s->key_timestamp;
	rtp.marker = s->keys_out.begins;
	rtp.payload_type = s->event_pt;
	rtp.len = YH_EVENT_BYTES;
	yh_event_write(&ev, buf + YH_RTP_HEADER_BYTES);
	send_packet(s, &rtp, buf);

	return true;
}

void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker)
{
	uint8_t own[PACKET], *buf = own;
	struct yh_rtp rtp;

	if (!s->open)
		return;
	if (s->held) {
		s->next.timestamp += YH_FRAME_SAMPLES;
		return;
	}
	if (s->shared)
		buf = dial_shared_room(s->shared);
	if (send_key(s, buf))
		return;
	rtp = s->next;
	rtp.marker = marker || !s->sent;
	rtp.len = YH_FRAME_SAMPLES;
	memcpy(buf + YH_RTP_HEADER_BYTES, alaw ? alaw : silence,
	       YH_FRAME_SAMPLES);
	send_packet(s, &rtp, buf);
}
