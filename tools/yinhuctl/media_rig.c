/** @file media_rig.c  The dialer's media on one core, see media_rig.h */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/mem.h"
#include "media_peer.h"
#include "media_rig.h"

enum {
	PROMPT_FRAMES = 400, /* 8 s */
	SWEEP_MS = 20,
	SWEEP_STEPS = 500, /* until all recordings were emptied once */
	PORT_MIN = 20000,
	PORT_MAX = 20000 + 2 * YC_PEER_CALLS - 1,
};

struct near_call {
	struct dial_leg *leg;
	uint16_t port;
	struct sockaddr_in far;
	uint32_t seq;
};

struct yc_rig {
	struct yc_rig_conf conf;
	uv_loop_t loop;
	uv_timer_t timer, sweep;
	struct dial_media *media;
	struct yc_peer *peer;
	int worker; /* thread id */
	unsigned n, made, gone, swept;
	uint64_t cpu_ns;
	struct near_call calls[YC_PEER_CALLS];
	uint8_t prompt[PROMPT_FRAMES * YH_FRAME_SAMPLES];
};

/* ---- what the dialer's loop would do ---------------------------------------
 */

static void play(struct yc_rig *r, uint32_t id)
{
	struct near_call *c = &r->calls[id];
	const struct dial_order o = {.kind = DIAL_ORDER_PLAY,
				     .prompt = {.seq = ++c->seq,
						.barge_in = id % 2,
						.alaw = r->prompt,
						.n = PROMPT_FRAMES}};

	if (c->leg)
		(void)dial_media_order(r->media, c->leg, &o);
}

static void resolve(struct yc_rig *r, uint32_t id)
{
	const struct dial_order o = {.kind = DIAL_ORDER_RESOLVED};

	if (r->calls[id].leg)
		(void)dial_media_order(r->media, r->calls[id].leg, &o);
}

static void on_news(void *arg, const struct dial_news *news)
{
	struct yc_rig *r = arg;

	if (news->kind == DIAL_NEWS_GONE)
		r->gone++;
	if (news->kind != DIAL_NEWS_ACTS)
		return;
	if (news->acts & DIAL_TALK_SPEECH_END)
		resolve(r, news->id);
	if (news->acts & DIAL_TALK_PLAYED)
		play(r, news->id);
}

/* ---- calls -----------------------------------------------------------------
 */

int yc_rig_dial(struct yc_rig *r, uint32_t *id, uint16_t *port)
{
	struct near_call *c = &r->calls[r->made];
	int err = r->made < YC_PEER_CALLS ? 0 : -ENOSPC;

	if (!err)
		err = dial_media_add(r->media, r->made, NULL, &c->leg,
				     &c->port);
	if (err)
		return err;
	*id = r->made++;
	*port = c->port;
	r->n++;

	return 0;
}

int yc_rig_answer(struct yc_rig *r, uint32_t id)
{
	struct dial_order o = {.kind = DIAL_ORDER_ANSWER,
			       .media = {.event_pt = DIAL_PT_EVENT}};
	struct near_call *c = &r->calls[id];
	int err = yc_peer_add(r->peer, c->port, &c->far);

	o.media.addr = c->far;
	if (!err && r->conf.srtp)
		err = dial_srtp_create(&o.srtp, yc_dialer_key, yc_peer_key);
	if (r->conf.record)
		snprintf(o.path, sizeof(o.path), "%s/%u.wav", r->conf.dir, id);
	if (!err)
		err = dial_media_order(r->media, c->leg, &o);
	if (!err)
		play(r, id);

	return err;
}

int yc_rig_end(struct yc_rig *r, uint32_t id)
{
	const struct dial_order o = {.kind = DIAL_ORDER_CLOSE};
	struct near_call *c = &r->calls[id];
	int err;

	if (!c->leg)
		return 0;
	err = dial_media_order(r->media, c->leg, &o);
	if (err)
		return err;
	yc_peer_remove(r->peer, &c->far);
	c->leg = NULL;
	r->n--;

	return 0;
}

uv_loop_t *yc_rig_loop(struct yc_rig *r)
{
	return &r->loop;
}

static int add(struct yc_rig *r)
{
	uint32_t id;
	uint16_t port;
	int err = yc_rig_dial(r, &id, &port);

	return err ? err : yc_rig_answer(r, id);
}

static void on_time(uv_timer_t *t)
{
	uv_stop(t->loop);
}

void yc_rig_run(struct yc_rig *r, unsigned ms)
{
	uv_timer_start(&r->timer, on_time, ms, 0);
	uv_run(&r->loop, UV_RUN_DEFAULT);
}

int yc_rig_grow(struct yc_rig *r, unsigned n, unsigned per_second)
{
	uint64_t from = yh_now_us(), made = 0;
	int err = 0;

	while (r->n < n && !err) {
		uint64_t due = (yh_now_us() - from) * per_second / 1000000 + 1;

		for (; r->n < n && made < due && !err; made++)
			err = add(r);
		yc_rig_run(r, 5);
	}

	return err;
}

static void shrink(struct yc_rig *r, unsigned n)
{
	for (unsigned i = 0; i < r->made && n; i++) {
		if (r->calls[i].leg && !yc_rig_end(r, i))
			n--;
	}
}

/* ---- measuring -------------------------------------------------------------
 */

static uint64_t worker_ns(const struct yc_rig *r)
{
	char path[64];
	unsigned long long ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/task/%d/schedstat", r->worker);
	f = fopen(path, "r");
	if (f && fscanf(f, "%llu", &ns) != 1)
		ns = 0;
	if (f)
		fclose(f);

	return ns;
}

