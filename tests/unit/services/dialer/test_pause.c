/** @file test_pause.c  When the callee's turn ends, in virtual time (talk.h).
 */
#include <criterion/criterion.h>

#include "talk.h"

enum { FRAME_US = 20000 };

static const struct dial_talk_conf conf = {
	.barge_ms = 160,
	.lost_ms = 15000,
	.pause_ms = 120,
	.endpoint = {.early_ms = 240, .usual_ms = 400, .late_ms = 900},
};
static struct dial_talk t;
static struct yh_vad vad;
static uint64_t now;
static unsigned seen;

static void setup(void)
{
	const struct yh_vad_conf v = {.start_ms = 100,
				      .end_ms = 400,
				      .floor_dbov = -48,
				      .margin_db = 12};

	now = 1000000;
	seen = 0;
	yh_vad_init(&vad, &v);
	dial_talk_init(&t, &conf, now);
}

static void frame(float level_dbov)
{
	const uint8_t *out;
	enum yh_vad_event ev;

	now += FRAME_US;
	vad.conf.end_ms = t.end_ms;
	ev = yh_vad_push_level(&vad, level_dbov);
	seen |= dial_talk_heard(&t, now, ev, &vad);
	seen |= dial_talk_tick(&t, now, &out);
}

static void speak(unsigned ms)
{
	for (; ms >= 20; ms -= 20)
		frame(-20);
}

/* @return After how much silence the utterance ended [ms], 0 = not within ms */
static unsigned quiet(unsigned ms)
{
	for (unsigned at = 20; at <= ms; at += 20) {
		seen = 0;
		frame(-70);
		if (seen & DIAL_TALK_SPEECH_END)
			return at;
	}

	return 0;
}

static void ask(enum yh_expect expect)
{
	const struct dial_prompt p = {.seq = 1, .expect = expect};
	unsigned acts;

	cr_assert_eq(dial_talk_play(&t, now, &p, &acts), 0);
	quiet(40);
}

/* A pause comes, and it is judged 40 ms later. */
static void pause_judged(uint32_t utterance, enum yh_turn turn)
{
	cr_assert_eq(quiet(160), 0u);
	dial_talk_judged(&t, utterance, turn);
}

TestSuite(pause, .init = setup);

Test(pause, it_is_told_once_and_so_is_that_the_speech_goes_on)
{
	quiet(1000);
	speak(600);
	seen = 0;
	for (unsigned at = 20; at < 120; at += 20)
		frame(-70);
	cr_expect_eq(seen, 0u);
	frame(-70);
	cr_expect_eq(seen, (unsigned)DIAL_TALK_PAUSE);
	seen = 0;
	frame(-70);
	cr_expect_eq(seen, 0u);
	speak(40);
	cr_expect_eq(seen, (unsigned)DIAL_TALK_RESUME);
}

Test(pause, a_whole_answer_ends_early)
{
	ask(YH_EXPECT_YES_NO);
	quiet(1000);
	speak(400);
	pause_judged(1, YH_TURN_WHOLE);
	cr_expect_eq(quiet(2000), 240u - 160);
}

Test(pause, without_a_text_the_usual_silence_ends_it)
{
	ask(YH_EXPECT_YES_NO);
	quiet(1000);
	speak(400);
	cr_expect_eq(quiet(2000), 400u);
}

Test(pause, what_is_dictated_ends_late)
{
	ask(YH_EXPECT_DIGITS);
	quiet(1000);
	speak(400);
	pause_judged(1, YH_TURN_OPEN);
	cr_expect_eq(quiet(2000), 900u - 160);
	speak(400);
	cr_expect_eq(quiet(2000), 900u, "and without a text as well");
}

Test(pause, what_was_understood_before_the_speech_went_on_is_void)
{
	ask(YH_EXPECT_YES_NO);
	quiet(1000);
	speak(400);
	pause_judged(1, YH_TURN_WHOLE);
	speak(400);
	dial_talk_judged(&t, 1, YH_TURN_WHOLE); /* too late */
	cr_expect_eq(quiet(2000), 400u);
}

Test(pause, a_judgement_of_another_utterance_changes_nothing)
{
	quiet(1000);
	speak(400);
	pause_judged(7, YH_TURN_WHOLE);
	cr_expect_eq(quiet(2000), 400u - 160);
}
