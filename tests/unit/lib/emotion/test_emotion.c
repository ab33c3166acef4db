/** @file test_emotion.c  Training, the model's file, speakers */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emotion/caller.h"
#include "emotion/speaker.h"
#include "emotion/train.h"

enum { SPEAKERS = 4, EACH = 6, N = SPEAKERS * YH_EMOTIONS * EACH };

static struct yh_emotion_case cases[N];
static struct yh_emotion_model model, loaded;
static uint32_t seed = 1;

static float drawn(void)
{
	seed = seed * 1664525u + 1013904223u;

	return (float)(seed >> 16) / 32768 - 1;
}

/* A third of the features tells the emotion, but speakers differ more. */
static void make_row(float *row, double speaker, int emotion)
{
	for (unsigned i = 0; i < YH_FEATURES; i++)
		row[i] = drawn();
	for (unsigned i = 0; i < YH_FEATURES / 3; i++) {
		int high = i % 2 ? emotion & 1 : emotion & 2;

		row[i] += (high ? 2.0f : 0.0f) + 2 * (float)speaker;
	}
}

static void setup(void)
{
	size_t n = 0;

	for (unsigned s = 0; s < SPEAKERS; s++)
		for (int e = 0; e < YH_EMOTIONS; e++)
			for (int i = 0; i < EACH; i++, n++) {
				cases[n].speaker = s;
				cases[n].label = (enum yh_emotion)e;
				make_row(cases[n].row, s, e);
			}
}

TestSuite(emotion, .init = setup);

Test(emotion, a_speaker_never_heard_is_understood_once_normalised)
{
	static float rows[YH_EMOTIONS * EACH][YH_FEATURES];
	static float p[YH_EMOTIONS * EACH][YH_EMOTIONS];
	unsigned right = 0;

	cr_assert_eq(yh_emotion_train(&model, cases, N), 0);
	for (int i = 0; i < YH_EMOTIONS * EACH; i++)
		make_row(rows[i], 1.5, i % YH_EMOTIONS);
	cr_assert_eq(
		yh_speaker_judge_all(&model, rows[0], YH_EMOTIONS * EACH, p[0]),
		0);
	for (int i = 0; i < YH_EMOTIONS * EACH; i++) {
		float sum = 0;

		for (int e = 0; e < YH_EMOTIONS; e++)
			sum += p[i][e];
		cr_assert_float_eq(sum, 1, 1e-4);
		right += (int)yh_emotion_likeliest(p[i]) == i % YH_EMOTIONS;
	}
	cr_assert_geq(right, YH_EMOTIONS * EACH * 9 / 10, "%u", right);
}

/* Of a voice that no training has heard anything like. */
static const double STRANGE = 40;

Test(caller, is_calm_at_first_and_while_nothing_changes)
{
	struct yh_caller c = {0};
	float row[YH_FEATURES], p[YH_EMOTIONS];

	setup();
	cr_assert_eq(yh_emotion_train(&model, cases, N), 0);
	for (int i = 0; i < 20; i++) {
		make_row(row, STRANGE, YH_CALM);
		cr_assert_eq(yh_caller_hear(&c, &model, row, p), i > 0);
		cr_assert_eq(yh_emotion_likeliest(p), YH_CALM, "%d", i);
	}
}

Test(caller, who_changes_their_voice_is_noticed_and_noticed_again)
{
	struct yh_caller c = {0};
	float row[YH_FEATURES], p[YH_EMOTIONS];
	unsigned angry = 0;

	setup();
	cr_assert_eq(yh_emotion_train(&model, cases, N), 0);
	for (int i = 0; i < 3; i++) {
		make_row(row, STRANGE, YH_CALM);
		(void)yh_caller_hear(&c, &model, row, p);
	}
	for (int i = 0; i < 5; i++) {
		make_row(row, STRANGE, YH_ANGRY);
		(void)yh_caller_hear(&c, &model, row, p);
		angry += yh_emotion_likeliest(p) == YH_ANGRY;
	}
	cr_assert_geq(angry, 4, "%u of 5", angry);
	make_row(row, STRANGE, YH_CALM);
	(void)yh_caller_hear(&c, &model, row, p);
	cr_assert_eq(yh_emotion_likeliest(p), YH_CALM);
}

