/** @file test_pitch.c  The fundamental, on tones whose pitch is known */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#include "emotion/pitch.h"

enum { N = 8000 };

static float pcm[N];
static struct yh_pitch track[N / YH_PITCH_STEP];

static double median_hz(size_t *voiced)
{
	size_t frames = yh_pitch_frames(N);
	double sum = 0;

	*voiced = 0;
	cr_assert_eq(yh_pitch_track(pcm, N, track), 0);
	for (size_t i = 0; i < frames; i++) {
		if (track[i].hz > 0) {
			sum += track[i].hz;
			++*voiced;
		}
	}

	return *voiced ? sum / (double)*voiced : 0;
}

/* @param first Lowest harmonic that is there */
static void tone(double hz, int first)
{
	for (int i = 0; i < N; i++) {
		pcm[i] = 0;
		for (int h = first; h * hz < 3400; h++)
			pcm[i] += (float)(0.1 / h *
					  sin(2 * M_PI * h * hz * i / 8000));
	}
}

Test(pitch, is_found_within_two_percent_from_70_to_450_hz)
{
	for (double hz = 70; hz <= 450; hz *= 1.17) {
		size_t voiced;
		double found;

		tone(hz, 1);
		found = median_hz(&voiced);
		cr_assert_lt(fabs(found / hz - 1), 0.02, "%g Hz: %g", hz,
			     found);
		cr_assert_gt(voiced, yh_pitch_frames(N) * 9 / 10);
	}
}

Test(pitch, is_found_though_a_telephone_cuts_the_fundamental)
{
	size_t voiced;
	double found;

	tone(120, 3); /* nothing below 360 Hz */
	found = median_hz(&voiced);
	cr_assert_lt(fabs(found / 120 - 1), 0.02, "%g", found);
}

Test(pitch, of_a_pure_sine_is_its_frequency)
{
	size_t voiced;
	double found;

	for (int i = 0; i < N; i++)
		pcm[i] = 0.5f * (float)sin(2 * M_PI * 200 * i / 8000);
	found = median_hz(&voiced);
	cr_assert_lt(fabs(found / 200 - 1), 0.02, "%g", found);
}

Test(pitch, is_not_found_in_noise_or_silence)
{
	uint32_t seed = 1;
	size_t voiced;

	for (int i = 0; i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		pcm[i] = (float)(seed >> 16) / 65536 - 0.5f;
	}
	median_hz(&voiced);
	cr_assert_lt(voiced, yh_pitch_frames(N) / 10);
	for (int i = 0; i < N; i++)
		pcm[i] = 0;
	median_hz(&voiced);
	cr_assert_eq(voiced, 0);
}

Test(pitch, of_a_steady_tone_has_no_jitter_and_of_a_shaky_one_has)
{
	double steady = 0, shaky = 0, phase = 0;

	tone(150, 1);
	cr_assert_eq(yh_pitch_track(pcm, N, track), 0);
	for (size_t i = 0; i < yh_pitch_frames(N); i++)
		steady += track[i].jitter;
	for (int i = 0, cycle = 0; i < N; i++) {
		double hz = cycle % 2 ? 155 : 145;

		phase += hz / 8000;
		cycle = (int)phase;
		pcm[i] = 0;
		for (int h = 1; h < 20; h++)
			pcm[i] += (float)(0.1 / h * sin(2 * M_PI * h * phase));
	}
	cr_assert_eq(yh_pitch_track(pcm, N, track), 0);
	for (size_t i = 0; i < yh_pitch_frames(N); i++)
		shaky += track[i].jitter;
	cr_assert_lt(steady / (double)yh_pitch_frames(N), 0.002);
	cr_assert_gt(shaky, 10 * steady);
}

Test(pitch, of_less_than_a_frame_has_no_frames)
{
	cr_assert_eq(yh_pitch_frames(0), 0);
	cr_assert_eq(yh_pitch_frames(YH_PITCH_REACH - 1), 0);
	cr_assert_eq(yh_pitch_frames(YH_PITCH_REACH), 1);
	cr_assert_eq(yh_pitch_track(pcm, YH_PITCH_REACH - 1, track), 0);
}
