/** @file dates.c  Spoken dates and times, contract in numbers.h */
#include <string.h>

#include "text/numbers.h"

int64_t yh_day_number(struct yh_day d)
{
	int64_t y = d.year - (d.month <= 2), era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year =
		(153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	int64_t n = of_era * 365 + of_era / 4 - of_era / 100 + of_year;

	return era * 146097 + n - 719468;
}

struct yh_day yh_day_of_number(int64_t days)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t of_era = z - era * 146097;
	int64_t y =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	struct yh_day d = {
		.day = (int)(of_year - (153 * m + 2) / 5 + 1),
		.month = (int)(m < 10 ? m + 3 : m - 9),
	};

	d.year = (int)(y + era * 400 + (d.month <= 2));

	return d;
}

/* Monday is 0. */
static int weekday(int64_t days)
{
	return (int)(((days + 3) % 7 + 7) % 7);
}

static int days_in_month(int year, int month)
{
	struct yh_day first = {year, month, 1};
	struct yh_day next = {month == 12 ? year + 1 : year,
			      month == 12 ? 1 : month + 1, 1};

	return (int)(yh_day_number(next) - yh_day_number(first));
}

static struct yh_day month_later(struct yh_day d)
{
	d.year += d.month == 12;
	d.month = d.month == 12 ? 1 : d.month + 1;

	return d;
}

static bool is_date(struct yh_day d)
{
	return d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= days_in_month(d.year, d.month);
}

/* ---- relative days ---- */

static bool relative(const char *text, int64_t today, int64_t *out)
{
	static const struct {
		const char *word;
		int days;
	} WORDS[] = {{"大后天", 3}, {"后天", 2}, {"明天", 1},
		     {"明儿", 1},   {"明早", 1}, {"明晚", 1},
		     {"今天", 0},   {"今晚", 0}, {"今儿", 0}};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (strstr(text, WORDS[i].word)) {
			*out = today + WORDS[i].days;
			return true;
		}

	return false;
}

/* 三天后, 过三天, 两周以后. */
static bool days_ahead(const char *text, int64_t today, int64_t *out)
{
	for (const char *p = text; *p; p++) {
		double v;
		size_t n = yh_number_at(p, &v);
		const char *end = p + n;
		bool later, weeks;

		if (!n || v < 1 || v > 366)
			continue;
		weeks = !strncmp(end, "周", 3) || !strncmp(end, "个星期", 9) ||
			!strncmp(end, "个礼拜", 9);
		if (!weeks && strncmp(end, "天", 3))
			return false;
		later = strstr(end, "后") ||
			(p - text >= 3 && !strncmp(p - 3, "过", 3));
		*out = today + (int64_t)v * (weeks ? 7 : 1);
		return later;
	}

	return false;
}

/* 下周三, 这礼拜五, 周日. */
static bool day_of_week(const char *text, int64_t today, int64_t *out)
{
	static const char *const WEEK[] = {"星期", "礼拜", "周"};
	static const char *const DAY[] = {"一", "二", "三", "四",
					  "五", "六", "日", "天"};

	for (size_t w = 0; w < 3; w++) {
		const char *at = strstr(text, WEEK[w]);
		int64_t monday = today - weekday(today);

		for (int d = 0; at && d < 8; d++) {
			const char *day = at + strlen(WEEK[w]);
			bool next = at - text >= 3 &&
				    (!strncmp(at - 3, "下", 3) ||
				     (at - text >= 6 &&
				      !strncmp(at - 6, "下个", 6)));

			if (strncmp(day, DAY[d], 3))
				continue;
			*out = monday + (d == 7 ? 6 : d) + (next ? 7 : 0);
			if (*out < today)
				*out += 7;
			return true;
		}
	}

	return false;
}

/* ---- days of a month ---- */

/* 号 or 日 behind a number. */
static bool is_day_word(const char *p)
{
	return !strncmp(p, "号", 3) || !strncmp(p, "日", 3);
}

static bool day_of_month(const char *text, struct yh_day today,
			 struct yh_day *out)
{
	for (const char *p = text; *p; p++) {
		double v, day;
		size_t n = yh_number_at(p, &v), k;
		const char *end = p + n;

		if (!n)
			continue;
		*out = today;
		if (is_day_word(end) && v >= 1 && v <= 31) {
			out->day = (int)v;
			if (strstr(text, "下个月") || strstr(text, "下月") ||
			    out->day < today.day)
				*out = month_later(*out);
			return is_date(*out);
		}
		k = !strncmp(end, "月", 3) ? yh_number_at(end + 3, &day) : 0;
		if (k && (v < 1 || v > 12))
			return false;
		if (k && day >= 1 && day <= 31) {
			out->month = (int)v;
			out->day = (int)day;
			if (yh_day_number(*out) < yh_day_number(today))
				out->year++;
			return is_date(*out);
		}
		p = end - 1;
	}

	return false;
}

static bool edge_of_month(const char *text, struct yh_day today,
			  struct yh_day *out)
{
	bool next = strstr(text, "下个月") || strstr(text, "下月");

	*out = next ? month_later(today) : today;
	if (strstr(text, "月底") || strstr(text, "月末")) {
		out->day = days_in_month(out->year, out->month);
		return true;
	}
	if (strstr(text, "月初")) {
		if (!next)
			*out = month_later(today);
		out->day = 1;
		return true;
	}

	return false;
}

bool yh_find_date(const char *text, struct yh_day today, struct yh_day *out)
{
	int64_t now = yh_day_number(today), then;
	struct yh_day d;

	if (relative(text, now, &then) || day_of_week(text, now, &then) ||
	    days_ahead(text, now, &then)) {
		*out = yh_day_of_number(then);
		return true;
	}
	if (day_of_month(text, today, &d) || edge_of_month(text, today, &d)) {
		*out = d;
		return true;
	}

	return false;
}

/* ---- times ---- */

static int part_of_day(const char *text)
{
	static const struct {
		const char *word;
		int from; /* 12: afternoon and evening */
	} PARTS[] = {{"下午", 12}, {"晚上", 12}, {"傍晚", 12}, {"今晚", 12},
		     {"明晚", 12}, {"中午", 11}, {"上午", 0},  {"早上", 0},
		     {"早晨", 0},  {"明早", 0},	 {"凌晨", 0}};

	for (size_t i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++)
		if (strstr(text, PARTS[i].word))
			return PARTS[i].from;

	return -1;
}

static unsigned minutes_at(const char *p)
{
	double v;
	size_t n;

	if (!strncmp(p, "半", 3))
		return 30;
	if (!strncmp(p, "一刻", 6))
		return 15;
	if (!strncmp(p, "三刻", 6))
		return 45;
	n = yh_number_at(p, &v);

	return n && v < 60 ? (unsigned)v : 0;
}

bool yh_find_time(const char *text, unsigned *minute)
{
	for (const char *p = text; *p; p++) {
		int part = part_of_day(text);
		double v;
		size_t n = yh_number_at(p, &v), word;
		unsigned hour;

		if (!n)
			continue;
		word = !strncmp(p + n, "点", 3) || !strncmp(p + n, "时", 3) ? 3
		       : p[n] == ':'					    ? 1
									    : 0;
		if (!word || v > 24) {
			p += n - 1;
			continue;
		}
		hour = (unsigned)v % 24;
		if ((part == 12 && hour < 12) || (part == 11 && hour < 6) ||
		    (part < 0 && word == 3 && hour >= 1 && hour <= 7))
			hour += 12;
		*minute = hour % 24 * 60 + minutes_at(p + n + word);
		return true;
	}

	return false;
}
