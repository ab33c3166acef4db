/** @file print.c  Fingerprint of a frame, contract in print.h */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "audio/g711.h"
#include "emotion/spectrum.h"
#include "progress/print.h"

enum {
	LOW_HZ = 300,
	HIGH_HZ = 3400,
	WINDOW = YH_SPEC_SAMPLES,
	WEIGHTS = 9, /* sum of smooth()'s */
};

static unsigned edge[YH_PRINT_BANDS + 1]; /* bins; log-spaced */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_edges(void)
{
	const double bin_hz = 8000.0 / YH_SPEC_FFT;

	yh_spectrum_open();
	for (int i = 0; i <= YH_PRINT_BANDS; i++)
		edge[i] = (unsigned)lround(LOW_HZ *
					   pow((double)HIGH_HZ / LOW_HZ,
					       (double)i / YH_PRINT_BANDS) /
					   bin_hz);
}

static void levels(const float *pcm, float *level)
{
	float power[YH_SPEC_BINS];

	yh_spectrum_power(pcm, power);
	for (int b = 0; b < YH_PRINT_BANDS; b++) {
		float sum = 0;

		for (unsigned i = edge[b]; i < edge[b + 1]; i++)
			sum += power[i];
		level[b] = logf(sum / (float)(edge[b + 1] - edge[b]) + 1);
	}
}

/* Smoothed, of the frames that end `back` before the newest. */
static void smooth(const struct yh_print *p, uint32_t back, float *out)
{
	static const float weight[YH_PRINT_SMOOTH] = {1, 2, 3, 2, 1};

	memset(out, 0, YH_PRINT_BANDS * sizeof(*out));
	for (uint32_t k = 0; k < YH_PRINT_SMOOTH; k++) {
		const float *l =
			p->level[(p->n - 1 - back - k) % YH_PRINT_PAST];

		for (int b = 0; b < YH_PRINT_BANDS; b++)
			out[b] += weight[k] * l[b];
	}
}

bool yh_print_push(struct yh_print *p, const float *pcm, bool loud,
		   uint16_t *bits)
{
	float now[YH_PRINT_BANDS], before[YH_PRINT_BANDS];
	uint32_t at = p->n++ % YH_PRINT_PAST;

	pthread_once(&once, make_edges);
	memmove(p->pcm, p->pcm + YH_FRAME_SAMPLES,
		(WINDOW - YH_FRAME_SAMPLES) * sizeof(*pcm));
	memcpy(p->pcm + WINDOW - YH_FRAME_SAMPLES, pcm,
	       YH_FRAME_SAMPLES * sizeof(*pcm));
	if (loud)
		levels(p->pcm, p->level[at]);
	else /* the same for all silences, in libraries and on lines */
		memset(p->level[at], 0, sizeof(p->level[at]));
	p->loud[at] = loud;
	*bits = 0;
	if (p->n < YH_PRINT_PAST)
		return false;
	smooth(p, 0, now);
	smooth(p, YH_PRINT_LAG, before);
	p->change = 0;
	for (int b = 0; b < YH_PRINT_BANDS; b++)
		p->change +=
			fabsf(now[b] - before[b]) / (YH_PRINT_BANDS * WEIGHTS);
	for (int b = 0; b + 1 < YH_PRINT_BANDS; b++) {
		if (now[b] - now[b + 1] > before[b] - before[b + 1])
			*bits |= (uint16_t)(1u << b);
	}

	return p->loud[(p->n - 1 - YH_PRINT_DELAY) % YH_PRINT_PAST];
}
