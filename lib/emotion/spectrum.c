/** @file spectrum.c  Spectrum of a frame, contract in spectrum.h */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/wide.h"
#include "emotion/spectrum.h"

enum {
	BANDS = 24,
	LOW_HZ = 150,
	HIGH_HZ = 3700,
	HALF = YH_SPEC_FFT / 2, /* a real FFT is a complex one of half of it */
};

static float window[YH_SPEC_SAMPLES];
static float cosine[YH_SPEC_FFT], sine[YH_SPEC_FFT];
static float turn_re[HALF], turn_im[HALF]; /* of the stage `half`: [half + k] */
static unsigned short reversed[HALF];
/* Each bin counts for the band that rises there and the one that falls. */
static float rise[YH_SPEC_BINS], fall[YH_SPEC_BINS];
static int rises_at[BANDS + 2]; /* a band's first bin; it falls at the next's */
static float dct[YH_SPEC_CEPS][BANDS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static double mel(double hz)
{
	return 2595 * log10(1 + hz / 700);
}

static void make_bands(void)
{
	double low = mel(LOW_HZ), step = (mel(HIGH_HZ) - low) / (BANDS + 1);

	for (int i = YH_SPEC_BINS - 1; i >= 0; i--) {
		double at = (mel(i * 8000.0 / YH_SPEC_FFT) - low) / step;

		for (int b = 0; b < BANDS + 2 && b <= at; b++)
			rises_at[b] = i;
		rise[i] = (float)(at - floor(at));
		fall[i] = 1 - rise[i];
	}
	for (int c = 0; c < YH_SPEC_CEPS; c++)
		for (int b = 0; b < BANDS; b++)
			dct[c][b] = (float)(sqrt(2.0 / BANDS) *
					    cos(M_PI * (c + 1) * (b + 0.5) /
						BANDS));
}

static void make_tables(void)
{
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		window[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * (i + 0.5) /
						    YH_SPEC_SAMPLES));
	for (int i = 0; i < YH_SPEC_FFT; i++) {
		cosine[i] = (float)cos(2 * M_PI * i / YH_SPEC_FFT);
		sine[i] = (float)-sin(2 * M_PI * i / YH_SPEC_FFT);
	}
	for (unsigned half = 1; half < HALF; half *= 2) {
		for (unsigned k = 0; k < half; k++) {
			turn_re[half + k] = cosine[k * (HALF / half)];
			turn_im[half + k] = sine[k * (HALF / half)];
		}
	}
	for (unsigned i = 1; i < HALF; i++)
		reversed[i] = (unsigned short)(reversed[i >> 1] >> 1 |
					       ((i & 1) ? HALF / 2 : 0));
	make_bands();
}

void yh_spectrum_open(void)
{
	pthread_once(&once, make_tables);
}

void yh_spectrum_window(const float *pcm, float *out)
{
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		out[i] = pcm[i] * window[i];
}

float yh_spectrum_at(const float *x, size_t n, size_t bin)
{
	float re = 0, im = 0;

	for (size_t i = 0; i < n; i++) {
		re += x[i] * cosine[i * bin % YH_SPEC_FFT];
		im += x[i] * sine[i * bin % YH_SPEC_FFT];
	}

	return re * re + im * im;
}

/* A stage's butterflies over `half` points: (a, b) := (a + wb, a - wb). */
static void butterflies(float *restrict a_re, float *restrict a_im,
			float *restrict b_re, float *restrict b_im,
			unsigned half)
{
	const float *w_re = turn_re + half, *w_im = turn_im + half;

	for (unsigned k = 0; k < half; k++) {
		float x = b_re[k] * w_re[k] - b_im[k] * w_im[k];
		float y = b_re[k] * w_im[k] + b_im[k] * w_re[k];

		b_re[k] = a_re[k] - x;
		b_im[k] = a_im[k] - y;
		a_re[k] += x;
		a_im[k] += y;
	}
}

/* Complex, in place, of HALF points in reversed order, of which each second one
 * was 0 and is now the copy of the one before: the first stage is done. */
static void transform(float *re, float *im)
{
	for (unsigned i = 0; i < HALF; i += 4) { /* turns by 0 and 90 degrees */
		float a = re[i], b = re[i + 2], c = im[i], d = im[i + 2];

		re[i] = a + b, re[i + 1] = a + d;
		re[i + 2] = a - b, re[i + 3] = a - d;
		im[i] = c + d, im[i + 1] = c - b;
		im[i + 2] = c - d, im[i + 3] = c + b;
	}
	for (unsigned half = 4; half < HALF; half *= 2) {
		for (unsigned i = 0; i < HALF; i += 2 * half)
			butterflies(re + i, im + i, re + i + half,
				    im + i + half, half);
	}
}

/* The other half of the padded frame is 0: at a reversed place that is odd. */
YH_WIDE void yh_spectrum_power(const float *pcm, float *power)
{
	float re[HALF + 1], im[HALF + 1], x[YH_SPEC_SAMPLES];
	float back_re[HALF + 1], back_im[HALF + 1];

	yh_spectrum_window(pcm, x);
	for (unsigned i = 0; i < YH_SPEC_SAMPLES / 2; i++) {
		unsigned at = reversed[i];

		re[at] = re[at + 1] = x[2 * i];
		im[at] = im[at + 1] = x[2 * i + 1];
	}
	transform(re, im);
	re[HALF] = re[0];
	im[HALF] = im[0];
	for (unsigned i = 0; i <= HALF; i++) {
		back_re[i] = re[HALF - i];
		back_im[i] = im[HALF - i];
	}
	for (unsigned i = 0; i < YH_SPEC_BINS; i++) {
		float even_re = re[i] + back_re[i],
		      even_im = im[i] - back_im[i];
		float odd_re = im[i] + back_im[i], odd_im = back_re[i] - re[i];
		float c = cosine[i], s = sine[i];
		float x_re = even_re + odd_re * c - odd_im * s;
		float x_im = even_im + odd_re * s + odd_im * c;

		power[i] = 0.25f * (x_re * x_re + x_im * x_im) + 1e-9f;
	}
}

static float weigh(const float *power, const float *weights, int from,
		   int until)
{
	float sum = 0;

	for (int i = from; i < until; i++)
		sum += power[i] * weights[i];

	return sum;
}

YH_WIDE void yh_spectrum_mfcc(const float *power, float *ceps)
{
	memset(ceps, 0, YH_SPEC_CEPS * sizeof(*ceps));
	for (int b = 0; b < BANDS; b++) {
		const int *at = rises_at + b;
		float level = logf(weigh(power, rise, at[0], at[1]) +
				   weigh(power, fall, at[1], at[2]) + 1e-9f);

		for (int c = 0; c < YH_SPEC_CEPS; c++)
			ceps[c] += dct[c][b] * level;
	}
}
