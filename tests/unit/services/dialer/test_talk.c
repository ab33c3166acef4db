/** @file test_talk.c  Who speaks when, in virtual time */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "talk.h"

enum { FRAME_US = 20000 };

static const struct dial_talk_conf conf = {.barge_ms = 160, .lost_ms = 15000};
static const uint8_t sound[500 * YH_FRAME_SAMPLES];

static struct dial_talk t;
static struct yh_vad vad;
static uint64_t now;
static unsigned seen, sent;
static uint64_t at[8]; /* when each act was last seen, by its bit */

static void note(unsigned acts)
{
	seen |= acts;
	for (int i = 0; i < 8; i++) {
		if (acts & 1u << i)
			at[i] = now;
	}
}

static void setup(void)
{
	now = 1000000;
	vad = (struct yh_vad){.conf = {.start_ms = 100, .end_ms = 400}};
	dial_talk_init(&t, &conf, now);
	seen = sent = 0;
	memset(at, 0, sizeof(at));
}

/* One frame of the callee through the detector's rules, then a beat. */
static void beat(bool voice)
{
	enum yh_vad_event ev = YH_VAD_NONE;
	const uint8_t *frame;

	now += FRAME_US;
	vad.voiced = voice;
	vad.quiet_ms = voice ? 0 : vad.quiet_ms + 20;
	if (voice || vad.voiced_ms)
		vad.spurt_ms += 20;
	if (voice)
		vad.voiced_ms += 20;
	if (!vad.talking && vad.voiced_ms >= vad.conf.start_ms) {
		vad.talking = true;
		ev = YH_VAD_START;
	} else if (vad.quiet_ms >= (vad.talking ? vad.conf.end_ms : 60)) {
		ev = vad.talking ? YH_VAD_END : YH_VAD_NONE;
		vad.talking = false;
		vad.voiced_ms = vad.spurt_ms = 0;
	}
	note(dial_talk_heard(&t, now, ev, &vad));
	note(dial_talk_tick(&t, now, &frame));
	sent += frame != NULL;
}

static void speak(unsigned ms)
{
	for (; ms >= 20; ms -= 20)
		beat(true);
}

static void quiet(unsigned ms)
{
	for (; ms >= 20; ms -= 20)
		beat(false);
}

static void play(struct dial_prompt p, unsigned ms)
{
	unsigned acts;

	p.alaw = sound;
	p.n = ms / 20;
	dial_talk_fetch(&t);
	cr_assert_eq(dial_talk_play(&t, now, &p, &acts), 0);
	note(acts);
}

TestSuite(talk, .init = setup);

Test(talk, a_prompt_is_sent_frame_by_frame_and_then_told)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 1000);
	quiet(980);
	cr_expect_eq(seen, DIAL_TALK_STARTED);
	quiet(200);
	cr_expect_eq(sent, 50u);
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect_eq(t.played.seq, 1u);
	cr_expect_not(t.played.interrupted);
	cr_expect_eq(t.played.played_ms, 1000u);
}

Test(talk, speech_of_160_ms_stops_a_prompt_within_250_ms)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 5000);
	quiet(1000);
	speak(140);
	cr_expect(t.playing);
	speak(40);
	cr_expect_not(t.playing);
	cr_expect_not(seen & DIAL_TALK_PLAYED); /* it may go on */
	play((struct dial_prompt){.seq = 2}, 200);
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect(t.played.interrupted);
	cr_expect_eq(t.played.seq, 1u);
	cr_expect(t.played.stop_latency_ms >= 100);
	cr_expect(t.played.stop_latency_ms <= 250);
	cr_expect(t.barge_in);
	cr_expect_eq(t.n_barge_ins, 1u);
}

Test(talk, a_cough_stops_nothing_and_is_no_utterance)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 3000);
	quiet(500);
	speak(120);
	quiet(1000);
	cr_expect_not(seen & DIAL_TALK_PLAYED);
	cr_expect_not(seen & DIAL_TALK_SPEECH_START);
	cr_expect_not(seen & DIAL_TALK_SPEECH_END);
}

Test(talk, a_prompt_that_must_be_heard_goes_on_and_the_next_waits)
{
	play((struct dial_prompt){.seq = 1, .barge_in = false}, 2000);
	quiet(200);
	speak(400);
	quiet(500);
	cr_expect(seen & DIAL_TALK_SPEECH_END);
	cr_expect_not(seen & DIAL_TALK_PLAYED);
	play((struct dial_prompt){.seq = 2}, 200);
	quiet(880);
	cr_expect_not(seen & DIAL_TALK_PLAYED);
	quiet(40);
	cr_expect_eq(t.played.seq, 1u);
	cr_expect_eq(t.now.seq, 2u);
}

Test(talk, the_last_prompt_cannot_be_interrupted_and_then_we_hang_up)
{
	play((struct dial_prompt){.seq = 1,
				  .barge_in = true,
				  .then_hang_up = true},
	     1000);
	quiet(200);
	speak(500);
	quiet(300);
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect_not(t.played.interrupted);
	cr_expect_not(seen & DIAL_TALK_HANG_UP);
	quiet(200);
	cr_expect(seen & DIAL_TALK_HANG_UP);
}

