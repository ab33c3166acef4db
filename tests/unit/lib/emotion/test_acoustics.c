/** @file test_acoustics.c  The row of an utterance, on made voices */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "emotion/acoustics.h"
#include "emotion/augment.h"
#include "voice.h"

enum { N = 16000 };

static int16_t pcm[N], other[N];
static float row[YH_FEATURES], again[YH_FEATURES];

static float at(const float *r, const char *name)
{
	char found[32];

	for (unsigned i = 0; i < YH_FEATURES; i++) {
		yh_feature_name(i, found);
		if (!strcmp(found, name))
			return r[i];
	}
	cr_assert(0, "no feature %s", name);

	return 0;
}

static void all_finite(const float *r)
{
	char name[32];

	for (unsigned i = 0; i < YH_FEATURES; i++) {
		yh_feature_name(i, name);
		cr_assert(isfinite(r[i]), "%s", name);
	}
}

Test(acoustics, pitch_is_in_semitones_and_rises_with_the_voice)
{
	voice(pcm, N, 150, 150, 0.5, 1);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	cr_assert_float_eq(at(row, "f0.p50"), 12 * log2(150 / 27.5), 0.35);
	cr_assert_lt(at(row, "f0.range"), 0.5);
	voice(pcm, N, 120, 240, 0.5, 1);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	cr_assert_float_eq(at(row, "f0.trend"), 6, 1.2); /* 12 in 2 s */
	cr_assert_gt(at(row, "final_f0"), 3);
}

Test(acoustics, the_level_of_the_line_does_not_matter)
{
	char name[32];

	voice(pcm, N, 120, 180, 0.8, 1);
	for (int i = 0; i < N; i++)
		other[i] = (int16_t)(pcm[i] / 8);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	cr_assert_eq(yh_features(other, N, again), 0);
	for (unsigned i = 0; i < YH_FEATURES; i++) {
		yh_feature_name(i, name);
		cr_assert_float_eq(row[i], again[i],
				   0.05 * fabsf(row[i]) + 0.3 + /* rounding */
					   (strstr(name, "Hz") ? 20 : 0) +
					   (strstr(name, "centroid") ? 20 : 0) +
					   (strstr(name, "rolloff") ? 40 : 0) +
					   (strstr(name, "formant") ? 60 : 0),
				   "%s: %g, %g", name, (double)row[i],
				   (double)again[i]);
	}
}

Test(acoustics, a_bright_voice_has_its_energy_higher)
{
	voice(pcm, N, 150, 150, 0.5, 2);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	voice(pcm, N, 150, 150, 0.5, 0.5);
	cr_assert_eq(yh_features(pcm, N, again), 0);
	cr_assert_gt(at(again, "centroid.mean"),
		     at(row, "centroid.mean") + 200);
	cr_assert_gt(at(again, "alpha.mean"), at(row, "alpha.mean") + 6);
	cr_assert_gt(at(again, "slope.mean"), at(row, "slope.mean"));
}

Test(acoustics, syllables_are_counted)
{
	voice(pcm, N, 150, 150, 0.5, 1);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	cr_assert_float_eq(at(row, "peak_rate"), 4, 0.6); /* one in 250 ms */
}

Test(acoustics, silence_noise_and_too_little_are_no_data_and_leave_the_row)
{
	memset(row, 0x7f, sizeof(row));
	memcpy(again, row, sizeof(row));
	memset(pcm, 0, sizeof(pcm));
	cr_assert_eq(yh_features(pcm, N, row), -ENODATA);
	cr_assert_eq(yh_features(pcm, 0, row), -ENODATA);
	voice(pcm, N, 150, 150, 0.5, 1);
	for (size_t n = 0; n < 1600; n += 37)
		cr_assert_eq(yh_features(pcm, n, row), -ENODATA);
	for (int i = 0; i < N; i++)
		pcm[i] = 1000;
	cr_assert_eq(yh_features(pcm, N, row), -ENODATA);
	cr_assert_eq(memcmp(row, again, sizeof(row)), 0);
}

Test(acoustics, clipped_and_loudest_sounds_give_finite_numbers)
{
	for (int i = 0; i < N; i++)
		pcm[i] = i % 50 < 25 ? INT16_MAX : INT16_MIN;
	cr_assert_eq(yh_features(pcm, N, row), 0);
	all_finite(row);
	voice(pcm, N, 200, 300, 30, 0);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	all_finite(row);
	for (int i = 0; i < N; i++)
		pcm[i] = i % 2 ? INT16_MAX : INT16_MIN;
	if (!yh_features(pcm, N, row))
		all_finite(row);
}

Test(acoustics, the_same_sound_gives_the_same_row)
{
	voice(pcm, N, 150, 220, 0.5, 1);
	cr_assert_eq(yh_features(pcm, N, row), 0);
	cr_assert_eq(yh_features(pcm, N, again), 0);
	cr_assert_eq(memcmp(row, again, sizeof(row)), 0);
}

Test(acoustics, every_feature_has_a_name_of_its_own)
{
	char a[32], b[32];

	for (unsigned i = 0; i < YH_FEATURES; i++) {
		yh_feature_name(i, a);
		cr_assert(a[0] && !strpbrk(a, " \t\n"));
		for (unsigned k = 0; k < i; k++) {
			yh_feature_name(k, b);
			cr_assert_str_neq(a, b);
		}
	}
}

Test(augment, the_voice_is_still_there_and_the_original_is_untouched)
{
	voice(pcm, N, 150, 150, 0.5, 1);
	for (unsigned v = 0; v < YH_VARIANTS; v++) {
		yh_augment(v, pcm, N, other);
		cr_assert_eq(yh_features(other, N, row), 0);
		cr_assert_float_eq(at(row, "f0.p50"), 12 * log2(150 / 27.5),
				   0.5);
		cr_assert_eq(memcmp(pcm, other, sizeof(pcm)) == 0, v == 0);
	}
}
