/** @file media.c  RTP sockets and the tick, contract in media.h */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "media.h"
#include "metrics.h"

enum {
	TICK_US = YH_FRAME_MS * 1000,
	LATE_US = 5000,
	CATCH_UP = 10, /* beats made good at most; then time is skipped */
	BATCH = 8,     /* packets a recvmmsg */
	BATCHES = 2,   /* a beat */
	FILL_MAX = 5,  /* lost frames that are made known one by one */
	PACKET_MAX = 1500,
	SOCKET_BUFFER = 65536,
};

struct dial_media {
	uv_poll_t poll;
	int fd;
	struct in_addr addr;
	uint16_t min, max, next;
	dial_tick_cb *cb;
	void *arg;
	uint64_t due_us; /* of the beat that is being done */
	uint8_t in[BATCH][PACKET_MAX];
	uint8_t control[BATCH][64];
};

/* ---- the beat --------------------------------------------------------------
 */

static void on_beat(uv_poll_t *poll, int status, int events)
{
	struct dial_media *m = poll->data;
	uint64_t n, skip;

	(void)events;
	if (status || read(m->fd, &n, sizeof(n)) != sizeof(n))
		return;
	skip = n > CATCH_UP ? n - CATCH_UP : 0;
	if (skip)
		yh_warn("rtp.stall", "beats=%llu", (unsigned long long)n);
	m->due_us += skip * TICK_US;
	for (; n > skip; n--) {
		m->due_us += TICK_US;
		m->cb(m->arg, yh_now_us());
	}
}

static int start_timer(struct dial_media *m)
{
	struct itimerspec spec = {.it_interval.tv_nsec = TICK_US * 1000};
	uint64_t first;

	m->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (m->fd < 0)
		return -errno;
	m->due_us = yh_now_us();
	first = m->due_us + TICK_US;
	spec.it_value.tv_sec = (time_t)(first / 1000000);
	spec.it_value.tv_nsec = (long)(first % 1000000) * 1000;
	if (timerfd_settime(m->fd, TFD_TIMER_ABSTIME, &spec, NULL))
		return -errno;

	return 0;
}

static void free_media(uv_handle_t *h)
{
	yh_free(h->data);
}

int dial_media_open(struct dial_media **out, uv_loop_t *loop,
		    const struct dial_media_conf *conf, dial_tick_cb *cb,
		    void *arg)
{
	struct dial_media *m;
	int err;

	if (!out || !loop || !conf || !cb || conf->port_min >= conf->port_max)
		return -EINVAL;
	m = yh_zalloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->cb = cb;
	m->arg = arg;
	m->min = (uint16_t)((conf->port_min + 1) & ~1);
	m->max = conf->port_max;
	m->next = m->min;
	err = inet_pton(AF_INET, conf->bind_addr, &m->addr) == 1 ? 0 : -EINVAL;
	if (!err)
		err = start_timer(m);
	if (!err)
		err = uv_poll_init(loop, &m->poll, m->fd);
	if (err) {
		if (m->fd > 0)
			close(m->fd);
		yh_free(m);
		return err;
	}
	m->poll.data = m;
	uv_poll_start(&m->poll, UV_READABLE, on_beat);
	*out = m;

	return 0;
}

void dial_media_close(struct dial_media *m)
{
	if (!m)
		return;
	uv_poll_stop(&m->poll);
	close(m->fd);
	uv_close((uv_handle_t *)&m->poll, free_media);
}

/* ---- a stream --------------------------------------------------------------
 */

static int bind_next(struct dial_media *m, int fd, uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = m->addr};

	for (unsigned i = 0; i <= (unsigned)(m->max - m->min) / 2; i++) {
		*port = m->next;
		a.sin_port = htons(m->next);
		m->next =
			m->next + 2 > m->max ? m->min : (uint16_t)(m->next + 2);
		if (!bind(fd, (struct sockaddr *)&a, sizeof(a)))
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}

	return -EADDRINUSE;
}

