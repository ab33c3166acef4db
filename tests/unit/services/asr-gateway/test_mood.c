/** @file test_mood.c  Emotion beside recognition: workers, silence, closing */
#include <criterion/criterion.h>
#include <math.h>
#include <uv.h>

#include "mood.h"
#include "pcm.h"

enum { N = 16000 };

static int16_t pcm[N];
static uv_loop_t loop;
static struct yh_pool *pool;
static struct asr_moods *moods;
static unsigned done;

static void setup(void)
{
	const struct yh_pool_conf conf = {.threads = 1, .max_jobs = 8};

	uv_loop_init(&loop);
	cr_assert_eq(yh_pool_open(&pool, &loop, &conf), 0);
	cr_assert_eq(asr_moods_open(&moods, "lib/emotion/model/model.txt",
				    "lib/emotion/model/words.yaml"),
		     0);
	for (int i = 0; i < N; i++)
		pcm[i] = (int16_t)(i % 50 * 200 - 5000); /* 160 Hz */
}

static void teardown(void)
{
	asr_moods_close(moods);
}

TestSuite(mood, .init = setup, .fini = teardown);

static void on_done(void *arg)
{
	(void)arg;
	done++;
}

static void finish(void)
{
	yh_pool_close(pool);
	uv_run(&loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&loop), 0);
	cr_assert_eq(asr_pcm_held(), 0);
}

Test(mood, the_first_utterance_is_calm_and_the_speech_is_wiped)
{
	struct yh_caller caller = {0};
	struct asr_mood *m = NULL;
	struct asr_feeling f;

	cr_assert_eq(asr_mood_open(&m, pool, pcm, N, on_done, NULL), 0);
	cr_assert_gt(asr_pcm_held(), 0);
	finish();
	cr_assert_eq(done, 1);
	f = asr_mood_judge(moods, m, &caller, "你好");
	cr_assert_eq(f.emotion, YH_CALM);
	cr_assert_eq(f.confidence, 0);
	cr_assert_gt(caller.n, 0);
	f = asr_mood_judge(moods, m, &caller, "你好");
	cr_assert_eq(f.emotion, YH_CALM); /* the same again: no change */
	cr_assert_gt(f.confidence, 0);
	asr_mood_close(m);
}

Test(mood, too_little_voice_is_calm_without_confidence_but_words_count)
{
	struct yh_caller caller = {0};
	struct asr_mood *m = NULL;
	struct asr_feeling f;

	cr_assert_eq(asr_mood_open(&m, pool, pcm, 400, on_done, NULL), 0);
	finish();
	f = asr_mood_judge(moods, m, &caller, "");
	cr_assert_eq(f.emotion, YH_CALM);
	cr_assert_eq(f.confidence, 0);
	cr_assert_eq(caller.n, 0);
	f = asr_mood_judge(moods, m, &caller, "滚，别骚扰我");
	cr_assert_eq(f.emotion, YH_ANGRY);
	cr_assert_gt(f.confidence, 0.5);
	asr_mood_close(m);
	f = asr_mood_judge(moods, NULL, NULL, "");
	cr_assert_eq(f.emotion, YH_CALM);
}

Test(mood, closed_while_it_is_measured_nobody_is_told)
{
	struct asr_mood *m = NULL;

	cr_assert_eq(asr_mood_open(&m, pool, pcm, N, on_done, NULL), 0);
	asr_mood_close(m);
	finish();
	cr_assert_eq(done, 0);
}
