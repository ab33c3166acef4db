/** @file test_outcome.c  Mirrors services/campaign/outcome.c */
#include <criterion/criterion.h>

#include "outcome.h"

static struct cmp_policy policy;

static void setup(void)
{
	cmp_policy_preset(CMP_SERVICE, &policy);
}

TestSuite(outcome, .init = setup);

static struct cmp_end_input input(enum cmp_outcome outcome)
{
	return (struct cmp_end_input){.outcome = outcome,
				      .dialog = "",
				      .hung_up_by = "",
				      .attempts = 1,
				      .max_attempts = 2};
}

/* outcome, its word, tried again when attempts are left, after [s] */
Test(outcome, the_line_says_how_it_goes_on)
{
	static const struct {
		enum cmp_outcome outcome;
		const char *word;
		bool retry;
		uint32_t after_s;
	} rows[] = {
		{CMP_LINE_BUSY, "line_busy", true, 900},
		{CMP_NO_ANSWER, "no_answer", true, 7200},
		{CMP_DECLINED, "declined", true, 86400},
		{CMP_POWERED_OFF, "powered_off", true, 14400},
		{CMP_TRUNK_FAILURE, "trunk_failure", true, 30},
		{CMP_VACANT_NUMBER, "vacant_number", false, 0},
		{CMP_INTERRUPTED, "interrupted", false, 0},
		{CMP_OTHER_FAILURE, "other_failure", true, 7200},
		{CMP_OUTCOME_UNKNOWN, "other_failure", true, 7200},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_end_input in = input(rows[i].outcome);
		struct cmp_end end = cmp_outcome_end(&in, &policy);

		cr_assert(end.final);
		cr_assert_str_eq(end.disposition, rows[i].word);
		cr_assert_eq(end.retry, rows[i].retry, "row %zu", i);
		if (end.retry)
			cr_assert_eq(end.retry_after_s, rows[i].after_s);
	}
}

Test(outcome, the_last_attempt_is_the_last)
{
	struct cmp_end_input in = input(CMP_LINE_BUSY);

	in.attempts = 2;
	cr_assert(!cmp_outcome_end(&in, &policy).retry);
	in.trunk_failures = 1; /* one of the two was the trunk's */
	cr_assert(cmp_outcome_end(&in, &policy).retry);
}

Test(outcome, a_failing_trunk_uses_up_no_attempt_but_not_for_ever)
{
	struct cmp_end_input in = input(CMP_TRUNK_FAILURE);

	in.attempts = in.max_attempts = 1;
	cr_assert(cmp_outcome_end(&in, &policy).retry);
	cr_assert(cmp_outcome_end(&in, &policy).trunk_failed);
	in.attempts = 5;
	in.trunk_failures = 4;
	cr_assert(!cmp_outcome_end(&in, &policy).retry);
}

Test(outcome, the_dialogs_word_is_the_record_of_an_answered_call)
{
	struct cmp_end_input in = input(CMP_ANSWERED);
	struct cmp_end end;

	in.dialog = "accepted";
	end = cmp_outcome_end(&in, &policy);
	cr_assert(end.final && !end.retry);
	cr_assert_str_eq(end.disposition, "accepted");
	in.outcome = CMP_INTERRUPTED;
	in.answered = true;
	cr_assert_str_eq(cmp_outcome_end(&in, &policy).disposition, "accepted");
}

/* Without the dialog's word: who hung up, and is it time to give up? */
Test(outcome, an_answered_call_waits_for_the_dialog)
{
	static const struct {
		enum cmp_outcome outcome;
		const char *by, *word;
	} rows[] = {
		{CMP_ANSWERED, "callee", "callee_hangup"},
		{CMP_ANSWERED, "bot", "no_dialog"},
		{CMP_ANSWERED, "network", "interrupted"},
		{CMP_ANSWERED, "drain", "interrupted"},
		{CMP_INTERRUPTED, "callee", "interrupted"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_end_input in = input(rows[i].outcome);
		struct cmp_end end;

		in.answered = true;
		in.hung_up_by = rows[i].by;
		cr_assert(!cmp_outcome_end(&in, &policy).final);
		in.dialog_late = true;
		end = cmp_outcome_end(&in, &policy);
		cr_assert(end.final && !end.retry);
		cr_assert_str_eq(end.disposition, rows[i].word);
	}
}
