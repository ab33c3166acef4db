/** @file sim_world.c  Callees of the simulator, contract in sim_world.h */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "sim_world.h"

static const double SHORT_SHARE = 0.12, SHORT_MS = 12000;
static const double TALK_MS = 165000, TALK_SIGMA = 0.7, WRAP_MS = 10000;
static const double FAST_SHARE = 0.3;
/* Answer rate by hour from the campaign's start. */
static const double PROFILE[] = {0.36, 0.40, 0.38, 0.32, 0.36, 0.40,
				 0.43, 0.46, 0.42, 0.40, 0.38, 0.36};

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;

	return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15u;

	return ((double)(mix(*state) >> 11) + 0.5) * 0x1p-53;
}

double yc_random_exp(uint64_t *state)
{
	return -log(uniform(state));
}

/* Of whole shape. */
static double gamma_of(uint64_t *s, unsigned shape, double scale)
{
	double sum = 0;

	while (shape--)
		sum += yc_random_exp(s);

	return sum * scale;
}

static double normal(uint64_t *s)
{
	double r = sqrt(2 * yc_random_exp(s));

	return r * cos(2 * M_PI * uniform(s));
}

/* ---- the answer rate -------------------------------------------------------
 */

static void wander(struct yc_world *w, uint64_t *s)
{
	const double keep = 0.995; /* of 10 s: forgets in half an hour */
	double x = normal(s);

	for (unsigned i = 0; i < w->steps; i++) {
		double f = exp(0.25 * x);

		w->rate[i] *= (float)fmin(fmax(f, 0.6), 1.5);
		x = keep * x + sqrt(1 - keep * keep) * normal(s);
	}
}

static void bursts(struct yc_world *w, uint64_t *s)
{
	const double step_s = YC_WORLD_STEP_MS / 1000.0;
	double at = 0;

	for (;;) {
		double f = uniform(s) < 0.6 ? 1.7 : 0.4, last;

		at += 1500 * yc_random_exp(s) / step_s;
		last = at + (120 + 240 * uniform(s)) / step_s;
		if (at >= w->steps)
			return;
		for (; at < last && at < w->steps; at++)
			w->rate[(unsigned)at] *= (float)f;
	}
}

int yc_world_open(struct yc_world *w, uint64_t seed, unsigned hours, bool drift,
		  bool burst)
{
	const unsigned hour = 3600000 / YC_WORLD_STEP_MS;
	uint64_t s = mix(seed ^ 0x57a7e);

	*w = (struct yc_world){.seed = seed, .steps = hours * hour};
	w->rate = yh_calloc(w->steps, sizeof(*w->rate));
	if (!w->rate)
		return -ENOMEM;
	for (unsigned i = 0; i < w->steps; i++)
		w->rate[i] = (float)PROFILE[i / hour % YH_ARRAY_LEN(PROFILE)];
	if (drift)
		wander(w, &s);
	if (burst)
		bursts(w, &s);
	for (unsigned i = 0; i < w->steps; i++)
		w->rate[i] = fminf(w->rate[i], 0.9f);

	return 0;
}

static int read_lines(struct yc_world *w, FILE *f)
{
	unsigned answers, ring, talk, wrap, room = 0;
	int n;

	while ((n = fscanf(f, "%u %u %u %u", &answers, &ring, &talk, &wrap)) ==
	       4) {
		if (w->n_trace == room) {
			struct yc_callee *more;

			room = room ? room * 2 : 1024;
			more = yh_realloc(w->trace, room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			w->trace = more;
		}
		w->trace[w->n_trace++] = (struct yc_callee){
			answers != 0, ring, talk + 1ull, wrap + 1ull};
	}

	return n == EOF && w->n_trace ? 0 : -EINVAL;
}

int yc_world_read(struct yc_world *w, const char *path)
{
	FILE *f = fopen(path, "re");
	int err;

	*w = (struct yc_world){0};
	if (!f)
		return -errno;
	err = read_lines(w, f);
	fclose(f);

	return err;
}

void yc_world_close(struct yc_world *w)
{
	yh_free(w->trace);
	w->trace = NULL;
	yh_free(w->rate);
	w->rate = NULL;
}

double yc_world_mean_rate(const struct yc_world *w)
{
	double sum = 0;

	for (unsigned i = 0; i < w->n_trace; i++)
		sum += w->trace[i].answers;
	for (unsigned i = 0; i < w->steps; i++)
		sum += (double)w->rate[i];

	return sum / (w->n_trace ? w->n_trace : w->steps);
}

/* ---- a callee --------------------------------------------------------------
 */

double yc_world_mean_handling_ms(void)
{
	return SHORT_SHARE * SHORT_MS + (1 - SHORT_SHARE) * TALK_MS +
	       2 * WRAP_MS;
}

static double talk(uint64_t *s)
{
	if (uniform(s) < SHORT_SHARE)
		return SHORT_MS * yc_random_exp(s);

	return TALK_MS *
	       exp(TALK_SIGMA * normal(s) - TALK_SIGMA * TALK_SIGMA / 2);
}

struct yc_callee yc_world_dial(struct yc_world *w, uint64_t now_ms)
{
	uint64_t s = mix(mix(w->seed) + ++w->n);
	uint64_t step = now_ms / YC_WORLD_STEP_MS;
	struct yc_callee c = {.ring_ms = YC_RING_OUT_MS};
	double ring;

	if (w->trace)
		return w->trace[(w->n - 1) % w->n_trace];
	c.answers = uniform(&s) <
		    (double)w->rate[step < w->steps ? step : w->steps - 1];
	if (c.answers)
		ring = 2000 + gamma_of(&s, 3, 3200);
	else if (uniform(&s) < FAST_SHARE)
		ring = 2000 + gamma_of(&s, 2, 2000);
	else
		ring = YC_RING_OUT_MS;
	if (ring < YC_RING_OUT_MS)
		c.ring_ms = (uint64_t)ring;
	else
		c.answers = false;
	c.talk_ms = (uint64_t)talk(&s) + 1;
	c.wrap_ms = (uint64_t)gamma_of(&s, 2, WRAP_MS) + 1;

	return c;
}
