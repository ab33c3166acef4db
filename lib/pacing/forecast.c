/** @file forecast.c  When agents will be free, contract in forecast.h */
#include <string.h>

#include "pacing/forecast.h"

enum {
	TALK_BIN_MS = 5000,
	WRAP_BIN_MS = 1000,
	SECONDS = 48, /* longest horizon and grace */
	FOLD_MS = 5000,
};

const unsigned yh_horizon_s[YH_LANES] = {1,  2,	 3,  4,	 5,  6,	 8,  10,
					 12, 14, 17, 20, 24, 28, 33, 38};

void yh_forecast_init(struct yh_forecast *f, uint32_t talk_ms, uint32_t wrap_ms,
		      uint32_t wrap_limit_ms, uint32_t grace_ms)
{
	memset(f, 0, sizeof(*f));
	f->grace_s = grace_ms / 1000;
	yh_hazard_init(&f->talk, TALK_BIN_MS, talk_ms, 0);
	yh_hazard_init(&f->wrap, WRAP_BIN_MS, wrap_ms, wrap_limit_ms);
}

/* P(ends within s seconds more), s = 0..SECONDS. */
static void ends(const struct yh_hazard *z, uint64_t age_ms, float *by)
{
	double left = 1;

	by[0] = 0;
	for (unsigned s = 0; s < SECONDS; s++) {
		left *= 1 - yh_hazard_ends(z, age_ms + s * 1000u, 1000);
		by[s + 1] = (float)(1 - left);
	}
}

static void pick(const struct yh_forecast *f, const float *by, float *out)
{
	for (unsigned h = 0; h < YH_LANES; h++) {
		unsigned s = yh_horizon_s[h] + f->grace_s;

		out[h] = by[s < SECONDS ? s : SECONDS];
	}
}

/* By second: the talk ends at u, the wrap-up in what is left. */
static void add_wrap(const float *talk, const float *wrap, float *by)
{
	for (unsigned s = 0; s <= SECONDS; s++) {
		by[s] = 0;
		for (unsigned u = 0; u < s; u++)
			by[s] += (talk[u + 1] - talk[u]) * wrap[s - u - 1];
	}
}

void yh_forecast_fold(struct yh_forecast *f, uint64_t now_ms)
{
	float wrap[SECONDS + 1], by[SECONDS + 1], both[SECONDS + 1];

	if (f->folded_ms && now_ms - f->folded_ms < FOLD_MS)
		return;
	f->folded_ms = now_ms ? now_ms : 1;
	ends(&f->wrap, 0, wrap);
	for (unsigned b = 0; b < YH_HAZARD_BINS; b++) {
		ends(&f->talk, (uint64_t)b * TALK_BIN_MS, by);
		add_wrap(by, wrap, both);
		pick(f, both, f->talk_free[b]);
		ends(&f->wrap, (uint64_t)b * WRAP_BIN_MS, by);
		pick(f, by, f->wrap_free[b]);
	}
}
