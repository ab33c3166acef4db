/** @file test_route.c  Which trunk takes the next calls */
#include <criterion/criterion.h>

#include "route.h"

enum { NOW = 1000000 };

static char *first[] = {(char *)"02150000001", (char *)"02150000002"};
static char *second[] = {(char *)"02150000002"};

static void init(struct dial_trunks *all, struct dial_trunk t[2])
{
	memset(t, 0, 2 * sizeof(*t));
	t[0] = (struct dial_trunk){.caller_ids = first,
				   .n_caller_ids = 2,
				   .weight = 3,
				   .cps = 10,
				   .channels = 1000,
				   .up = true};
	t[1] = (struct dial_trunk){.caller_ids = second,
				   .n_caller_ids = 1,
				   .weight = 1,
				   .cps = 10,
				   .channels = 1000,
				   .up = true};
	*all = (struct dial_trunks){.list = t, .n = 2};
}

/* Calls of a second at a time, so that CPS does not decide. */
static void deal(struct dial_trunks *all, unsigned n, unsigned got[2],
		 uint64_t *now)
{
	got[0] = got[1] = 0;
	for (unsigned i = 0; i < n; i++) {
		struct dial_trunk *t;

		*now += 1000;
		t = dial_route_next(all, *now);
		cr_assert_not_null(t);
		dial_route_take(all, t, *now);
		dial_route_leave(t);
		got[t - all->list]++;
	}
}

Test(route, calls_are_dealt_by_weight)
{
	struct dial_trunk t[2];
	struct dial_trunks all;
	uint64_t now = NOW;
	unsigned got[2];

	init(&all, t);
	deal(&all, 400, got, &now);
	cr_expect_eq(got[0], 300, "%u", got[0]);
	cr_expect_eq(got[1], 100, "%u", got[1]);
}

Test(route, one_that_was_away_does_not_get_what_it_missed)
{
	struct dial_trunk t[2];
	struct dial_trunks all;
	uint64_t now = NOW;
	unsigned got[2];

	init(&all, t);
	t[0].up = false;
	deal(&all, 400, got, &now);
	cr_expect_eq(got[1], 400);
	t[0].up = true;
	deal(&all, 400, got, &now);
	cr_expect_leq(got[0], 301, "%u", got[0]);
}

Test(route, a_second_gives_no_more_than_its_calls)
{
	struct dial_trunk t[2];
	struct dial_trunks all;
	unsigned n = 0;

	init(&all, t);
	t[1].up = false;
	for (; dial_route_room(&t[0], NOW) && n < 100; n++)
		dial_route_take(&all, &t[0], NOW);
	cr_expect_eq(n, 10, "%u", n);
	cr_expect_eq(dial_route_room(&t[0], NOW + 99), 0);
	cr_expect_eq(dial_route_room(&t[0], NOW + 100), 1);
	cr_expect_eq(dial_route_room(&t[0], NOW + 60000), 10);
}

Test(route, channels_are_a_limit_until_one_is_free)
{
	struct dial_trunk t[2];
	struct dial_trunks all;

	init(&all, t);
	t[0].channels = 2;
	dial_route_take(&all, &t[0], NOW);
	cr_expect_eq(dial_route_room(&t[0], NOW), 1);
	dial_route_take(&all, &t[0], NOW);
	cr_expect_eq(dial_route_room(&t[0], NOW), 0);
	dial_route_leave(&t[0]);
	cr_expect_eq(dial_route_room(&t[0], NOW), 1);
}

Test(route, retry_after_closes_it_for_so_long_and_an_hour_at_most)
{
	struct dial_trunk t[2];
	struct dial_trunks all;

	init(&all, t);
	dial_route_close(&t[0], 5, NOW);
	cr_expect_eq(dial_route_room(&t[0], NOW + 4999), 0);
	cr_expect_neq(dial_route_room(&t[0], NOW + 5000), 0);
	dial_route_close(&t[0], UINT32_MAX, NOW);
	cr_expect_eq(dial_route_room(&t[0], NOW + 3599999), 0);
	cr_expect_neq(dial_route_room(&t[0], NOW + 3600000), 0);
	dial_route_close(&t[0], 0, NOW + 3600000);
	cr_expect_neq(dial_route_room(&t[0], NOW + 3600000), 0,
		      "a 503 without a time closes nothing");
}

Test(route, another_trunk_must_own_the_number_and_not_have_been_tried)
{
	struct dial_trunk t[2];
	struct dial_trunks all;

	init(&all, t);
	cr_expect_eq(dial_route_other(&all, "02150000002", 1, NOW), &t[1]);
	cr_expect_null(dial_route_other(&all, "02150000001", 1, NOW),
		       "its number is of the first trunk's pool alone");
	cr_expect_null(dial_route_other(&all, "02150000002", 3, NOW));
	t[1].up = false;
	cr_expect_null(dial_route_other(&all, "02150000002", 1, NOW));
}

Test(route, none_is_usable_when_all_are_down)
{
	const struct dial_trunk *worst;
	struct dial_trunk t[2];
	struct dial_trunks all;

	init(&all, t);
	cr_expect(dial_route_any_up(&all, &worst));
	t[0].up = t[1].up = false;
	cr_expect_null(dial_route_next(&all, NOW));
	cr_expect_not(dial_route_any_up(&all, &worst));
	cr_expect_eq(worst, &t[0]);
}
