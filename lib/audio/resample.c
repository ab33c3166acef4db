/** @file resample.c  From one rate to another, contract in resample.h */
#include "audio/resample.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>

enum {
	ZEROS = 16,	  /* of the sinc, to each side */
	A_CROSSING = 256, /* entries of the table */
	ENTRIES = ZEROS * A_CROSSING,
};
static const double KEPT = 0.95;

static float wing[ENTRIES + 2]; /* one side of the windowed sinc */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_wing(void)
{
	for (int i = 0; i <= ENTRIES; i++) {
		double y = M_PI * i / A_CROSSING;

		wing[i] = (float)((i ? sin(y) / y : 1) *
				  (0.5 + 0.5 * cos(y / ZEROS)));
	}
}

static float weight(double x)
{
	double at = fabs(x) * A_CROSSING;
	unsigned i = (unsigned)at;
	float part = (float)(at - i);

	return i >= ENTRIES ? 0 : wing[i] + part * (wing[i + 1] - wing[i]);
}

/* @param at [samples of in] @param cut Of in's band, (0..1] */
static float between(const float *in, size_t n, double at, double cut)
{
	const double reach = ZEROS / cut;
	int64_t first = (int64_t)ceil(at - reach);
	int64_t last = (int64_t)floor(at + reach);
	float sum = 0;

	if (first < 0)
		first = 0;
	if (last >= (int64_t)n)
		last = (int64_t)n - 1;
	for (int64_t i = first; i <= last; i++)
		sum += in[i] * weight((at - (double)i) * cut);

	return sum * (float)cut;
}

size_t yh_resampled(size_t n, unsigned from_hz, unsigned to_hz)
{
	return (size_t)((double)n * to_hz / from_hz);
}

void yh_resample(const float *in, size_t n, unsigned from_hz, unsigned to_hz,
		 float *out)
{
	const double step = (double)from_hz / to_hz;
	const double cut = step > 1 ? KEPT / step : KEPT;
	const size_t len = yh_resampled(n, from_hz, to_hz);

	pthread_once(&once, make_wing);
	for (size_t i = 0; i < len; i++)
		out[i] = between(in, n, (double)i * step, cut);
}
