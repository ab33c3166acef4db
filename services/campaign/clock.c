/** @file clock.c  The clock of the calling hours. */
#include <string.h>

#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "guards.h"

int64_t cmp_guard_now_s(const struct cmp_app *app)
{
	return yh_wall_us() / 1000000 + app->clock_offset_s;
}

/* Days until the next working day, as far as the calendar knows. */
static int64_t days_to_work(const struct cmp_app *app, int64_t day)
{
	int64_t n = 0;

	while (n < 20 && cmp_calendar_day(app->calendar, day + n) > CMP_WORKDAY)
		n++;

	return n;
}

/* "simulated HH:MM": HH:MM in Shanghai, of today or the next working day, is
 * now. */
int cmp_clock_set(struct cmp_app *app)
{
	static const char word[] = "simulated ";
	const char *clock = app->conf->clock;
	int64_t now_s = yh_wall_us() / 1000000;
	int min;

	if (!strcmp(clock, "system"))
		return 0;
	min = strncmp(clock, word, sizeof(word) - 1)
		      ? CMP_UNKNOWN
		      : cmp_minutes(clock + sizeof(word) - 1);
	if (min < 0) {
		yh_error("clock.bad",
			 "error=\"clock must be system or simulated HH:MM\"");
		return YH_ERR_BAD_CONFIG;
	}
	app->clock_offset_s =
		min * 60 - (now_s + 8 * 3600) % 86400 +
		86400 * days_to_work(app, (now_s + 8 * 3600) / 86400);
	yh_warn("clock.simulated",
		"offset_s=%lld text=\"CALLING HOURS ARE NOT REAL: never use "
		"this with a real trunk\"",
		(long long)app->clock_offset_s);

	return 0;
}
