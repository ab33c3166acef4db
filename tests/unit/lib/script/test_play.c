/** @file test_play.c  Mirrors lib/script/play.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/play.h"
#include "text/understanding.h"

static const char script_text[] =
	"id: a\ntitle: t\nstart: hello\n"
	"global: {refuse: bye, do_not_call: stop}\n"
	"silence: {go: bye}\nunclear: {go: bye}\n"
	"intents: [{id: want_gold, examples: [我要买金条, 金条怎么卖]}]\n"
	"slots: {term: {type: term, ask: 几期？}}\n"
	"states:\n"
	"  hello: {ask: 您好, on: {affirm: fill, want_gold: bye}}\n"
	"  fill: {fill: [term], then: done}\n"
	"  done: {say: '分{term}期', end: accepted}\n"
	"  stop: {say: 不再打扰, end: do_not_call, do: [do_not_call]}\n"
	"  bye: {say: 再见, end: refused}\n"
	"tests:\n";

static struct yh_understanding general;
static char last_fault[600];
static unsigned n_done, failed, n_inspected;
static const char *finding;

static void setup(void)
{
	char error[512];

	cr_assert_eq(yh_understanding_load(
			     &general, "lib/text/general_intents.yaml",
			     "lib/text/intent_corpus.yaml",
			     "lib/text/concepts.yaml", error, sizeof(error)),
		     0, "%s", error);
}

static void teardown(void)
{
	yh_understanding_close(&general);
}

TestSuite(play, .init = setup, .fini = teardown, .timeout = 20);

static void on_done(void *arg, const char *name, const char *fault)
{
	(void)arg;
	cr_assert_not_null(name);
	n_done++;
	snprintf(last_fault, sizeof(last_fault), "%s", fault ? fault : "");
}

static unsigned inspect(void *arg, const struct yh_play_line *lines, unsigned n,
			bool verified, const char **rules, unsigned max)
{
	(void)arg;
	(void)verified;
	cr_assert_gt(max, 0);
	n_inspected = n;
	cr_assert(lines[0].is_bot);
	rules[0] = finding;

	return finding ? 1 : 0;
}

/* Run `script_text` with these tests. */
static int run(const char *tests, char *error, size_t size)
{
	static char text[8192];
	const struct yh_play_hooks hooks = {NULL, on_done, inspect};
	struct yh_classifier *classifier;
	struct yh_script *script;
	int n;

	snprintf(text, sizeof(text), "%s%s", script_text, tests);
	cr_assert_eq(yh_script_parse(&script, text, strlen(text), error, size),
		     0, "%s", error);
	cr_assert_eq(yh_classifier_extend(&classifier, general.base,
					  &script->intents),
		     0);
	n = yh_play_tests(text, strlen(text), script, classifier, &hooks,
			  &failed, error, size);
	yh_classifier_destroy(classifier);
	yh_script_destroy(script);

	return n;
}

static void expect_fault(const char *tests, const char *fault)
{
	char error[600] = "";

	cr_assert_eq(run(tests, error, sizeof(error)), 1, "%s", error);
	cr_expect_eq(failed, 1);
	cr_expect(strstr(last_fault, fault), "%s", last_fault);
}

Test(play, a_conversation_as_expected_passes)
{
	char error[600] = "";

	cr_assert_eq(run("- name: x\n  turns:\n"
			 "  - {state: hello, says: 您好}\n"
			 "  - {hear: 好的, intent: affirm, state: fill}\n"
			 "  - {hear: 十二期, end: accepted, says: 分12期,\n"
			 "     slots: {term: '12'}}\n",
			 error, sizeof(error)),
		     1, "%s", error);
	cr_assert_eq(failed, 0, "%s", last_fault);
	cr_assert_eq(n_inspected, 5);
}

Test(play, whom_no_engine_hears_is_told_of_keys_and_presses_them)
{
	char error[600] = "";

	cr_assert_eq(run("- name: x\n  turns:\n"
			 "  - {unheard: true, says: 是请按1, state: hello}\n"
			 "  - {press: '1', intent: affirm, state: fill}\n"
			 "  - {unheard: true, says: 井号键}\n"
			 "  - {press: '12', intent: none, end: accepted,\n"
			 "     slots: {term: '12'}}\n",
			 error, sizeof(error)),
		     1, "%s", error);
	cr_assert_eq(failed, 0, "%s", last_fault);
}

Test(play, each_expectation_can_fail_and_says_where)
{
	expect_fault("- {name: x, turns: [{state: bye}]}\n",
		     "should be \"bye\", is \"hello\"");
	expect_fault("- {name: x, turns: [{says: 再见}]}\n", "should say");
	expect_fault("- {name: x, turns: [{}, {hear: 好的, intent: deny}]}\n",
		     "is \"affirm\"");
	expect_fault("- {name: x, turns: [{}, {hear: 不需要}]}\n",
		     "ends with \"refused\"");
	expect_fault("- {name: x, turns: [{}, {hear: 好的, end: accepted}]}\n",
		     "end should be");
	expect_fault("- {name: x, turns: [{}, {hear: 好的},\n"
		     "   {hear: 六期, slots: {term: '12'}, end: accepted}]}\n",
		     "slot term");
	expect_fault("- {name: x, turns: [{}, {hear: 不需要, end: refused,\n"
		     "   does: do_not_call}]}\n",
		     "not done");
	expect_fault("- {name: x, turns: [{}, {hear: 不需要, end: refused},\n"
		     "   {hear: 喂}]}\n",
		     "over already");
	cr_expect(!strncmp(last_fault, "17:", 3), "%s", last_fault);
}

Test(play, findings_must_be_those_that_are_expected)
{
	char error[600] = "";

	finding = "Q12";
	expect_fault("- {name: x, turns: [{state: hello}]}\n", "finds Q12");
	expect_fault("- {name: x, turns: [{}], findings: [Q13]}\n",
		     "does not find Q13");
	cr_assert_eq(run("- {name: x, turns: [{}], findings: [Q12]}\n", error,
			 sizeof(error)),
		     1);
	cr_assert_eq(failed, 0, "%s", last_fault);
}

Test(play, a_test_that_is_malformed_is_told_with_its_place)
{
	char error[600] = "";

	cr_assert_eq(run("- {name: x, turns: [{}, {herr: 好的}]}\n", error,
			 sizeof(error)),
		     YH_ERR_BAD_CONFIG);
	cr_assert(strstr(error, "herr"), "%s", error);
	cr_assert(!strncmp(error, "16:", 3), "%s", error);
}
