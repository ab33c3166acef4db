/**
 * @file numbers.h  Numbers, amounts, terms, dates, times and digits as people
 *                  say them in Mandarin.
 *
 * Pure. Each function looks for the first one of its kind in a sentence, in
 * Chinese characters (一千二百块, 十二期, 下周三, 幺三八…) or in digits
 * (1200元, 12期, 3月5号). What is vague (几千, 过几天) is not found: ask again.
 */
#ifndef YH_NUMBERS_H
#define YH_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A day of the Gregorian calendar, in the callee's zone. */
struct yh_day {
	int year;	/**< 1970..9999 */
	int month, day; /**< From 1 */
};

/** Parse a number at the start of text. 一千二 is 1200, 三万五 is 35000,
 * 二零二六 is 2026, 1.5万 is 15000. @return bytes, 0 = there is none */
size_t yh_number_at(const char *text, double *value);

/** An amount of money: 一千二百块, 三块五, 1.5万, 五百. Without a unit of money
 * it must be 10 or more. @param[out] cents [1/100 CNY], 0..10^14 */
bool yh_find_amount(const char *text, int64_t *cents);
/** A number of monthly instalments: 十二期, 12个月, 一年半, 半年, 十二.
 * @param[out] months 1..600 */
bool yh_find_term(const char *text, unsigned *months);
/** A date: 今天, 后天, 下周三, 十五号, 三月五号, 下个月十号, 月底, 三天后. A
 * day of the month or week that has passed is the next one. */
bool yh_find_date(const char *text, struct yh_day today, struct yh_day *out);
/** A time of the day: 下午三点半, 晚上八点, 14:30. Without a part of the
 * day, 1..7 o'clock is in the afternoon: nobody is called at night.
 * @param[out] minute After midnight, 0..1439 */
bool yh_find_time(const char *text, unsigned *minute);
/** The longest row of spoken digits, at least `least` of them: 幺三八零零, 138
 * 0013. @param out Receives digits and NUL (size bytes); cut when too long */
bool yh_find_digits(const char *text, unsigned least, char *out, size_t size);

/** Days since 1970-01-01. Source: Hinnant, chrono-compatible low-level date
 * algorithms, days_from_civil. */
int64_t yh_day_number(struct yh_day day);
struct yh_day yh_day_of_number(int64_t days);

#endif
