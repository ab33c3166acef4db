/**
 * @file bench_setup.c  yinhuctl bench setup: calls a second on one core.
 *
 * The dialer's SIP, and with --media its media objects, with all their threads
 * on one CPU. Each call is placed over UDP at a callee that answers at once,
 * is up for a while and is ended from here. The rate rises step by step until
 * the calls are no longer set up in time.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "../../services/dialer/sip.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "commands.h"
#include "cpu.h"
#include "media_rig.h"

enum {
	CALLS_MAX = 1 << 16, /* of a step */
	WAYS_OUT_MS = 6000,  /* after the last was placed */
	TURN_MS = 2,
	SETUP_BAR_US = 200000, /* p99 of INVITE to answer */
	RTP_PORT = 20000,      /* in the SDP of a call without media */
};

static const double late_bar = 0.001;

struct options {
	const char *trunk, *dir;
	int media;
	unsigned cpu, from, to, step, seconds, hold_ms;
};

struct setup_call {
	uint32_t leg;
	uint16_t port;
	uint64_t placed_us, answered_us;
};

struct step {
	const struct options *opt;
	const struct yc_awake *awake; /* shape (2) */
	struct yc_rig *rig;
	struct dial_sip *sip;
	unsigned rate;
	unsigned placed, answered, hung_up, ended, failed;
	struct setup_call *calls;     /* shape (CALLS_MAX) */
	uint32_t *answers, *times_us; /* by their order, shape (CALLS_MAX) */
};

/* ---- calls -----------------------------------------------------------------
 */

static int place(struct step *s)
{
	uint32_t id = s->placed;
	struct setup_call *c = &s->calls[id];
	struct dial_sip_invite inv = {.id = id + 1,
				      .number = "02155550123",
				      .caller = "02155550000",
				      .rtp_port = RTP_PORT,
				      .session = id + 1};
	int err = 0;

	*c = (struct setup_call){.placed_us = yh_now_us()};
	if (s->opt->media)
		err = yc_rig_dial(s->rig, &c->leg, &c->port);
	if (s->opt->media)
		inv.rtp_port = c->port;
	if (!err)
		err = dial_sip_invite(s->sip, &inv);
	s->placed += !err;

	return err;
}

static void on_sip(void *arg, const struct dial_sip_event *ev)
{
	struct step *s = arg;
	struct setup_call *c = ev->id ? &s->calls[ev->id - 1] : NULL;

	if (c && ev->kind == DIAL_SIP_ANSWERED) {
		c->answered_us = ev->at_us;
		s->times_us[s->answered] =
			(uint32_t)(yh_now_us() - c->placed_us);
		s->answers[s->answered++] = ev->id;
		if (s->opt->media && yc_rig_answer(s->rig, c->leg))
			s->failed++;
	} else if (c && ev->kind == DIAL_SIP_ENDED) {
		s->ended++;
		s->failed += !c->answered_us || ev->by_peer;
		if (s->opt->media && yc_rig_end(s->rig, c->leg))
			s->failed++;
	}
}

static void hang_up_due(struct step *s)
{
	uint64_t now = yh_now_us();

	while (s->hung_up < s->answered) {
		uint32_t id = s->answers[s->hung_up];

		if (s->calls[id - 1].answered_us + s->opt->hold_ms * 1000ull >
		    now)
			return;
		if (dial_sip_hang_up(s->sip, id, 16, "bench"))
			return;
		s->hung_up++;
	}
}

/* ---- a step ----------------------------------------------------------------
 */

static void turn(struct step *s)
{
	yc_rig_run(s->rig, TURN_MS);
	hang_up_due(s);
}

