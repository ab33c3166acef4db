/**
 * @file simulate_pacing.c  yinhuctl simulate pacing: the pacer on a day of
 * calls, beside two known rules.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "commands.h"
#include "sim_day.h"

enum { ROWS_MAX = 64, AGENTS_MAX = 2000 };
static const double CAP = 0.03;
/* Drop limits that the adaptive rule may be set to; its best one counts. */
static const double LIMITS[] = {0.03, 0.025, 0.02, 0.015, 0.01, 0.005, 0};

struct options {
	unsigned agents[ROWS_MAX], n, hours, minutes;
	uint64_t seed;
	int drift, burst, json;
	const char *pacer, *trace;
};

static int day(const struct options *o, unsigned agents, struct yc_pacing *p,
	       struct yc_day_result *out)
{
	struct yc_world w;
	int err = o->trace ? yc_world_read(&w, o->trace)
			   : yc_world_open(&w, o->seed, o->hours, o->drift,
					   o->burst);

	if (!err && p->rule == YC_OURS) {
		struct yh_pacer_conf conf = yh_pacer_defaults(agents);

		err = yh_pacer_create(&p->ours, &conf, 0);
	}
	if (!err) {
		p->random = o->seed;
		p->gap_ms = yc_world_mean_handling_ms() *
			    yc_world_mean_rate(&w) /
			    yc_erlang_load(agents, CAP);
		err = yc_day_run(&w, p, agents,
				 o->minutes ? o->minutes * 60000ull
					    : o->hours * 3600000ull,
				 out);
	}
	yh_pacer_destroy(p->ours);
	p->ours = NULL;
	yc_world_close(&w);

	return err;
}

static bool within_cap(const struct yc_day_result *r, bool day_only)
{
	return r->abandoned_ratio <= CAP && (day_only || r->window_max <= CAP);
}

/* The best of its settings that keeps the cap, by hindsight; if none does,
 * the one with the fewest abandoned. */
static int adaptive(const struct options *o, unsigned agents, bool day_only,
		    struct yc_day_result *out)
{
	struct yc_day_result best = {.abandoned_ratio = 2};

	for (unsigned i = 0; i < 2 * YH_ARRAY_LEN(LIMITS); i++) {
		struct yc_pacing p = {.rule = YC_ADAPTIVE,
				      .level = 1,
				      .limit = LIMITS[i / 2],
				      .ready_only = i % 2};
		struct yc_day_result r;
		int err = day(o, agents, &p, &r);

		if (err)
			return err;
		if (within_cap(&r, day_only)
			    ? !within_cap(&best, day_only) ||
				      r.utilisation > best.utilisation
			    : r.abandoned_ratio < best.abandoned_ratio)
			best = r;
	}
	*out = best;

	return 0;
}

static json_t *row(const struct options *o, unsigned agents, const char *pacer)
{
	struct yc_day_result r;
	struct yc_pacing p = {.rule = YC_OURS};
	int err;

	if (!strcmp(pacer, "erlang"))
		p.rule = YC_ERLANG;
	if (!strncmp(pacer, "adaptive", 8))
		err = adaptive(o, agents, !strcmp(pacer, "adaptive-day"), &r);
	else
		err = day(o, agents, &p, &r);
	if (err)
		return NULL;

	return json_pack(
		"{s:i s:s s:f s:f s:f s:f s:f s:i s:i s:i s:i s:i}", "agents",
		agents, "pacer", pacer, "utilisation", r.utilisation,
		"abandoned", r.abandoned_ratio, "abandoned_window_max",
		r.window_max, "abandoned_window_max_at_s",
		(double)r.window_max_at_ms / 1000, "floor",
		yc_erlang_load(agents, CAP) * (1 - CAP) / agents, "answers",
		r.answers, "calls", r.calls, "abandoned_calls", r.abandoned,
		"dials", r.dials, "withdrawn", r.withdrawn);
}

