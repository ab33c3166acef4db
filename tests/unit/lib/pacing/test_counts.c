/** @file test_counts.c  Counts of independent events */
#include <criterion/criterion.h>
#include <math.h>

#include "pacing/counts.h"

static void all(float *q, float value)
{
	for (unsigned h = 0; h < YH_LANES; h++)
		q[h] = value;
}

Test(counts, equal_chances_are_the_binomial)
{
	struct yh_counts c = {0};
	float q[YH_LANES];
	double p = pow(0.7, 10);

	all(q, 0.3f);
	cr_assert_eq(yh_counts_open(&c, 20), 0);
	for (unsigned i = 0; i < 10; i++)
		yh_counts_add(&c, q);
	for (unsigned k = 0; k <= 10; k++) {
		cr_assert_float_eq((double)c.p[k][7], p, 1e-6);
		p *= 0.3 / 0.7 * (10 - k) / (k + 1);
	}
	yh_counts_close(&c);
}

Test(counts, what_is_above_the_last_row_stays_in_it)
{
	struct yh_counts c = {0};
	float q[YH_LANES], sum = 0;

	all(q, 0.9f);
	cr_assert_eq(yh_counts_open(&c, 3), 0);
	for (unsigned i = 0; i < 50; i++)
		yh_counts_add(&c, q);
	for (unsigned k = 0; k < c.n; k++)
		sum += c.p[k][0];
	cr_assert_float_eq((double)sum, 1, 1e-5);
	cr_assert_float_eq((double)c.p[3][0], 1, 1e-5);
	yh_counts_close(&c);
}

Test(counts, reach_compares_two_counts_with_an_offset)
{
	struct yh_counts a = {0}, b = {0};
	float half[YH_LANES], out[YH_LANES];

	all(half, 0.5f);
	cr_assert_eq(yh_counts_open(&a, 4), 0);
	cr_assert_eq(yh_counts_open(&b, 4), 0);
	yh_counts_add(&a, half);
	yh_counts_add(&b, half);
	yh_counts_cumulate(&b);
	yh_counts_reach(&a, &b, 0, out);
	cr_assert_float_eq((double)out[3], 0.75, 1e-6);
	yh_counts_reach(&a, &b, 1, out);
	cr_assert_float_eq((double)out[3], 0.25, 1e-6);
	yh_counts_reach(&a, &b, 2, out);
	cr_assert_float_eq((double)out[3], 0, 1e-9);
	yh_counts_reach(&a, &b, -1, out);
	cr_assert_float_eq((double)out[3], 1, 1e-6);
	yh_counts_close(&a);
	yh_counts_close(&b);
}

Test(counts, refuses_no_room_at_all)
{
	struct yh_counts c = {0};

	cr_assert_lt(yh_counts_open(&c, 0), 0);
}
