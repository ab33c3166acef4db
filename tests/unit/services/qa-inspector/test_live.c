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
