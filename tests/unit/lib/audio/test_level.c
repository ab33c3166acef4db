/** @file test_level.c  Mirrors lib/audio/level.c, resample.c */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "audio/level.h"
#include "audio/resample.h"
#include "base/mem.h"

enum { RATE = 8000 };

static float *tone(size_t n, double rate, double hz, double amp)
{
	float *x = yh_calloc(n, sizeof(*x));

	cr_assert(x);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(amp * sin(2 * M_PI * hz * (double)i / rate));

	return x;
}

Test(level, a_full_scale_sine_is_3_dB_below_overload)
{
	float *x = tone(RATE, RATE, 440, 32768), activity;

	/* the envelope takes some 50 ms to come up: 10 log10(1/0.95) */
	cr_assert_float_eq(yh_speech_level(x, RATE, &activity), -3.01, 0.3);
	cr_assert_float_eq(activity, 0.95, 0.05);
	yh_free(x);
}

Test(level, pauses_do_not_count)
{
	float *x = tone(4 * RATE, RATE, 440, 3000), activity, alone;

	alone = yh_speech_level(x, RATE, NULL);
	for (int i = RATE; i < 4 * RATE; i++)
		x[i] = 0;
	/* but for the hangover and the envelope's fall, some 300 ms: 1.2 dB */
	cr_assert_float_eq(yh_speech_level(x, 4 * RATE, &activity), alone, 1.4);
	cr_assert_float_eq(activity, 0.32, 0.03);
	yh_free(x);
}

Test(level, ten_times_louder_is_20_dB_more)
{
	float *x = tone(RATE, RATE, 300, 200), *y = tone(RATE, RATE, 300, 2000);

	cr_assert_float_eq(yh_speech_level(y, RATE, NULL) -
				   yh_speech_level(x, RATE, NULL),
			   20, 0.3);
	yh_free(x);
	yh_free(y);
}

Test(level, silence_has_none)
{
	float *x = tone(RATE, RATE, 440, 0), activity;

	cr_assert_eq(yh_speech_level(x, RATE, &activity), YH_LEVEL_NONE);
	cr_assert_eq(activity, 0);
	cr_assert_eq(yh_speech_level(x, 0, NULL), YH_LEVEL_NONE);
	yh_free(x);
}

static double power(const float *x, size_t from, size_t until)
{
	double sum = 0;

	for (size_t i = from; i < until; i++)
		sum += (double)x[i] * x[i];

	return sum / (double)(until - from);
}

Test(resample, a_tone_stays_and_what_would_fold_back_goes)
{
	static const unsigned rates[] = {11025, 16000, 22050, 44100, 48000};

	for (size_t r = 0; r < YH_ARRAY_LEN(rates); r++) {
		float *in = tone(rates[r], rates[r], 1000, 1000);
		float *high = tone(rates[r], rates[r], 4700, 1000);
		float out[RATE + 1];

		cr_expect_eq(yh_resampled(rates[r], rates[r], RATE), RATE);
		yh_resample(in, rates[r], rates[r], RATE, out);
		cr_expect_float_eq(10 * log10(power(out, 200, 7800) / 500000),
				   0, 0.05, "%u Hz", rates[r]);
		yh_resample(high, rates[r], rates[r], RATE, out);
		cr_expect_lt(10 * log10(power(out, 200, 7800) / 500000), -40,
			     "%u Hz", rates[r]);
		yh_free(in);
		yh_free(high);
	}
}
