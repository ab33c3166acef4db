/** @file upsample.c  Interpolation by two, contract in upsample.h */
#include <math.h>
#include <string.h>

#include "upsample.h"

enum { HALF = ASR_UP_TAPS / 2 };

/* Weight of the samples at a distance of i + 1/2; one side. */
static float weight(unsigned i)
{
	const double pi = 3.14159265358979323846, x = i + 0.5;

	return (float)(sin(pi * x) / (pi * x) *
		       (0.5 + 0.5 * cos(pi * x / (HALF + 0.5))));
}

static int16_t clip(float v)
{
	return (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

void asr_upsample(struct asr_upsample *u, const int16_t *in, size_t n,
		  int16_t *out)
{
	float w[HALF], sum = 0;

	for (unsigned i = 0; i < HALF; i++) {
		w[i] = weight(i);
		sum += 2 * w[i];
	}
	for (size_t k = 0; k < n; k++) {
		float between = 0;

		memmove(u->past, u->past + 1,
			(ASR_UP_TAPS - 1) * sizeof(*u->past));
		u->past[ASR_UP_TAPS - 1] = in[k];
		for (unsigned i = 0; i < HALF; i++)
			between += w[i] * (float)(u->past[HALF - 1 - i] +
						  u->past[HALF + i]);
		out[2 * k] = u->past[HALF - 1];
		out[2 * k + 1] = clip(between / sum);
	}
}
