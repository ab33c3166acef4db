#include "ear.h"

#include <criterion/criterion.h>

static const double LOUD = 3000.0, QUIET = 8.0;

struct heard {
	int starts, ends;
	int64_t onset_ms, end_seen_ms;
};

/* Play a string of 100 ms blocks: '#' loud, '.' quiet packets, ' ' none. */
static struct heard listen(const char *blocks, int64_t hang_ms)
{
	struct heard h = {0};
	struct car_ear ear;
	int64_t now = 1000;

	car_ear_init(&ear, hang_ms);
	for (; *blocks; blocks++) {
		for (int i = 0; i < 5; i++, now += 20) {
			if (*blocks != ' ' &&
			    car_ear_frame(&ear, now,
					  *blocks == '#' ? LOUD : QUIET) ==
				    CAR_HEARD_START) {
				h.starts++;
				h.onset_ms = ear.onset_ms - 1000;
			}
			if (car_ear_tick(&ear, now) == CAR_HEARD_END) {
				h.ends++;
				h.end_seen_ms = now - 1000;
			}
		}
	}
	return h;
}

Test(ear, a_prompt_starts_at_its_first_sound_and_ends_after_the_hang_over)
{
	struct heard h = listen("..########..........", 700);

	cr_expect_eq(h.starts, 1);
	cr_expect_eq(h.onset_ms, 200);
	cr_expect_eq(h.ends, 1);
	cr_expect_eq(h.end_seen_ms, 980 + 700); /* last loud frame at 980 */
}

Test(ear, a_pause_shorter_than_the_hang_over_does_not_end_a_prompt)
{
	struct heard h = listen("####......####.........", 700);

	cr_expect_eq(h.starts, 1);
	cr_expect_eq(h.ends, 1);
	cr_expect_geq(h.end_seen_ms, 1400 + 680);
}

Test(ear, packets_that_stop_coming_end_a_prompt_as_silence_does)
{
	struct heard h = listen("########          ", 700);

	cr_expect_eq(h.ends, 1);
	cr_expect_eq(h.end_seen_ms, 780 + 700);
}

Test(ear, a_click_is_no_prompt)
{
	struct heard h = listen("..#..........", 700);

	cr_expect_eq(h.starts, 0);
	cr_expect_eq(h.ends, 0);
}

Test(ear, two_prompts_are_two)
{
	struct heard h = listen("####.........####.........", 700);

	cr_expect_eq(h.starts, 2);
	cr_expect_eq(h.ends, 2);
	cr_expect_eq(h.onset_ms, 1300);
}
