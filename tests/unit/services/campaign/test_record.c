/** @file test_record.c  Mirrors services/campaign/record.c */
#include <criterion/criterion.h>

#include "record.h"

typedef Yinhu__V1__CallEvent event_t;

static struct cmp_arena arena;

static void teardown(void)
{
	cmp_arena_fini(&arena);
}

TestSuite(record, .fini = teardown, .timeout = 5);

static event_t event(int kind, int64_t time_us, uint32_t offset_ms)
{
	event_t e = YINHU__V1__CALL_EVENT__INIT;

	e.body_case = (Yinhu__V1__CallEvent__BodyCase)kind;
	e.time_us = time_us;
	e.offset_ms = offset_ms;

	return e;
}

/* Prompt, broken into by an utterance, its turn, the answer; any order. */
Test(record, the_order_of_events_does_not_matter)
{
	Yinhu__V1__BotSpeech bot1 = YINHU__V1__BOT_SPEECH__INIT;
	Yinhu__V1__BotSpeech bot2 = YINHU__V1__BOT_SPEECH__INIT;
	Yinhu__V1__Played played = YINHU__V1__PLAYED__INIT;
	Yinhu__V1__Transcript said = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__Turn turn = YINHU__V1__TURN__INIT;
	event_t e[5] = {
		event(YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH, 1000, 0),
		event(YINHU__V1__CALL_EVENT__BODY_PLAYED, 2000, 1500),
		event(YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT, 3000, 2500),
		event(YINHU__V1__CALL_EVENT__BODY_TURN, 4000, 2600),
		event(YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH, 5000, 2700),
	};

	bot1.command_seq = 1;
	static char bot1_text[] = "您好";
	bot1.text = bot1_text;
	bot1.duration_ms = 5000;
	played.command_seq = 1;
	played.interrupted = 1;
	played.played_ms = 1500;
	said.utterance = 1;
	static char said_text[] = "是我";
	said.text = said_text;
	said.start_ms = 1400;
	said.emotion = (char *)"angry";
	said.emotion_confidence = 0.8f;
	said.end_ms = 2000;
	turn.utterance = 1;
	turn.intent = (char *)"affirm";
	turn.from_state = (char *)"greet";
	turn.to_state = (char *)"offer";
	bot2.command_seq = 2;
	static char bot2_text[] = "好的";
	bot2.text = bot2_text;
	bot2.duration_ms = 700;
	bot2.turn_latency_ms = 250;
	e[0].bot_speech = &bot1;
	e[1].played = &played;
	e[2].transcript = &said;
	e[3].turn = &turn;
	e[4].bot_speech = &bot2;

	for (int shift = 0; shift < 5; shift++) {
		Yinhu__V1__Call call = YINHU__V1__CALL__INIT;
		event_t *list[5];

		for (int i = 0; i < 5; i++)
			list[i] = &e[(i * 2 + shift) % 5];
		cmp_record_fold(&arena, &call, list, 5);
		cr_assert_eq(call.n_transcript, 3);
		cr_assert_str_eq(call.transcript[0]->text, "您好");
		cr_assert_eq(call.transcript[0]->end_ms, 1500);
		cr_assert(call.transcript[0]->interrupted);
		cr_assert_str_eq(call.transcript[1]->text, "是我");
		cr_assert_str_eq(call.transcript[1]->intent, "affirm");
		cr_assert_str_eq(call.transcript[1]->emotion, "angry");
		cr_assert_eq(call.transcript[1]->emotion_confidence, 0.8f);
		cr_assert_str_eq(call.transcript[1]->state, "greet");
		cr_assert_eq(call.transcript[1]->speaker,
			     YINHU__V1__SPEAKER__CALLEE);
		cr_assert_str_eq(call.transcript[2]->state, "offer");
		cr_assert_eq(call.transcript[2]->end_ms, 3400);
		cr_assert_eq(call.n_turn_latency_ms, 1);
		cr_assert_eq(call.turn_latency_ms[0], 250);
	}
}

Test(record, a_call_without_events_has_no_lines)
{
	Yinhu__V1__Call call = YINHU__V1__CALL__INIT;

	cmp_record_fold(&arena, &call, NULL, 0);
	cr_assert_eq(call.n_transcript, 0);
	cr_assert_eq(call.n_turn_latency_ms, 0);
}

Test(record, what_an_agent_said_stands_there_as_theirs_without_secrets)
{
	Yinhu__V1__Call call = YINHU__V1__CALL__INIT;
	Yinhu__V1__Transcript said = YINHU__V1__TRANSCRIPT__INIT;
	event_t e = event(YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH, 3000, 2500);
	event_t *list[] = {&e};
	static char text[] = "卡号6222021234567890123对吗";

	said.utterance = 1;
	said.text = text;
	said.start_ms = 1400;
	e.agent_speech = &said;
	cmp_record_fold(&arena, &call, list, 1);
	cr_assert_eq(call.n_transcript, 1);
	cr_assert_eq(call.transcript[0]->speaker, YINHU__V1__SPEAKER__AGENT);
	cr_assert_null(strstr(call.transcript[0]->text, "6222021234567890123"));
	cr_assert_eq(call.transcript[0]->start_ms, 1400);
}
