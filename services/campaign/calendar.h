/**
 * @file calendar.h  Statutory holidays and make-up working days.
 *
 * Pure but for loading. The calendar is a file that a bank replaces when the
 * State Council has published the next year; a year that is not in it is
 * unknown, and what is unknown denies.
 */
#ifndef CMP_CALENDAR_H
#define CMP_CALENDAR_H

#include <stddef.h>
#include <stdint.h>

struct cmp_calendar;

/** @param error Receives a text for people (size bytes) on error
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int cmp_calendar_load(struct cmp_calendar **out, const char *path, char *error,
		      size_t size);
/** @return enum cmp_day of a day since 1970-01-01, or CMP_UNKNOWN: the year
 * is not in the calendar, or there is no calendar (NULL) */
int cmp_calendar_day(const struct cmp_calendar *cal, int64_t day);
/** The stricter of the days at both ends of a callee's zones [min]. */
int cmp_calendar_at(const struct cmp_calendar *cal, int64_t now_s,
		    int64_t zone_from_min, int64_t zone_to_min);
/** "YYYY-MM-DD" as days since 1970-01-01. @return 0, -EINVAL */
int cmp_date(const char *text, int64_t *day);
/** @param cal Taken, may be NULL */
void cmp_calendar_destroy(struct cmp_calendar *cal);

#endif
