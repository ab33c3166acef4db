/**
 * @file moment.h  When to call again: "晚上八点以后打", "半小时后", "明天上午".
 *
 * Pure: today's date and the time of day are arguments. Dates and hours as in
 * numbers.h; a part of the day without an hour is its middle (上午 10, 中午
 * 12:30, 下午 15, 晚上 19), a day without either is 10 o'clock; an hour that
 * has passed today is tomorrow's. At most 90 days ahead.
 */
#ifndef YH_MOMENT_H
#define YH_MOMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @param now_s Local seconds since 1970-01-01 of the callee's clock
 * @param[out] at_s Same clock, later than now; untouched when nothing fits
 * @return Was a time named? */
bool yh_find_moment(const char *text, int64_t now_s, int64_t *at_s);

/** How far a zone's clock is ahead of UTC [s].
 * @param zone "+08:00", borrowed; of "+06:00/+08:00", where people go by either
 * clock, the later one; anything else is China's */
int64_t yh_zone_s(const char *zone);

/** As a person says it: "今天晚上8点", "明天上午10点半", "12月3日下午3点".
 * @param out Receives UTF-8 (size bytes, 64 are enough) */
void yh_show_moment(int64_t at_s, int64_t now_s, char *out, size_t size);

#endif
