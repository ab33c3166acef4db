/** @file hazard.c  Life tables, contract in hazard.h */
#include <math.h>
#include <string.h>

#include "pacing/hazard.h"

static const float PRIOR_WEIGHT = 4; /* as if so many had been seen */
static const float FADE_AT = 4000;   /* ends seen, then all is halved */

void yh_hazard_init(struct yh_hazard *z, uint32_t bin_ms, uint32_t mean_ms,
		    uint32_t limit_ms)
{
	memset(z, 0, sizeof(*z));
	z->bin_ms = bin_ms;
	z->limit_ms = limit_ms;
	z->prior = 1 - expf(-(float)bin_ms / (float)mean_ms);
}

unsigned yh_hazard_bin(const struct yh_hazard *z, uint64_t age_ms)
{
	uint64_t bin = age_ms / z->bin_ms;

	return bin < YH_HAZARD_BINS ? (unsigned)bin : YH_HAZARD_BINS - 1;
}

void yh_hazard_begin(struct yh_hazard *z)
{
	z->exposed[0]++;
}

void yh_hazard_pass(struct yh_hazard *z, unsigned from, unsigned to)
{
	for (unsigned b = from; b < to; b++)
		z->exposed[b + 1]++;
}

void yh_hazard_end(struct yh_hazard *z, unsigned bin)
{
	z->ended[bin]++;
	if (++z->seen < FADE_AT)
		return;
	z->seen /= 2;
	for (unsigned b = 0; b < YH_HAZARD_BINS; b++) {
		z->ended[b] /= 2;
		z->exposed[b] /= 2;
	}
}

/* Of a bin, smoothed by its neighbours: a thin bin says little alone. */
static double rate(const struct yh_hazard *z, unsigned bin)
{
	unsigned from = bin ? bin - 1 : 0;
	unsigned to = bin + 1 < YH_HAZARD_BINS ? bin + 1 : bin;
	double ended = PRIOR_WEIGHT * z->prior, exposed = PRIOR_WEIGHT;

	for (unsigned b = from; b <= to; b++) {
		ended += z->ended[b];
		exposed += z->exposed[b];
	}

	return ended / exposed;
}

double yh_hazard_ends(const struct yh_hazard *z, uint64_t age_ms,
		      uint32_t dt_ms)
{
	double h;

	if (z->limit_ms && age_ms + dt_ms >= z->limit_ms)
		return 1;
	h = rate(z, yh_hazard_bin(z, age_ms));

	return 1 - pow(1 - h, (double)dt_ms / z->bin_ms);
}
