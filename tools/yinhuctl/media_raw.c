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
#include "media_raw.h"

enum { BYTES = YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES, LOOK = 256 };

struct raw {
	unsigned cpu;
	unsigned n, ms;
	int *tx, *rx;
	struct sockaddr_in *to;
	double per_second;
};

static void *run(void *arg)
{
	const struct sched_param first = {.sched_priority = 1};
	struct raw *r = arg;
	uint8_t buf[BYTES] = {0};
	uint64_t from, now, n = 0;
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(r->cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	(void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &first);
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