Test(emotion, training_twice_gives_the_same_model)
{
	cr_assert_eq(yh_emotion_train(&model, cases, N), 0);
	cr_assert_eq(yh_emotion_train(&loaded, cases, N), 0);
	cr_assert_eq(memcmp(&model, &loaded, sizeof(model)), 0);
}

Test(emotion, too_few_speakers_or_a_missing_emotion_are_refused)
{
	cr_assert_eq(yh_emotion_train(&model, cases, 0), -EINVAL);
	cr_assert_eq(yh_emotion_train(&model, cases, N / SPEAKERS * 2),
		     -EINVAL);
	for (int i = 0; i < N; i++)
		if (cases[i].label == YH_SAD)
			cases[i].label = YH_CALM;
	cr_assert_eq(yh_emotion_train(&model, cases, N), -EINVAL);
}

static char path[] = "/tmp/yh-emotion-XXXXXX";

static void make_file(void)
{
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	close(fd);
}

Test(emotion, a_model_that_is_saved_and_loaded_judges_the_same)
{
	float p[YH_EMOTIONS], q[YH_EMOTIONS];
	char error[256];

	make_file();
	cr_assert_eq(yh_emotion_train(&model, cases, N), 0);
	cr_assert_eq(yh_emotion_save(&model, path), 0);
	cr_assert_eq(yh_emotion_load(&loaded, path, error, sizeof(error)), 0,
		     "%s", error);
	for (int i = 0; i < N; i++) {
		yh_speaker_judge(NULL, &model, cases[i].row, p);
		yh_speaker_judge(NULL, &loaded, cases[i].row, q);
		for (int e = 0; e < YH_EMOTIONS; e++)
			cr_assert_float_eq(p[e], q[e], 1e-3);
	}
	unlink(path);
}

Test(emotion, a_broken_file_is_refused_with_a_reason)
{
	static const char *const broken[] = {
		"", "nonsense\n", "yinhu-emotion 1\nscale nan\n",
		"yinhu-emotion 1\nscale 1\nshare 1 1 1 1\nbias 0 0 0 0 0 0\n"
		"other.mean 0 1 0 0 0 0 0 0\n"};
	char error[256] = "";

	make_file();
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
		FILE *f = fopen(path, "w");

		fputs(broken[i], f);
		fclose(f);
		error[0] = '\0';
		cr_assert_eq(
			yh_emotion_load(&loaded, path, error, sizeof(error)),
			-EINVAL);
		cr_assert(error[0]);
	}
	unlink(path);
	cr_assert_eq(yh_emotion_load(&loaded, path, error, sizeof(error)),
		     -ENOENT);
}

Test(emotion, coupling_gives_what_the_pairs_agree_on)
{
	/* angry wins all its pairs; others are even */
	const float pair[YH_EMOTION_PAIRS] = {0, -3, 0, -3, 0, 3};
	const float even[YH_EMOTION_PAIRS] = {0};
	float p[YH_EMOTIONS];

	yh_emotion_couple(pair, 1, p);
	cr_assert_eq(yh_emotion_likeliest(p), YH_ANGRY);
	cr_assert_gt(p[YH_ANGRY], 0.8);
	yh_emotion_couple(even, 1, p);
	for (int e = 0; e < YH_EMOTIONS; e++)
		cr_assert_float_eq(p[e], 0.25, 1e-5);
	yh_emotion_couple((float[]){1e9f, -1e9f, 1e9f, 1e9f, -1e9f, 1e9f}, 1,
			  p);
	for (int e = 0; e < YH_EMOTIONS; e++)
		cr_assert(isfinite(p[e]));
}

Test(emotion, names_and_numbers_belong_together)
{
	for (int e = 0; e < YH_EMOTIONS; e++)
		cr_assert_eq(yh_emotion_of(yh_emotion_name(e)), e);
	cr_assert_eq(yh_emotion_of("bored"), -ENOENT);
	cr_assert_null(yh_emotion_name(YH_EMOTIONS));
	cr_assert_null(yh_emotion_name(-1));
}
