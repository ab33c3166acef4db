/** @file test_script.c  Mirrors lib/script/script.c and check.c */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/script.h"

TestSuite(script, .timeout = 5);

static const char good[] = "id: a\n"
			   "title: 测试\n"
			   "variables: [amount]\n"
			   "start: hello\n"
			   "global: {refuse: bye, do_not_call: bye}\n"
			   "states:\n"
			   "  hello:\n"
			   "    say: 您好{name}，{amount}元\n"
			   "    ask: 可以吗？\n"
			   "    on: {affirm: bye}\n"
			   "    silence: {times: 1, go: bye}\n"
			   "    unclear: {times: 1, go: bye}\n"
			   "  bye: {say: 再见, end: done}\n";

Test(script, a_good_one_is_bound)
{
	struct yh_script *s;
	char error[256] = "";

	cr_assert_eq(
		yh_script_parse(&s, good, strlen(good), error, sizeof(error)),
		0, "%s", error);
	cr_assert_str_eq(s->id, "a");
	cr_assert_eq(s->n_states, 2);
	cr_assert_eq(s->states[0].on.list[0].routes.list[0].target, 1);
	cr_assert_str_eq(s->states[1].end, "done");
	yh_script_destroy(s);
}

/* One fault each: what is replaced, by what, where and what is said. */
static const struct {
	const char *old, *new, *at, *says;
} faults[] = {
	{"{affirm: bye}", "{affirm: nowhere}", "10:18:", "nowhere"},
	{"start: hello", "start: begin", "4:8:", "begin"},
	{"{refuse: bye,", "{refuse: by,", "5:18:", "by"},
	{"{refuse: bye,", "{", "8:5:", "refuse"},
	{", do_not_call: bye}", "}", "8:5:", "do_not_call"},
	{"{affirm: bye}", "{affirm: [{if: age > 3, go: bye}]}",
	 "10:24:", "age"},
	{"{affirm: bye}", "{affirm: [{if: amount >, go: bye}]}",
	 "10:24:", "value"},
	{"{affirm: bye}", "{affirm: [{go: bye}, {go: bye}]}",
	 "10:19:", "never"},
	{"    ask: 可以吗？\n", "    fill: [sum]\n    then: bye\n",
	 "9:11:", "slot"},
	{"go: bye}\n    unclear", "go: gone}\n    unclear", "11:29:", "gone"},
	{"end: done}", "end: done}\n  lost: {say: 喂, end: x}",
	 "14:9:", "never reached"},
	{"{amount}", "{sum}", "8:10:", "sum"},
	{"    silence: {times: 1, go: bye}\n", "", "8:5:", "silence"},
	{"    ask: 可以吗？\n", "", "8:5:", "ask"},
	{"id: a", "id: A b", "1:5:", "id"},
	{"title:", "titel:", "2:1:", "titel"},
	{"times: 1, go: bye}\n    unclear",
	 "times: soon, go: bye}\n    unclear", "11:22:", "times"},
	{"  bye: {", "  hello: {", "13:3:", "twice"},
	{"{affirm: bye}", "{affirm: yes}", "10:18:", "yes"},
	{"end: done}",
	 "end: done}\n  yes: {say: 好, end: accepted}\n"
	 "  more: {ask: 还要吗, on: {affirm: yes}, silence: {go: yes}, "
	 "unclear: {go: bye}}\n",
	 "15:53:", "silence is no consent"},
	{"{affirm: bye}\n", "{affirm: bye}\n    keys: {1: affirm}\n",
	 "11:11:", "say"},
	{"{affirm: bye}\n",
	 "{affirm: bye}\n    keys: {say: 请按2, 1: affirm}\n",
	 "11:22:", "does not tell of the key 1"},
	{"{affirm: bye}\n",
	 "{affirm: bye}\n    keys: {say: 请按#, '#': affirm}\n",
	 "11:22:", "is no key"},
	{"{affirm: bye}\n",
	 "{affirm: bye}\n    keys: {say: 请按1, 1: affirm, 1: refuse}\n",
	 "11:33:", "twice"},
	{"{affirm: bye}\n",
	 "{affirm: bye}\n    keys: {say: 请按1, 1: affrim}\n",
	 "11:11:", "leads nowhere"},
	{"start: hello", "start: hello\nkeys: {say: '{who}请按1', 1: affirm}",
	 "5:7:", "who"},
	{"start: hello", "start: hello\nkeys: {say: 请按1, 1: deny}",
	 "5:7:", "leads nowhere"},
	{"{say: 再见, end: done}", "[", "14:1:", ""},
};

