/** @file level.c  Active speech level, contract in level.h */
#include "audio/level.h"

#include <math.h>
#include <stdint.h>

#include "audio/g711.h"

enum {
	THRESHOLDS = 15, /* 2^-15 to 2^-1 of full scale */
	A_MS = YH_RATE_HZ /
	       1000, /* samples; the envelope is looked at so often */
	HANGOVER_MS = 200,
};
static const double MARGIN_DB = 15.9, TIME_CONSTANT_S = 0.03;

struct meter {
	double energy;			/* sum of squares, full scale 1 */
	uint32_t active_ms[THRESHOLDS]; /* above each, or just after */
};

static double threshold(unsigned j)
{
	return ldexp(1, (int)j - THRESHOLDS);
}

static void count(struct meter *m, double envelope,
		  uint32_t since_ms[THRESHOLDS])
{
	for (unsigned j = 0; j < THRESHOLDS; j++) {
		since_ms[j] = envelope >= threshold(j) ? 0 : since_ms[j] + 1;
		m->active_ms[j] += since_ms[j] <= HANGOVER_MS;
	}
}

static void measure(struct meter *m, const float *x, size_t n)
{
	const double g = exp(-1 / (YH_RATE_HZ * TIME_CONSTANT_S));
	uint32_t since_ms[THRESHOLDS];
	double p = 0, q = 0;

	for (unsigned j = 0; j < THRESHOLDS; j++)
		since_ms[j] = HANGOVER_MS;
	for (size_t i = 0; i < n; i++) {
		double v = fabs((double)x[i]) / 32768;

		m->energy += v * v;
		p = g * p + (1 - g) * v;
		q = g * q + (1 - g) * p;
		if (i % A_MS == A_MS - 1)
			count(m, q, since_ms);
	}
}

float yh_speech_level(const float *x, size_t n, float *activity)
{
	struct meter m = {0};
	double before = 0, last_over = 0, level;

	measure(&m, x, n);
	if (activity)
		*activity = 0;
	for (unsigned j = 0; j < THRESHOLDS && m.active_ms[j]; j++) {
		double over;

		level = 10 * log10(m.energy / (A_MS * (double)m.active_ms[j]));
		over = level - 20 * log10(threshold(j)) - MARGIN_DB;
		if (over > 0) {
			before = level;
			last_over = over;
			continue;
		}
		if (j)
			level = before + (level - before) * last_over /
						 (last_over - over);
		if (activity && n)
			*activity = (float)(m.energy / (double)n /
					    pow(10, level / 10));
		return (float)level;
	}

	return YH_LEVEL_NONE;
}
