/** @file test_live.c  Mirrors services/qa-inspector/live.c */
#include <criterion/criterion.h>

#include "live.h"

static Yinhu__V1__BotSpeech speech = YINHU__V1__BOT_SPEECH__INIT;
static Yinhu__V1__Played played = YINHU__V1__PLAYED__INIT;
static Yinhu__V1__CallEvent said = YINHU__V1__CALL_EVENT__INIT,
			    told = YINHU__V1__CALL_EVENT__INIT;
static Yinhu__V1__CallEvent *events[] = {&said, &told};
static struct qa_dialog d;

/* A prompt of 10 s, begun after 2 s. */
static void setup(void)
{
	speech.command_seq = played.command_seq = 3;
	speech.text = (char *)"您好";
	speech.duration_ms = 10000;
	said.body_case = YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH;
	said.bot_speech = &speech;
	said.offset_ms = 2000;
	told.body_case = YINHU__V1__CALL_EVENT__BODY_PLAYED;
	told.played = &played;
}

static void teardown(void)
{
	qa_dialog_fini(&d);
}

TestSuite(live, .init = setup, .fini = teardown);

Test(live, a_prompt_of_which_nobody_told_may_yet_be_broken_off)
{
	cr_assert_eq(qa_live_dialog(&d, events, 1), 0);
	cr_assert(d.turns[0].open && !d.turns[0].cut);
	cr_assert_eq(d.turns[0].end_ms, 12000);
}

Test(live, a_prompt_that_was_broken_off_ends_where_it_fell_silent)
{
	played.interrupted = true;
	played.played_ms = 1600;
	cr_assert_eq(qa_live_dialog(&d, events, 2), 0);
	cr_assert(!d.turns[0].open && d.turns[0].cut);
	cr_assert_eq(d.turns[0].end_ms, 3600);
}

Test(live, a_prompt_that_was_played_lasted_as_planned)
{
	played.played_ms = 10000;
	cr_assert_eq(qa_live_dialog(&d, events, 2), 0);
	cr_assert(!d.turns[0].open && !d.turns[0].cut);
	cr_assert_eq(d.turns[0].end_ms, 12000);
}

Test(live, what_was_played_of_another_prompt_says_nothing)
{
	played.command_seq = 4;
	cr_assert_eq(qa_live_dialog(&d, events, 2), 0);
	cr_assert(d.turns[0].open);
}

/* ---- a human agent --------------------------------------------------------
 */

static Yinhu__V1__CallEvent speech_of(bool agent, Yinhu__V1__Transcript *t,
				      uint32_t number, const char *text)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;

	yinhu__v1__transcript__init(t);
	t->utterance = number;
	t->text = (char *)text;
	t->engine = (char *)(text[0] ? "test" : "none");
	t->start_ms = 1000 * number;
	t->end_ms = t->start_ms + 500;
	e.body_case = agent ? YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH
			    : YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	e.transcript = t;

	return e;
}

Test(live, what_an_agent_says_is_the_agents)
{
	Yinhu__V1__Transcript t[3];
	Yinhu__V1__CallEvent e[] = {speech_of(false, &t[0], 1, "利息多少"),
				    speech_of(true, &t[1], 2, "很低"),
				    speech_of(true, &t[2], 3, "")};
	Yinhu__V1__CallEvent *list[] = {&e[0], &e[1], &e[2]};

	cr_assert_eq(qa_live_dialog(&d, list, 3), 0);
	cr_assert_eq(d.n_turns, 2); /* what nobody understood is no turn */
	cr_expect_eq(d.turns[0].speaker, QA_CALLEE);
	cr_expect_eq(d.turns[1].speaker, QA_AGENT);
	cr_expect_str_eq(d.turns[1].text, "很低");
}