static int place_all(struct step *s)
{
	uint64_t from = yh_now_us(), end = from + s->opt->seconds * 1000000ull;
	int err = 0;

	for (uint64_t now = from; now < end && !err; now = yh_now_us()) {
		uint64_t due = (now - from) * s->rate / 1000000 + 1;

		while (s->placed < due && s->placed < CALLS_MAX && !err)
			err = place(s);
		turn(s);
	}

	return err;
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double quantile_ms(const struct step *s, double q)
{
	return s->answered
		       ? s->times_us[(unsigned)(q * (s->answered - 1))] / 1000.0
		       : 0;
}

static json_t *row(struct step *s, double core, struct dial_media_counts rtp,
		   bool *holds)
{
	double late = rtp.sent ? (double)rtp.late / (double)rtp.sent : 0;

	qsort(s->times_us, s->answered, sizeof(s->times_us[0]), by_size);
	*holds = s->placed + s->rate / 50 >= s->rate * s->opt->seconds &&
		 s->ended == s->placed && !s->failed &&
		 quantile_ms(s, .99) * 1000 < SETUP_BAR_US && late < late_bar;

	return json_pack("{s:i,s:i,s:i,s:i,s:f,s:f,s:f,s:I,s:I,s:b}", "rate",
			 (int)s->rate, "placed", (int)s->placed, "answered",
			 (int)s->answered, "failed",
			 (int)(s->failed + s->placed - s->ended),
			 "setup_p50_ms", quantile_ms(s, .5), "setup_p99_ms",
			 quantile_ms(s, .99), "core_percent", core * 100,
			 "rtp_sent", (json_int_t)rtp.sent, "rtp_late",
			 (json_int_t)rtp.late, "holds", *holds);
}

/* Of the near side's threads. */
static uint64_t near_ns(const struct step *s)
{
	return yc_rig_near_ns(s->rig) - yc_thread_ns(s->awake[0].thread) -
	       yc_thread_ns(s->awake[1].thread);
}

static int run_step(struct step *s, json_t **out, bool *holds)
{
	uint64_t from = yh_now_us(), cpu = near_ns(s), passed, end;
	int err = place_all(s);

	passed = yh_now_us() - from;
	cpu = near_ns(s) - cpu;
	end = yh_now_us() + WAYS_OUT_MS * 1000 + s->opt->hold_ms * 1000ull;
	while (!err && s->ended < s->placed && yh_now_us() < end)
		turn(s);
	if (!err)
		*out = row(s, (double)cpu / 1000 / (double)passed,
			   yc_rig_counts(s->rig), holds);

	return err;
}

static int open_step(struct step *s, const struct dial_trunks *trunks)
{
	const struct options *o = s->opt;
	const struct yc_rig_conf conf = {.media_cpu = o->cpu,
					 .loop_cpu = o->cpu,
					 .far_cpu = !o->cpu,
					 .record = true,
					 .dir = o->dir};
	const struct dial_sip_conf sip = {.listen = "127.0.0.1:0",
					  .tls_listen = "",
					  .tls_dir = "",
					  .media_addr = "127.0.0.1",
					  .trunks = trunks};
	int err = yc_rig_open(&s->rig, &conf);

	s->calls = yh_calloc(CALLS_MAX, sizeof(*s->calls));
	s->answers = yh_calloc(CALLS_MAX, sizeof(*s->answers));
	s->times_us = yh_calloc(CALLS_MAX, sizeof(*s->times_us));
	if (!s->calls || !s->answers || !s->times_us)
		err = -ENOMEM;
	if (!err)
		err = dial_sip_open(&s->sip, yc_rig_loop(s->rig), &sip, on_sip,
				    s);

	return err;
}

static void close_step(struct step *s)
{
	dial_sip_close(s->sip);
	yc_rig_close(s->rig);
	yh_free(s->calls);
	yh_free(s->answers);
	yh_free(s->times_us);
}

/* ---- all steps -------------------------------------------------------------
 */

static void print(const struct options *o, unsigned best, json_t *rows)
{
	json_t *all = json_pack(
		"{s:s,s:i,s:s,s:b,s:i,s:s,s:O}", "name",
		o->media ? "setup_media" : "setup", "value", (int)best, "unit",
		"calls/s", "media", o->media, "hold_ms", (int)o->hold_ms,
		"conditions",
		"SIP over UDP on loopback, INVITE 180 200 ACK BYE 200; all "
		"threads of the dialer's objects on one core, callees on "
		"another; a rate holds when no call fails, the answer is known "
		"within 200 ms (p99), and under 0.1 % of RTP is late",
		"steps", rows);

	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
}

static int run(const struct options *o, const struct dial_trunks *trunks)
{
	struct yc_awake awake[2] = {0};
	json_t *rows = json_array();
	unsigned best = 0, failed = 0;
	int err = 0;

	yc_awake_begin(&awake[0], 0);
	yc_awake_begin(&awake[1], 1);
	for (unsigned rate = o->from; rate <= o->to && failed < 2 && !err;
	     rate += o->step) {
		struct step s = {.opt = o, .awake = awake, .rate = rate};
		json_t *one = NULL;
		bool holds = false;

		err = open_step(&s, trunks);
		if (!err)
			err = run_step(&s, &one, &holds);
		close_step(&s);
		if (one) {
			json_dumpf(one, stderr,
				   JSON_COMPACT | JSON_REAL_PRECISION(5));
			fputc('\n', stderr);
			json_array_append_new(rows, one);
		}
		best = holds ? rate : best;
		failed = holds ? 0 : failed + 1;
	}
	yc_awake_end(&awake[0]);
	yc_awake_end(&awake[1]);
	if (err)
		fprintf(stderr, "yinhuctl: bench setup: %s\n",
			yh_err_text(err));
	else
		print(o, best, rows);
	json_decref(rows);

	return err ? YC_FAILED : YC_OK;
}

static bool read_options(int argc, char **argv, struct options *o)
{
	static const struct option OPTIONS[] = {
		{"media", no_argument, NULL, 'm'},
		{"cpu", required_argument, NULL, 'c'},
		{"from", required_argument, NULL, 'f'},
		{"to", required_argument, NULL, 't'},
		{"step", required_argument, NULL, 'p'},
		{"seconds", required_argument, NULL, 's'},
		{"hold", required_argument, NULL, 'h'},
		{"dir", required_argument, NULL, 'd'},
		{0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		unsigned n = optarg ? (unsigned)atoi(optarg) : 0;

		switch (opt) {
		case 'm':
			o->media = 1;
			break;
		case 'c':
			o->cpu = n;
			break;
		case 'f':
			o->from = n;
			break;
		case 't':
			o->to = n;
			break;
		case 'p':
			o->step = n;
			break;
		case 's':
			o->seconds = n;
			break;
		case 'h':
			o->hold_ms = n;
			break;
		case 'd':
			o->dir = optarg;
			break;
		default:
			return false;
		}
	}
	if (optind != argc - 1)
		return false;
	o->trunk = argv[optind];

	return o->from && o->step && o->seconds &&
	       (uint64_t)o->to * o->seconds < CALLS_MAX;
}

int yc_bench_setup(int argc, char **argv)
{
	struct options o = {.dir = "build/bench/recordings",
			    .from = 100,
			    .to = 2000,
			    .step = 100,
			    .seconds = 5,
			    .hold_ms = 1000};
	struct rlimit files = {.rlim_cur = 20000, .rlim_max = 20000};
	struct dial_trunk_defaults def = {.name = "bench",
					  .caller_ids = "02155550000",
					  .cps = 1000,
					  .channels = 5000};
	struct dial_trunks *trunks = NULL;
	char error[256] = "";
	int rc = YC_USAGE;

	if (!read_options(argc, argv, &o))
		return YC_USAGE;
	(void)setrlimit(RLIMIT_NOFILE, &files);
	def.address = o.trunk;
	if (dial_trunks_load(&trunks, "", &def, error, sizeof(error)))
		fprintf(stderr, "yinhuctl: bench setup: %s\n", error);
	else
		rc = run(&o, trunks);
	dial_trunks_free(trunks);

	return rc;
}
