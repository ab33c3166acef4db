/** @file test_facts.c  Mirrors facts.c, areas.c and calendar.c */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "calendar.h"
#include "facts.h"

enum { DAY = 86400 };

static struct cmp_areas *areas;
static struct cmp_calendar *calendar;

static void setup(void)
{
	char error[200];

	cr_assert_eq(cmp_areas_load(&areas, "services/campaign/areas.yaml",
				    error, sizeof(error)),
		     0, "%s", error);
	cr_assert_eq(cmp_calendar_load(&calendar,
				       "services/campaign/calendar.yaml", error,
				       sizeof(error)),
		     0, "%s", error);
}

static void teardown(void)
{
	cmp_areas_destroy(areas);
	cmp_calendar_destroy(calendar);
}

TestSuite(facts, .init = setup, .fini = teardown);

static int day_of(const char *date)
{
	int64_t day = 0;

	cr_assert_eq(cmp_date(date, &day), 0, "%s", date);

	return cmp_calendar_day(calendar, day);
}

Test(facts, the_calendar_knows_holidays_and_make_up_days)
{
	cr_assert_eq(day_of("2026-10-01"), CMP_HOLIDAY);
	cr_assert_eq(day_of("2026-10-07"), CMP_HOLIDAY);
	cr_assert_eq(day_of("2026-10-08"), CMP_WORKDAY);
	cr_assert_eq(day_of("2026-10-10"), CMP_WORKDAY); /* a Saturday */
	cr_assert_eq(day_of("2026-10-11"), CMP_WEEKEND);
	cr_assert_eq(day_of("2026-02-14"), CMP_WORKDAY);
	cr_assert_eq(day_of("2026-02-15"), CMP_HOLIDAY);
	cr_assert_eq(day_of("2026-12-31"), CMP_WORKDAY);
	cr_assert_eq(day_of("2031-01-02"), CMP_UNKNOWN);
	cr_assert_eq(cmp_calendar_day(NULL, 20000), CMP_UNKNOWN);
}

Test(facts, the_stricter_day_of_two_clocks_counts)
{
	int64_t day = 0, midnight;

	cmp_date("2026-10-01", &day);
	midnight = day * DAY - 8 * 3600;
	cr_assert_eq(cmp_calendar_at(calendar, midnight, 480, 480), 3);
	cr_assert_eq(cmp_calendar_at(calendar, midnight, 360, 480), 3);
	cr_assert_eq(cmp_calendar_at(calendar, midnight, 360, 360), 1);
	cr_assert_eq(cmp_calendar_at(calendar, midnight - 1, 360, 480), 1);
}

Test(facts, dates_are_read_strictly)
{
	static const char *const bad[] = {
		"",	    "2026-13-01",  "2026-1-01",	 "2026-02-30",
		"26-01-01", "2026-01-01x", "2026/01/01", "+026-01-01"};
	int64_t day;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_neq(cmp_date(bad[i], &day), 0, "%s", bad[i]);
	cr_assert_eq(cmp_date("1970-01-01", &day), 0);
	cr_assert_eq(day, 0);
	cr_assert_eq(cmp_date("2000-03-01", &day), 0);
	cr_assert_eq(day, 11017);
}

/* number, its clocks [min] */
Test(facts, a_number_says_where_it_lives)
{
	static const struct {
		const char *number;
		int from, to;
	} rows[] = {
		{"13800000000", 480, 480},
		{"02112345678", 480, 480},
		{"09911234567", 360, 480},
		{"09981234567", 360, 480},
		{"0901123456", 360, 480},
		{"+85212345678", 480, 480},
		{"+85312345678", 480, 480},
		{"+447000000000", 0, 60},
		{"+12125550100", -600, -150},
		{"+8613800000000", 480, 480},
		{"+99912345", CMP_UNKNOWN, CMP_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_zone z = cmp_areas_zone(areas, rows[i].number);

		cr_assert(z.from_min == rows[i].from && z.to_min == rows[i].to,
			  "%s", rows[i].number);
	}
}

/* As text, both ways. */
Test(facts, a_zone_is_written_as_it_is_read)
{
	static const char *const rows[] = {"+08:00", "+06:00/+08:00",
					   "-10:00/-02:30", "+00:00/+01:00",
					   "-14:00/+14:00"};
	const struct cmp_zone unknown = {CMP_UNKNOWN, CMP_UNKNOWN, false};
	char text[CMP_ZONE_TEXT];
	struct cmp_zone z;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_assert_eq(cmp_zone_read(rows[i], &z), 0, "%s", rows[i]);
		cmp_zone_print(&z, text);
		cr_expect_str_eq(text, rows[i]);
	}
	cmp_zone_print(&unknown, text);
	cr_expect_str_eq(text, "");
}