static void print(const json_t *rows)
{
	size_t i;
	const json_t *r;

	printf("%7s %-12s %11s %10s %11s %8s %8s %8s\n", "agents", "pacer",
	       "utilisation", "abandoned", "worst 30min", "floor", "answers",
	       "dials");
	json_array_foreach(rows, i, r)
	{
		const char *pacer;
		json_int_t agents, answers, dials;
		double u, a, w, f;

		json_unpack((json_t *)(uintptr_t)r,
			    "{s:I s:s s:F s:F s:F s:F s:I s:I}", "agents",
			    &agents, "pacer", &pacer, "utilisation", &u,
			    "abandoned", &a, "abandoned_window_max", &w,
			    "floor", &f, "answers", &answers, "dials", &dials);
		printf("%7lld %-12s %10.1f%% %9.2f%% %10.2f%% %7.1f%% %8lld "
		       "%8lld\n",
		       agents, pacer, 100 * u, 100 * a, 100 * w, 100 * f,
		       answers, dials);
	}
}

static int read_agents(struct options *o, const char *text)
{
	for (o->n = 0; o->n < ROWS_MAX;) {
		char *end;
		unsigned long n = strtoul(text, &end, 10);

		if (end == text || !n || n > AGENTS_MAX)
			return -1;
		o->agents[o->n++] = (unsigned)n;
		if (!*end)
			return 0;
		if (*end != ',')
			return -1;
		text = end + 1;
	}

	return -1;
}

static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"agents", required_argument, NULL, 'a'},
		{"seed", required_argument, NULL, 's'},
		{"hours", required_argument, NULL, 'h'},
		{"minutes", required_argument, NULL, 'm'},
		{"trace", required_argument, NULL, 't'},
		{"pacer", required_argument, NULL, 'p'},
		{"drift", no_argument, NULL, 'd'},
		{"burst", no_argument, NULL, 'b'},
		{"json", no_argument, NULL, 'j'},
		{0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		switch (opt) {
		case 'a':
			if (read_agents(o, optarg))
				return -1;
			break;
		case 's':
			o->seed = strtoull(optarg, NULL, 10);
			break;
		case 'h':
			o->hours = (unsigned)atoi(optarg);
			break;
		case 'm':
			o->minutes = (unsigned)atoi(optarg);
			break;
		case 't':
			o->trace = optarg;
			break;
		case 'p':
			o->pacer = optarg;
			break;
		case 'd':
			o->drift = 1;
			break;
		case 'b':
			o->burst = 1;
			break;
		case 'j':
			o->json = 1;
			break;
		default:
			return -1;
		}
	}

	return optind == argc && o->hours >= 1 && o->hours <= 24 ? 0 : -1;
}

int yc_simulate_pacing(int argc, char **argv)
{
	static const char *const PACERS[] = {"ours", "erlang", "adaptive",
					     "adaptive-day"};
	struct options o = {.agents = {5, 10, 20, 50, 100, 200},
			    .n = 6,
			    .hours = 8,
			    .seed = 1,
			    .pacer = "ours"};
	json_t *rows = json_array(), *all;
	int known = 0, failed = 0;

	if (read_options(&o, argc, argv)) {
		json_decref(rows);
		return YC_USAGE;
	}
	for (unsigned i = 0; i < o.n; i++)
		for (unsigned k = 0; k < YH_ARRAY_LEN(PACERS); k++)
			if (!strcmp(o.pacer, "all") ||
			    !strcmp(o.pacer, PACERS[k])) {
				known = 1;
				failed |= json_array_append_new(
					rows, row(&o, o.agents[i], PACERS[k]));
			}
	if (!known) {
		json_decref(rows);
		return YC_USAGE;
	}
	all = json_pack("{s:I s:i s:b s:b s:O}", "seed", (json_int_t)o.seed,
			"hours", o.hours, "drift", o.drift, "burst", o.burst,
			"rows", rows);
	if (o.json && !failed) {
		json_dumpf(all, stdout,
			   JSON_INDENT(1) | JSON_REAL_PRECISION(6));
		putchar('\n');
	} else if (!failed) {
		print(rows);
	}
	json_decref(all);
	json_decref(rows);

	return failed ? YC_FAILED : YC_OK;
}
