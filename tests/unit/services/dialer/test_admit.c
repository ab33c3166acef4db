/** @file test_admit.c  Dials are shed before media suffer */
#include <criterion/criterion.h>

#include "admit.h"

static const struct dial_admit_limits limits = {
	.calls = 1000, .ports = 900, .cpu_permille = 800};
static struct dial_admit a;

static uint32_t room(struct dial_admit_load load, uint64_t now_ms)
{
	return dial_admit_room(&a, &limits, &load, now_ms);
}

Test(admit, an_idle_dialer_takes_what_the_second_allows)
{
	cr_assert_eq(room((struct dial_admit_load){.tokens = 20}, 0), 20);
	cr_assert_str_eq(dial_shed_name(a.why), "");
}

Test(admit, each_limit_sheds_with_its_own_name)
{
	static const struct {
		struct dial_admit_load load;
		const char *why;
	} rows[] = {
		{{.calls = 10, .tokens = 0}, "cps"},
		{{.calls = 1000, .tokens = 9}, "ports"},
		{{.calls = 900, .tokens = 9}, "ports"},
		{{.calls = 10, .tokens = 9, .busy_permille = 800}, "cpu"},
		{{.calls = 10, .tokens = 9, .busy_permille = 990}, "cpu"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(room(rows[i].load, 0), 0, "row %zu", i);
		cr_expect_str_eq(dial_shed_name(a.why), rows[i].why, "row %zu",
				 i);
	}
}

Test(admit, near_the_limit_only_so_many_as_the_core_can_bear)
{
	const struct dial_admit_load load = {
		.calls = 400, .tokens = 1000, .busy_permille = 760};

	cr_assert_eq(room(load, 0), 400 * 40 / 760 + 1);
}

Test(admit, late_packets_shed_for_a_while_and_then_no_more)
{
	struct dial_admit_load load = {.tokens = 9, .sent = 1000};

	cr_assert_eq(room(load, 0), 9);
	load.sent += 50000;
	load.late += 40; /* 0.08 %: within the bar */
	cr_assert_eq(room(load, 1000), 9);
	load.sent += 50000;
	load.late += 60;
	cr_assert_eq(room(load, 2000), 0);
	cr_assert_str_eq(dial_shed_name(a.why), "late");
	load.sent += 50000;
	cr_assert_eq(room(load, 6900), 0);
	cr_assert_eq(room(load, 7000), 9);
}

Test(admit, a_few_late_packets_of_few_are_chance)
{
	struct dial_admit_load load = {.tokens = 9, .sent = 50, .late = 3};

	cr_assert_eq(room(load, 0), 9);
}
