/** @file media_peer.c  The far end of many calls, contract in media_peer.h */
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../services/dialer/srtp.h"
#include "audio/g711.h"
#include "audio/rtp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cpu.h"
#include "media_peer.h"

enum {
	SHARE = 128, /* calls a socket */
	SOCKETS = YC_PEER_CALLS / SHARE,
	BATCH = 64,
	SLOTS = 20, /* of a millisecond: a call sends in one of them */
	PACKET = YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES + DIAL_SRTP_TRAILER,
	CONTROL = CMSG_SPACE(sizeof(struct timespec)) +
		  CMSG_SPACE(sizeof(struct in_pktinfo)),
	FIRST_ADDR = 0x7f000100, /* 127.0.1.0: of a socket's first call */
	CYCLE = 150,		 /* frames: 1.2 s of voice, 1.8 s of quiet */
	VOICED = 60,
	BUFFER = 8 << 20,
	BEAT = 50,   /* packets: a second */
	CHECKED = 8, /* one call of so many is decrypted here */
};

const uint8_t yc_peer_key[30] = "far-end's.key.far-end's.salt.";
const uint8_t yc_dialer_key[30] = "near-end.key..near-end.salt..";

struct far_call {
	struct sockaddr_in to; /* the dialer's port */
	_Atomic bool gone;
	struct yh_rtp next;
	struct dial_srtp *srtp;
	unsigned at; /* in the cycle */
	/* What comes. */
	bool started;
	uint16_t seq;
	uint64_t n; /* since the first */
	int64_t base_us, next_base_us;
};

struct yc_peer {
	pthread_t thread;
	unsigned cpu;
	bool srtp;
	_Atomic bool ending, judging;
	_Atomic unsigned n;
	int fds[SOCKETS];
	struct sockaddr_in addrs[SOCKETS];
	struct far_call calls[YC_PEER_CALLS];
	_Atomic uint64_t sent, received, lost, late, bad;
	uint8_t audio[CYCLE][YH_FRAME_SAMPLES];
	/* Room for a batch. */
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	struct dial_srtp_packet out[BATCH];
	uint8_t control[BATCH][CONTROL], buf[BATCH][PACKET];
};

/* A buzz of 150 Hz with overtones and a slow tremolo, then a line's hiss. */
static void make_audio(struct yc_peer *p)
{
	uint32_t dice = 1;

	for (unsigned i = 0; i < CYCLE * YH_FRAME_SAMPLES; i++) {
		double t = i / (double)YH_RATE_HZ, v = 0;

		dice = dice * 1664525u + 1013904223u;
		if (i < VOICED * YH_FRAME_SAMPLES) {
			for (int k = 1; k < 12; k++)
				v += sin(2 * M_PI * 150 * k * t) / k;
			v *= 2500 * (1.2 + sin(2 * M_PI * 4 * t));
		}
		v += (dice >> 24) / 8.0 - 16;
		p->audio[i / YH_FRAME_SAMPLES][i % YH_FRAME_SAMPLES] =
			yh_alaw_encode((int16_t)v);
	}
}

/* ---- sending ---------------------------------------------------------------
 */

/* The k-th message's source: the call's own address. */
static void send_from(struct yc_peer *p, unsigned k, unsigned call)
{
	const struct in_pktinfo info = {
		.ipi_spec_dst.s_addr = htonl(FIRST_ADDR + call % SHARE)};
	struct msghdr *h = &p->msgs[k].msg_hdr;
	struct cmsghdr *c;

	h->msg_control = p->control[k];
	h->msg_controllen = CMSG_SPACE(sizeof(info));
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
}

static void fill(struct yc_peer *p, unsigned call, unsigned k)
{
	struct far_call *c = &p->calls[call];

	p->out[k] = (struct dial_srtp_packet){.srtp = c->srtp,
					      .data = p->buf[k],
					      .len = YH_RTP_HEADER_BYTES +
						     YH_FRAME_SAMPLES};
	yh_rtp_write(&c->next, p->buf[k]);
	memcpy(p->buf[k] + YH_RTP_HEADER_BYTES, p->audio[c->at],
	       YH_FRAME_SAMPLES);
	c->at = (c->at + 1) % CYCLE;
	c->next.seq++;
	c->next.timestamp += YH_FRAME_SAMPLES;
	p->msgs[k].msg_hdr.msg_name = &c->to;
	p->msgs[k].msg_hdr.msg_namelen = sizeof(c->to);
	send_from(p, k, call);
}

