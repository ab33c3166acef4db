/** @file line.c  Samples to the line, contract in line.h */
#include <errno.h>
#include <math.h>

#include "audio/g711.h"
#include "base/mem.h"
#include "line.h"

enum { HALF_TAPS = 16, QUIET = 100, MARGIN = 320 /* 40 ms */ };
static const double cutoff_hz = 3400, target_rms = 3276.8; /* -20 dBov */

/* Hann-windowed sinc, x in output samples. */
static double kernel(double x, double cutoff)
{
	double t = M_PI * x * cutoff;

	if (fabs(x) >= HALF_TAPS)
		return 0;

	return cutoff * (fabs(t) < 1e-9 ? 1 : sin(t) / t) *
	       (0.5 + 0.5 * cos(M_PI * x / HALF_TAPS));
}

static double sample_at(const int16_t *pcm, size_t n, double at, double step)
{
	const double cutoff = 2 * cutoff_hz / YH_RATE_HZ;
	long first = (long)ceil(at - HALF_TAPS * step);
	long last = (long)floor(at + HALF_TAPS * step);
	double sum = 0, gain = 0;

	for (long i = first; i <= last; i++) {
		double k = kernel(((double)i - at) / step, cutoff);

		gain += k;
		if (i >= 0 && i < (long)n)
			sum += k * pcm[i];
	}

	return gain > 1e-9 ? sum / gain : 0;
}

/* Gain that brings the spoken parts to the target level, without clipping. */
static double gain_of(const double *x, size_t n)
{
	double sum = 0, peak = 1;
	size_t loud = 0;

	for (size_t i = 0; i < n; i++) {
		peak = fmax(peak, fabs(x[i]));
		if (fabs(x[i]) > QUIET) {
			sum += x[i] * x[i];
			loud++;
		}
	}
	if (!loud)
		return 1;

	return fmin(target_rms / sqrt(sum / (double)loud), 30000 / peak);
}

static void trim(const double *x, size_t n, size_t *begin, size_t *end)
{
	*begin = 0;
	*end = n;
	while (*begin < n && fabs(x[*begin]) <= QUIET)
		(*begin)++;
	while (*end > *begin && fabs(x[*end - 1]) <= QUIET)
		(*end)--;
	*begin = *begin > MARGIN ? *begin - MARGIN : 0;
	*end = *end + MARGIN < n ? *end + MARGIN : n;
}

int tts_to_line(const int16_t *pcm, size_t n, unsigned rate, uint8_t **alaw,
		size_t *len)
{
	double step = (double)rate / YH_RATE_HZ;
	size_t m = (size_t)((double)n / step), begin, end, frames;
	double *x, gain;
	uint8_t *out;

	if (rate < YH_RATE_HZ || rate > 48000 || !m)
		return -EINVAL;
	x = yh_calloc(m, sizeof(*x));
	if (!x)
		return -ENOMEM;
	for (size_t i = 0; i < m; i++)
		x[i] = sample_at(pcm, n, (double)i * step, step);
	trim(x, m, &begin, &end);
	frames = (end - begin + YH_FRAME_SAMPLES - 1) / YH_FRAME_SAMPLES;
	out = yh_zalloc(frames * YH_FRAME_SAMPLES);
	if (!out) {
		yh_free(x);
		return -ENOMEM;
	}
	gain = gain_of(x, m);
	for (size_t i = 0; i < frames * YH_FRAME_SAMPLES; i++)
		out[i] = begin + i < end ? yh_alaw_encode((int16_t)lrint(
						   x[begin + i] * gain))
					 : YH_ALAW_SILENCE;
	yh_free(x);
	*alaw = out;
	*len = frames * YH_FRAME_SAMPLES;

	return 0;
}
