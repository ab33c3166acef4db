/** @file test_learning.c  Hazards and ring times, learnt from what is seen */
#include <criterion/criterion.h>

#include "pacing/forecast.h"
#include "pacing/hazard.h"
#include "pacing/ring.h"

static void lived(struct yh_hazard *z, uint64_t ms)
{
	unsigned bin = yh_hazard_bin(z, ms);

	yh_hazard_begin(z);
	yh_hazard_pass(z, 0, bin);
	yh_hazard_end(z, bin);
}

Test(hazard, before_anything_is_seen_it_is_the_guess)
{
	struct yh_hazard z;

	yh_hazard_init(&z, 1000, 20000, 0);
	cr_assert_float_eq(yh_hazard_ends(&z, 0, 1000), 0.0488, 1e-3);
	cr_assert_float_eq(yh_hazard_ends(&z, 60000, 1000), 0.0488, 1e-3);
}

Test(hazard, calls_of_one_length_end_at_that_length)
{
	struct yh_hazard z;

	yh_hazard_init(&z, 1000, 20000, 0);
	for (unsigned i = 0; i < 500; i++)
		lived(&z, 30500);
	cr_assert_lt(yh_hazard_ends(&z, 10500, 1000), 0.01);
	cr_assert_gt(yh_hazard_ends(&z, 30500, 1000), 0.3);
}

Test(hazard, what_still_runs_keeps_the_first_ends_from_looking_typical)
{
	struct yh_hazard z;

	yh_hazard_init(&z, 1000, 20000, 0);
	/* 100 began, 5 have ended at 3 s, 95 run on */
	for (unsigned i = 0; i < 95; i++) {
		yh_hazard_begin(&z);
		yh_hazard_pass(&z, 0, 4);
	}
	for (unsigned i = 0; i < 5; i++)
		lived(&z, 3500);
	cr_assert_lt(yh_hazard_ends(&z, 3000, 1000), 0.06);
}

Test(hazard, nothing_outlasts_the_limit)
{
	struct yh_hazard z;

	yh_hazard_init(&z, 1000, 20000, 30000);
	cr_assert_eq(yh_hazard_ends(&z, 29000, 1000), 1);
}

Test(forecast, an_agent_in_wrap_up_is_free_sooner_than_one_who_talks)
{
	static struct yh_forecast f;

	yh_forecast_init(&f, 150000, 20000, 0, 2000);
	yh_forecast_fold(&f, 1);
	for (unsigned h = 0; h < YH_LANES; h++) {
		cr_assert_gt(f.wrap_free[0][h], f.talk_free[0][h]);
		cr_assert(!h || f.talk_free[9][h] >= f.talk_free[9][h - 1]);
	}
}

static void rang(struct yh_ring *r, unsigned list, unsigned second, int answer)
{
	yh_ring_begin(r);
	yh_ring_pass(r, 0, second);
	yh_ring_end(r, list, 10, second, answer);
}

Test(ring, each_list_gets_its_own_answer_rate)
{
	static struct yh_ring r;

	yh_ring_init(&r, 0.35, 35000);
	for (unsigned i = 0; i < 1000; i++) {
		rang(&r, 1, i % 5 ? 35 : 10, i % 5 == 0);
		rang(&r, 2, i % 5 ? 10 : 35, i % 5 != 0);
	}
	cr_assert_float_eq(yh_ring_rate(&r, 1, 10), 0.2, 0.02);
	cr_assert_float_eq(yh_ring_rate(&r, 2, 10), 0.8, 0.02);
}

Test(ring, all_answers_are_due_between_now_and_the_end)
{
	static struct yh_ring r;
	float q[YH_LANES];

	yh_ring_init(&r, 0.35, 35000);
	for (unsigned i = 0; i < 1000; i++)
		rang(&r, 0, i % 2 ? 35 : 10, i % 2 == 0);
	yh_ring_fold(&r);
	cr_assert_float_eq(yh_ring_due(&r, 0.5, 0, 60000), 0.5, 0.01);
	cr_assert_lt(yh_ring_due(&r, 0.5, 0, 9000), 0.02);
	cr_assert_lt(yh_ring_due(&r, 0.5, 15000, 60000), 0.02);
	yh_ring_forecast(&r, 0.5, 0, q);
	for (unsigned h = 0; h < YH_LANES; h++)
		cr_assert_float_eq(
			(double)q[h],
			yh_ring_due(&r, 0.5, 0, yh_horizon_s[h] * 1000u), 1e-4);
}

Test(ring, the_factor_follows_a_burst_within_two_minutes)
{
	static struct yh_ring r;
	double factor;

	yh_ring_init(&r, 0.35, 35000);
	for (unsigned s = 0; s < 120; s++)
		yh_ring_observe(&r, 1000, 0.5, 0.25);
	factor = yh_ring_factor(&r, NULL);
	cr_assert_gt(factor, 1.5);
	for (unsigned s = 0; s < 300; s++)
		yh_ring_observe(&r, 1000, 0.25, 0.25);
	cr_assert_lt(yh_ring_factor(&r, NULL), 1.1);
}
