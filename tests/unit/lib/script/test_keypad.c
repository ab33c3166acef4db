/** @file test_keypad.c  Mirrors lib/script/keypad.c */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "script/keypad.h"

static const char head[] =
	"id: a\ntitle: t\nvariables: [product]\nstart: hello\n"
	"global: {refuse: bye, do_not_call: bye, human_agent: bye}\n"
	"silence: {go: bye}\nunclear: {go: bye}\n"
	"answers: {ask_rate: 一分}\n"
	"slots: {sum: {type: amount, ask: 多少}, day: {type: date, ask: "
	"哪天}}\n"
	"states:\n"
	"  hello: {ask: 您好, on: {affirm: pay}}\n"
	"  pay: {fill: [sum, day], then: offer}\n"
	"  offer: {ask: 办吗, on: {affirm: bye},\n"
	"    keys: {say: '{product}请按1，利息请按3', 1: affirm, 3: "
	"ask_rate}}\n"
	"  bye: {say: 再见, end: done}\n";
static const char own[] = "keys: {say: 是请按9，人工请按*, 9: affirm,"
			  " '*': human_agent}\n";

enum { HELLO, PAY, OFFER, SUM = 0, DAY = 1 };

static struct yh_script *s;

static void parse(const char *more)
{
	char text[2048], error[256] = "";

	snprintf(text, sizeof(text), "%s%s", head, more);
	cr_assert_eq(
		yh_script_parse(&s, text, strlen(text), error, sizeof(error)),
		0, "%s", error);
}

static void teardown(void)
{
	yh_script_destroy(s);
}

TestSuite(keypad, .fini = teardown, .timeout = 5);

static const char *intent(int state, int slot, const char *keys)
{
	return yh_keypad_intent(s, state, slot, keys);
}

Test(keypad, a_script_that_says_nothing_of_keys_has_the_usual_ones)
{
	parse("");
	cr_assert_str_eq(intent(HELLO, -1, "1"), "affirm");
	cr_assert_str_eq(intent(HELLO, -1, "2"), "deny");
	cr_assert_str_eq(intent(HELLO, -1, "0"), "human_agent");
	cr_assert_str_eq(intent(HELLO, -1, "*"), "repeat");
	cr_assert_str_eq(intent(-1, -1, "3"), "none");
	cr_assert_str_eq(intent(HELLO, -1, "11"), "none");
	cr_assert_str_eq(intent(HELLO, -1, ""), "none");
	cr_assert(strstr(yh_keypad_prompt(s, HELLO, -1), "是请按1"));
}

Test(keypad, the_script_s_keys_stand_for_the_usual_ones)
{
	parse(own);
	cr_assert_str_eq(intent(HELLO, -1, "9"), "affirm");
	cr_assert_str_eq(intent(HELLO, -1, "*"), "human_agent");
	cr_assert_str_eq(intent(HELLO, -1, "1"), "none");
	cr_assert_str_eq(yh_keypad_prompt(s, HELLO, -1), "是请按9，人工请按*");
	cr_assert_str_eq(intent(PAY, DAY, "9"), "affirm");
}

Test(keypad, a_state_s_keys_stand_for_the_script_s)
{
	parse(own);
	cr_assert_str_eq(intent(OFFER, -1, "1"), "affirm");
	cr_assert_str_eq(intent(OFFER, -1, "3"), "ask_rate");
	cr_assert_str_eq(intent(OFFER, -1, "9"), "none");
	cr_assert_str_eq(yh_keypad_prompt(s, OFFER, -1),
			 "{product}请按1，利息请按3");
}

Test(keypad, where_digits_are_asked_for_keys_are_digits)
{
	parse(own);
	cr_assert_str_eq(intent(PAY, SUM, "9"), "none");
	cr_assert_str_eq(intent(PAY, SUM, "0"), "human_agent");
	cr_assert(strstr(yh_keypad_prompt(s, PAY, SUM), "井号键"));
	cr_assert(strstr(yh_keypad_prompt(s, PAY, DAY), "请按9"));
}