Test(talk, a_new_prompt_replaces_one_that_may_be_interrupted)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 2000);
	quiet(500);
	play((struct dial_prompt){.seq = 2, .barge_in = true}, 200);
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect(t.played.interrupted);
	quiet(20);
	cr_expect_eq(t.now.seq, 2u);
}

Test(talk, an_answer_does_not_begin_while_the_callee_speaks)
{
	speak(300);
	play((struct dial_prompt){.seq = 1}, 200);
	speak(500);
	cr_expect_eq(sent, 0u);
	quiet(420);
	cr_expect(sent > 0);
}

Test(talk, whoever_never_stops_is_spoken_to_after_three_seconds)
{
	speak(300);
	play((struct dial_prompt){.seq = 1}, 200);
	speak(2900);
	cr_expect_eq(sent, 0u);
	speak(200);
	cr_expect(sent > 0);
}

Test(talk, the_turn_latency_is_from_the_last_voiced_frame)
{
	quiet(1000);
	speak(500);
	quiet(460); /* 400 of hang-over, 60 to think */
	play((struct dial_prompt){.seq = 1, .utterance = 1}, 200);
	quiet(20);
	cr_expect(seen & DIAL_TALK_STARTED);
	cr_expect_eq(t.turn_latency_ms, 480u);
}

Test(talk, a_prompt_that_answers_nothing_has_no_turn_latency)
{
	speak(500);
	quiet(500);
	play((struct dial_prompt){.seq = 1}, 200);
	quiet(20);
	cr_expect_eq(t.turn_latency_ms, 0u);
}

Test(talk, silence_after_a_prompt_is_told_once)
{
	play((struct dial_prompt){.seq = 3, .listen_ms = 2000}, 200);
	quiet(2180);
	cr_expect_not(seen & DIAL_TALK_SILENCE);
	quiet(40);
	cr_expect(seen & DIAL_TALK_SILENCE);
	cr_expect_eq(t.silence.seq, 3u);
	cr_expect_eq(t.silence.waited_ms, 2000u);
	seen = 0;
	quiet(5000);
	cr_expect_not(seen & DIAL_TALK_SILENCE);
}

Test(talk, who_speaks_is_not_silent)
{
	play((struct dial_prompt){.seq = 1, .listen_ms = 1000}, 200);
	quiet(1000);
	speak(500);
	quiet(3000);
	cr_expect_not(seen & DIAL_TALK_SILENCE);
}

Test(talk, nobody_says_what_to_do_and_the_call_is_lost)
{
	quiet(14900);
	cr_expect_not(seen & DIAL_TALK_LOST);
	quiet(200);
	cr_expect(seen & DIAL_TALK_LOST);
}

Test(talk, waiting_for_a_transcript_is_not_being_lost)
{
	speak(500);
	quiet(20000);
	cr_expect_not(seen & DIAL_TALK_LOST);
	dial_talk_resolved(&t, now);
	quiet(14900);
	cr_expect_not(seen & DIAL_TALK_LOST);
	quiet(200);
	cr_expect(seen & DIAL_TALK_LOST);
}

Test(talk, a_prompt_that_could_not_be_rendered_counts_as_played)
{
	play((struct dial_prompt){.seq = 1, .listen_ms = 500}, 0);
	quiet(20);
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect_not(seen & DIAL_TALK_STARTED);
	cr_expect_eq(t.played.played_ms, 0u);
	quiet(520);
	cr_expect(seen & DIAL_TALK_SILENCE);
}

Test(talk, more_prompts_than_can_wait_are_refused)
{
	struct dial_prompt p = {.seq = 9, .alaw = sound, .n = 10};
	unsigned acts;

	play((struct dial_prompt){.seq = 1}, 2000);
	quiet(20);
	for (int i = 0; i < DIAL_TALK_QUEUE; i++)
		cr_assert_eq(dial_talk_play(&t, now, &p, &acts), 0);
	cr_assert_eq(dial_talk_play(&t, now, &p, &acts), -ENOSPC);
}

Test(talk, told_to_stop_it_is_silent_at_once)
{
	play((struct dial_prompt){.seq = 1, .listen_ms = 500}, 2000);
	quiet(500);
	note(dial_talk_stop(&t, now));
	cr_expect(t.played.interrupted);
	sent = 0;
	quiet(500);
	cr_expect_eq(sent, 0u);
}

Test(talk, keys_are_an_answer_of_their_own_a_second_after_the_last)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 4000);
	quiet(200);
	note(dial_talk_key(&t, now, '1'));
	cr_assert(seen & DIAL_TALK_PLAYED); /* it breaks in */
	cr_assert(t.played.interrupted);
	quiet(500);
	note(dial_talk_key(&t, now, '2'));
	quiet(900);
	cr_assert_not(seen & DIAL_TALK_KEYS);
	quiet(120);
	cr_assert(seen & DIAL_TALK_KEYS);
	cr_assert_str_eq(t.keys, "12");
	cr_assert_eq(t.utterance, 1);
	cr_assert_eq(t.unresolved, 1);
}

