/** @file test_numbers.c  Mirrors lib/text/numbers.c and dates.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "text/numbers.h"

/* A Monday. */
static const struct yh_day TODAY = {2026, 11, 23};

Test(numbers, cardinals_are_read_as_people_say_them)
{
	static const struct {
		const char *text;
		double value;
	} CASES[] = {
		{"十", 10},
		{"十二", 12},
		{"二十", 20},
		{"一百零五", 105},
		{"一百二", 120},
		{"一百二十", 120},
		{"一千二", 1200},
		{"一千零二十", 1020},
		{"两千三百四十五", 2345},
		{"三万五", 35000},
		{"三万零五", 30005},
		{"十五万", 150000},
		{"一亿两千万", 120000000},
		{"二零二六", 2026},
		{"1.5万", 15000},
		{"12", 12},
		{"三点五", 3.5},
		{"一百万", 1000000},
		{"廿五", 25},
		{"3千", 3000},
		{"零", 0},
		{"一万零三百", 10300},
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		double v = -1;
		size_t n = yh_number_at(CASES[i].text, &v);

		cr_expect_eq(n, strlen(CASES[i].text), "%s: %zu bytes",
			     CASES[i].text, n);
		cr_expect_float_eq(v, CASES[i].value, 1e-6, "%s: %f",
				   CASES[i].text, v);
	}
}

Test(numbers, amounts_have_their_cents)
{
	static const struct {
		const char *text;
		int64_t cents;
	} CASES[] = {
		{"一千二百块", 120000},	  {"大概三块五吧", 350},
		{"我要还1200元", 120000}, {"五百", 50000},
		{"三块五毛二", 352},	  {"1.5万", 1500000},
		{"两万", 2000000},	  {"十二期还一千块", 100000},
		{"八十六块零五分", 8605}, {"先还两千三", 230000},
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		int64_t cents = -1;

		cr_expect(yh_find_amount(CASES[i].text, &cents));
		cr_expect_eq(cents, CASES[i].cents, "%s: %ld", CASES[i].text,
			     (long)cents);
	}
}

Test(numbers, what_is_vague_or_no_amount_is_not_found)
{
	static const char *const TEXTS[] = {
		"几千块",   "我再想一下", "一样的", "十二期",
		"千万别打", "",		  "下周三", "分三期",
	};
	int64_t cents;

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		cr_expect_not(yh_find_amount(TEXTS[i], &cents), "%s", TEXTS[i]);
}

Test(numbers, terms_are_months)
{
	static const struct {
		const char *text;
		unsigned months;
	} CASES[] = {
		{"十二期吧", 12}, {"分24期", 24},	{"三个月", 3},
		{"一年", 12},	  {"一年半", 18},	{"半年", 6},
		{"两年", 24},	  {"不对，是十二", 12}, {"六期还是十二期", 6},
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		unsigned months = 0;

		cr_expect(yh_find_term(CASES[i].text, &months), "%s",
			  CASES[i].text);
		cr_expect_eq(months, CASES[i].months, "%s: %u", CASES[i].text,
			     months);
	}
}

Test(numbers, a_term_beyond_fifty_years_is_none)
{
	unsigned months;

	cr_expect(yh_find_term("五十年", &months) && months == 600);
	cr_expect_not(yh_find_term("五十年半", &months));
	cr_expect_not(yh_find_term("六十年", &months));
}

Test(numbers, dates_are_in_the_callees_calendar)
{
	static const struct {
		const char *text;
		struct yh_day day;
	} CASES[] = {
		{"今天", {2026, 11, 23}},	{"明天下午", {2026, 11, 24}},
		{"大后天", {2026, 11, 26}},	{"下周三", {2026, 12, 2}},
		{"周三", {2026, 11, 25}},	{"这周日", {2026, 11, 29}},
		{"下个礼拜五", {2026, 12, 4}},	{"十五号", {2026, 12, 15}},
		{"二十八号还", {2026, 11, 28}}, {"三月五号", {2027, 3, 5}},
		{"12月1日", {2026, 12, 1}},	{"下个月十号", {2026, 12, 10}},
		{"月底", {2026, 11, 30}},	{"下月初", {2026, 12, 1}},
		{"三天后", {2026, 11, 26}},	{"过两天", {2026, 11, 25}},
		{"两周以后", {2026, 12, 7}},
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		struct yh_day d = {0};

		cr_expect(yh_find_date(CASES[i].text, TODAY, &d), "%s",
			  CASES[i].text);
		cr_expect(d.year == CASES[i].day.year &&
				  d.month == CASES[i].day.month &&
				  d.day == CASES[i].day.day,
			  "%s: %d-%d-%d", CASES[i].text, d.year, d.month,
			  d.day);
	}
}

Test(numbers, a_date_that_is_none_is_not_found)
{
	static const char *const TEXTS[] = {"三十五号", "十三月五号", "过几天",
					    "改天", "二月三十号"};
	struct yh_day d;

	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		cr_expect_not(yh_find_date(TEXTS[i], TODAY, &d), "%s",
			      TEXTS[i]);
}

Test(numbers, times_of_the_day)
{
	static const struct {
		const char *text;
		unsigned minute;
	} CASES[] = {
		{"下午三点半", 15 * 60 + 30},
		{"晚上八点以后", 20 * 60},
		{"三点", 15 * 60},
		{"上午十点一刻", 10 * 60 + 15},
		{"14:30", 14 * 60 + 30},
		{"中午十二点", 12 * 60},
		{"九点", 9 * 60},
		{"早上七点", 7 * 60},
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
		unsigned minute = 9999;

		cr_expect(yh_find_time(CASES[i].text, &minute), "%s",
			  CASES[i].text);
		cr_expect_eq(minute, CASES[i].minute, "%s: %u", CASES[i].text,
			     minute);
	}
}

Test(numbers, digits_are_the_longest_row)
{
	char out[16];

	cr_assert(yh_find_digits("号码是幺三八零零幺三八零零零", 7, out,
				 sizeof(out)));
	cr_assert_str_eq(out, "13800138000");
	cr_assert(yh_find_digits("138-0013 8000 对的", 7, out, sizeof(out)));
	cr_assert_str_eq(out, "13800138000");
	cr_assert_not(yh_find_digits("一二三", 7, out, sizeof(out)));
}

Test(numbers, days_are_counted_both_ways)
{
	for (int64_t n = -1000; n < 40000; n += 13)
		cr_assert_eq(yh_day_number(yh_day_of_number(n)), n);
	cr_assert_eq(yh_day_number((struct yh_day){1970, 1, 1}), 0);
	cr_assert_eq(yh_day_number((struct yh_day){2000, 3, 1}), 11017);
}
