/** @file media_raw.c  The raw socket limit, contract in media_raw.h */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/g711.h"
#include "audio/rtp.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cpu.h"
#include "media_peer.h"
#include "media_raw.h"

enum {
	BYTES = YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES,
	LOOK = 256,
	SLOTS = 20, /* of a millisecond */
	WARM_SLOTS = 500,
};

struct raw {
	unsigned cpu;
	unsigned n, ms;
	int *tx, *rx;
	struct sockaddr_in *to;
	double per_second;
};

/* As a media worker: on its CPU, before all others. */
static void take_cpu(unsigned cpu)
{
	const struct sched_param first = {.sched_priority = 1};
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	(void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
}

/* ---- one pair after the other, as fast as it goes --------------------------
 */

static void *run(void *arg)
{
	struct raw *r = arg;
	uint8_t buf[BYTES] = {0};
	uint64_t from, now, n = 0;

	take_cpu(r->cpu);
	from = yh_now_us();
	do {
		for (unsigned i = 0; i < LOOK; i++, n++) {
			unsigned k = (unsigned)(n % r->n);

			(void)!sendto(r->tx[k], buf, BYTES, MSG_DONTWAIT,
				      (struct sockaddr *)&r->to[k],
				      sizeof(r->to[k]));
			(void)!recv(r->rx[k], buf, BYTES, MSG_DONTWAIT);
		}
		now = yh_now_us();
	} while (now - from < r->ms * 1000ull);
	r->per_second = (double)n * 1e6 / (double)(now - from);

	return NULL;
}

static int open_pair(struct raw *r, unsigned i)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	r->tx[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	r->rx[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (r->tx[i] < 0 || r->rx[i] < 0 ||
	    bind(r->rx[i], (struct sockaddr *)&a, len) ||
	    getsockname(r->rx[i], (struct sockaddr *)&a, &len))
		return -errno;
	r->to[i] = a;

	return 0;
}

int yc_media_raw(unsigned cpu, unsigned pairs, unsigned ms, double *per_second)
{
	struct raw r = {.cpu = cpu, .n = pairs, .ms = ms};
	pthread_t thread;
	unsigned i = 0;
	int err = 0;

	r.tx = yh_calloc(pairs, sizeof(int));
	r.rx = yh_calloc(pairs, sizeof(int));
	r.to = yh_calloc(pairs, sizeof(*r.to));
	while (i < pairs && !err)
		err = open_pair(&r, i++);
	if (!err)
		err = -pthread_create(&thread, NULL, run, &r);
	if (!err)
		err = -pthread_join(thread, NULL);
	*per_second = r.per_second;
	while (i--) {
		close(r.tx[i]);
		close(r.rx[i]);
	}
	yh_free(r.tx);
	yh_free(r.rx);
	yh_free(r.to);

	return err;
}

/* ---- at the calls' pace, the far end on another CPU ------------------------
 */

struct bare {
	unsigned cpu, calls, ms;
	struct yc_peer *peer;
	int *fds;
	struct sockaddr_in *to;
	uint64_t frames, ns;
};

static void serve_slot(struct bare *b, unsigned slot)
{
	uint8_t buf[BYTES] = {0};
	struct yh_rtp rtp = {.payload_type = YH_RTP_PCMA,
			     .len = YH_FRAME_SAMPLES};

	yh_rtp_write(&rtp, buf);
	for (unsigned i = slot; i < b->calls; i += SLOTS, b->frames++) {
		uint8_t in[BYTES];

		(void)!recv(b->fds[i], in, BYTES, MSG_DONTWAIT);
		(void)!sendto(b->fds[i], buf, BYTES, MSG_DONTWAIT,
			      (struct sockaddr *)&b->to[i], sizeof(b->to[i]));
	}
}

static void *serve(void *arg)
{
	struct bare *b = arg;
	uint64_t due = yh_now_us();

	take_cpu(b->cpu);
	for (unsigned n = 0; n < WARM_SLOTS + b->ms; n++) {
		uint64_t now = yh_now_us();

		if (n == WARM_SLOTS) {
			b->frames = 0;
			b->ns = yc_thread_ns(pthread_self());
		}
		due += 1000;
		if (now < due)
			usleep((useconds_t)(due - now));
		serve_slot(b, n % SLOTS);
	}
	b->ns = yc_thread_ns(pthread_self()) - b->ns;

	return NULL;
}

static int open_call(struct bare *b, unsigned i)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(a);

	b->fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (b->fds[i] < 0 || bind(b->fds[i], (struct sockaddr *)&a, len) ||
	    getsockname(b->fds[i], (struct sockaddr *)&a, &len))
		return -errno;

	return yc_peer_add(b->peer, ntohs(a.sin_port), &b->to[i]);
}

int yc_media_bare(unsigned cpu, unsigned far_cpu, unsigned calls, unsigned ms,
		  double *us_a_frame)
{
	struct bare b = {.cpu = cpu, .calls = calls, .ms = ms};
	pthread_t thread;
	unsigned i = 0;
	int err = yc_peer_open(&b.peer, far_cpu, false);

	b.fds = yh_calloc(calls, sizeof(int));
	b.to = yh_calloc(calls, sizeof(*b.to));
	while (i < calls && !err)
		err = open_call(&b, i++);
	if (!err)
		err = -pthread_create(&thread, NULL, serve, &b);
	if (!err)
		err = -pthread_join(thread, NULL);
	*us_a_frame = b.frames ? (double)b.ns / 1e3 / (double)b.frames : 0;
	yc_peer_close(b.peer);
	while (i--)
		close(b.fds[i]);
	yh_free(b.fds);
	yh_free(b.to);

	return err;
}