Test(facts, a_contact_may_have_moved)
{
	struct cmp_facts f;

	cmp_facts_init(&f, areas, "13800000000");
	cr_assert_eq(f.in.zone_from_min, 480);
	cr_assert_null(cmp_facts_take(&f, "time_zone", "+06:00"));
	cr_assert(f.in.zone_from_min == 360 && f.in.zone_to_min == 360);
	cr_assert_null(cmp_facts_take(&f, "time_zone", "-05:00/-04:00"));
	cr_assert(f.in.zone_from_min == -300 && f.in.zone_to_min == -240);
	cr_assert_null(cmp_facts_take(&f, "time_zone", ""));
	cr_assert_eq(f.in.zone_from_min, -300);
}

/* column, value that a row is refused for */
Test(facts, a_reserved_column_has_its_form)
{
	static const char *const bad[][2] = {
		{"time_zone", "Asia/Shanghai"},
		{"time_zone", "+15:00"},
		{"time_zone", "+08:00/+06:00"},
		{"consent_until", "tomorrow"},
		{"risk_level", "6"},
		{"risk_level", "C0"},
		{"risk_level", "33"},
		{"assessed_on", "2026"},
		{"birth_year", "85"},
		{"birth_year", "1899"},
		{"relation", "friend"},
	};
	struct cmp_facts f;

	cmp_facts_init(&f, NULL, "13800000000");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		cr_assert_not_null(cmp_facts_take(&f, bad[i][0], bad[i][1]),
				   "%s=%s", bad[i][0], bad[i][1]);
	cr_assert_null(cmp_facts_take(&f, "amount", "anything"));
}

Test(facts, consent_is_what_the_list_states)
{
	struct cmp_facts f;
	int64_t day = 0;

	cmp_facts_init(&f, NULL, "13800000000");
	cr_assert_eq(f.in.consent_stated, 0);
	cmp_facts_take(&f, "consent_channel", "sms");
	cmp_facts_take(&f, "consent_until", "2027-06-30");
	cmp_facts_take(&f, "consent_evidence", "E-1");
	cmp_date("2027-07-01", &day);
	cr_assert(f.in.consent_stated == 1 && f.in.consent_evidence == 1);
	cr_assert_eq(f.in.consent_until_s, day * DAY - 8 * 3600);
	cr_assert_neq(f.in.consent_voice, 1);
	cmp_facts_take(&f, "consent_channel", "sms;voice");
	cr_assert_eq(f.in.consent_voice, 1);
	cmp_facts_take(&f, "consent_evidence", "");
	cr_assert_eq(f.in.consent_evidence, 0);
}

Test(facts, a_file_that_is_wrong_is_said)
{
	char path[] = "/tmp/yh-calendar-XXXXXX", error[200];
	struct cmp_calendar *cal = NULL;
	struct cmp_areas *a = NULL;
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");

	fputs("years: [2026]\ndays: [{from: 2026-02-30, is: holiday}]\n", f);
	fclose(f);
	cr_assert_neq(cmp_calendar_load(&cal, path, error, sizeof(error)), 0);
	cr_assert(strstr(error, "2026-02-30"));
	cr_assert_neq(cmp_areas_load(&a, path, error, sizeof(error)), 0);
	cr_assert_neq(cmp_areas_load(&a, "/none", error, sizeof(error)), 0);
	f = fopen(path, "w");
	fputs("areas: [{prefix: \"099\", zone: \"+99:00\"}]\n", f);
	fclose(f);
	cr_assert_neq(cmp_areas_load(&a, path, error, sizeof(error)), 0);
	unlink(path);
}
