/** @file test_latch.c  Whose packets are the callee's */
#include <criterion/criterion.h>
#include <string.h>

#include "latch.h"

static struct dial_latch l;
static const struct sockaddr_in told = {.sin_port = 1, .sin_addr = {10}};
static const struct sockaddr_in nat = {.sin_port = 2, .sin_addr = {20}};
static const struct sockaddr_in other = {.sin_port = 3, .sin_addr = {30}};

static void setup(void)
{
	memset(&l, 0, sizeof(l));
	dial_latch_told(&l, &told);
}

TestSuite(latch, .init = setup);

Test(latch, the_place_that_was_told_is_believed_at_once_and_alone)
{
	cr_assert(dial_latch_pass(&l, &told, 7));
	for (int i = 0; i < 10; i++)
		cr_assert_not(dial_latch_pass(&l, &other, 8));
	cr_assert_eq(l.remote.sin_port, told.sin_port);
	cr_assert(dial_latch_pass(&l, &told, 9)); /* a new SSRC is all right */
}

Test(latch, a_place_behind_nat_is_believed_after_three_in_a_row)
{
	cr_assert_not(dial_latch_pass(&l, &nat, 7));
	cr_assert_not(dial_latch_pass(&l, &nat, 7));
	cr_assert_eq(l.remote.sin_port, told.sin_port);
	cr_assert(dial_latch_pass(&l, &nat, 7));
	cr_assert_eq(l.remote.sin_port, nat.sin_port);
	cr_assert_not(dial_latch_pass(&l, &told, 7));
}

Test(latch, guesses_that_alternate_lock_nothing)
{
	for (int i = 0; i < 10; i++) {
		cr_assert_not(dial_latch_pass(&l, &nat, 7));
		cr_assert_not(dial_latch_pass(&l, &other, 7));
	}
	cr_assert(dial_latch_pass(&l, &told, 7));
}

Test(latch, the_same_place_told_again_keeps_the_lock_and_another_opens_it)
{
	for (int i = 0; i < 3; i++)
		dial_latch_pass(&l, &nat, 7);
	dial_latch_told(&l, &told);
	cr_assert(dial_latch_pass(&l, &nat, 7));
	dial_latch_told(&l, &other);
	cr_assert_not(dial_latch_pass(&l, &nat, 7));
	cr_assert(dial_latch_pass(&l, &other, 7));
}