static void flush(struct yc_peer *p, int fd, unsigned k)
{
	int n;

	if (p->srtp)
		dial_srtp_protect_many(p->out, k);
	for (unsigned i = 0; i < k; i++)
		p->iov[i].iov_len = p->out[i].len;
	n = k ? sendmmsg(fd, p->msgs, k, 0) : 0;
	if (n > 0)
		atomic_fetch_add(&p->sent, (uint64_t)n);
}

/* Calls of a socket stand together; each sends in its slot. */
static void send_slot(struct yc_peer *p, unsigned slot)
{
	unsigned n = atomic_load(&p->n), k = 0;

	for (unsigned i = 0; i < n; i++) {
		if (k && (k == BATCH || i % SHARE == 0)) {
			flush(p, p->fds[(i - 1) / SHARE], k);
			k = 0;
		}
		if (i % SLOTS == slot &&
		    !atomic_load_explicit(&p->calls[i].gone,
					  memory_order_relaxed))
			fill(p, i, k++);
	}
	if (k)
		flush(p, p->fds[(n - 1) / SHARE], k);
}

/* ---- receiving -------------------------------------------------------------
 */

/* When it came [us], and which of the socket's calls it is for. */
static int64_t look_at(struct msghdr *h, unsigned *call)
{
	int64_t at_us = 0;
	struct in_pktinfo info = {0};
	struct timespec ts;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
		} else if (c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&ts, CMSG_DATA(c), sizeof(ts));
			at_us = ts.tv_sec * 1000000ll + ts.tv_nsec / 1000;
		}
	}
	*call = ntohl(info.ipi_addr.s_addr) - FIRST_ADDR;

	return at_us ? at_us : yh_wall_us();
}

/* The beat is where the earliest packets of the last second lie: after a gap it
 * is another one, as it is for a telephone's jitter buffer. */
static void judge(struct yc_peer *p, struct far_call *c, int64_t at_us)
{
	int64_t base = at_us - (int64_t)c->n * YH_FRAME_MS * 1000;

	if (c->n == 0 || base < c->base_us)
		c->base_us = base;
	if (base < c->next_base_us || !c->next_base_us)
		c->next_base_us = base;
	if (c->n % BEAT == 0) {
		c->base_us = c->next_base_us;
		c->next_base_us = 0;
	}
	if (atomic_load_explicit(&p->judging, memory_order_relaxed) &&
	    base > c->base_us + YC_PEER_LATE_US)
		atomic_fetch_add(&p->late, 1);
}

static void take(struct yc_peer *p, unsigned socket, unsigned k)
{
	size_t len = p->msgs[k].msg_len;
	unsigned call;
	int64_t at_us = look_at(&p->msgs[k].msg_hdr, &call);
	struct far_call *c = &p->calls[socket * SHARE + call];
	struct yh_rtp rtp;
	uint16_t step;

	if (call >= SHARE || p->msgs[k].msg_len > PACKET)
		return;
	if ((c->srtp && call % CHECKED == 0 &&
	     dial_srtp_unprotect(c->srtp, p->buf[k], &len, false)) ||
	    yh_rtp_parse(&rtp, p->buf[k], len)) {
		atomic_fetch_add(&p->bad, 1);
		return;
	}
	atomic_fetch_add(&p->received, 1);
	step = c->started ? (uint16_t)(rtp.seq - c->seq) : 1;
	if (step > 1)
		atomic_fetch_add(&p->lost, step - 1u);
	c->n += c->started ? step : 0;
	c->started = true;
	c->seq = rtp.seq;
	judge(p, c, at_us);
}

static void receive_all(struct yc_peer *p, unsigned socket)
{
	int n = BATCH;

	while (n == BATCH) {
		for (unsigned k = 0; k < BATCH; k++) {
			struct msghdr *h = &p->msgs[k].msg_hdr;

			h->msg_name = NULL;
			h->msg_namelen = 0;
			h->msg_control = p->control[k];
			h->msg_controllen = CONTROL;
			p->iov[k].iov_len = PACKET;
		}
		n = recvmmsg(p->fds[socket], p->msgs, BATCH, MSG_DONTWAIT,
			     NULL);
		for (int k = 0; k < n; k++)
			take(p, socket, (unsigned)k);
	}
}

