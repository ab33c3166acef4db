/** @file resample.c  From one rate to another, contract in resample.h */
#include "audio/resample.h"

#include <math.h>
#include <pthread.h>
#include <stdint.h>

enum {
	ZEROS = 16,	  /* of the sinc, to each side */
	A_CROSSING = 256, /* entries of the table */
	ENTRIES = ZEROS * A_CROSSING,
	/* From 192 to 4 kHz: 16 / (0.95 / 48), rounded up. */
	MOST_REACH = 809,
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

static unsigned gcd(unsigned a, unsigned b)
{
	while (b) {
		unsigned r = a % b;

		a = b;
		b = r;
	}

	return a;
}

static void put_weights(float *row, unsigned taps, double first, double cut)
{
	for (unsigned t = 0; t < taps; t++)
		row[t] = weight((first + t) * cut) * (float)cut;
}

/* Four sums, so that one does not wait for the other. */
static float dot(const float *a, const float *b, size_t n)
{
	float s[4] = {0};
	size_t i = 0;

	for (; i + 4 <= n; i += 4) {
		for (size_t k = 0; k < 4; k++)
			s[k] += a[i + k] * b[i + k];
	}
	for (; i < n; i++)
		s[0] += a[i] * b[i];

	return s[0] + s[1] + s[2] + s[3];
}

/* The part of a row that lies within the input. @param from May be negative */
static float apply(const float *in, size_t n, int64_t from, const float *row,
		   unsigned taps)
{
	int64_t until = from + taps;
	int64_t skip = from < 0 ? -from : 0;

	if (until > (int64_t)n)
		until = (int64_t)n;
	if (from + skip >= until)
		return 0;

	return dot(in + from + skip, row + skip, (size_t)(until - from - skip));
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
	const unsigned common = gcd(from_hz, to_hz), phases = to_hz / common;
	const int reach = (int)ceil(ZEROS / cut);
	float row[2 * MOST_REACH + 2];
	const unsigned taps = 2 * (unsigned)reach + 2;

	pthread_once(&once, make_wing);
	/* Where outputs lie between inputs repeats after a few: phase by phase,
	 * each row of weights is made once. */
	for (unsigned f = 0; f < phases && f < len; f++) {
		double part = (double)((uint64_t)f * from_hz % to_hz) / to_hz;

		put_weights(row, taps, -reach - part, cut);
		for (size_t i = f; i < len; i += phases) {
			int64_t whole =
				(int64_t)((uint64_t)i * from_hz / to_hz);

			out[i] = apply(in, n, whole - reach, row, taps);
		}
	}
}
