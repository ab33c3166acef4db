/** @file test_engine_pocketsphinx.c  The embedded engine with its real model.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine.h"
#include "speech.h"
#include "text/numbers.h"

static const struct asr_engine_ops *const ops = &asr_engine_pocketsphinx;
static const char *const phrases[] = {
	"好的办吧",	  "不需要谢谢",	    "别再打了", "我在开车呢",
	"你们是哪个银行", "你是不是机器人", "利息多少", "我就是",
	"我要投诉你们",	  "明天再说",	    "嗯",	"哦"};
static int16_t pcm[SPEECH_MAX];

static struct asr_engine *create(void)
{
	const struct asr_engine_conf conf = {
		.model_dir = "services/asr-gateway/model",
		.phrases = phrases,
		.n_phrases = YH_ARRAY_LEN(phrases),
		.beginnings = true,
		.workers = 1,
	};
	struct asr_engine *e = NULL;

	cr_assert_eq(ops->create(&e, &conf), 0);

	return e;
}

static struct asr_result hear(struct asr_engine *e, size_t n,
			      const char *const *hints, size_t n_hints)
{
	const struct asr_utterance u = {
		.pcm = pcm, .n = n, .hints = hints, .n_hints = n_hints};
	struct asr_result r;

	cr_assert_eq(ops->decode(e, 0, &u, &r), 0);

	return r;
}

Test(engine, hears_phrases_of_voices_that_it_was_not_trained_on)
{
	static const char *const voices[] = {"m4", "f4", "m7"};
	struct asr_engine *e = create();

	for (size_t i = 0; i < 10; i++) { /* the last two are for noise */
		const char *voice = voices[i % YH_ARRAY_LEN(voices)];
		size_t n = speech(phrases[i], voice, pcm);
		struct asr_result r = hear(e, n, NULL, 0);

		cr_expect_str_eq(r.text, phrases[i], "%s: %s", voice, r.text);
		cr_expect_gt(r.confidence, 0.5f, "%s: %f", phrases[i],
			     (double)r.confidence);
	}
	ops->destroy(e);
}

Test(engine, a_phrase_of_the_script_is_heard_where_it_is_expected)
{
	static const char *const hints[] = {"我想分十八期", "短信发给我"};
	struct asr_engine *e = create();
	size_t n = speech(hints[0], "m4", pcm);
	struct asr_result r = hear(e, n, hints, 2);

	cr_expect_str_eq(r.text, hints[0]);
	cr_expect_gt(r.confidence, 0.5f);
	r = hear(e, n, NULL, 0);
	cr_expect(!r.text[0] || r.confidence < 0.5f, "%s %f", r.text,
		  (double)r.confidence);
	ops->destroy(e);
}

Test(engine, a_pause_within_a_phrase_is_heard_as_its_beginning)
{
	const size_t pause = 3200;
	struct asr_engine *e = create();
	struct asr_result r;
	size_t n = speech("你们", "m4", pcm), m;
	int16_t *rest = yh_calloc(SPEECH_MAX, sizeof(*rest));

	r = hear(e, n, NULL, 0);
	cr_expect_str_eq(r.text, "你们");
	cr_expect_gt(r.confidence, 0.5f, "%f", (double)r.confidence);
	m = speech("是哪个银行", "m4", rest);
	memset(pcm + n, 0, pause * sizeof(*pcm));
	memcpy(pcm + n + pause, rest, m * sizeof(*pcm));
	r = hear(e, n + pause + m, NULL, 0);
	cr_expect_str_eq(r.text, "你们是哪个银行");
	cr_expect_gt(r.confidence, 0.5f, "%f", (double)r.confidence);
	yh_free(rest);
	ops->destroy(e);
}

Test(engine, a_pause_within_a_rule_is_heard_as_its_beginning)
{
	static const char *const hints[] = {"<date>"};
	struct asr_engine *e = create();
	size_t n = speech("下个月", "m4", pcm);
	struct asr_result r = hear(e, n, hints, 1);

	cr_expect_str_eq(r.text, "下个月");
	ops->destroy(e);
}

/* Noise was once taken for the shortest phrase, 嗯. */
Test(engine, silence_and_noise_of_any_length_and_level_are_not_words)
{
	static const int levels[] = {0, 20, 300, 900, 6000};
	struct asr_engine *e = create();

	srand(7);
	for (size_t k = 0; k < YH_ARRAY_LEN(levels); k++) {
		for (size_t i = 0; i < 32000; i++)
			pcm[i] = (int16_t)(rand() % (2 * levels[k] + 1) -
					   levels[k]);
		for (size_t n = 2400; n <= 32000; n *= 2) {
			struct asr_result r = hear(e, n, NULL, 0);

			cr_expect(!r.text[0] || r.confidence < 0.5f,
				  "level %d, %zu samples: %s", levels[k], n,
				  r.text);
		}
	}
	ops->destroy(e);
}

Test(engine, the_shortest_sound_is_no_error)
{
	struct asr_engine *e = create();

	memset(pcm, 0, sizeof(pcm));
	for (size_t n = 0; n <= 480; n += 160)
		(void)hear(e, n, NULL, 0);
	ops->destroy(e);
}

Test(engine, more_states_than_grammar_slots_still_work)
{
	struct asr_engine *e = create();
	size_t n = speech(phrases[0], "m4", pcm);
	struct asr_result r;
	char text[64];
	const char *hint = text;

	for (int i = 0; i < 70; i++) {
		snprintf(text, sizeof(text), "第%d号", i);
		(void)hear(e, 800, &hint, 1);
	}
	r = hear(e, n, NULL, 0);
	cr_expect_str_eq(r.text, phrases[0]);
	ops->destroy(e);
}

