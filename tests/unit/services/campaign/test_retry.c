/** @file test_retry.c  When a contact is called again: callback.c, besthour.c,
 * callerid.c, and outcome.c's part of it */
#include <string.h>

#include <criterion/criterion.h>

#include "besthour.h"
#include "callback.h"
#include "callerid.h"
#include "outcome.h"

/* 2026-03-02 00:00 in Shanghai, a Monday. */
enum { MIDNIGHT = 1772380800, HOUR = 3600, SHANGHAI = 480 };

Test(callback, reads_what_the_dialog_writes)
{
	cr_assert_eq(cmp_call_back_s("2026-03-02T15:00:00+08:00"),
		     MIDNIGHT + 15 * HOUR);
	cr_assert_eq(cmp_call_back_s("2026-03-02T07:00:00Z"),
		     MIDNIGHT + 15 * HOUR);
	cr_assert_eq(cmp_call_back_s("2026-03-02T07:00:00.5Z"),
		     MIDNIGHT + 15 * HOUR);
	cr_assert_eq(cmp_call_back_s("2026-03-01T23:30:00-07:30"),
		     MIDNIGHT + 15 * HOUR);
}

Test(callback, what_is_no_time_is_none)
{
	static const char *const rows[] = {
		"",
		"tomorrow",
		"2026-03-02",
		"2026-03-02T15:00:00",
		"2026-02-31T15:00:00Z",
		"2026-03-02T25:00:00Z",
		"2026-03-02T15:00:00+8",
		"2026-03-02T15:00:00+08:00x",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(cmp_call_back_s(rows[i]), 0, "%s", rows[i]);
}

/* Hours by UTC: 2 is ten o'clock in Shanghai. */
static int64_t best(const char *text, int64_t earliest_s)
{
	struct cmp_hour_counts c;

	cmp_hour_counts_read(&c, text, SHANGHAI);

	return cmp_best_time(&c, earliest_s, SHANGHAI, 9 * 60, 20 * 60);
}

Test(best_hour, waits_for_an_hour_that_was_answered_before)
{
	int64_t ten = MIDNIGHT + 10 * HOUR;

	cr_assert_eq(best("2 3 0,11 2 1", ten), MIDNIGHT + 19 * HOUR);
	/* The next day, when that is sooner than later today. */
	cr_assert_eq(best("2 1 1,6 3 0", ten + 4 * HOUR + 60), ten + 24 * HOUR);
}

Test(best_hour, does_not_wait_without_knowing_or_for_nothing_better)
{
	int64_t ten = MIDNIGHT + 10 * HOUR;

	cr_assert_eq(best("", ten), ten);
	cr_assert_eq(best("2 3 0,11 2 0", ten), ten);
	cr_assert_eq(best("2 3 3,11 2 1", ten + 60), ten + 60);
}

Test(best_hour, keeps_inside_the_hours_of_calling)
{
	int64_t ten = MIDNIGHT + 10 * HOUR;

	/* 13 is nine in the evening, after the campaign's end. */
	cr_assert_eq(best("2 4 0,13 9 9,10 4 3", ten), MIDNIGHT + 18 * HOUR);
}

Test(caller_id, rests_when_it_is_answered_much_less_than_the_others)
{
	struct cmp_answers others = {1000, 400};

	cr_assert(cmp_caller_is_worn((struct cmp_answers){100, 15}, others));
	cr_assert_not(
		cmp_caller_is_worn((struct cmp_answers){100, 33}, others));
	cr_assert_not(cmp_caller_is_worn((struct cmp_answers){40, 0}, others));
	/* A small difference of many calls is none to rest for. */
	cr_assert_not(cmp_caller_is_worn((struct cmp_answers){9000, 3000},
					 (struct cmp_answers){9000, 3600}));
	cr_assert_not(cmp_caller_is_worn((struct cmp_answers){100, 0},
					 (struct cmp_answers){0, 0}));
}

static struct cmp_end end_of(struct cmp_end_input in)
{
	struct cmp_policy policy;

	cmp_policy_preset(CMP_MARKETING, &policy);
	in.hung_up_by = "callee";
	if (!in.dialog)
		in.dialog = "";

	return cmp_outcome_end(&in, &policy);
}

Test(outcome, an_abandoned_call_is_not_retried_within_72_hours)
{
	struct cmp_end end =
		end_of((struct cmp_end_input){.outcome = CMP_ANSWERED,
					      .answered = true,
					      .abandoned = true,
					      .attempts = 1,
					      .max_attempts = 3});

	cr_assert(end.final);
	cr_assert_str_eq(end.disposition, "abandoned");
	cr_assert(end.retry);
	cr_assert_eq(end.retry_after_s, 72u * HOUR);
}

Test(outcome, a_call_back_comes_at_the_named_time_while_attempts_are_left)
{
	struct cmp_end_input in = {.outcome = CMP_ANSWERED,
				   .answered = true,
				   .dialog = "busy_callback",
				   .call_back_s = 5 * HOUR,
				   .attempts = 1,
				   .max_attempts = 2};
	struct cmp_end end = end_of(in);

	cr_assert(end.retry);
	cr_assert_eq(end.retry_after_s, 5u * HOUR);
	in.attempts = 2;
	cr_assert_not(end_of(in).retry);
}

Test(outcome, only_what_nobody_took_waits_for_a_better_hour)
{
	struct cmp_end_input in = {
		.outcome = CMP_NO_ANSWER, .attempts = 1, .max_attempts = 2};

	cr_assert(end_of(in).by_hour);
	in.outcome = CMP_LINE_BUSY; /* somebody is there */
	cr_assert_not(end_of(in).by_hour);
}
