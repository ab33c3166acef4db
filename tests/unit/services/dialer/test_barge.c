/** @file test_barge.c  Sounds that are no sentence; detectors by name */
#include <criterion/criterion.h>
#include <math.h>

#include "audio/g711.h"
#include "barge.h"

static const struct yh_vad_conf conf = {
	.start_ms = 100, .end_ms = 260, .floor_dbov = -48, .margin_db = 12};

typedef double sound(unsigned i);

static double tone(unsigned i)
{
	return 6000 * sin(2 * M_PI * 450 * i / YH_RATE_HZ);
}

static double hiss(unsigned i)
{
	uint32_t x = i * 2654435761u;

	x ^= x >> 15;
	x *= 2246822519u;
	x ^= x >> 13;

	return (double)(x % 8000) - 4000;
}

/* How long a sound goes on until it is meant; 0 = never [ms]. */
static unsigned meant_after(const struct dial_barge_ops *ops, sound *make)
{
	struct dial_barge b;
	struct yh_vad vad;

	dial_barge_begin(&b);
	yh_vad_init(&vad, &conf);
	for (unsigned f = 0; f < 50; f++) {
		uint8_t alaw[YH_FRAME_SAMPLES];
		int16_t pcm[YH_FRAME_SAMPLES];

		for (unsigned i = 0; i < YH_FRAME_SAMPLES; i++) {
			pcm[i] = (int16_t)make(f * YH_FRAME_SAMPLES + i);
			alaw[i] = yh_alaw_encode(pcm[i]);
		}
		(void)yh_vad_push(&vad, pcm, YH_FRAME_SAMPLES);
		if (vad.voiced_ms && ops->push(&b, alaw, &vad, 160))
			return (f + 1) * YH_FRAME_MS;
	}

	return 0;
}

Test(barge, a_tone_and_a_hiss_are_no_sentence_but_they_are_energy)
{
	const struct dial_barge_ops *sentence = dial_barge_find("sentence");
	const struct dial_barge_ops *energy = dial_barge_find("energy");

	cr_expect_eq(meant_after(sentence, tone), 0);
	cr_expect_eq(meant_after(sentence, hiss), 0);
	cr_expect_eq(meant_after(energy, tone), 160);
	cr_expect_eq(meant_after(energy, hiss), 160);
}

Test(barge, too_few_frames_are_not_judged)
{
	float x[DIAL_BARGE_FEATURES];
	struct dial_barge b;

	dial_barge_begin(&b);
	cr_expect_not(dial_barge_features(&b, x));
}

/* A hiss of so many dB below full scale. */
static void soft(uint8_t alaw[YH_FRAME_SAMPLES], double dbov)
{
	double gain = 32768 * pow(10, dbov / 20) / (4000 / sqrt(3));

	for (unsigned i = 0; i < YH_FRAME_SAMPLES; i++)
		alaw[i] = yh_alaw_encode((int16_t)lrint(gain * hiss(i)));
}

/* Of five frames before a spurt, n are of that level, those before them of the
 * line's noise, -70 dBov. @return How many are heard */
static unsigned recalled(unsigned n, double dbov)
{
	uint8_t frames[DIAL_BARGE_SOFT][YH_FRAME_SAMPLES];
	const uint8_t *before[DIAL_BARGE_SOFT];
	struct dial_barge b;
	struct yh_vad vad;

	dial_barge_begin(&b);
	yh_vad_init(&vad, &conf);
	(void)yh_vad_push_level(&vad, -70);
	for (unsigned i = 0; i < DIAL_BARGE_SOFT; i++) {
		soft(frames[i], i < n ? dbov : -70);
		before[i] = frames[i];
	}
	dial_barge_recall(&b, before, DIAL_BARGE_SOFT, &vad);

	return b.n;
}

Test(barge, a_soft_consonant_before_the_voice_is_heard)
{
	cr_expect_eq(recalled(3, -52), 3u);
	cr_expect_eq(recalled(DIAL_BARGE_SOFT, -52), DIAL_BARGE_SOFT);
}

Test(barge, a_quiet_line_before_the_voice_is_not)
{
	cr_expect_eq(recalled(0, 0), 0u);
	cr_expect_eq(recalled(DIAL_BARGE_SOFT, -63), 0u); /* below the floor */
}

Test(barge, the_edge_of_a_sound_that_begins_at_once_is_not)
{
	cr_expect_eq(recalled(1, -52), 0u);
}

Test(barge, there_is_no_other_detector)
{
	cr_expect_eq(dial_barge_find("magic"), NULL);
}