Test(engine, hints_that_cannot_be_said_are_passed_over)
{
	static const char *const hints[] = {"", "。", "好的办吧", "好的办吧"};
	struct asr_engine *e = create();
	size_t n = speech(phrases[0], "f4", pcm);
	struct asr_result r = hear(e, n, hints, YH_ARRAY_LEN(hints));

	cr_expect_str_eq(r.text, phrases[0]);
	ops->destroy(e);
}

Test(engine, bad_arguments_are_refused)
{
	struct asr_engine_conf conf = {.model_dir = "/nonexistent",
				       .workers = 1};
	struct asr_utterance u = {.pcm = pcm, .n = ASR_MAX_SAMPLES + 1};
	struct asr_engine *e = NULL;
	struct asr_result r;

	cr_expect_eq(ops->create(&e, &conf), -ENOENT);
	conf.workers = 0;
	cr_expect_eq(ops->create(&e, &conf), -EINVAL);
	cr_expect_null(e);
	e = create();
	cr_expect_eq(ops->decode(e, 0, &u, &r), -EINVAL);
	u.n = 0;
	cr_expect_eq(ops->decode(e, 1, &u, &r), -EINVAL);
	ops->destroy(e);
	ops->destroy(NULL);
}

static struct asr_engine *create_with(const char *rules, const char *lexicon)
{
	const struct asr_engine_conf conf = {
		.model_dir = "services/asr-gateway/model",
		.lexicon = lexicon,
		.rules = rules,
		.phrases = phrases,
		.n_phrases = 3,
		.workers = 1,
	};
	struct asr_engine *e = NULL;

	cr_assert_eq(ops->create(&e, &conf), 0);

	return e;
}

static void write_file(char *path, const char *text)
{
	FILE *f = fdopen(mkstemp(path), "w");

	fputs(text, f);
	fclose(f);
}

Test(engine, a_rule_among_the_hints_adds_its_words_to_the_phrases)
{
	static const char *const hints[] = {"<term>"}, *const none[] = {"<no>"};
	char path[] = "/tmp/rules-XXXXXX";
	struct asr_engine *e;
	struct asr_result r;
	size_t n;

	write_file(path, "#JSGF V1.0;\ngrammar spoken;\n"
			 "<n> = 三 | 六 | 十 二 | 二 十 四;\n"
			 "public <term> = [ 分 ] <n> 期;\n");
	e = create_with(path, NULL);
	unlink(path);
	n = speech("分十二期", "m4", pcm);
	r = hear(e, n, hints, 1);
	cr_expect_str_eq(r.text, "分十二期");
	n = speech(phrases[1], "m4", pcm);
	r = hear(e, n, hints, 1);
	cr_expect_str_eq(r.text, phrases[1]);
	r = hear(e, n, none, 1); /* is passed over */
	cr_expect_str_eq(r.text, phrases[1]);
	ops->destroy(e);
}

/* From the sound to what a slot keeps: the model's own rules, lib/text reads.
 */
Test(engine, spoken_values_are_heard_and_read)
{
	static const char *const rules[] = {"<amount>", "<date>", "<time>",
					    "<term>", "<digits>"};
	static const char *const said[] = {"一千二百块",
					   "还三万五千元",
					   "下周三吧",
					   "下个月五号",
					   "下午三点半",
					   "我想分十二期",
					   "幺三九零零八二五七六一"};
	const struct yh_day saturday = {2026, 11, 28};
	struct asr_engine *e = create_with(NULL, NULL);
	struct asr_result r;
	char digits[32];
	struct yh_day day;
	unsigned n;
	int64_t cents;

	for (size_t i = 0; i < YH_ARRAY_LEN(said); i++) {
		r = hear(e, speech(said[i], "m4", pcm), rules,
			 YH_ARRAY_LEN(rules));
		cr_expect_str_eq(r.text, said[i]);
		cr_expect_gt(r.confidence, 0.5f, "%s", said[i]);
	}
	cr_expect(yh_find_amount(said[0], &cents) && cents == 120000);
	cr_expect(yh_find_amount(said[1], &cents) && cents == 3500000);
	cr_expect(yh_find_date(said[2], saturday, &day) && day.month == 12 &&
		  day.day == 2);
	cr_expect(yh_find_date(said[3], saturday, &day) && day.month == 12 &&
		  day.day == 5);
	cr_expect(yh_find_time(said[4], &n) && n == 15 * 60 + 30);
	cr_expect(yh_find_term(said[5], &n) && n == 12);
	cr_expect(yh_find_digits(said[6], 7, digits, sizeof(digits)));
	cr_expect_str_eq(digits, "13900825761");
	ops->destroy(e);
}

Test(engine, a_lexicon_takes_the_place_of_the_synthesizer)
{
	char path[] = "/tmp/lexicon-XXXXXX";
	struct asr_engine *e;
	size_t n = speech(phrases[1], "m4", pcm);

	/* The one phrase that it has sounds like another one. */
	write_file(path, "好的办吧 p u usj y juau usj iue usj iue\n");
	e = create_with(NULL, path);
	unlink(path);
	cr_expect_str_eq(hear(e, n, NULL, 0).text, "好的办吧");
	ops->destroy(e);
}
