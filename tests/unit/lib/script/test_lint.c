/** @file test_lint.c  Mirrors lib/script/lint.c and clash.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "script/lint.h"
#include "text/understanding.h"

static const char text[] =
	"id: a\ntitle: t\nstart: hello\nvariables: [amount]\n"
	"global: {refuse: bye, do_not_call: stop}\n"
	"answers: {who_are_you: 我是助手。}\n"
	"silence: {say: 在吗, go: bye}\nunclear: {go: bye}\n"
	"intents:\n"
	"  - id: mine\n"
	"    examples: [别再打了。, 我想要买一点金条]\n"
	"  - {id: other, examples: [我想要买一点金条吧]}\n"
	"slots: {term: {type: term, ask: 几期, clarify: 没听清}}\n"
	"states:\n"
	"  hello: {ask: [您好, 喂您好], on: {affirm: fill, mine: fill,\n"
	"    other: fill}}\n"
	"  fill: {verifies: true, say: '欠{amount}元', fill: [term], then: "
	"done}\n"
	"  done: {say: '分{term}期', requires: verified, end: accepted}\n"
	"  stop: {say: 不再打扰, end: do_not_call, do: [do_not_call]}\n"
	"  bye: {say: 再见, end: refused}\n"
	"tests: [{name: n, with: {amount: '920'}, turns: []}]\n";

static struct yh_script *script;

static void setup(void)
{
	char error[300] = "";

	cr_assert_eq(yh_script_parse(&script, text, strlen(text), error,
				     sizeof(error)),
		     0, "%s", error);
}

static void teardown(void)
{
	yh_script_destroy(script);
}

TestSuite(lint, .init = setup, .fini = teardown, .timeout = 20);

static char seen[2000];
static struct yh_prompt at_amount;

static void on_prompt(void *arg, const struct yh_prompt *p)
{
	(void)arg;
	strncat(seen, p->text, sizeof(seen) - strlen(seen) - 2);
	strcat(seen, p->verified ? "+" : "-");
	if (strstr(p->text, "920"))
		at_amount = *p;
}

Test(lint, every_wording_is_visited_with_its_place_and_its_variables)
{
	int n = yh_lint_prompts(text, strlen(text), script, on_prompt, NULL);

	cr_assert_eq(n, 10, "%s", seen);
	cr_assert_str_eq(seen, "在吗-我是助手。-几期+没听清+您好-喂您好-"
			       "欠920元+分12期+不再打扰-再见-");
	cr_assert_eq(at_amount.line, 17);
	cr_assert_eq(at_amount.column, 31);
}

static char clashes[600];

static void on_clash(void *arg, const struct yh_clash *c)
{
	size_t n = strlen(clashes);

	(void)arg;
	snprintf(clashes + n, sizeof(clashes) - n, "%u:%u %s=%s ", c->line,
		 c->column, c->intent, c->other);
}

Test(lint, intents_that_nobody_can_tell_apart_are_shown_with_their_place)
{
	struct yh_understanding u;
	char error[300] = "";
	int n;

	cr_assert_eq(yh_understanding_load(&u, "lib/text/general_intents.yaml",
					   "lib/text/intent_corpus.yaml",
					   "lib/text/concepts.yaml", error,
					   sizeof(error)),
		     0, "%s", error);
	n = yh_lint_clashes(text, strlen(text), script, u.general, NULL,
			    on_clash, NULL);
	cr_assert_eq(n, 3, "%s", clashes);
	cr_assert_str_eq(clashes, "11:16 mine=do_not_call 11:23 mine=other "
				  "12:28 other=mine ");
	yh_understanding_close(&u);
}

/* The classifier learns from both sets; what it still takes for the other
 * intent, no caller's sentence will be told by. */
Test(lint, an_example_that_the_classifier_takes_for_another_intent_is_shown)
{
	static const char odd[] =
		"id: a\ntitle: t\nstart: s\n"
		"global: {refuse: e, do_not_call: e}\n"
		"silence: {go: e}\nunclear: {go: e}\n"
		"intents: [{id: want_gold, examples: [金条怎么卖, 我要买金条,\n"
		"  帮我转接一下你们的人工客服经理]}]\n"
		"states:\n  s: {ask: a, on: {want_gold: e}}\n"
		"  e: {say: b, end: refused}\n";
	struct yh_classifier *c;
	struct yh_understanding u;
	struct yh_script *s;
	char error[300] = "";
	int n;

	cr_assert_eq(yh_understanding_load(&u, "lib/text/general_intents.yaml",
					   "lib/text/intent_corpus.yaml",
					   "lib/text/concepts.yaml", error,
					   sizeof(error)),
		     0);
	cr_assert_eq(
		yh_script_parse(&s, odd, strlen(odd), error, sizeof(error)), 0,
		"%s", error);
	cr_assert_eq(yh_classifier_extend(&c, u.base, &s->intents), 0);
	n = yh_lint_clashes(odd, strlen(odd), s, u.general, c, on_clash, NULL);
	cr_assert_eq(n, 1, "%s", clashes);
	cr_assert(strstr(clashes, "8:3 want_gold=human_agent"), "%s", clashes);
	yh_classifier_destroy(c);
	yh_script_destroy(s);
	yh_understanding_close(&u);
}