static size_t rss(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%*u %lu", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);

	return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static unsigned count_fds(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);

	return n;
}

struct dial_media_counts yc_rig_counts(const struct yc_rig *r)
{
	return dial_media_counts(r->media);
}

uint64_t yc_rig_near_ns(const struct yc_rig *r)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);

	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec -
	       yc_peer_cpu_ns(r->peer);
}

struct yc_rig_sample yc_rig_measure(struct yc_rig *r, unsigned ms)
{
	struct yc_rig_sample s = {.calls = r->n};
	struct yc_peer_counts peer;
	uint64_t from, cpu;
	struct dial_media_counts a, b;

	yc_peer_begin(r->peer);
	a = dial_media_counts(r->media);
	from = yh_now_us();
	cpu = worker_ns(r);
	yc_rig_run(r, ms);
	s.seconds = (double)(yh_now_us() - from) / 1e6;
	s.cpu = (double)(worker_ns(r) - cpu) / 1e9 / s.seconds;
	b = dial_media_counts(r->media);
	peer = yc_peer_read(r->peer);
	s.sent = b.sent - a.sent;
	s.late = b.late - a.late;
	s.failed = b.failed - a.failed;
	s.received = b.received - a.received;
	s.peer_sent = peer.sent;
	s.peer_received = peer.received;
	s.peer_late = peer.late;
	s.peer_lost = peer.lost + peer.bad;
	s.rss_bytes = rss();
	s.fds = count_fds();

	return s;
}

/* ---- life ------------------------------------------------------------------
 */

static int find_worker(void)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *e;
	int found = 0;

	while (d && !found && (e = readdir(d))) {
		char path[300], name[32] = "";
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/comm",
			 e->d_name);
		f = fopen(path, "r");
		if (f && fgets(name, sizeof(name), f) &&
		    !strcmp(name, DIAL_MEDIA_THREAD "\n"))
			found = atoi(e->d_name);
		if (f)
			fclose(f);
	}
	if (d)
		closedir(d);

	return found;
}

static int pin(int tid, unsigned cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);

	return sched_setaffinity(tid, sizeof(set), &set) ? -errno : 0;
}

static int open_media(struct yc_rig *r)
{
	const struct dial_media_conf conf = {
		.bind_addr = "127.0.0.1",
		.port_min = PORT_MIN,
		.port_max = PORT_MAX,
		.calls_per_port = r->conf.calls_per_port,
		.workers = 1,
		.max_calls = YC_PEER_CALLS,
		.realtime = true,
		.producer = "bench",
		.vad = {.start_ms = 100,
			.end_ms = 260,
			.floor_dbov = -48,
			.margin_db = 12,
			.max_ms = 20000},
		.barge = dial_barge_find("sentence"),
		.talk = {.barge_ms = 160, .judged = true, .lost_ms = 600000},
	};
	int err = pin(0, r->conf.loop_cpu); /* threads inherit it */

	if (!err)
		err = dial_media_open(&r->media, &r->loop, &conf, on_news, r);
	for (int i = 0; i < 100 && !err && !r->worker; i++) {
		r->worker = find_worker();
		usleep(1000);
	}
	if (!err)
		err = r->worker ? pin(r->worker, r->conf.media_cpu) : -ESRCH;

	return err;
}

int yc_rig_open(struct yc_rig **out, const struct yc_rig_conf *conf)
{
	struct yc_rig *r = yh_zalloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	memset(r, 0, sizeof(*r));
	r->conf = *conf;
	for (unsigned i = 0; i < sizeof(r->prompt); i++)
		r->prompt[i] = yh_alaw_encode(
			(int16_t)(6000 * sin(i * 2 * M_PI * 220 / YH_RATE_HZ)));
	if (conf->record && mkdir(conf->dir, 0750) && errno != EEXIST)
		return -errno;
	uv_loop_init(&r->loop);
	uv_timer_init(&r->loop, &r->timer);
	uv_timer_init(&r->loop, &r->sweep);
	r->sweep.data = r;
	err = open_media(r);
	if (!err)
		err = yc_peer_open(&r->peer, conf->far_cpu, conf->srtp);
	*out = r;

	return err;
}

/* A few at a time: all at once would keep the loop from what calls tell it. */
static void on_sweep(uv_timer_t *t)
{
	struct yc_rig *r = t->data;
	char path[600];

	for (unsigned i = 0; i <= r->made / SWEEP_STEPS && r->made; i++) {
		snprintf(path, sizeof(path), "%s/%u.wav.part", r->conf.dir,
			 r->swept++ % r->made);
		(void)!truncate(path, 0);
	}
}

void yc_rig_throw_recordings_away(struct yc_rig *r)
{
	uv_timer_start(&r->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
}

static void remove_recordings(const struct yc_rig *r)
{
	char path[600];

	for (unsigned i = 0; i < r->made && r->conf.record; i++) {
		snprintf(path, sizeof(path), "%s/%u.wav", r->conf.dir, i);
		(void)unlink(path);
	}
	(void)rmdir(r->conf.dir);
}

void yc_rig_close(struct yc_rig *r)
{
	if (!r)
		return;
	shrink(r, r->n);
	yc_peer_close(r->peer);
	dial_media_close(r->media);
	remove_recordings(r);
	uv_close((uv_handle_t *)&r->timer, NULL);
	uv_close((uv_handle_t *)&r->sweep, NULL);
	uv_run(&r->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&r->loop);
	yh_free(r);
}