Test(talk, a_hash_completes_the_keys_at_once_and_is_left_out)
{
	note(dial_talk_key(&t, now, '#')); /* alone it says nothing */
	quiet(40);
	cr_assert_not(seen & DIAL_TALK_KEYS);
	note(dial_talk_key(&t, now, '9'));
	note(dial_talk_key(&t, now, '#'));
	quiet(20);
	cr_assert(seen & DIAL_TALK_KEYS);
	cr_assert_str_eq(t.keys, "9");
}

Test(talk, the_tone_of_a_key_is_not_taken_for_speech)
{
	note(dial_talk_key(&t, now, '1'));
	speak(240);
	quiet(1200);
	cr_assert_not(seen & DIAL_TALK_SPEECH_START);
	cr_assert(seen & DIAL_TALK_KEYS);
}

Test(talk, while_keys_are_pressed_there_is_no_silence_and_no_prompt)
{
	play((struct dial_prompt){.seq = 1, .listen_ms = 800}, 100);
	quiet(600);
	note(dial_talk_key(&t, now, '1'));
	play((struct dial_prompt){.seq = 2}, 100);
	seen = 0;
	quiet(900);
	cr_assert_not(seen & (DIAL_TALK_SILENCE | DIAL_TALK_STARTED));
	quiet(200);
	cr_assert(seen & DIAL_TALK_STARTED);
}

Test(talk, time_on_hold_counts_for_no_wait)
{
	play((struct dial_prompt){.seq = 1, .listen_ms = 1000}, 100);
	quiet(300);
	now += 60000000;
	dial_talk_slept(&t, 60000000);
	quiet(600);
	cr_assert_not(seen & (DIAL_TALK_SILENCE | DIAL_TALK_LOST));
	quiet(400);
	cr_assert(seen & DIAL_TALK_SILENCE);
}

/* A prompt of 5 s, interrupted after 2 s; then the callee is silent. */
static void interrupt(void)
{
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 5000);
	quiet(2000);
	speak(300);
	quiet(600);
	cr_assert(seen & DIAL_TALK_SPEECH_END);
	cr_assert_not(t.playing);
}

Test(talk, after_a_false_interruption_it_goes_on_a_little_before_where_it_was)
{
	unsigned before;

	interrupt();
	before = sent;
	dial_talk_resolved(&t, now);
	play((struct dial_prompt){.seq = 2, .resume = true, .listen_ms = 9}, 0);
	cr_expect_eq(t.played.seq, 2u); /* the command's own end */
	cr_expect_not(t.played.interrupted);
	cr_expect(t.playing);
	quiet(6000);
	cr_expect_eq(t.played.seq, 1u);
	cr_expect_not(t.played.interrupted);
	cr_expect_eq(t.played.played_ms, 5000u);
	cr_expect_eq(sent, before + (250 - before) + DIAL_TALK_BACK_MS / 20);
	cr_expect_eq(t.n_barge_ins, 0u);
	cr_expect_eq(t.n_resumed, 1u);
}

Test(talk, what_nobody_answers_goes_on_by_itself)
{
	interrupt();
	quiet(3000); /* recognition is at work */
	cr_expect_not(t.playing);
	dial_talk_resolved(&t, now);
	quiet(DIAL_TALK_RESUME_MS - 100);
	cr_expect_not(t.playing);
	quiet(200);
	cr_expect(t.playing);
}

Test(talk, a_stop_tells_of_the_prompt_that_was_interrupted)
{
	interrupt();
	note(dial_talk_stop(&t, now));
	cr_expect(seen & DIAL_TALK_PLAYED);
	cr_expect(t.played.interrupted);
	quiet(5000);
	cr_expect_not(t.playing);
}

Test(talk, with_a_detector_only_what_is_meant_interrupts)
{
	t.conf.judged = true;
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 5000);
	speak(1000);
	cr_expect(t.playing);
	cr_expect_not(seen & DIAL_TALK_SPEECH_START);
	t.meant = true;
	speak(20);
	cr_expect_not(t.playing);
	cr_expect(seen & DIAL_TALK_SPEECH_START);
}

Test(talk, what_is_meant_interrupts_as_soon_as_the_vad_is_told)
{
	t.conf.judged = true;
	play((struct dial_prompt){.seq = 1, .barge_in = true}, 5000);
	speak(40);
	cr_expect(dial_talk_may_stop(&t));
	t.meant = true;
	note(dial_talk_heard(&t, now, yh_vad_start(&vad), &vad));
	cr_expect(seen & DIAL_TALK_SPEECH_START);
	cr_expect_not(dial_talk_may_stop(&t));
	quiet(400);
	cr_expect(seen & DIAL_TALK_SPEECH_END);
}

Test(talk, with_a_detector_a_prompt_that_nobody_may_interrupt_is_listened_into)
{
	t.conf.judged = true;
	play((struct dial_prompt){.seq = 1}, 5000);
	speak(300);
	cr_expect(t.playing);
	cr_expect(seen & DIAL_TALK_SPEECH_START);
	cr_expect(t.barge_in);
}
