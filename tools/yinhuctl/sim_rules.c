/** @file sim_rules.c  Pacers to compare, contract in sim_rules.h */
#include <math.h>

#include "sim_rules.h"
#include "sim_world.h"

static double loss_of(unsigned n, double load)
{
	double b = 1;

	for (unsigned k = 1; k <= n; k++)
		b = load * b / (k + load * b);

	return b;
}

double yc_erlang_load(unsigned n, double loss)
{
	double low = 0, high = 2.0 * n + 2;

	for (unsigned i = 0; i < 60; i++) {
		double mid = (low + high) / 2;

		if (loss_of(n, mid) > loss)
			high = mid;
		else
			low = mid;
	}

	return low;
}

static unsigned open_loop(struct yc_pacing *p, uint64_t now_ms)
{
	unsigned n = 0;

	for (; p->next_ms <= (double)now_ms; n++)
		p->next_ms += p->gap_ms * yc_random_exp(&p->random);

	return n;
}

static void adapt(struct yc_pacing *p, const struct yc_scene *s)
{
	double mean = 0;

	for (unsigned i = 0; i < 60; i++)
		mean += p->spare[i] / 60;
	p->level *= 1 + mean / fmax(s->idle + s->talk, 1);
	p->level = fmin(fmax(p->level, 1), 3);
	if (s->answers && s->abandoned > p->limit * s->answers)
		p->level = 1;
}

static unsigned adaptive(struct yc_pacing *p, const struct yc_scene *s,
			 uint64_t now_ms)
{
	double lines;

	if (now_ms % 1000)
		return 0;
	p->spare[p->second % 60] = (double)s->idle - s->waiting;
	if (++p->second % 15 == 0)
		adapt(p, s);
	if (p->ready_only)
		lines = p->level * s->idle;
	else
		lines = p->level * (s->idle + s->talk) - s->talk;
	lines -= s->ringing + s->waiting;

	return lines >= 1 ? (unsigned)lines : 0;
}

unsigned yc_pacing_ask(struct yc_pacing *p, const struct yc_scene *s,
		       uint64_t now_ms)
{
	switch (p->rule) {
	case YC_OURS:
		return yh_pacer_ask(p->ours, 0, now_ms);
	case YC_ERLANG:
		return open_loop(p, now_ms);
	default:
		return adaptive(p, s, now_ms);
	}
}
