/** @file ring.c  What becomes of a dial, contract in ring.h */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "pacing/ring.h"

static const float FADE_AT = 4000, RATE_FADE_AT = 2000;
static const float GUESS = 10; /* weight of the first guess [dials] */
static const float RATE_PRIOR = 40;
static const double FACTOR_PRIOR = 6; /* [expected answers] */
static const double FACTOR_S = 90;    /* memory of the fast factor [s] */
static const double RATE_MIN = 0.005, RATE_MAX = 0.98;

/* Of what is seen: how many of the dials that ring still will end so, when. */
void yh_ring_fold(struct yh_ring *r)
{
	float rings = 1, answered = 0, failed = 0;

	for (unsigned s = 0; s < YH_RING_S; s++) {
		float n = fmaxf(r->rang[s], 1e-6f);
		float a = fminf(r->answered[s] / n, 1);
		float f = fminf(r->failed[s] / n, 1 - a);

		r->answered_by[s] = answered;
		r->failed_by[s] = failed;
		answered += rings * a;
		failed += rings * f;
		rings *= 1 - a - f;
	}
	for (unsigned s = 0; s < YH_RING_TABLE; s++) {
		bool end = s >= YH_RING_S;

		r->answered_by[s] = end ? 1 : r->answered_by[s] / answered;
		r->failed_by[s] = end ? 1 : r->failed_by[s] / failed;
	}
}

/* As if GUESS dials had been seen: answers after a while, failures at any
 * time, half of them at the time-out. */
static void first_guess(struct yh_ring *r, float rate, unsigned last)
{
	float answers = 0, rings = GUESS;

	for (unsigned s = 2; s < last; s++) {
		r->answered[s] = (float)(s - 1) * expf(-(float)s / 7);
		answers += r->answered[s];
	}
	for (unsigned s = 0; s < YH_RING_S; s++) {
		r->answered[s] *= GUESS * rate / answers;
		if (s >= 2 && s < last)
			r->failed[s] = GUESS * (1 - rate) / 2 / (float)last;
		r->rang[s] = rings;
		if (s == last)
			r->failed[s] = rings;
		rings = fmaxf(rings - r->answered[s] - r->failed[s], 0);
	}
}

void yh_ring_init(struct yh_ring *r, double answer_rate,
		  uint32_t ring_timeout_ms)
{
	unsigned last = ring_timeout_ms / 1000;

	memset(r, 0, sizeof(*r));
	r->prior_rate = (float)fmin(fmax(answer_rate, 0.02), 0.95);
	r->alpha = r->beta = FACTOR_PRIOR;
	first_guess(r, r->prior_rate,
		    last >= 4 && last < YH_RING_S ? last : YH_RING_S - 1);
	yh_ring_fold(r);
}

unsigned yh_ring_second(uint64_t age_ms)
{
	return age_ms / 1000 < YH_RING_S ? (unsigned)(age_ms / 1000)
					 : YH_RING_S - 1;
}

static void fade(struct yh_ring *r)
{
	for (unsigned s = 0; s < YH_RING_S; s++) {
		r->rang[s] /= 2;
		r->answered[s] /= 2;
		r->failed[s] /= 2;
	}
}

void yh_ring_begin(struct yh_ring *r)
{
	r->rang[0]++;
	if (r->rang[0] > FADE_AT)
		fade(r);
}

void yh_ring_pass(struct yh_ring *r, unsigned from, unsigned to)
{
	for (unsigned s = from; s < to; s++)
		r->rang[s + 1]++;
}

void yh_ring_end(struct yh_ring *r, unsigned list, unsigned hour,
		 unsigned second, int answered)
{
	float *answers = &r->answers[list % YH_RING_LISTS][hour % 24];
	float *ends = &r->ends[list % YH_RING_LISTS][hour % 24];

	if (answered)
		r->answered[second]++;
	else
		r->failed[second]++;
	*answers += answered != 0;
	if (++*ends > RATE_FADE_AT) {
		*answers /= 2;
		*ends /= 2;
	}
}

void yh_ring_observe(struct yh_ring *r, uint64_t dt_ms, double answers,
		     double expected)
{
	double keep = exp(-(double)dt_ms / 1000 / FACTOR_S);

	r->alpha = FACTOR_PRIOR + keep * (r->alpha - FACTOR_PRIOR) + answers;
	r->beta = FACTOR_PRIOR + keep * (r->beta - FACTOR_PRIOR) + expected;
}

/* The hour leans on its list's day, and that on the first guess. */
double yh_ring_rate(const struct yh_ring *r, unsigned list, unsigned hour)
{
	const float *answers = r->answers[list % YH_RING_LISTS];
	const float *ends = r->ends[list % YH_RING_LISTS];
	float k = r->prior_rate * RATE_PRIOR, n = RATE_PRIOR;

	for (unsigned h = 0; h < YH_RING_HOURS; h++) {
		k += answers[h];
		n += ends[h];
	}
	k = k / n * RATE_PRIOR + answers[hour % 24];
	n = RATE_PRIOR + ends[hour % 24];

	return fmin(fmax((double)(k / n), RATE_MIN), RATE_MAX);
}

double yh_ring_factor(const struct yh_ring *r, double *deviation)
{
	if (deviation)
		*deviation = sqrt(r->alpha) / r->beta;

	return r->alpha / r->beta;
}

static double by(const float *cdf, uint64_t ms)
{
	uint64_t s = ms / 1000;
	double part = (double)(ms % 1000) / 1000;

	if (s >= YH_RING_S)
		return 1;

	return (double)cdf[s] + part * (double)(cdf[s + 1] - cdf[s]);
}

/* P(still rings). */
static double open_at(const struct yh_ring *r, double rate, uint64_t age_ms)
{
	return 1 - rate * by(r->answered_by, age_ms) -
	       (1 - rate) * by(r->failed_by, age_ms);
}

double yh_ring_due(const struct yh_ring *r, double rate, uint64_t age_ms,
		   uint64_t dt_ms)
{
	double open, more;

	rate = fmin(fmax(rate, RATE_MIN), RATE_MAX);
	open = open_at(r, rate, age_ms);
	if (open < 1e-6)
		return 0;
	more = by(r->answered_by, age_ms + dt_ms) - by(r->answered_by, age_ms);

	return fmin(rate * more / open, 1);
}

void yh_ring_forecast(const struct yh_ring *r, double rate, uint64_t age_ms,
		      float *q)
{
	unsigned s = age_ms / 1000 < YH_RING_S ? (unsigned)(age_ms / 1000)
					       : YH_RING_S;
	float part = (float)(age_ms % 1000) / 1000, now, scale;
	const float *a = &r->answered_by[s];
	double open;

	rate = fmin(fmax(rate, RATE_MIN), RATE_MAX);
	open = open_at(r, rate, age_ms);
	scale = open < 1e-6 ? 0 : (float)(rate / open);
	now = a[0] + part * (a[1] - a[0]);
	for (unsigned h = 0; h < YH_LANES; h++) {
		const float *at = a + yh_horizon_s[h];

		q[h] = (at[0] + part * (at[1] - at[0]) - now) * scale;
		q[h] = fminf(q[h], 1);
	}
}
