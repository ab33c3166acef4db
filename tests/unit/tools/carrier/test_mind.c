#include "mind.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct car_cast *cast;
static struct car_mind mind;

/* A mind of one persona with these turns, answered at time 0. */
static void given(const char *rest)
{
	char yaml[1024], err[256];

	snprintf(yaml, sizeof(yaml),
		 "personas:\n  - name: a\n    numbers: [\"*\"]\n%s", rest);
	cr_assert_eq(car_cast_parse("p", (const uint8_t *)yaml, strlen(yaml),
				    &cast, err, sizeof(err)),
		     0, "%s", err);
	car_mind_init(&mind, car_cast_find(cast, "1"), 0);
}

static void done(void)
{
	car_cast_destroy(cast);
}

/* The first step in [from, to), 20 ms apart; its time in *at. */
static struct car_step next(int64_t from, int64_t to, int64_t *at)
{
	for (*at = from; *at < to; *at += 20) {
		struct car_step step = car_mind_tick(&mind, *at);
		if (step.act != CAR_ACT_NONE)
			return step;
	}
	return (struct car_step){.act = CAR_ACT_NONE};
}

#define TURNS "    turns:\n"

Test(mind, it_speaks_once_the_prompt_has_ended_and_its_delay_is_over,
     .fini = done)
{
	int64_t at;

	given(TURNS "      - {delay_ms: 300, say: 是, means: is_self}\n");
	car_mind_prompt_start(&mind, 100);
	cr_expect_eq(next(100, 2000, &at).act, CAR_ACT_NONE);
	car_mind_prompt_end(&mind, 1300, 2000);
	struct car_step step = next(2000, 5000, &at);
	cr_expect_eq(step.act, CAR_ACT_SAY);
	cr_expect_str_eq(step.line->means, "is_self");
	cr_expect_eq(at, 2300);
}

Test(mind, it_waits_on_when_the_bot_goes_on_after_a_pause, .fini = done)
{
	int64_t at;

	given(TURNS "      - {delay_ms: 300, say: 是}\n");
	car_mind_prompt_start(&mind, 100);
	car_mind_prompt_end(&mind, 1300, 2000);
	car_mind_prompt_start(&mind, 2200);
	cr_expect_eq(next(2200, 4000, &at).act, CAR_ACT_NONE);
	car_mind_prompt_end(&mind, 3300, 4000);
	cr_expect_eq(next(4000, 5000, &at).act, CAR_ACT_SAY);
	cr_expect_eq(at, 4300);
}

Test(mind, it_breaks_in_at_its_time_and_lets_the_bot_answer, .fini = done)
{
	int64_t at;

	given(TURNS "      - {after: prompt_start+600, say: 等等}\n"
		    "      - {say: 好}\n");
	car_mind_prompt_start(&mind, 1000);
	struct car_step step = next(1200, 5000, &at);
	cr_expect_eq(step.act, CAR_ACT_SAY);
	cr_expect_eq(step.why, CAR_WHY_BARGE_IN);
	cr_expect_eq(at, 1600);
	car_mind_prompt_end(&mind, 1700, 2100); /* the bot gave way */
	car_mind_said(&mind, 2600);
	cr_expect_eq(next(2600, 6000, &at).act, CAR_ACT_NONE);
	car_mind_prompt_start(&mind, 6000);
	car_mind_prompt_end(&mind, 7000, 7700);
	cr_expect_eq(next(7700, 9000, &at).why, CAR_WHY_TURN);
}

Test(mind, a_prompt_too_short_to_break_into_is_answered_after, .fini = done)
{
	int64_t at;

	given(TURNS "      - {after: prompt_start+6000, say: 等等}\n");
	car_mind_prompt_start(&mind, 1000);
	car_mind_prompt_end(&mind, 1800, 2500);
	struct car_step step = next(2500, 4000, &at);
	cr_expect_eq(step.act, CAR_ACT_SAY);
	cr_expect_eq(step.why, CAR_WHY_TURN);
}

Test(mind, asked_again_with_no_turn_left_it_repeats_itself_once, .fini = done)
{
	int64_t at;

	given(TURNS "      - {say: 好}\n");
	for (int n = 0; n < 3; n++) {
		int64_t t = 10000 * n;
		car_mind_prompt_start(&mind, t);
		car_mind_prompt_end(&mind, t + 500, t + 1200);
		struct car_step step = next(t + 1200, t + 6000, &at);
		if (n == 2) {
			cr_expect_eq(step.act, CAR_ACT_NONE);
			break;
		}
		cr_expect_eq(step.act, CAR_ACT_SAY);
		cr_expect_eq(step.why, n ? CAR_WHY_ASKED_AGAIN : CAR_WHY_TURN);
		cr_expect_eq(at, t + 1200 + (n ? 1500 : 0));
		car_mind_said(&mind, at + 400);
	}
}

Test(mind, it_hangs_up_after_saying_its_last_line, .fini = done)
{
	int64_t at;

	given(TURNS "      - {say: 别再打了, hangup: true}\n");
	car_mind_prompt_start(&mind, 0);
	car_mind_prompt_end(&mind, 500, 1200);
	cr_expect_eq(next(1200, 2000, &at).act, CAR_ACT_SAY);
	cr_expect_eq(next(1220, 2000, &at).act, CAR_ACT_NONE);
	car_mind_said(&mind, 2000);
	cr_expect_eq(next(2000, 2100, &at).act, CAR_ACT_HANGUP);
}

Test(mind, it_hangs_up_in_the_middle_of_a_prompt, .fini = done)
{
	int64_t at;

	given(TURNS "      - {after: prompt_start+800, hangup: true}\n");
	car_mind_prompt_start(&mind, 1000);
	cr_expect_eq(next(1200, 5000, &at).act, CAR_ACT_HANGUP);
	cr_expect_eq(at, 1800);
}

Test(mind, it_speaks_into_a_silence_and_loses_patience_in_the_end, .fini = done)
{
	int64_t at;

	given("    when_silent: {after_ms: 2000, say: 喂, times: 1}\n"
	      "    patience_ms: 4000\n" TURNS "      - {say: 好}\n");
	struct car_step step = next(0, 10000, &at);
	cr_expect_eq(step.why, CAR_WHY_SILENCE);
	cr_expect_eq(at, 2000);
	car_mind_said(&mind, 2400);
	step = next(2400, 20000, &at);
	cr_expect_eq(step.act, CAR_ACT_HANGUP);
	cr_expect_eq(step.why, CAR_WHY_PATIENCE);
	cr_expect_eq(at, 6400);
}

Test(mind, a_loop_starts_over, .fini = done)
{
	int64_t at;

	given("    loop: true\n" TURNS
	      "      - {say: 是}\n      - {say: 好}\n");
	for (int n = 0; n < 5; n++) {
		int64_t t = 10000 * n;
		car_mind_prompt_start(&mind, t);
		car_mind_prompt_end(&mind, t + 500, t + 1200);
		struct car_step step = next(t + 1200, t + 6000, &at);
		cr_expect_eq(step.act, CAR_ACT_SAY);
		cr_expect_str_eq(step.line->text, n % 2 ? "好" : "是");
		car_mind_said(&mind, at + 400);
	}
}