Test(live, a_call_is_complete_when_the_agents_words_are_there_too)
{
	Yinhu__V1__Transcript t[2];
	Yinhu__V1__CallEvent e[] = {speech_of(true, &t[0], 1, "您好"),
				    speech_of(true, &t[1], 2, "再见")};
	Yinhu__V1__CallEvent *list[] = {&e[0], &e[1]};
	Yinhu__V1__CallEvent end = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Ended body = YINHU__V1__ENDED__INIT;

	body.agent_utterances = 2;
	end.body_case = YINHU__V1__CALL_EVENT__BODY_ENDED;
	end.ended = &body;
	cr_expect(!qa_live_complete(list, 1, &end));
	cr_expect(qa_live_complete(list, 2, &end));
	cr_expect(!qa_live_complete(list + 1, 1, NULL)); /* 1 is missing */
}

static Yinhu__V1__CallEvent prompt_of(Yinhu__V1__BotSpeech *b, uint32_t seq,
				      uint32_t number)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;

	yinhu__v1__bot_speech__init(b);
	b->command_seq = seq;
	b->number = number;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH;
	e.bot_speech = b;

	return e;
}

/* What a dead inspector had in hand comes after what was said later. */
Test(live, a_later_prompt_does_not_stand_for_one_that_is_missing)
{
	Yinhu__V1__SpeechStarted begun = YINHU__V1__SPEECH_STARTED__INIT;
	Yinhu__V1__Transcript t;
	Yinhu__V1__BotSpeech b[3];
	Yinhu__V1__CallEvent e[] = {
		YINHU__V1__CALL_EVENT__INIT, speech_of(false, &t, 1, "我是"),
		prompt_of(&b[0], 2, 2), prompt_of(&b[1], 1, 1),
		prompt_of(&b[2], 4, 3)};
	Yinhu__V1__CallEvent *list[] = {&e[0], &e[1], &e[2], &e[3], &e[4]};

	begun.utterance = 1;
	begun.prompts = 1;
	e[0].body_case = YINHU__V1__CALL_EVENT__BODY_SPEECH_STARTED;
	e[0].speech_started = &begun;
	cr_expect(!qa_live_complete(list, 3, NULL)); /* the first is missing */
	cr_expect(qa_live_complete(list, 4, NULL));
	cr_expect(qa_live_complete(list, 5, NULL)); /* 3 was without words */
}

Test(live, what_could_not_be_judged_is_told_with_its_reason)
{
	Yinhu__V1__TransferProgress there = YINHU__V1__TRANSFER_PROGRESS__INIT;
	Yinhu__V1__Transcript t[3];
	Yinhu__V1__CallEvent e[] = {speech_of(false, &t[0], 1, ""),
				    speech_of(false, &t[1], 2, "好"),
				    speech_of(true, &t[2], 1, "好"),
				    YINHU__V1__CALL_EVENT__INIT,
				    YINHU__V1__CALL_EVENT__INIT};
	Yinhu__V1__CallEvent *list[] = {&e[0], &e[1], &e[2], &e[3], &e[4]};
	struct qa_gaps gaps;

	qa_live_gaps(&gaps, list + 1, 2);
	cr_assert_eq(gaps.n, 1); /* the callee's first */
	qa_live_gaps(&gaps, list + 2, 1);
	cr_assert_eq(gaps.n, 0);
	qa_live_gaps(&gaps, list, 3);
	cr_assert_eq(gaps.n, 1);
	cr_expect_str_eq(gaps.text[0],
			 "callee: 1 of 2 utterances were not recognised");
	e[3].body_case = YINHU__V1__CALL_EVENT__BODY_AGENT_CALL;
	qa_live_gaps(&gaps, list + 3, 1);
	cr_assert_eq(gaps.n, 1);
	there.state = YINHU__V1__TRANSFER_PROGRESS__STATE__CONNECTED;
	e[4].body_case = YINHU__V1__CALL_EVENT__BODY_TRANSFER;
	e[4].transfer = &there;
	qa_live_gaps(&gaps, list + 3, 2);
	cr_assert_eq(gaps.n, 0);
	there.not_inspected = (char *)"the trunk carries the media";
	qa_live_gaps(&gaps, list + 3, 2);
	cr_assert_eq(gaps.n, 1);
	cr_expect_str_eq(gaps.text[0], "agent: the trunk carries the media");
}
