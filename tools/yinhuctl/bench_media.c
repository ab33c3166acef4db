/**
 * @file bench_media.c  yinhuctl bench media: full-duplex calls on one core.
 *
 * The dialer's media objects on one CPU, the far end and everything else on
 * another. Calls are added step by step, and none is taken away, until packets
 * leave late or are lost. The raw sendto/recv loop runs on the same CPU before
 * and after.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/err.h"
#include "commands.h"
#include "cpu.h"
#include "media_raw.h"
#include "media_rig.h"
#include "progress/progress.h"

enum {
	SETTLE_MS = YH_PROGRESS_VOICE_MS + 3000, /* talking for good by then */
	RAW_MS = 2000,
	PER_SECOND = 400, /* calls set up while others talk */
	FRAMES = 50,	  /* a second */
	BARE = 2000,	  /* calls of the bare loop */
	REPORT_MS = 10000,
	WINDOWS = 3, /* of a step; the one in the middle counts */
};

static const double late_bar = 0.001;

struct options {
	unsigned cpu;
	int srtp;
	unsigned calls, seconds, hold, per_port;
	const char *dir;
};

struct run {
	struct options opt;
	struct yc_rig *rig;
	struct yc_rig_sample first;
	double raw_one, raw_many, bare_us;
	unsigned best;
	json_t *growth;
};

static double ratio(uint64_t part, uint64_t of)
{
	return of ? (double)part / (double)of : 0;
}

static bool holds(const struct yc_rig_sample *s)
{
	uint64_t taken = s->received + s->calls * 3ull; /* on their way */

	return s->sent && ratio(s->late, s->sent) < late_bar &&
	       ratio(s->peer_late, s->peer_received) < late_bar &&
	       !s->peer_lost && !s->failed && taken >= s->peer_sent;
}

static json_t *row(const struct run *r, const struct yc_rig_sample *s)
{
	double grown =
		s->calls > r->first.calls
			? ((double)s->rss_bytes - (double)r->first.rss_bytes) /
				  (s->calls - r->first.calls)
			: 0;

	return json_pack(
		"{s:i,s:f,s:f,s:f,s:f,s:I,s:f,s:i,s:b}", "calls", (int)s->calls,
		"cpu_percent", s->cpu * 100, "us_a_frame",
		s->sent ? s->cpu * s->seconds * 1e6 / (double)s->sent : 0.0,
		"late_ratio", ratio(s->late, s->sent), "late_ratio_far_end",
		ratio(s->peer_late, s->peer_received), "lost",
		(json_int_t)s->peer_lost, "kib_a_call", grown / 1024, "fds",
		(int)s->fds, "holds", holds(s));
}

/* Finer steps where it gets tight. */
static unsigned next_step(unsigned n, double cpu)
{
	unsigned step = cpu < 0.5 ? n : cpu < 0.65 ? n / 4 : n / 16;

	return n + (step < 100 ? 100 : step > 800 ? 800 : step / 50 * 50);
}

static int by_late(const void *a, const void *b)
{
	const struct yc_rig_sample *x = a, *y = b;
	double d = ratio(x->late + x->peer_late, x->sent) -
		   ratio(y->late + y->peer_late, y->sent);

	return d < 0 ? -1 : d > 0;
}

/* A machine that stalls once in a while spoils one window, not the step. */
static struct yc_rig_sample look(struct run *r)
{
	struct yc_rig_sample s[WINDOWS];

	for (unsigned i = 0; i < WINDOWS; i++)
		s[i] = yc_rig_measure(r->rig, r->opt.seconds * 1000);
	qsort(s, WINDOWS, sizeof(s[0]), by_late);

	return s[WINDOWS / 2];
}

static int grow(struct run *r)
{
	unsigned n = 100, failed = 0;

	while (n <= r->opt.calls && failed < 2) {
		struct yc_rig_sample s;
		int err = yc_rig_grow(r->rig, n, PER_SECOND);

		if (err)
			return err;
		yc_rig_run(r->rig, SETTLE_MS);
		s = look(r);
		if (!r->first.calls)
			r->first = s;
		json_array_append_new(r->growth, row(r, &s));
		fprintf(stderr,
			"%5u calls: %5.1f %% of the core, late %.5f, far end "
			"%.5f, lost %llu\n",
			n, s.cpu * 100, ratio(s.late, s.sent),
			ratio(s.peer_late, s.peer_received),
			(unsigned long long)s.peer_lost);
		if (holds(&s))
			r->best = n;
		failed = holds(&s) ? 0 : failed + 1;
		n = next_step(n, s.cpu);
	}

	return 0;
}

static int raw(struct run *r, double *one)
{
	return yc_media_raw(r->opt.cpu, 1, RAW_MS, one);
}

