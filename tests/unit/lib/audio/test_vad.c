/** @file test_vad.c  The detector, on tones and noise of known level */
#include <criterion/criterion.h>
#include <math.h>

#include "audio/g711.h"
#include "audio/vad.h"

static const struct yh_vad_conf conf = {.margin_db = 12,
					.floor_dbov = -48,
					.ceiling_dbov = -30,
					.start_ms = 100,
					.end_ms = 400,
					.max_ms = 20000};

static struct yh_vad vad;
static unsigned phase, starts, stops, at_ms, start_at, stop_at;
static uint32_t seed = 1;

static void setup(void)
{
	yh_vad_init(&vad, &conf);
	phase = starts = stops = at_ms = start_at = stop_at = 0;
}

static void take(const int16_t *pcm)
{
	enum yh_vad_event ev = yh_vad_push(&vad, pcm, YH_FRAME_SAMPLES);

	at_ms += 20;
	if (ev == YH_VAD_START) {
		starts++;
		start_at = at_ms;
	}
	if (ev == YH_VAD_END) {
		stops++;
		stop_at = at_ms;
	}
}

/* A tone of 300 Hz for so long. */
static void tone(double dbov, unsigned ms)
{
	double peak = 32768 * pow(10, dbov / 20) * sqrt(2);
	int16_t pcm[YH_FRAME_SAMPLES];

	for (; ms >= 20; ms -= 20) {
		for (int i = 0; i < YH_FRAME_SAMPLES; i++)
			pcm[i] = (int16_t)(peak * sin(2 * M_PI * 300 * phase++ /
						      8000));
		take(pcm);
	}
}

static void noise(double dbov, unsigned ms)
{
	double peak = 32768 * pow(10, dbov / 20) * sqrt(3);
	int16_t pcm[YH_FRAME_SAMPLES];

	for (; ms >= 20; ms -= 20) {
		for (int i = 0; i < YH_FRAME_SAMPLES; i++) {
			seed = seed * 1664525 + 1013904223;
			pcm[i] = (int16_t)(peak *
					   ((double)(seed >> 8) / 8388608.0 -
					    1.0));
		}
		take(pcm);
	}
}

TestSuite(vad, .init = setup);

Test(vad, a_sentence_starts_after_100_ms_and_stops_400_ms_after_its_end)
{
	noise(-60, 1000);
	tone(-20, 600);
	noise(-60, 1000);
	cr_expect_eq(starts, 1u);
	cr_expect_eq(stops, 1u);
	cr_expect_eq(start_at, 1100u);
	cr_expect_eq(stop_at, 2000u);
}

Test(vad, who_knows_better_may_start_it_early_and_its_end_is_told)
{
	noise(-70, 1000);
	tone(-20, 60);
	cr_expect_eq(yh_vad_start(&vad), YH_VAD_START);
	tone(-20, 500);
	cr_expect_eq(starts, 0u); /* not a second time */
	noise(-70, 400);
	cr_expect_eq(stops, 1u);
}

Test(vad, the_noise_is_the_lowest_level_of_two_seconds)
{
	cr_expect_eq(yh_vad_noise_dbov(&vad), 0);
	noise(-60, 500);
	noise(-70, 20);
	noise(-60, 500);
	cr_expect_float_eq(yh_vad_noise_dbov(&vad), -70, 2);
	noise(-60, 2000);
	cr_expect_float_eq(yh_vad_noise_dbov(&vad), -60, 2);
}

Test(vad, a_pause_between_words_does_not_end_it)
{
	noise(-60, 500);
	tone(-20, 300);
	noise(-60, 360);
	tone(-20, 300);
	noise(-60, 500);
	cr_expect_eq(starts, 1u);
	cr_expect_eq(stops, 1u);
}

Test(vad, two_short_clicks_do_not_add_up)
{
	noise(-60, 500);
	tone(-20, 60);
	noise(-60, 100);
	tone(-20, 60);
	noise(-60, 500);
	cr_expect_eq(starts, 0u);
}

Test(vad, steady_noise_of_any_level_is_no_speech)
{
	static const double levels[] = {-70, -60, -50, -45, -40};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		setup();
		noise(levels[i], 6000);
		cr_expect_eq(starts, 0u, "%.0f dBov", levels[i]);
	}
}

Test(vad, speech_is_found_over_a_noisy_line)
{
	noise(-45, 1000);
	tone(-22, 500);
	noise(-45, 1000);
	cr_expect_eq(starts, 1u);
	cr_expect_eq(stops, 1u);
	cr_expect(stop_at <= 1940, "%u", stop_at);
}

Test(vad, noise_that_rises_for_good_ends_the_spurt_by_itself)
{
	noise(-60, 1000);
	noise(-38, 5000);
	cr_expect(starts <= 1);
	cr_expect_eq(stops, starts);
	cr_expect_not(vad.talking);
}

Test(vad, whoever_speaks_at_once_is_heard)
{
	tone(-20, 300);
	cr_expect_eq(starts, 1u);
	cr_expect_eq(start_at, 100u);
}

Test(vad, a_spurt_is_never_longer_than_its_limit)
{
	for (int i = 0; i < 60; i++) { /* talks on with short pauses */
		tone(-20, 400);
		noise(-60, 100);
	}
	cr_expect(stops >= 1);
	cr_expect(stop_at <= 20200, "%u", stop_at);
}
