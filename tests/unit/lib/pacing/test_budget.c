/** @file test_budget.c  What may still be abandoned */
#include <criterion/criterion.h>

#include "pacing/budget.h"

static struct yh_budget b;
static uint64_t now;

static void answers(unsigned n, uint64_t gap_ms)
{
	while (n--)
		yh_budget_answer(&b, now += gap_ms);
}

Test(budget, nothing_may_be_lost_before_enough_was_answered)
{
	yh_budget_init(&b, 0.03, now = 1000);
	cr_assert_eq(yh_budget_left(&b, now), 0u);
	answers(33, 1000);
	cr_assert_eq(yh_budget_left(&b, now), 0u);
	cr_assert(!yh_budget_open(&b));
	answers(1, 1000);
	cr_assert(yh_budget_open(&b));
}

Test(budget, the_next_windows_count_as_well_as_this_one)
{
	yh_budget_init(&b, 0.03, now = 1000);
	answers(1800, 1000);
	/* 54 now, but only what is sure to come in the next half hour */
	cr_assert_lt(yh_budget_left(&b, now), 45u);
	cr_assert_gt(yh_budget_left(&b, now), 35u);
}

Test(budget, an_abandoned_call_is_paid_for_until_it_leaves_the_window)
{
	unsigned before;

	yh_budget_init(&b, 0.03, now = 1000);
	answers(3600, 1000);
	before = yh_budget_left(&b, now);
	for (unsigned i = 0; i < 20; i++)
		yh_budget_abandon(&b, now);
	cr_assert_leq(yh_budget_left(&b, now), before - 10);
	answers(1820, 1000);
	cr_assert_eq(yh_budget_left(&b, now), before);
}

Test(budget, the_day_binds_when_the_window_does_not)
{
	yh_budget_init(&b, 0.03, now = 1000);
	answers(100, 1000);
	for (unsigned i = 0; i < 10; i++)
		yh_budget_abandon(&b, now);
	now += 3600000;
	answers(200, 1000);
	cr_assert_eq(yh_budget_left(&b, now), 0u);
	yh_budget_day(&b);
	answers(200, 1000);
	cr_assert_gt(yh_budget_left(&b, now), 0u);
}

Test(budget, any_history_that_obeys_it_keeps_every_window_under_the_cap)
{
	/* answers come at a steady but random pace; all that is allowed is
	 * abandoned at once */
	for (unsigned seed = 1; seed <= 20; seed++) {
		uint32_t r = seed * 2654435761u;

		yh_budget_init(&b, 0.0285, now = 1000); /* a reserve */
		for (unsigned i = 0; i < 8000; i++) {
			r = r * 1664525 + 1013904223;
			yh_budget_answer(&b, now += r >> 20);
			if (yh_budget_left(&b, now))
				yh_budget_abandon(&b, now);
			cr_assert_leq(b.window_abandoned,
				      0.03 * b.window_answers);
			cr_assert_leq(b.day_abandoned, 0.03 * b.day_answers);
		}
		cr_assert_gt(b.day_abandoned, 60u);
	}
}
