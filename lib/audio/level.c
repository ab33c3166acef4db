/** @file level.c  Active speech level, contract in level.h */
#include "audio/level.h"

#include <math.h>
#include <stdint.h>

#include "audio/g711.h"

enum {
	THRESHOLDS = 15, /* 2^-15 to 2^-1 of full scale */
	HANGOVER = YH_RATE_HZ / 5,
};
static const double MARGIN_DB = 15.9, TIME_CONSTANT_S = 0.03;

struct meter {
	double energy;		     /* sum of squares, full scale 1 */
	uint32_t active[THRESHOLDS]; /* samples above each, or just after */
};

static double threshold(unsigned j)
{
	return ldexp(1, (int)j - THRESHOLDS);
}

static void measure(struct meter *m, const float *x, size_t n)
{
	const double g = exp(-1 / (YH_RATE_HZ * TIME_CONSTANT_S));
	uint32_t since[THRESHOLDS];
	double p = 0, q = 0;

	for (unsigned j = 0; j < THRESHOLDS; j++)
		since[j] = HANGOVER;
	for (size_t i = 0; i < n; i++) {
		double v = fabs((double)x[i]) / 32768;

		m->energy += v * v;
		p = g * p + (1 - g) * v;
		q = g * q + (1 - g) * p;
		for (unsigned j = 0; j < THRESHOLDS; j++) {
			since[j] = q >= threshold(j) ? 0 : since[j] + 1;
			m->active[j] += since[j] <= HANGOVER;
		}
	}
}

float yh_speech_level(const float *x, size_t n, float *activity)
{
	struct meter m = {0};
	double before = 0, last_over = 0, level;

	measure(&m, x, n);
	if (activity)
		*activity = 0;
	for (unsigned j = 0; j < THRESHOLDS && m.active[j]; j++) {
		double over;

		level = 10 * log10(m.energy / m.active[j]);
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
