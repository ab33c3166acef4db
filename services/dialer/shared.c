/** @file shared.c  A port that calls share, contract in shared.h */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"
#include "media.h"
#include "shared.h"
#include "stream_priv.h"

enum {
	BATCH = 64,
	PLACES = 4 * DIAL_SHARED_CALLS, /* a power of 2 */
	BUFFER = 4 << 20,
	CONTROL_PACKETS = 8, /* read in a beat */
};

struct place {
	struct sockaddr_in from;
	struct dial_stream *stream; /* NULL: free */
};

/* What is on its way out. */
struct out {
	unsigned n;
	struct dial_stream *streams[BATCH];
	struct mmsghdr msgs[BATCH];
	struct iovec iov[BATCH];
	uint8_t buf[BATCH][DIAL_SHARED_BYTES];
};

struct dial_shared_calls {
	struct out out;
	struct place places[PLACES];
};

/* ---- life ------------------------------------------------------------------
 */

/* Packets of many calls wait here together: as much room as we are given. */
static void enlarge(int fd)
{
	int size = BUFFER;

	(void)(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
			  sizeof(size)) &&
	       setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)));
	(void)(setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size,
			  sizeof(size)) &&
	       setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)));
}

int dial_shared_create(struct dial_shared **out, unsigned slot,
		       const struct dial_port_pair *ports)
{
	struct dial_shared *p = yh_zalloc(sizeof(*p));
	struct dial_shared_calls *c = yh_zalloc(sizeof(*c));

	if (!p || !c) {
		yh_free(p);
		yh_free(c);
		return -ENOMEM;
	}
	memset(c, 0, sizeof(*c)); /* its pages now, not in the worker */
	for (unsigned i = 0; i < BATCH; i++) {
		c->out.iov[i].iov_base = c->out.buf[i];
		c->out.msgs[i].msg_hdr.msg_iov = &c->out.iov[i];
		c->out.msgs[i].msg_hdr.msg_iovlen = 1;
		c->out.msgs[i].msg_hdr.msg_namelen = sizeof(struct sockaddr_in);
	}
	p->slot = slot;
	p->calls = c;
	p->ports = *ports;
	enlarge(ports->rtp);
	*out = p;

	return 0;
}

void dial_shared_destroy(struct dial_shared *p)
{
	if (!p)
		return;
	dial_port_pair_close(&p->ports);
	yh_free(p->calls);
	yh_free(p);
}

/* ---- whose packets? --------------------------------------------------------
 */

static unsigned hash(const struct sockaddr_in *a)
{
	uint64_t key = (uint64_t)a->sin_addr.s_addr << 16 | a->sin_port;

	return (unsigned)(key * 0x9e3779b97f4a7c15ull >> 40) % PLACES;
}

static bool same(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_port == b->sin_port &&
	       a->sin_addr.s_addr == b->sin_addr.s_addr;
}

/* The place of that source, or the free one where it would be: there is always
 * one, for there are four times as many as calls. */
static struct place *find(struct dial_shared *p, const struct sockaddr_in *from)
{
	struct place *places = p->calls->places;
	unsigned i = hash(from);

	while (places[i].stream && !same(&places[i].from, from))
		i = (i + 1) % PLACES;

	return &places[i];
}

/* Linear probing: what stands behind a gap moves up where it may. */
static void clear(struct dial_shared *p, struct place *at)
{
	struct place *places = p->calls->places;
	unsigned gap = (unsigned)(at - places), i = gap;

	for (;;) {
		unsigned home;

		places[gap].stream = NULL;
		do {
			i = (i + 1) % PLACES;
			if (!places[i].stream)
				return;
			home = hash(&places[i].from);
		} while ((i - home) % PLACES < (i - gap) % PLACES);
		places[gap] = places[i];
		gap = i;
	}
}

void dial_shared_leave(struct dial_shared *p, struct dial_stream *s)
{
	struct place *at = find(p, &s->joined);

	if (s->joined.sin_port && at->stream == s)
		clear(p, at);
	s->joined.sin_port = 0;
	s->came = NULL;
}

void dial_shared_join(struct dial_shared *p, struct dial_stream *s,
		      const struct sockaddr_in *from)
{
	struct place *at;

	if (s->joined.sin_port && same(&s->joined, from))
		return;
	dial_shared_leave(p, s);
	at = find(p, from);
	*at = (struct place){.from = *from, .stream = s};
	s->joined = *from;
}

/* ---- receiving -------------------------------------------------------------
 */

/* To the end of the stream's list. */
static void wait_at(struct dial_stream *s, struct dial_came *c)
{
	struct dial_came **end = &s->came;

	while (*end)
		end = &(*end)->next;
	*end = c;
}

static unsigned receive_batch(struct dial_shared *p, struct dial_scratch *x,
			      struct dial_came *came, unsigned room)
{
	unsigned most = room < DIAL_IN_BATCH ? room : DIAL_IN_BATCH;
	int n;

	for (unsigned i = 0; i < most; i++) {
		struct msghdr *h = &x->many.msgs[i].msg_hdr;

		x->many.iov[i] = (struct iovec){came[i].buf, DIAL_SHARED_BYTES};
		h->msg_iov = &x->many.iov[i];
		h->msg_iovlen = 1;
		h->msg_name = &came[i].from;
		h->msg_namelen = sizeof(came[i].from);
		h->msg_control = x->many.control[i];
		h->msg_controllen = DIAL_CMSG_BYTES;
	}
	n = recvmmsg(p->ports.rtp, x->many.msgs, most, MSG_DONTWAIT, NULL);

	return n > 0 ? (unsigned)n : 0;
}