/* `good` with the first `old` replaced. */
static void replace(const char *old, const char *new, char *out, size_t size)
{
	const char *at = strstr(good, old);

	cr_assert_not_null(at, "%s", old);
	snprintf(out, size, "%.*s%s%s", (int)(at - good), good, new,
		 at + strlen(old));
}

Test(script, every_fault_is_refused_with_its_place_and_reason)
{
	char text[2048], error[256];
	struct yh_script *s;

	for (size_t i = 0; i < YH_ARRAY_LEN(faults); i++) {
		replace(faults[i].old, faults[i].new, text, sizeof(text));
		cr_expect_eq(yh_script_parse(&s, text, strlen(text), error,
					     sizeof(error)),
			     YH_ERR_BAD_CONFIG, "%s", faults[i].new);
		cr_expect(!strncmp(error, faults[i].at, strlen(faults[i].at)),
			  "%s, expected %s", error, faults[i].at);
		cr_expect(strstr(error, faults[i].says), "%s", error);
	}
}

Test(script, a_script_without_an_end_is_refused)
{
	static const char text[] =
		"id: a\ntitle: t\nstart: s\n"
		"global: {refuse: s, do_not_call: s}\nstates:\n  s:\n    ask: "
		"吗\n"
		"    silence: {go: s}\n    unclear: {go: s}\n";
	struct yh_script *s;
	char error[256];

	cr_assert_eq(
		yh_script_parse(&s, text, strlen(text), error, sizeof(error)),
		YH_ERR_BAD_CONFIG);
	cr_assert(strstr(error, "final"), "%s", error);
}

Test(script, a_state_from_which_no_end_is_reached_is_refused)
{
	static const char text[] =
		"id: a\ntitle: t\nstart: s\n"
		"states:\n"
		"  s: {ask: 吗, on: {affirm: loop, refuse: e, do_not_call: e},"
		" silence: {go: e}, unclear: {go: e}}\n"
		"  loop: {ask: 吗, on: {refuse: loop, do_not_call: loop},"
		" silence: {go: loop}, unclear: {go: loop}}\n"
		"  e: {say: 再见, end: refused}\n";
	struct yh_script *s;
	char error[256];

	cr_assert_eq(
		yh_script_parse(&s, text, strlen(text), error, sizeof(error)),
		YH_ERR_BAD_CONFIG);
	cr_assert(strstr(error, "no way from state \"loop\""), "%s", error);
	cr_assert(!strncmp(error, "6:9:", 4), "%s", error);
}

Test(script, running_out_of_memory_anywhere_leaks_nothing)
{
	struct yh_script *s;
	char error[256];
	int err = -1;

	for (long n = 0; n < 500 && err; n++) {
		yh_mem_fail_after(n);
		err = yh_script_parse(&s, good, strlen(good), error,
				      sizeof(error));
		yh_mem_fail_after(-1);
	}
	cr_assert_eq(err, 0);
	yh_script_destroy(s);
}

/* A script whose risk statement stands in `product` and is needed before
 * `accepted`. */
static const char stated[] =
	"id: a\ntitle: t\nstart: hello\n"
	"global: {refuse: bye, do_not_call: bye}\n"
	"silence: {go: bye}\nunclear: {go: bye}\n"
	"statements:\n"
	"  risk: {rule: Q12, text: 产品有风险, before: [accepted]}\n"
	"states:\n"
	"  hello: {ask: 您好, on: {affirm: product}}\n"
	"  product: {say: 产品有风险, ask: 要吗, on: {affirm: accepted}}\n"
	"  accepted: {say: 好的, end: accepted}\n"
	"  bye: {say: 再见, end: refused}\n";

Test(script, a_statement_on_every_path_is_accepted)
{
	struct yh_script *s;
	char error[256] = "";

	cr_assert_eq(yh_script_parse(&s, stated, strlen(stated), error,
				     sizeof(error)),
		     0, "%s", error);
	yh_script_destroy(s);
}

Test(script, a_statement_that_can_be_left_out_is_refused_with_the_path)
{
	char text[2048], error[256];
	const char *at = strstr(stated, "affirm: product");
	struct yh_script *s;

	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - stated), stated,
		 "ask_rate: accepted, ", at);
	cr_assert_eq(
		yh_script_parse(&s, text, strlen(text), error, sizeof(error)),
		YH_ERR_BAD_CONFIG);
	cr_assert(strstr(error, "hello → accepted"), "%s", error);
	cr_assert(strstr(error, "Q12"), "%s", error);
}
