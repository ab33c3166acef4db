/** @file test_cond.c  Mirrors lib/script/cond.c */
#include <criterion/criterion.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/cond.h"

static const char *fact(void *arg, const char *name, size_t len)
{
	static const char *const FACTS[][2] = {
		{"age", "72"},	     {"emotion", "angry"},
		{"city", "上海"},    {"emotion_turns", "2"},
		{"empty", ""},	     {"verified", "false"},
		{"amount", "9200.5"}};

	(void)arg;
	for (size_t i = 0; i < YH_ARRAY_LEN(FACTS); i++)
		if (strlen(FACTS[i][0]) == len &&
		    !memcmp(FACTS[i][0], name, len))
			return FACTS[i][1];

	return NULL;
}

static bool holds(const char *text)
{
	struct yh_cond *c;
	char error[200] = "";
	bool yes;

	cr_assert_eq(yh_cond_parse(&c, text, error, sizeof(error)), 0, "%s: %s",
		     text, error);
	yes = yh_cond_holds(c, fact, NULL);
	yh_cond_destroy(c);

	return yes;
}

Test(cond, comparisons_of_numbers_and_texts)
{
	cr_expect(holds("age >= 70"));
	cr_expect_not(holds("age < 70"));
	cr_expect(holds("amount > 9200"));
	cr_expect(holds("city == 上海"));
	cr_expect(holds("city == \"上海\""));
	cr_expect(holds("city != 北京"));
	cr_expect_not(holds("city > 北京"));
	cr_expect(holds("amount > {age}"));
	cr_expect_not(holds("age > {amount}"));
	cr_expect_not(holds("age != {income}"));
}

Test(cond, and_binds_closer_than_or_and_not_closer_still)
{
	cr_expect(holds("age > 70 or age < 10 and city == 北京"));
	cr_expect_not(holds("(age > 70 or age < 10) and city == 北京"));
	cr_expect(holds("not age < 70 and city == 上海"));
}

Test(cond, what_is_not_known_does_not_hold)
{
	cr_expect_not(holds("income > 1"));
	cr_expect_not(holds("income != 1"));
	cr_expect_not(holds("income"));
	cr_expect(holds("not income"));
}

Test(cond, a_name_alone_asks_whether_it_is_there)
{
	cr_expect(holds("city"));
	cr_expect_not(holds("empty"));
	cr_expect_not(holds("verified"));
}

Test(cond, a_state_can_have_to_last)
{
	cr_expect(holds("emotion == angry for 2 turns"));
	cr_expect_not(holds("emotion == angry for 3 turns"));
	cr_expect_not(holds("emotion == sad for 1 turn"));
}

Test(cond, faults_are_told_with_their_column)
{
	static const char *const FAULTS[][2] = {
		{"", "column 1"},
		{"age >", "value"},
		{"age > 3 age", "column 9"},
		{"(age > 3", "')'"},
		{"age == \"x", "quote"},
		{"emotion == angry for two", "turns"},
		{"age > 3 &&", "column 9"}};

	for (size_t i = 0; i < YH_ARRAY_LEN(FAULTS); i++) {
		struct yh_cond *c;
		char error[200];

		cr_expect_eq(
			yh_cond_parse(&c, FAULTS[i][0], error, sizeof(error)),
			YH_ERR_BAD_CONFIG, "%s", FAULTS[i][0]);
		cr_expect(strstr(error, FAULTS[i][1]), "%s", error);
	}
}
