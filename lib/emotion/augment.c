/** @file augment.c  Changed copies, contract in augment.h */
#include <math.h>
#include <string.h>

#include "audio/g711.h"
#include "emotion/augment.h"

struct biquad {
	double b0, b1, b2, a1, a2, x1, x2, y1, y2;
};

/* Butterworth, second order. Source: R. Bristow-Johnson, "Cookbook formulae for
 * audio EQ biquad filter coefficients". */
static struct biquad butterworth(double hz, int high)
{
	double w = 2 * M_PI * hz / YH_RATE_HZ, c = cos(w);
	double alpha = sin(w) / sqrt(2), a0 = 1 + alpha;
	double b = high ? (1 + c) / 2 : (1 - c) / 2;

	return (struct biquad){.b0 = b / a0,
			       .b1 = (high ? -2 : 2) * b / a0,
			       .b2 = b / a0,
			       .a1 = -2 * c / a0,
			       .a2 = (1 - alpha) / a0};
}

static double step(struct biquad *f, double x)
{
	double y = f->b0 * x + f->b1 * f->x1 + f->b2 * f->x2 - f->a1 * f->y1 -
		   f->a2 * f->y2;

	f->x2 = f->x1;
	f->x1 = x;
	f->y2 = f->y1;
	f->y1 = y;

	return y;
}

void yh_augment(unsigned variant, const int16_t *pcm, size_t n, int16_t *out)
{
	const double gain = variant == 1 ? 0.25 : 0.7;
	const int noise = variant == 1 ? 64 : 32; /* peak [steps of 32768] */
	struct biquad filter[4] = {butterworth(300, 1), butterworth(300, 1),
				   butterworth(3400, 0), butterworth(3400, 0)};
	uint32_t seed = 1;

	if (!variant) {
		memcpy(out, pcm, n * sizeof(*out));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		double x = pcm[i] * gain;

		seed = seed * 1664525u + 1013904223u;
		x += (int)((seed >> 16) % (unsigned)(2 * noise + 1)) - noise;
		for (int k = 0; k < 4 && variant == 2; k++)
			x = step(&filter[k], x);
		x = fmin(fmax(x, INT16_MIN), INT16_MAX);
		out[i] = yh_alaw_decode(yh_alaw_encode((int16_t)x));
	}
}
