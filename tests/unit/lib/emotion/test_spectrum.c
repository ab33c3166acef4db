/** @file test_spectrum.c  Spectrum, cepstrum and formants of known sounds */
#include <criterion/criterion.h>
#include <math.h>

#include "emotion/formant.h"
#include "emotion/spectrum.h"

static float pcm[YH_SPEC_SAMPLES], power[YH_SPEC_BINS];

static void sine(double hz, double full)
{
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		pcm[i] = (float)(full * sin(2 * M_PI * hz * i / 8000));
}

Test(spectrum, of_a_sine_peaks_at_its_frequency)
{
	yh_spectrum_open();
	for (double hz = 125; hz < 4000; hz += 250) {
		int top = 0;

		sine(hz, 0.5);
		yh_spectrum_power(pcm, power);
		for (int i = 1; i < YH_SPEC_BINS; i++)
			if (power[i] > power[top])
				top = i;
		cr_assert_lt(fabs(top * 15.625 - hz), 8, "%g", hz);
	}
}

Test(spectrum, keeps_the_energy)
{
	double in_time = 0, in_bins;
	float windowed[YH_SPEC_SAMPLES];

	yh_spectrum_open();
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		pcm[i] = (float)sin(i * i * 0.01);
	yh_spectrum_window(pcm, windowed);
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		in_time += windowed[i] * windowed[i];
	yh_spectrum_power(pcm, power);
	in_bins = power[0] + power[YH_SPEC_BINS - 1];
	for (int i = 1; i < YH_SPEC_BINS - 1; i++)
		in_bins += 2 * power[i];
	cr_assert_float_eq(in_bins / YH_SPEC_FFT, in_time, in_time * 1e-4);
}

Test(spectrum, cepstrum_does_not_depend_on_the_level)
{
	float loud[YH_SPEC_CEPS], quiet[YH_SPEC_CEPS];

	yh_spectrum_open();
	for (int i = 0; i < YH_SPEC_SAMPLES; i++)
		pcm[i] = (float)sin(i * i * 0.01);
	yh_spectrum_power(pcm, power);
	yh_spectrum_mfcc(power, loud);
	for (int i = 0; i < YH_SPEC_BINS; i++)
		power[i] *= 0.01f;
	yh_spectrum_mfcc(power, quiet);
	for (int i = 0; i < YH_SPEC_CEPS; i++)
		cr_assert_float_eq(loud[i], quiet[i], 0.01);
}

Test(formants, are_found_in_a_vowel_made_of_two)
{
	double y1[2][2] = {{0}};
	const double hz[2] = {700, 1200};
	float found[2];

	yh_spectrum_open();
	for (int i = 0; i < YH_SPEC_SAMPLES; i++) {
		double x = i % 64 == 0;

		for (int f = 0; f < 2; f++) { /* two resonators in a row */
			double y = x +
				   2 * 0.97 * cos(2 * M_PI * hz[f] / 8000) *
					   y1[f][0] -
				   0.97 * 0.97 * y1[f][1];

			y1[f][1] = y1[f][0];
			x = y1[f][0] = y;
		}
		pcm[i] = (float)(x * 0.05);
	}
	yh_formants(pcm, found);
	cr_assert_lt(fabsf(found[0] - 700), 70, "%g", (double)found[0]);
	cr_assert_lt(fabsf(found[1] - 1200), 100, "%g", (double)found[1]);
}
