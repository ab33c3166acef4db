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

/* The kernel at every distance that occurs: rate / 8000 in lowest terms has
 * few phases (22050 Hz: 160), so each sine is computed once. */
struct phases {
	double *k; /* shape (n, taps), each row sums to 1 */
	size_t n, taps, reach;
	unsigned rate, common;
};

static unsigned gcd(unsigned a, unsigned b)
{
	while (b) {
		unsigned r = a % b;

		a = b;
		b = r;
	}

	return a;
}

static int phases_init(struct phases *p, unsigned rate)
{
	double step = (double)rate / YH_RATE_HZ;
	const double cutoff = 2 * cutoff_hz / YH_RATE_HZ;

	p->rate = rate;
	p->common = gcd(rate, YH_RATE_HZ);
	p->n = YH_RATE_HZ / p->common;
	p->reach = (size_t)ceil(HALF_TAPS * step);
	p->taps = 2 * p->reach + 2;
	p->k = yh_calloc(p->n * p->taps, sizeof(*p->k));
	if (!p->k)
		return -ENOMEM;
	for (size_t f = 0; f < p->n; f++) {
		double *row = p->k + f * p->taps;
		double at = (double)f * p->common / YH_RATE_HZ, sum = 0;

		for (size_t t = 0; t < p->taps; t++) {
			double x = (double)t - (double)p->reach - at;

			row[t] = kernel(x / step, cutoff);
			sum += row[t];
		}
		for (size_t t = 0; t < p->taps; t++)
			row[t] /= sum;
	}

	return 0;
}

/* Output sample i lies at i * rate / 8000 of the input. */
static double sample_at(const struct phases *p, const int16_t *pcm, size_t n,
			size_t i)
{
	size_t whole = i * p->rate / YH_RATE_HZ;
	size_t phase = i * p->rate % YH_RATE_HZ / p->common;
	const double *row = p->k + phase * p->taps;
	double sum = 0;

	for (size_t t = 0; t < p->taps; t++) {
		size_t at = whole + t;

		if (at >= p->reach && at - p->reach < n)
			sum += row[t] * pcm[at - p->reach];
	}

	return sum;
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
	struct phases p;
	double *x, gain;
	uint8_t *out;

	if (rate < YH_RATE_HZ || rate > 48000 || !m)
		return -EINVAL;
	x = yh_calloc(m, sizeof(*x));
	if (!x || phases_init(&p, rate)) {
		yh_free(x);
		return -ENOMEM;
	}
	for (size_t i = 0; i < m; i++)
		x[i] = sample_at(&p, pcm, n, i);
	yh_free(p.k);
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
