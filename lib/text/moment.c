/** @file moment.c  Times to call again, contract in moment.h */
#include <stdio.h>
#include <string.h>

#include "text/moment.h"
#include "text/numbers.h"

enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60, MOST_DAYS = 90 };

static bool has(const char *text, const char *word)
{
	return strstr(text, word);
}

/* 半小时后, 两个小时以后, 十分钟后, 过一个钟头 [s], 0: no such thing */
static int64_t later_by(const char *text)
{
	static const struct {
		const char *word;
		int64_t unit_s;
	} units[] = {{"个小时", HOUR_S},
		     {"小时", HOUR_S},
		     {"个钟头", HOUR_S},
		     {"钟头", HOUR_S},
		     {"分钟", MINUTE_S}};

	if (!has(text, "后") && !has(text, "过") && !has(text, "再等"))
		return 0;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		const char *at = strstr(text, units[i].word);

		for (const char *p = text; at && p < at; p++) {
			double v;
			size_t n = yh_number_at(p, &v);

			if (!strncmp(p, "半", 3) && p + 3 == at)
				return units[i].unit_s / 2;
			if (n && p + n == at && v > 0 && v <= 48 * 60)
				return (int64_t)(v * (double)units[i].unit_s);
		}
	}

	return 0;
}

/* The middle of a named part of the day [min], -1: none is named */
static int part_of_day(const char *text)
{
	static const struct {
		const char *word;
		int minute;
	} parts[] = {{"早上", 9 * 60},	     {"上午", 10 * 60},
		     {"中午", 12 * 60 + 30}, {"下午", 15 * 60},
		     {"傍晚", 18 * 60},	     {"晚上", 19 * 60},
		     {"夜里", 19 * 60}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (has(text, parts[i].word))
			return parts[i].minute;
	}

	return -1;
}

bool yh_find_moment(const char *text, int64_t now_s, int64_t *at_s)
{
	int64_t today = now_s / DAY_S, in_s = later_by(text), day = today, at;
	struct yh_day date;
	bool dated = yh_find_date(text, yh_day_of_number(today), &date);
	unsigned minute = 10 * 60;
	int part = part_of_day(text);
	bool timed = yh_find_time(text, &minute);

	if (in_s) {
		*at_s = now_s + in_s;
		return true;
	}
	if (!dated && !timed && part < 0)
		return false;
	if (!timed && part >= 0)
		minute = (unsigned)part;
	if (dated)
		day = yh_day_number(date);
	at = day * DAY_S + (int64_t)minute * MINUTE_S;
	if (at <= now_s && !dated)
		at += DAY_S;
	if (at <= now_s || at > now_s + (int64_t)MOST_DAYS * DAY_S)
		return false;
	*at_s = at;

	return true;
}

int64_t yh_zone_s(const char *zone)
{
	enum { CHINA_S = 8 * HOUR_S, LAST_HOUR = 14 };
	const char *slash = strchr(zone, '/');
	unsigned hour, minute;
	char sign;
	int64_t s;

	if (slash)
		zone = slash + 1;
	if (sscanf(zone, "%c%2u:%2u", &sign, &hour, &minute) != 3 ||
	    (sign != '+' && sign != '-') || hour > LAST_HOUR || minute > 59)
		return CHINA_S;
	s = (int64_t)hour * HOUR_S + (int64_t)minute * MINUTE_S;

	return sign == '-' ? -s : s;
}

void yh_show_moment(int64_t at_s, int64_t now_s, char *out, size_t size)
{
	static const char *const near[] = {"今天", "明天", "后天"};
	int64_t days = at_s / DAY_S - now_s / DAY_S;
	struct yh_day d = yh_day_of_number(at_s / DAY_S);
	int minute = (int)(at_s % DAY_S / MINUTE_S), hour = minute / 60;
	char day[32], rest[16] = "";
	const char *part = hour < 12   ? "上午"
			   : hour < 13 ? "中午"
			   : hour < 18 ? "下午"
				       : "晚上";

	if (days >= 0 && days < 3)
		snprintf(day, sizeof(day), "%s", near[days]);
	else
		snprintf(day, sizeof(day), "%d月%d日", d.month, d.day);
	if (minute % 60 == 30)
		snprintf(rest, sizeof(rest), "半");
	else if (minute % 60)
		snprintf(rest, sizeof(rest), "%d分", minute % 60);
	snprintf(out, size, "%s%s%d点%s", day, part,
		 hour > 12 ? hour - 12 : hour, rest);
}