static void print(const struct run *r)
{
	double limit = r->raw_one / FRAMES;
	double bare = r->bare_us > 0 ? 1e6 / r->bare_us / FRAMES : 0;
	json_t *all = json_pack(
		"{s:s,s:i,s:s,s:s,s:f,s:f,s:b,s:i,s:f,s:f,"
		"s:{s:i,s:f,s:f,s:f,s:f},"
		"s:{s:f,s:i,s:f},s:s,s:O}",
		"name", r->opt.srtp ? "media_srtp" : "media", "value",
		(int)r->best, "unit", "calls", "peer",
		"sendto/recv loop on the same core", "peer_value", limit,
		"ratio", limit > 0 ? r->best / limit : 0.0, "srtp", r->opt.srtp,
		"calls_per_port", (int)r->opt.per_port, "raw_pairs_per_second",
		r->raw_one, "raw_pairs_per_second_2000_sockets", r->raw_many,
		"bare_loop_at_the_calls_pace", "calls", BARE, "us_a_frame",
		r->bare_us, "calls_a_whole_core", bare, "ratio",
		limit > 0 ? bare / limit : 0.0, "value_beside_it",
		bare > 0 ? r->best / bare : 0.0, "bar", "ratio", 0.6,
		"kib_a_call", 96, "late_ratio", late_bar, "conditions",
		"full-duplex G.711 A-law, 20 ms: prompts playing, callee "
		"audio coming in, VAD, recording of both sides to the disk; "
		"one media core, the far end and the loop on another; "
		"simulated far end over loopback; late: over 5 ms; a step is "
		"the "
		"median of three windows",
		"growth", r->growth);

	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
}

static int hold(struct run *r)
{
	int err;

	yc_rig_throw_recordings_away(r->rig);
	err = yc_rig_grow(r->rig, r->opt.calls, PER_SECOND);
	for (unsigned s = 0; s < r->opt.hold && !err; s += REPORT_MS / 1000) {
		struct yc_rig_sample at = yc_rig_measure(r->rig, REPORT_MS);
		json_t *line = json_pack(
			"{s:i,s:i,s:f,s:f,s:f,s:I,s:I,s:i}", "second",
			(int)(s + REPORT_MS / 1000), "calls", (int)at.calls,
			"cpu_percent", at.cpu * 100, "late_ratio",
			ratio(at.late, at.sent), "late_ratio_far_end",
			ratio(at.peer_late, at.peer_received), "lost",
			(json_int_t)at.peer_lost, "rss_bytes",
			(json_int_t)at.rss_bytes, "fds", (int)at.fds);

		json_dumpf(line, stdout, JSON_COMPACT | JSON_REAL_PRECISION(5));
		putchar('\n');
		fflush(stdout);
		json_decref(line);
	}

	return err;
}

static int measure(struct run *r)
{
	double again = 0;
	int err = raw(r, &r->raw_one);

	if (!err)
		err = yc_media_raw(r->opt.cpu, BARE, RAW_MS, &r->raw_many);
	if (!err)
		err = yc_media_bare(r->opt.cpu, !r->opt.cpu, BARE, RAW_MS,
				    &r->bare_us);
	if (!err)
		err = grow(r);
	yc_rig_close(r->rig);
	r->rig = NULL;
	if (!err)
		err = raw(r, &again);
	if (again > r->raw_one)
		r->raw_one = again; /* the harder one */
	if (!err)
		print(r);

	return err;
}

static int run(struct run *r)
{
	const struct yc_rig_conf conf = {.media_cpu = r->opt.cpu,
					 .loop_cpu = !r->opt.cpu,
					 .far_cpu = !r->opt.cpu,
					 .calls_per_port = r->opt.per_port,
					 .srtp = r->opt.srtp,
					 .record = true,
					 .dir = r->opt.dir};
	struct rlimit files = {.rlim_cur = 20000, .rlim_max = 20000};
	struct yc_awake awake[2] = {0};
	int err;

	(void)setrlimit(RLIMIT_NOFILE, &files);
	r->growth = json_array();
	if (!r->opt.hold) {
		yc_awake_begin(&awake[0], conf.media_cpu);
		yc_awake_begin(&awake[1], conf.far_cpu);
	}
	err = yc_rig_open(&r->rig, &conf);
	if (!err)
		err = r->opt.hold ? hold(r) : measure(r);
	yc_rig_close(r->rig);
	yc_awake_end(&awake[0]);
	yc_awake_end(&awake[1]);
	json_decref(r->growth);
	if (err)
		fprintf(stderr, "yinhuctl: bench media, recordings in %s: %s\n",
			r->opt.dir, yh_err_text(err));

	return err ? YC_FAILED : YC_OK;
}

int yc_bench_media(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"srtp", no_argument, NULL, 'e'},
		{"cpu", required_argument, NULL, 'c'},
		{"calls", required_argument, NULL, 'n'},
		{"seconds", required_argument, NULL, 's'},
		{"hold", required_argument, NULL, 'h'},
		{"calls-per-port", required_argument, NULL, 'p'},
		{"dir", required_argument, NULL, 'd'},
		{0}};
	struct run r = {.opt = {.calls = 6000,
				.per_port = 1,
				.seconds = 5,
				.dir = "build/bench/recordings"}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt == 'e')
			r.opt.srtp = 1;
		else if (opt == 'c')
			r.opt.cpu = (unsigned)atoi(optarg);
		else if (opt == 'n')
			r.opt.calls = (unsigned)atoi(optarg);
		else if (opt == 's')
			r.opt.seconds = (unsigned)atoi(optarg);
		else if (opt == 'h')
			r.opt.hold = (unsigned)atoi(optarg);
		else if (opt == 'p')
			r.opt.per_port = (unsigned)atoi(optarg);
		else if (opt == 'd')
			r.opt.dir = optarg;
		else
			return YC_USAGE;
	if (optind != argc || !r.opt.seconds)
		return YC_USAGE;

	return run(&r);
}
