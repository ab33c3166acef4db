/** @file test_hints.c  Mirrors lib/script/hints.h */
#include <criterion/criterion.h>
#include <string.h>

#include "script/hints.h"

static const char text[] =
	"id: pay\n"
	"title: 还款\n"
	"variables: [name]\n"
	"listen_ms: 6000\n"
	"start: hello\n"
	"intents: [{id: part, examples: [先还一半, 先还一部分]}]\n"
	"slots:\n"
	"  day: {type: date, ask: 哪天还}\n"
	"  sum: {type: amount, ask: 还多少}\n"
	"  tail: {type: phone, ask: 您的号码}\n"
	"  way: {type: choice, ask: 怎么还, choices: {app: [手机银行], desk: "
	"[网点]}}\n"
	"global: {refuse: done, do_not_call: done, wrong_person: done,"
	" human_agent: done, busy: done, goodbye: done, third_party: done,"
	" call_back: done, complaint: done}\n"
	"silence: {times: 1, go: done}\n"
	"unclear: {times: 1, go: done}\n"
	"states:\n"
	"  hello: {ask: 是您本人吗, on: {affirm: fill, deny: done}}\n"
	"  fill: {fill: [day, sum, way], then: sure, on: {refuse: done}}\n"
	"  sure: {ask: \"{day}还，对吗\", on: {affirm: open, deny: done}}\n"
	"  open: {ask: 您请说, on: {part: done, refuse: done}}\n"
	"  done: {say: 再见, end: done}\n";

static struct yh_script *script;
static const char *hints[YH_HINTS_MAX];
static size_t n;

static void setup(void)
{
	char error[256];

	cr_assert_eq(yh_script_parse(&script, text, strlen(text), error,
				     sizeof(error)),
		     0, "%s", error);
}

static void teardown(void)
{
	yh_script_destroy(script);
}

static void look(const char *state)
{
	n = yh_script_hints(script, yh_script_state(script, state), hints,
			    YH_HINTS_MAX);
}

static bool has(const char *hint)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(hints[i], hint))
			return true;
	}

	return false;
}

static enum yh_expect expects(const char *state, const char *slot)
{
	return yh_script_expects(
		script, yh_script_state(script, state),
		slot ? yh_script_slot(script, slot, strlen(slot)) : -1);
}

TestSuite(hints, .init = setup, .fini = teardown);

Test(hints, a_state_that_asks_for_slots_listens_for_their_values)
{
	look("fill");
	cr_expect(has("<date>"));
	cr_expect(has("<amount>"));
	cr_expect(has("手机银行"));
	cr_expect(has("网点"));
	cr_expect(has("先还一半"));
	cr_expect_not(has("<digits>"), "it is asked for elsewhere");
}

Test(hints, a_value_that_is_repeated_can_be_put_right)
{
	look("sure");
	cr_expect(has("<date>"));
	cr_expect_not(has("<amount>"));
}

Test(hints, any_other_state_listens_for_the_script_s_intents)
{
	look("open");
	cr_expect_eq(n, 2u);
	cr_expect(has("先还一部分"));
	n = yh_script_hints(script, -1, hints, YH_HINTS_MAX);
	cr_expect_eq(n, 2u);
	n = yh_script_hints(script, yh_script_state(script, "fill"), hints, 3);
	cr_expect_eq(n, 3u, "no more than there is room for");
}

Test(hints, what_a_question_waits_for)
{
	cr_expect_eq(expects("hello", NULL), YH_EXPECT_YES_NO);
	cr_expect_eq(expects("open", NULL), YH_EXPECT_ANY);
	cr_expect_eq(expects("fill", "day"), YH_EXPECT_DATE);
	cr_expect_eq(expects("fill", "sum"), YH_EXPECT_AMOUNT);
	cr_expect_eq(expects("fill", "way"), YH_EXPECT_ANY);
	cr_expect_eq(expects("hello", "tail"), YH_EXPECT_DIGITS);
	cr_expect_eq(yh_script_expects(script, -1, -1), YH_EXPECT_ANY);
}
