/** @file test_verdict.c  Witnesses become a verdict; words become evidence */
#include <criterion/criterion.h>
#include <string.h>

#include "progress/verdict.h"
#include "progress/words.h"

static struct yh_evidence e[YH_WITNESSES];

static void setup(void)
{
	memset(e, 0, sizeof(e));
}

TestSuite(verdict, .init = setup, .timeout = 5);

Test(verdict, nobody_says_anything)
{
	struct yh_progress_verdict v = yh_progress_fuse(e);

	cr_assert_eq(v.class, YH_PROGRESS_UNSURE);
	cr_assert_eq(v.confidence, 0);
}

Test(verdict, witnesses_that_agree_are_surer_than_each)
{
	struct yh_progress_verdict v;

	e[YH_BY_PRINT] = (struct yh_evidence){YH_PROGRESS_POWER_OFF, 0.8f};
	e[YH_BY_Q850] = yh_progress_of_q850(20);
	v = yh_progress_fuse(e);
	cr_assert_eq(v.class, YH_PROGRESS_POWER_OFF);
	cr_assert_float_eq(v.confidence, 1 - 0.2 * 0.45, 1e-4);
	cr_assert_eq(v.by, YH_BY_PRINT);
}

/* Shafer's example: 0.9 and 0.8 for two classes leave 0.643 and 0.286. */
Test(verdict, the_stronger_of_two_that_contradict_is_weakened)
{
	struct yh_progress_verdict v;

	e[YH_BY_TONE] = (struct yh_evidence){YH_PROGRESS_VOICEMAIL, 0.9f};
	e[YH_BY_RHYTHM] = (struct yh_evidence){YH_PROGRESS_HUMAN, 0.8f};
	v = yh_progress_fuse(e);
	cr_assert_eq(v.class, YH_PROGRESS_VOICEMAIL);
	cr_assert_float_eq(v.confidence, 0.9 * 0.2 / (1 - 0.72), 1e-4);
}

Test(verdict, two_that_contradict_alike_decide_nothing)
{
	e[YH_BY_PRINT] = (struct yh_evidence){YH_PROGRESS_SUSPENDED, 0.8f};
	e[YH_BY_WORDS] = (struct yh_evidence){YH_PROGRESS_POWER_OFF, 0.8f};
	cr_assert_eq(yh_progress_fuse(e).class, YH_PROGRESS_UNSURE);
}

Test(verdict, an_announcement_outweighs_a_code_that_says_otherwise)
{
	e[YH_BY_PRINT] = (struct yh_evidence){YH_PROGRESS_SUSPENDED, 0.9f};
	e[YH_BY_SIP] = yh_progress_of_sip(404);
	cr_assert_eq(yh_progress_fuse(e).class, YH_PROGRESS_SUSPENDED);
}

Test(verdict, ringing_before_an_announcement_does_not_contradict_it)
{
	struct yh_progress_verdict v;

	e[YH_BY_TONE] = (struct yh_evidence){YH_PROGRESS_RINGBACK, 0.9f};
	e[YH_BY_PRINT] = (struct yh_evidence){YH_PROGRESS_NO_ANSWER, 0.9f};
	v = yh_progress_fuse(e);
	cr_assert_eq(v.class, YH_PROGRESS_NO_ANSWER);
	cr_assert_float_eq(v.confidence, 0.9, 1e-4);
}

Test(verdict, a_code_for_anything_says_nothing)
{
	cr_assert_eq(yh_progress_of_sip(480).support, 0);
	cr_assert_eq(yh_progress_of_sip(487).support, 0);
	cr_assert_eq(yh_progress_of_sip(500).support, 0);
	cr_assert_eq(yh_progress_of_q850(16).support, 0);
}

Test(verdict, names_lead_back_to_classes)
{
	for (unsigned i = 0; i < YH_PROGRESS_CLASSES; i++) {
		enum yh_progress_class c = (enum yh_progress_class)i;

		cr_assert_eq(yh_progress_class_of(yh_progress_name(c)), c);
	}
	cr_assert_eq(yh_progress_class_of("none"), YH_PROGRESS_CLASSES);
	cr_assert_str_eq(yh_progress_name(YH_PROGRESS_CLASSES), "unsure");
}

/* ---- words ---- */

static const struct {
	const char *text;
	float confidence;
	bool answered;
	enum yh_progress_class class;
	float least, most; /* support */
} said[] = {
	{"对不起，您拨打的号码是空号", 1, false, YH_PROGRESS_VACANT_NUMBER, .9f,
	 1},
	{"您拨打的电话已停机", 1, false, YH_PROGRESS_SUSPENDED, .9f, 1},
	{"您拨打的电话 已关机。", 1, false, YH_PROGRESS_POWER_OFF, .9f, 1},
	/* the more telling clause of one sentence */
	{"无法接通，请在嘀声后留言", 1, false, YH_PROGRESS_VOICEMAIL, .9f, 1},
	{"我们将以短信的方式通知机主", 1, false, YH_PROGRESS_CALL_REMINDER, .9f,
	 1},
	/* a network that has answered */
	{"您拨打的电话已关机", 1, true, YH_PROGRESS_POWER_OFF, .9f, 1},
	/* a person says it of a phone */
	{"我手机马上要关机了", 1, true, YH_PROGRESS_POWER_OFF, 0, .45f},
	{"您好我是机主的智能助理", 1, true, YH_PROGRESS_CALL_ASSISTANT, .9f, 1},
	{"喂你好", 1, true, YH_PROGRESS_HUMAN, .2f, .4f},
	{"今天天气不错", 1, false, YH_PROGRESS_UNSURE, 0, 0},
	{"", 1, true, YH_PROGRESS_UNSURE, 0, 0},
	/* hardly heard: no evidence */
	{"请在提示音后留言", .6f, true, YH_PROGRESS_VOICEMAIL, 0, .01f},
	{"请在提示音后留言", .75f, true, YH_PROGRESS_VOICEMAIL, .3f, .49f},
};

Test(verdict, words_speak_for_their_class)
{
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		struct yh_evidence w = yh_progress_words(
			said[i].text, said[i].confidence, said[i].answered);

		cr_expect_eq(w.class, said[i].class, "%s: %s", said[i].text,
			     yh_progress_name(w.class));
		cr_expect(w.support >= said[i].least &&
				  w.support <= said[i].most,
			  "%s: %f", said[i].text, (double)w.support);
	}
}

Test(verdict, every_phrase_to_listen_for_speaks_for_a_class)
{
	size_t n;
	const char *const *phrases = yh_progress_phrases(&n);

	cr_assert_gt(n, 30);
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(phrases[i], "请问您有什么事"))
			continue; /* of an assistant; people ask it as well */
		cr_expect_gt(yh_progress_words(phrases[i], 1, false).support,
			     0.5f, "%s", phrases[i]);
	}
}
