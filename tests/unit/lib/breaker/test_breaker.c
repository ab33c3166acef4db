/** @file test_breaker.c  When a server is asked, and when not. */
#include <criterion/criterion.h>

#include "breaker/breaker.h"

static const struct yh_breaker_conf conf = {
	.max_error = 0.5f,
	.slow_ms = 800,
	.min_asked = 4,
	.open_ms = 1000,
	.max_open_ms = 3000,
};

static void fail_n(struct yh_breaker *b, unsigned n, uint64_t now)
{
	while (n--)
		(void)yh_breaker_done(b, &conf, now, false, 0);
}

Test(breaker, a_few_failures_after_many_successes_leave_it_closed)
{
	struct yh_breaker b = {0};

	for (int i = 0; i < 50; i++)
		cr_expect(!yh_breaker_done(&b, &conf, 0, true, 100));
	fail_n(&b, 3, 0);
	cr_expect(yh_breaker_allow(&b, 1));
}

Test(breaker, failures_in_a_row_open_it)
{
	struct yh_breaker b = {0};

	fail_n(&b, 3, 0);
	cr_expect(yh_breaker_allow(&b, 0), "too few to judge");
	cr_expect(yh_breaker_done(&b, &conf, 0, false, 0));
	cr_expect(!yh_breaker_allow(&b, 999));
}

Test(breaker, answers_that_are_late_open_it)
{
	struct yh_breaker b = {0};

	for (int i = 0; i < 20 && b.state == YH_BREAKER_CLOSED; i++)
		(void)yh_breaker_done(&b, &conf, 0, true, 1200);
	cr_expect_eq(b.state, YH_BREAKER_OPEN);
}

Test(breaker, half_open_lets_one_probe_through)
{
	struct yh_breaker b = {0};

	fail_n(&b, 4, 0);
	cr_expect(yh_breaker_allow(&b, 1000));
	cr_expect(!yh_breaker_allow(&b, 1000), "only one");
	yh_breaker_cancel(&b);
	cr_expect(yh_breaker_allow(&b, 1001), "the probe had no outcome");
}

Test(breaker, a_good_probe_closes_it_and_forgets_the_past)
{
	struct yh_breaker b = {0};

	fail_n(&b, 4, 0);
	cr_assert(yh_breaker_allow(&b, 1000));
	cr_expect(yh_breaker_done(&b, &conf, 1100, true, 100));
	cr_expect(yh_breaker_allow(&b, 1100));
	fail_n(&b, 3, 1200);
	cr_expect_eq(b.state, YH_BREAKER_CLOSED);
}

Test(breaker, a_bad_probe_opens_it_for_twice_as_long_up_to_a_bound)
{
	struct yh_breaker b = {0};
	uint64_t now = 0;
	const uint32_t waits[] = {1000, 2000, 3000, 3000};

	fail_n(&b, 4, 0);
	for (unsigned i = 0; i < 4; i++) {
		cr_expect(!yh_breaker_allow(&b, now + waits[i] - 1));
		now += waits[i];
		cr_assert(yh_breaker_allow(&b, now), "after %u", waits[i]);
		(void)yh_breaker_done(&b, &conf, now, false, 0);
	}
}

Test(breaker, outcomes_of_before_do_not_prolong_it)
{
	struct yh_breaker b = {0};

	fail_n(&b, 4, 0);
	fail_n(&b, 100, 900);
	cr_expect(yh_breaker_allow(&b, 1000));
}
