/** @file formant.c  Formants, contract in formant.h */
#include <math.h>
#include <string.h>

#include "emotion/dot.h"
#include "emotion/formant.h"
#include "emotion/spectrum.h"

enum { ORDER = 10, RATE = 8000 };

static void autocorrelate(const float *pcm, float *r)
{
	float x[YH_SPEC_SAMPLES], sharp[YH_SPEC_SAMPLES];

	sharp[0] = 0.1f * pcm[0];
	for (int i = 1; i < YH_SPEC_SAMPLES; i++)
		sharp[i] = pcm[i] - 0.9f * pcm[i - 1];
	yh_spectrum_window(sharp, x);
	for (size_t lag = 0; lag <= ORDER; lag++)
		r[lag] = yh_dot(x, x + lag, YH_SPEC_SAMPLES - lag);
	r[0] = r[0] * 1.0001f + 1e-9f;
}

static void predict(const float *r, float *a)
{
	float error = r[0];

	memset(a, 0, (ORDER + 1) * sizeof(*a));
	a[0] = 1;
	for (int i = 1; i <= ORDER && error > 0; i++) {
		float k = 0, old[ORDER + 1];

		memcpy(old, a, sizeof(old));
		for (int j = 0; j < i; j++)
			k -= old[j] * r[i - j];
		k /= error;
		for (int j = 1; j < i; j++)
			a[j] = old[j] + k * old[i - j];
		a[i] = k;
		error *= 1 - k * k;
	}
}

void yh_formants(const float *pcm, float *hz)
{
	const size_t from = 200 * YH_SPEC_FFT / RATE,
		     to = 3700 * YH_SPEC_FFT / RATE;
	float r[ORDER + 1], a[ORDER + 1];
	float last, here, next;
	int found = 0;

	hz[0] = 500;
	hz[1] = 1500;
	autocorrelate(pcm, r);
	predict(r, a);
	last = yh_spectrum_at(a, ORDER + 1, from - 1);
	here = yh_spectrum_at(a, ORDER + 1, from);
	for (size_t i = from; i <= to && found < 2; i++) {
		next = yh_spectrum_at(a, ORDER + 1, i + 1);
		if (here < last && here <= next)
			hz[found++] = (float)i * RATE / YH_SPEC_FFT;
		last = here;
		here = next;
	}
}
