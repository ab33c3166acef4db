/** @file test_line.c  Mirrors services/tts-gateway/line.c */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "audio/g711.h"
#include "audio/level.h"
#include "base/mem.h"
#include "line.h"

enum { RATE = 22050 };
static const float LEVEL = -20;

/* A tone as long as asked, at a rate; to free. */
static struct tts_pcm tone(double seconds, unsigned rate, double hz, double amp)
{
	struct tts_pcm p = {.n = (size_t)(seconds * rate), .rate_hz = rate};

	p.samples = yh_calloc(p.n, sizeof(*p.samples));
	cr_assert(p.samples);
	for (size_t i = 0; i < p.n; i++)
		p.samples[i] =
			(int16_t)(amp * sin(2 * M_PI * hz * (double)i / rate));

	return p;
}

static struct tts_sound *line_of(struct tts_pcm p)
{
	struct tts_sound *s = NULL;

	cr_assert_eq(tts_to_line(&p, LEVEL, &s), 0);
	yh_free(p.samples);

	return s;
}

static float level_of(const struct tts_sound *s)
{
	float *x = yh_calloc(s->n, sizeof(*x)), level;

	for (size_t i = 0; i < s->n; i++)
		x[i] = yh_alaw_decode(s->alaw[i]);
	level = yh_speech_level(x, s->n, NULL);
	yh_free(x);

	return level;
}

Test(line, whatever_its_rate_it_arrives_in_whole_frames_at_one_level)
{
	static const struct {
		unsigned rate;
		double amp;
	} rows[] = {{8000, 300},   {16000, 30000}, {22050, 1000},
		    {24000, 9000}, {44100, 2000},  {48000, 100}};

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		struct tts_sound *s =
			line_of(tone(1, rows[i].rate, 440, rows[i].amp));

		cr_expect_eq(s->n % YH_FRAME_SAMPLES, 0);
		cr_expect_float_eq((double)s->n, 8000, 200);
		cr_expect_float_eq(level_of(s), LEVEL, 0.7, "%u Hz: %.1f",
				   rows[i].rate, (double)level_of(s));
		tts_sound_unref(s);
	}
}

Test(line, peaks_are_not_clipped_to_reach_the_level)
{
	struct tts_pcm p = tone(1, 8000, 300, 400);
	struct tts_sound *s;
	int most = 0;

	p.samples[4000] = 32767; /* a click in quiet speech */
	s = line_of(p);
	for (size_t i = 0; i < s->n; i++)
		most = abs(yh_alaw_decode(s->alaw[i])) > most
			       ? abs(yh_alaw_decode(s->alaw[i]))
			       : most;
	cr_assert_gt(most, 28000);
	cr_assert_lt(most, 32256, "at the top of the scale: clipped");
	cr_assert_lt(level_of(s), LEVEL - 15, "as quiet as it was");
	tts_sound_unref(s);
}

Test(line, silence_around_it_is_cut_to_40_ms)
{
	struct tts_pcm p = tone(3, RATE, 440, 3000);
	struct tts_sound *s;

	for (size_t i = 0; i < p.n; i++) {
		if (i < RATE || i > 2 * RATE)
			p.samples[i] = 0;
	}
	s = line_of(p);
	cr_assert_float_eq((double)s->n, 8000 + 2 * 320, 200);
	tts_sound_unref(s);
}

/* The largest step from one sample to the next. */
static int step_of(const struct tts_sound *s, size_t from, size_t until)
{
	int most = 0;

	for (size_t i = from + 1; i < until; i++) {
		int d = abs(yh_alaw_decode(s->alaw[i]) -
			    yh_alaw_decode(s->alaw[i - 1]));

		most = d > most ? d : most;
	}

	return most;
}

/* Tones that are cut at their loudest point, and a noise floor behind one: the
 * worst that engines and recordings give. */
Test(line, clauses_join_without_a_click)
{
	struct tts_pcm a = tone(0.5, 8000, 1000, 8000);
	struct tts_pcm b = tone(0.5, 24000, 700, 3000);
	struct tts_sound *parts[2], *whole;
	const unsigned pause[2] = {40, 0};
	int inside;

	a.n -= 2; /* ends at a peak */
	for (size_t i = 0; i < b.n / 50; i++)
		b.samples[i] = (int16_t)(500 + rand() % 100); /* an offset */
	parts[0] = line_of(a);
	parts[1] = line_of(b);
	inside = step_of(parts[0], 800, 1600); /* of speech itself */
	cr_assert_eq(tts_join(parts, pause, 2, &whole), 0);
	cr_assert_eq(whole->n, parts[0]->n + 320 + parts[1]->n);
	/* from the fade out to 10 ms behind the pause */
	cr_expect_lt(step_of(whole, parts[0]->n - 160 - TTS_FADE_SAMPLES,
			     parts[0]->n + 400),
		     inside * 105 / 100, "louder than the speech around");
	/* where sound meets silence */
	cr_expect_leq(step_of(whole, parts[0]->n - 2, parts[0]->n + 2), 32);
	cr_expect_leq(step_of(whole, parts[0]->n + 318, parts[0]->n + 322), 32);
	cr_expect_leq(step_of(whole, whole->n - 2, whole->n), 32);
	for (int i = 0; i < 2; i++)
		tts_sound_unref(parts[i]);
	tts_sound_unref(whole);
}

Test(line, what_cannot_be_is_refused)
{
	int16_t quiet[8000] = {0};
	struct tts_pcm p = {quiet, 8000, 8000};
	struct tts_sound *s = NULL;

	cr_expect_eq(tts_to_line(&p, LEVEL, &s), -EINVAL, "silence");
	p.rate_hz = 7999;
	cr_expect_eq(tts_to_line(&p, LEVEL, &s), -EINVAL);
	p = tone(61.5, 8000, 440, 3000);
	cr_expect_eq(tts_to_line(&p, LEVEL, &s), -E2BIG);
	yh_free(p.samples);
	cr_expect_eq(s, NULL);
	cr_expect_eq(tts_sound_of((uint8_t *)quiet, 161), NULL);
	cr_expect_eq(tts_sound_of((uint8_t *)quiet, 0), NULL);
}