int dial_stream_open(struct dial_stream *s, struct dial_media *m)
{
	int size = SOCKET_BUFFER, on = 1, err;

	*s = (struct dial_stream){.media = m};
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	setsockopt(s->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(s->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	err = bind_next(m, s->fd, &s->port);
	if (err) {
		dial_stream_close(s);
		return err;
	}
	s->next.payload_type = YH_RTP_PCMA;
	if (getrandom(&s->next.ssrc, 4, 0) != 4 ||
	    getrandom(&s->next.timestamp, 4, 0) != 4 ||
	    getrandom(&s->next.seq, 2, 0) != 2)
		s->next.ssrc = (uint32_t)yh_now_us();

	return 0;
}

void dial_stream_close(struct dial_stream *s)
{
	if (s->media && s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->sending = false;
}

void dial_stream_start(struct dial_stream *s, const struct sockaddr_in *remote)
{
	s->remote = *remote;
	s->sending = true;
	s->latched = false;
}

static bool same_place(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_port == b->sin_port &&
	       a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* Symmetric RTP: whoever is first, within NAT or not, is the callee. */
static bool from_callee(struct dial_stream *s, const struct sockaddr_in *from)
{
	if (!s->latched) {
		s->latched = true;
		s->remote = *from;
	}
	if (same_place(&s->remote, from))
		return true;
	s->foreign++;
	yh_metric_add(&dial_m_rtp_foreign, 1);

	return false;
}

struct arrival {
	uint64_t now_us; /* monotonic */
	int64_t now_real_ns;
	struct sockaddr_in from;
	int64_t real_ns; /* of the packet */
};

static void take_packet(struct dial_stream *s, const struct arrival *a,
			const uint8_t *buf, size_t len, dial_frame_cb *cb,
			void *arg)
{
	const uint8_t *payload;
	uint64_t at_us = a->now_us;
	struct yh_rtp rtp;
	size_t n;
	int gap;

	if (yh_rtp_parse(&rtp, buf, len))
		return;
	if (!s->sending) {
		s->early++;
		return;
	}
	if (!from_callee(s, &a->from))
		return;
	yh_metric_add(&dial_m_rtp_received, 1);
	gap = yh_rtp_stats_add(&s->stats, &rtp,
			       (uint32_t)((uint64_t)a->real_ns / 125000));
	if (gap < 0 || rtp.payload_type != YH_RTP_PCMA)
		return;
	if (a->real_ns && a->now_real_ns > a->real_ns)
		at_us -= (uint64_t)(a->now_real_ns - a->real_ns) / 1000;
	for (int i = 0; i < gap && i < FILL_MAX; i++)
		cb(arg, at_us, NULL);
	payload = rtp.payload;
	for (n = rtp.len; n >= YH_FRAME_SAMPLES; n -= YH_FRAME_SAMPLES) {
		cb(arg, at_us, payload);
		payload += YH_FRAME_SAMPLES;
	}
}

static int64_t stamp_of(struct msghdr *h)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		struct timespec ts;

		if (c->cmsg_level != SOL_SOCKET ||
		    c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return ts.tv_sec * 1000000000LL + ts.tv_nsec;
	}

	return 0;
}

static int receive_batch(struct dial_stream *s, struct arrival *a,
			 dial_frame_cb *cb, void *arg)
{
	struct dial_media *m = s->media;
	struct sockaddr_in from[BATCH] = {0};
	struct mmsghdr msgs[BATCH] = {0};
	struct iovec iov[BATCH];
	int n;

	for (int i = 0; i < BATCH; i++) {
		iov[i] = (struct iovec){m->in[i], PACKET_MAX};
		msgs[i].msg_hdr =
			(struct msghdr){.msg_name = &from[i],
					.msg_namelen = sizeof(from[i]),
					.msg_iov = &iov[i],
					.msg_iovlen = 1,
					.msg_control = m->control[i],
					.msg_controllen = 64};
	}
	n = recvmmsg(s->fd, msgs, BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		a->from = from[i];
		a->real_ns = stamp_of(&msgs[i].msg_hdr);
		take_packet(s, a, m->in[i], msgs[i].msg_len, cb, arg);
	}

	return n;
}

void dial_stream_receive(struct dial_stream *s, uint64_t now_us,
			 dial_frame_cb *cb, void *arg)
{
	struct arrival a = {.now_us = now_us};
	struct timespec ts;

	if (s->fd < 0)
		return;
	clock_gettime(CLOCK_REALTIME, &ts);
	a.now_real_ns = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	for (int i = 0; i < BATCHES && s->fd >= 0; i++) {
		if (receive_batch(s, &a, cb, arg) < BATCH)
			break;
	}
}

void dial_stream_send(struct dial_stream *s, const uint8_t *alaw, bool marker)
{
	uint8_t buf[YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES];

	if (!s->sending || s->fd < 0)
		return;
	s->next.marker = marker || !s->sent;
	yh_rtp_write(&s->next, buf);
	memcpy(buf + YH_RTP_HEADER_BYTES, alaw, YH_FRAME_SAMPLES);
	s->next.seq++;
	s->next.timestamp += YH_FRAME_SAMPLES;
	/* A full buffer or an ICMP error is a lost packet: RTP goes on. */
	(void)!sendto(s->fd, buf, sizeof(buf), MSG_DONTWAIT,
		      (struct sockaddr *)&s->remote, sizeof(s->remote));
	s->sent++;
	yh_metric_add(&dial_m_rtp_sent, 1);
	if (yh_now_us() > s->media->due_us + LATE_US) {
		s->sent_late++;
		yh_metric_add(&dial_m_rtp_late, 1);
	}
}
