/** @file test_call_features.c  Mirrors services/scorer/call_features.c */
#include <criterion/criterion.h>
#include <string.h>

#include "call_features.h"

#define F(name) f[SCR_F_##name]

static double f[SCR_N_FEATURES];
static Yinhu__V1__CallEvent pool[32], *events[32];
static size_t n;

static Yinhu__V1__CallEvent *add(Yinhu__V1__CallEvent__BodyCase body)
{
	Yinhu__V1__CallEvent *e = &pool[n];

	yinhu__v1__call_event__init(e);
	e->body_case = body;
	events[n++] = e;

	return e;
}

static void add_ended(uint32_t outcome, uint32_t talk_ms, const char *by)
{
	static Yinhu__V1__Ended d;
	static Yinhu__V1__MediaStats m;
	Yinhu__V1__CallEvent *e = add(YINHU__V1__CALL_EVENT__BODY_ENDED);

	yinhu__v1__ended__init(&d);
	yinhu__v1__media_stats__init(&m);
	m.rtp_received = 990;
	m.rtp_lost = 10;
	m.jitter_us = 2500;
	d.outcome = (Yinhu__V1__CallOutcome)outcome;
	d.talk_ms = talk_ms;
	d.ring_ms = 4000;
	d.hung_up_by = (char *)by;
	d.media = &m;
	e->time_us = 1795420800000000; /* 2026-11-23 08:00 UTC */
	e->ended = &d;
}

static void add_turn(Yinhu__V1__Turn *t, const char *intent)
{
	yinhu__v1__turn__init(t);
	t->intent = (char *)intent;
	add(YINHU__V1__CALL_EVENT__BODY_TURN)->turn = t;
}

static void add_words(Yinhu__V1__Transcript *t, const char *text,
		      uint32_t start_ms, uint32_t end_ms, float confidence)
{
	yinhu__v1__transcript__init(t);
	t->text = (char *)text;
	t->start_ms = start_ms;
	t->end_ms = end_ms;
	t->confidence = confidence;
	t->latency_ms = 100;
	add(YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT)->transcript = t;
}

Test(features, there_are_thirty_or_more_with_names)
{
	cr_assert_geq(SCR_N_FEATURES, 30);
	for (int i = 0; i < SCR_N_FEATURES; i++)
		cr_assert_eq(scr_feature_find(scr_feature_names[i]), i);
	cr_assert_eq(scr_feature_find("nonsense"), -1);
}

Test(features, a_call_without_events_is_all_zero)
{
	scr_features(NULL, 0, f);
	for (int i = 0; i < SCR_N_FEATURES; i++)
		cr_expect_eq(f[i], 0, "%s", scr_feature_names[i]);
}

Test(features, the_line_gives_time_and_who_hung_up)
{
	add_ended(YINHU__V1__CALL_OUTCOME__ANSWERED, 30000, "callee");
	scr_features(events, n, f);
	cr_expect_eq(F(answered), 1);
	cr_expect_eq(F(ring_ms), 4000);
	cr_expect_eq(F(talk_ms), 30000);
	cr_expect_eq(F(hung_up_by_callee), 1);
	cr_expect_eq(F(hung_up_by_bot), 0);
	cr_expect_eq(F(local_hour), 16); /* UTC+8 */
	cr_expect_float_eq(F(rtp_lost_ratio), 0.01, 1e-9);
	cr_expect_float_eq(F(jitter_ms), 2.5, 1e-9);
}

Test(features, a_busy_line_is_not_answered)
{
	add_ended(YINHU__V1__CALL_OUTCOME__LINE_BUSY, 0, "network");
	scr_features(events, n, f);
	cr_expect_eq(F(answered), 0);
}

Test(features, words_are_counted_in_characters)
{
	Yinhu__V1__Transcript a, b;

	add_words(&a, "好的", 3000, 4000, 0.9f);
	add_words(&b, "利息多少", 8000, 10000, 0.5f);
	scr_features(events, n, f);
	cr_expect_eq(F(callee_turns), 2);
	cr_expect_eq(F(callee_chars), 6);
	cr_expect_eq(F(callee_chars_per_turn), 3);
	cr_expect_eq(F(callee_speech_ms), 3000);
	cr_expect_eq(F(callee_longest_ms), 2000);
	cr_expect_eq(F(callee_chars_per_s), 2);
	cr_expect_eq(F(first_reply_ms), 3000);
	cr_expect_eq(F(callee_share_ratio), 1);
	cr_expect_eq(F(asr_latency_mean_ms), 100);
	cr_expect_float_eq(F(asr_confidence_mean_ratio), 0.7, 1e-6);
	cr_expect_float_eq(F(asr_confidence_min_ratio), 0.5, 1e-6);
}

Test(features, speech_without_words_counts_as_empty)
{
	Yinhu__V1__Transcript a;

	add_words(&a, "", 3000, 4000, 0.0f);
	scr_features(events, n, f);
	cr_expect_eq(F(empty_utterances), 1);
	cr_expect_eq(F(callee_chars), 0);
}

Test(features, intents_fall_into_groups)
{
	Yinhu__V1__Turn t[5];

	add_turn(&t[0], "who_are_you");
	add_turn(&t[1], "ask_rate");
	add_turn(&t[2], "too_expensive");
	add_turn(&t[3], "affirm");
	add_turn(&t[4], "");
	scr_features(events, n, f);
	cr_expect_eq(F(dialog_turns), 5);
	cr_expect_eq(F(doubt_intents), 1);
	cr_expect_eq(F(question_intents), 1);
	cr_expect_eq(F(objection_intents), 1);
	cr_expect_eq(F(affirm_intents), 1);
	cr_expect_eq(F(last_intent_positive), 1);
}

Test(features, the_worst_latency_is_kept_beside_the_mean)
{
	Yinhu__V1__BotSpeech a, b, c;

	yinhu__v1__bot_speech__init(&a);
	yinhu__v1__bot_speech__init(&b);
	yinhu__v1__bot_speech__init(&c);
	a.text = b.text = c.text = (char *)"您好";
	a.duration_ms = 1000;
	b.turn_latency_ms = 200;
	c.turn_latency_ms = 400;
	add(YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH)->bot_speech = &a;
	add(YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH)->bot_speech = &b;
	add(YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH)->bot_speech = &c;
	scr_features(events, n, f);
	cr_expect_eq(F(turn_latency_mean_ms), 300); /* of answers only */
	cr_expect_eq(F(turn_latency_max_ms), 400);
	cr_expect_eq(F(bot_turns), 3);
	cr_expect_eq(F(bot_chars), 6);
}