/* ---- the thread ------------------------------------------------------------
 */

static void *run(void *arg)
{
	struct yc_peer *p = arg;
	uint64_t due = yh_now_us();
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(p->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (unsigned slot = 0; !atomic_load(&p->ending);
	     slot = (slot + 1) % SLOTS) {
		uint64_t now = yh_now_us();

		due += 1000;
		if (now < due)
			usleep((useconds_t)(due - now));
		send_slot(p, slot);
		for (unsigned s = slot % 4; s * SHARE < atomic_load(&p->n);
		     s += 4)
			receive_all(p, s);
	}

	return NULL;
}

static int open_socket(struct yc_peer *p, unsigned i)
{
	struct sockaddr_in *a = &p->addrs[i];
	socklen_t len = sizeof(*a);
	int size = BUFFER, on = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	p->fds[i] = fd;
	a->sin_family = AF_INET;
	if (fd < 0 || bind(fd, (struct sockaddr *)a, len) ||
	    getsockname(fd, (struct sockaddr *)a, &len))
		return -errno;
	(void)(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			  sizeof(size)) &&
	       setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));

	return 0;
}

int yc_peer_open(struct yc_peer **out, unsigned cpu, bool srtp)
{
	struct yc_peer *p = yh_zalloc(sizeof(*p));
	int err = 0;

	if (!p)
		return -ENOMEM;
	memset(p, 0, sizeof(*p)); /* its pages now, not in what is measured */
	p->cpu = cpu;
	p->srtp = srtp;
	make_audio(p);
	for (unsigned k = 0; k < BATCH; k++) {
		p->iov[k].iov_base = p->buf[k];
		p->msgs[k].msg_hdr.msg_iov = &p->iov[k];
		p->msgs[k].msg_hdr.msg_iovlen = 1;
	}
	for (unsigned i = 0; i < SOCKETS && !err; i++)
		err = open_socket(p, i);
	if (!err)
		err = -pthread_create(&p->thread, NULL, run, p);
	if (err)
		yh_free(p);
	else
		*out = p;

	return err;
}

void yc_peer_close(struct yc_peer *p)
{
	if (!p)
		return;
	atomic_store(&p->ending, true);
	pthread_join(p->thread, NULL);
	for (unsigned i = 0; i < SOCKETS; i++)
		close(p->fds[i]);
	for (unsigned i = 0; i < p->n; i++)
		dial_srtp_destroy(p->calls[i].srtp);
	yh_free(p);
}

int yc_peer_add(struct yc_peer *p, uint16_t port, struct sockaddr_in *out)
{
	unsigned i = atomic_load(&p->n);
	struct far_call *c = &p->calls[i];

	if (i == YC_PEER_CALLS)
		return -ENOSPC;
	c->to.sin_family = AF_INET;
	c->to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->to.sin_port = htons(port);
	c->next.ssrc = i + 1;
	c->next.payload_type = YH_RTP_PCMA;
	c->at = i * 7 % CYCLE;
	if (p->srtp && dial_srtp_create(&c->srtp, yc_peer_key, yc_dialer_key))
		return -ENOMEM;
	*out = p->addrs[i / SHARE];
	out->sin_addr.s_addr = htonl(FIRST_ADDR + i % SHARE);
	atomic_store(&p->n, i + 1);

	return 0;
}

void yc_peer_remove(struct yc_peer *p, const struct sockaddr_in *place)
{
	unsigned call = ntohl(place->sin_addr.s_addr) - FIRST_ADDR;

	for (unsigned i = call; call < SHARE && i < p->n; i += SHARE) {
		if (p->addrs[i / SHARE].sin_port == place->sin_port)
			atomic_store(&p->calls[i].gone, true);
	}
}

uint64_t yc_peer_cpu_ns(const struct yc_peer *p)
{
	return yc_thread_ns(p->thread);
}

void yc_peer_begin(struct yc_peer *p)
{
	atomic_store(&p->judging, true);
	(void)yc_peer_read(p);
}

struct yc_peer_counts yc_peer_read(struct yc_peer *p)
{
	return (struct yc_peer_counts){
		.sent = atomic_exchange(&p->sent, 0),
		.received = atomic_exchange(&p->received, 0),
		.lost = atomic_exchange(&p->lost, 0),
		.late = atomic_exchange(&p->late, 0),
		.bad = atomic_exchange(&p->bad, 0),
	};
}