/* Of streams that are open: what comes before is not looked at. */
static void decrypt(struct dial_stream *const *whose, struct dial_came *came,
		    unsigned n)
{
	struct dial_srtp_packet packets[DIAL_IN_BATCH];
	struct dial_came *of[DIAL_IN_BATCH];
	unsigned m = 0;

	for (unsigned i = 0; i < n; i++) {
		if (!whose[i] || !whose[i]->srtp || !whose[i]->open)
			continue;
		packets[m] = (struct dial_srtp_packet){.srtp = whose[i]->srtp,
						       .data = came[i].buf,
						       .len = came[i].len};
		of[m++] = &came[i];
	}
	dial_srtp_unprotect_many(packets, m);
	for (unsigned i = 0; i < m; i++) {
		of[i]->len = packets[i].len;
		of[i]->forged = packets[i].err;
	}
}

/* All are looked up first, so that the streams' memory is on its way when it is
 * touched. */
static void deal(struct dial_shared *p, struct dial_scratch *x,
		 struct dial_came *came, unsigned n, struct dial_counts *counts,
		 uint64_t now_us)
{
	struct dial_stream *whose[DIAL_IN_BATCH];

	for (unsigned i = 0; i < n; i++) {
		whose[i] = find(p, &came[i].from)->stream;
		__builtin_prefetch(whose[i] ? &whose[i]->came : NULL, 1);
		__builtin_prefetch(whose[i] ? &whose[i]->srtp : NULL);
	}
	for (unsigned i = 0; i < n; i++) {
		const struct mmsghdr *m = &x->many.msgs[i];
		uint64_t at_us = dial_scratch_stamp(x, &m->msg_hdr, now_us);

		if (m->msg_hdr.msg_flags & MSG_TRUNC)
			whose[i] = NULL;
		if (!whose[i]) {
			counts->foreign++;
			continue;
		}
		if (whose[i]->srtp)
			dial_srtp_prefetch(whose[i]->srtp, false);
		came[i].next = NULL;
		came[i].len = m->msg_len;
		came[i].forged = false;
		came[i].at_us = at_us ? at_us : now_us;
		wait_at(whose[i], &came[i]);
	}
	decrypt(whose, came, n);
}

static void receive_control(struct dial_shared *p, struct dial_scratch *x,
			    struct dial_counts *counts, uint64_t now_us)
{
	for (unsigned i = 0; i < CONTROL_PACKETS; i++) {
		ssize_t n = dial_scratch_receive(x, p->ports.rtcp);
		struct sockaddr_in from = x->from;
		struct dial_stream *s;

		if (n < 0)
			return;
		from.sin_port = htons((uint16_t)(ntohs(from.sin_port) - 1));
		s = find(p, &from)->stream;
		if (s)
			dial_stream_hear_control(s, x, (size_t)n, now_us);
		else
			counts->foreign++;
	}
}

void dial_shared_receive(struct dial_shared *p, struct dial_scratch *x,
			 struct dial_counts *counts, uint64_t now_us)
{
	unsigned n = DIAL_IN_BATCH;

	while (n == DIAL_IN_BATCH && x->n_came < DIAL_CAME_MAX) {
		struct dial_came *came = &x->came[x->n_came];

		n = receive_batch(p, x, came, DIAL_CAME_MAX - x->n_came);
		deal(p, x, came, n, counts, now_us);
		x->n_came += n;
	}
	receive_control(p, x, counts, now_us);
}

/* ---- sending ---------------------------------------------------------------
 */

uint8_t *dial_shared_room(struct dial_shared *p)
{
	return p->calls->out.buf[p->calls->out.n];
}

void dial_shared_send(struct dial_shared *p, struct dial_stream *s, size_t len)
{
	struct out *o = &p->calls->out;

	if (s->srtp)
		dial_srtp_prefetch(s->srtp, true);
	o->iov[o->n].iov_len = len;
	o->msgs[o->n].msg_hdr.msg_name = &s->latch.remote;
	o->streams[o->n] = s;
	if (++o->n == BATCH)
		dial_shared_flush(p);
}

/* What cannot be encrypted does not go: its length becomes 0. */
static void encrypt(struct out *o)
{
	struct dial_srtp_packet packets[BATCH];
	unsigned of[BATCH], n = 0;

	for (unsigned i = 0; i < o->n; i++) {
		if (!o->streams[i]->srtp)
			continue;
		packets[n] =
			(struct dial_srtp_packet){.srtp = o->streams[i]->srtp,
						  .data = o->buf[i],
						  .len = o->iov[i].iov_len};
		of[n++] = i;
	}
	dial_srtp_protect_many(packets, n);
	for (unsigned i = 0; i < n; i++)
		o->iov[of[i]].iov_len = packets[i].err ? 0 : packets[i].len;
}

static void count_late(struct out *o)
{
	for (unsigned i = 0; i < o->n; i++) {
		o->streams[i]->sent_late++;
		o->streams[i]->counts->late++;
	}
}

/* How many stand from there on that can go together. */
static unsigned run_of(const struct out *o, unsigned at)
{
	unsigned n = at;

	while (n < o->n && o->iov[n].iov_len)
		n++;

	return n - at;
}

/* One that is refused (a full buffer) is lost, and those behind it go on. */
void dial_shared_flush(struct dial_shared *p)
{
	struct out *o = &p->calls->out;
	unsigned at = 0;

	encrypt(o);
	while (at < o->n) {
		unsigned run = run_of(o, at);
		int n = run ? sendmmsg(p->ports.rtp, o->msgs + at, run,
				       MSG_DONTWAIT)
			    : 0;

		if (n <= 0)
			o->streams[at]->counts->failed++;
		at += n > 0 ? (unsigned)n : 1;
	}
	if (o->n && yh_now_us() > p->due_us + DIAL_LATE_US)
		count_late(o);
	o->n = 0;
}
