/** @file test_trial.c  Mirrors services/qa-inspector/trial.c */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "trial.h"

#define HEAD "pack: own\nversion: '1'\nrules:\n"
#define RULE(id, patterns)                                                     \
	"  - id: " id "\n    kind: not\n    severity: 2\n"                     \
	"    scope: [service]\n    speaker: [bot]\n    basis: house\n"         \
	"    message: said\n    patterns: [" patterns "]\n"
#define TESTS "    bad: ['蓝河马来了']\n    good: ['再见']\n"

static const char *const files[] = {"services/qa-inspector/rules"};
static struct qa_pack_text published[1];
static struct qa_rules_conf in_force = {
	.paths = files, .n_paths = 1, .texts = published};
static struct qa_fault fault, red;
static unsigned n_red;

static int open_trial(struct qa_trial *t, const char *source)
{
	return qa_trial_open(t, &in_force, source, &fault);
}

static void on_red(void *arg, const struct qa_fault *f)
{
	(void)arg;
	red = *f;
	n_red++;
}

Test(trial, a_pack_runs_its_tests_beside_the_rules_in_force)
{
	struct qa_trial t;

	cr_assert_eq(open_trial(&t, HEAD RULE("B01", "'蓝河马'") TESTS), 0,
		     "%s", fault.message);
	cr_expect(qa_trial_owns(&t, "B01") && !qa_trial_owns(&t, "Q12"));
	cr_expect_eq(qa_trial_test(&t, on_red, NULL), 2);
	cr_expect_eq(n_red, 0);
	qa_trial_close(&t);
}

Test(trial, a_red_test_is_told_with_its_place)
{
	struct qa_trial t;

	cr_assert_eq(open_trial(&t, HEAD RULE("B01", "'红河马'") TESTS), 0);
	cr_expect_eq(qa_trial_test(&t, on_red, NULL), 2);
	cr_expect_eq(n_red, 1);
	cr_expect(red.is_test && !strcmp(red.about, "B01"));
	cr_expect_eq(red.line, 12, "%u:%u", red.line, red.column);
	qa_trial_close(&t);
}

/* Each with the line on which it must be put right. */
Test(trial, what_does_not_compile_is_refused_with_line_and_column)
{
	static const struct {
		const char *source;
		unsigned line;
	} rows[] = {
		{HEAD RULE("B01", "'蓝(河马'"), 11}, /* pattern */
		{HEAD RULE("B01", "'a'") RULE("B02", "'b['"), 19},
		{HEAD RULE("Q12", "'a'"), 4}, /* the product's */
		{HEAD RULE("B01", "'a'") "    colour: red\n", 12},
		{HEAD "  - id: B01\n    kind: nonsense\n", 5},
		{"pack: own\nversion: '1'\nrules: [\n", 3},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct qa_trial t;

		cr_assert_eq(open_trial(&t, rows[i].source), YH_ERR_BAD_CONFIG,
			     "row %zu", i);
		cr_expect_eq(fault.line, rows[i].line, "row %zu: %u:%u: %s", i,
			     fault.line, fault.column, fault.message);
		cr_expect(fault.column > 0 && fault.message[0]);
		cr_expect_null(t.rules);
	}
}

Test(trial, a_pack_may_take_the_place_of_its_own_former_version_alone)
{
	struct qa_trial t;

	published[0] = (struct qa_pack_text){HEAD RULE("B01", "'蓝河马'") TESTS,
					     "own@3"};
	in_force.n_texts = 1;
	cr_assert_eq(open_trial(&t, HEAD RULE("B01", "'蓝河马来'") TESTS), 0,
		     "%s", fault.message);
	cr_expect(qa_rules_have(t.rules, "own@draft"));
	cr_expect(!qa_rules_have(t.rules, "own@3"));
	qa_trial_close(&t);
	published[0].label = "other@3";
	cr_assert_eq(open_trial(&t, HEAD RULE("B01", "'蓝河马'") TESTS),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(fault.message, "other@3"), "%s", fault.message);
}

/* "不" is taken out of what is heard: the product's negations go with it. */
Test(trial, a_pack_that_spoils_the_rules_beside_it_is_red)
{
	struct qa_trial t;

	cr_assert_eq(open_trial(&t, "pack: own\nversion: '1'\nheard:\n"
				    "  - {hear: 不, mean: ''}\n"),
		     0, "%s", fault.message);
	n_red = 0;
	cr_expect_eq(qa_trial_test(&t, on_red, NULL), 0);
	cr_expect_gt(n_red, 0);
	cr_expect(red.is_test && !red.line && red.about[0] == 'Q');
	qa_trial_close(&t);
}
