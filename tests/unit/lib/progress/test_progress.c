/** @file test_progress.c  Frames in, verdicts out: tones, rhythm, music */
#include <criterion/criterion.h>

#include "line.h"
#include "progress/progress.h"

static struct yh_progress p;
static struct line l;
static unsigned verdicts, speeches, pauses;

static void setup(void)
{
	yh_progress_init(&p, NULL);
	l = (struct line){.seed = 1};
	verdicts = speeches = pauses = 0;
}

TestSuite(progress, .init = setup, .timeout = 20);

static void push(const uint8_t *alaw)
{
	unsigned acts = yh_progress_push(&p, alaw);

	verdicts += !!(acts & YH_PROGRESS_VERDICT);
	speeches += !!(acts & YH_PROGRESS_SPEECH);
	pauses += !!(acts & YH_PROGRESS_PAUSE);
}

static void tone(double hz, unsigned ms, double noise)
{
	uint8_t alaw[YH_FRAME_SAMPLES];

	for (; ms; ms -= YH_FRAME_MS) {
		line_tone(&l, hz, hz > 0 ? 4000 : 0, noise, alaw);
		push(alaw);
	}
}

static void quiet(unsigned ms)
{
	tone(0, ms, 0);
}

static void voice(uint32_t sentence, unsigned ms)
{
	uint8_t alaw[YH_FRAME_SAMPLES];

	for (; ms; ms -= YH_FRAME_MS) {
		line_voice(&l, sentence, 6000, 0, alaw);
		push(alaw);
	}
}

static void cadence(double hz, unsigned on, unsigned off, double noise)
{
	for (int i = 0; i < 3; i++) {
		tone(hz, on, noise);
		tone(0, off, noise);
	}
}

static const struct {
	double hz, noise;
	unsigned on, off;
	enum yh_progress_class class;
} tones[] = {
	{450, 0, 1000, 4000, YH_PROGRESS_RINGBACK},
	{425, 0, 1000, 4000, YH_PROGRESS_RINGBACK}, /* the tolerance's ends */
	{475, 0, 1000, 4000, YH_PROGRESS_RINGBACK},
	{450, 0, 340, 360, YH_PROGRESS_BUSY_TONE},
	{450, 1000, 340, 360, YH_PROGRESS_BUSY_TONE}, /* on a noisy line */
	{450, 0, 700, 700, YH_PROGRESS_CONGESTION_TONE},
	{560, 0, 340, 360, YH_PROGRESS_UNSURE}, /* another tone */
	{450, 0, 500, 200, YH_PROGRESS_UNSURE}, /* another cadence */
};

Test(progress, a_tone_is_known_by_its_cadence)
{
	for (size_t i = 0; i < sizeof(tones) / sizeof(tones[0]); i++) {
		setup();
		cadence(tones[i].hz, tones[i].on, tones[i].off, tones[i].noise);
		cr_expect_eq(p.verdict.class, tones[i].class, "row %zu: %s", i,
			     yh_progress_name(p.verdict.class));
	}
}

Test(progress, a_lost_frame_does_not_break_a_cadence)
{
	for (int i = 0; i < 3; i++) {
		tone(450, 160, 0);
		push(NULL);
		tone(450, 160, 0);
		quiet(360);
	}
	cr_assert_eq(p.verdict.class, YH_PROGRESS_BUSY_TONE);
}

Test(progress, special_information_tones_alone_decide_nothing)
{
	tone(950, 340, 0);
	tone(1400, 340, 0);
	tone(1800, 340, 0);
	quiet(1000);
	cr_assert_gt(p.evidence[YH_BY_TONE].support, 0);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
}

Test(progress, who_says_a_word_and_waits_is_a_person)
{
	yh_progress_answer(&p);
	quiet(400);
	voice(1, 600);
	quiet(900);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_HUMAN);
	cr_assert_lt(p.verdict_ms - p.first_ms, YH_PROGRESS_DEADLINE_MS);
}

Test(progress, a_long_first_sentence_is_unsure_at_the_deadline)
{
	yh_progress_answer(&p);
	quiet(200);
	voice(1, 3000);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
	cr_assert(p.due);
	cr_assert_eq(verdicts, 1);
	cr_assert_float_eq(p.verdict_ms - p.first_ms, 2500, 40);
}

Test(progress, pauses_for_breath_do_not_make_short_sentences_of_a_long_one)
{
	yh_progress_answer(&p);
	for (uint32_t i = 0; i < 5; i++) {
		voice(i, 1000);
		quiet(400);
	}
	quiet(1200);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
}

/* The bot greets; what comes then is looked at as well. */
Test(progress, an_unsure_verdict_becomes_one_of_a_person_later)
{
	yh_progress_answer(&p);
	voice(1, 5000);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
	quiet(1000);
	voice(2, 800);
	quiet(1000);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_HUMAN);
}

static const unsigned beeps[] = {800, 930, 1000, 1120, 1200};

Test(progress, a_sentence_and_a_beep_are_a_mailbox)
{
	for (size_t i = 0; i < sizeof(beeps) / sizeof(beeps[0]); i++) {
		setup();
		yh_progress_answer(&p);
		voice(1, 4000);
		quiet(300);
		tone(beeps[i], 400, 0);
		quiet(300);
		cr_expect_eq(p.verdict.class, YH_PROGRESS_VOICEMAIL, "%u Hz",
			     beeps[i]);
	}
}

Test(progress, a_beep_without_a_greeting_is_no_mailbox)
{
	yh_progress_answer(&p);
	tone(1000, 400, 0);
	quiet(500);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
}

Test(progress, five_seconds_of_nothing_are_silence)
{
	yh_progress_answer(&p);
	quiet(5200);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_SILENCE);
}

Test(progress, the_answer_begins_anew)
{
	cadence(450, 340, 360, 0);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_BUSY_TONE);
	yh_progress_answer(&p);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
	quiet(2000);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
}

Test(progress, chords_that_go_on_are_a_colour_ring)
{
	uint8_t alaw[YH_FRAME_SAMPLES], other[YH_FRAME_SAMPLES];

	for (int f = 0; f < 200; f++) {
		struct line high = l;
		double level = f % 14 < 2 ? 500 : 3000 + 500 * (f / 14 % 4);

		line_tone(&high, 660, level, 300, other);
		line_tone(&l, 330, level, 300, alaw);
		for (int i = 0; i < YH_FRAME_SAMPLES; i++)
			alaw[i] = yh_alaw_encode(
				(int16_t)(yh_alaw_decode(alaw[i]) +
					  yh_alaw_decode(other[i])));
		push(alaw);
	}
	cr_assert_eq(p.verdict.class, YH_PROGRESS_COLOUR_RING);
}

Test(progress, steady_noise_is_no_music)
{
	tone(0, 6000, 3000);
	cr_assert_eq(p.verdict.class, YH_PROGRESS_UNSURE);
}

Test(progress, speech_is_marked_for_recognition_but_tones_are_not)
{
	cadence(450, 1000, 4000, 0);
	cr_assert_eq(speeches, 0);
	voice(3, 2000);
	quiet(600);
	cr_assert_eq(speeches, 1);
	cr_assert_eq(pauses, 1);
}

Test(progress, it_stops_listening_to_an_answered_call)
{
	yh_progress_answer(&p);
	quiet(YH_PROGRESS_ANSWERED_MS);
	cr_assert_not(yh_progress_listens(&p));
	verdicts = 0;
	voice(1, 600);
	quiet(1000);
	cr_assert_eq(verdicts, 0);
}
