/** @file calendar.c  Calendar from YAML, contract in calendar.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <cyaml/cyaml.h>

#include "base/mem.h"
#include "calendar.h"
#include "guards.h"
#include "conf/yaml_file.h"

struct span {
	char *from, *to, *name;
	enum cmp_day is;
	int64_t first, last; /* days, read from the texts */
};

struct cmp_calendar {
	int *years;
	unsigned n_years;
	struct span *days;
	unsigned n_days;
};

static const cyaml_strval_t kinds[] = {
	{"workday", CMP_WORKDAY},
	{"holiday", CMP_HOLIDAY},
};
static const cyaml_schema_field_t span_fields[] = {
	CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, struct span, from,
			       10, 10),
	CYAML_FIELD_STRING_PTR("to", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct span, to, 10, 10),
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
			       struct span, name, 0, 100),
	CYAML_FIELD_ENUM("is", CYAML_FLAG_STRICT, struct span, is, kinds,
			 CYAML_ARRAY_LEN(kinds)),
	CYAML_FIELD_END};
static const cyaml_schema_value_t span_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct span, span_fields)};
static const cyaml_schema_value_t year_schema = {
	CYAML_VALUE_INT(CYAML_FLAG_DEFAULT, int)};
static const cyaml_schema_field_t fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("years", CYAML_FLAG_POINTER,
				   struct cmp_calendar, years, n_years,
				   &year_schema, 1, 100),
	CYAML_FIELD_SEQUENCE_COUNT("days", CYAML_FLAG_POINTER,
				   struct cmp_calendar, days, n_days,
				   &span_schema, 0, 2000),
	CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct cmp_calendar, fields)};

/* Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int year_of_day(int64_t day)
{
	int64_t y = 1970 + day / 366;

	while (days_from_civil(y + 1, 1, 1) <= day)
		y++;

	return (int)y;
}

int cmp_date(const char *text, int64_t *day)
{
	static const int lengths[] = {31, 29, 31, 30, 31, 30,
				      31, 31, 30, 31, 30, 31};
	int y, m, d, n = 0;

	if (strlen(text) != 10 ||
	    sscanf(text, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 ||
	    y < 1900 || m < 1 || m > 12 || d < 1 || d > lengths[m - 1] ||
	    text[strspn(text, "0123456789-")])
		return -EINVAL;
	*day = days_from_civil(y, m, d);

	return 0;
}

static int read_spans(struct cmp_calendar *cal, char *error, size_t size)
{
	for (unsigned i = 0; i < cal->n_days; i++) {
		struct span *s = &cal->days[i];

		if (cmp_date(s->from, &s->first) ||
		    cmp_date(s->to ? s->to : s->from, &s->last) ||
		    s->first > s->last) {
			snprintf(error, size, "days %u: %s is no such time",
				 i + 1, s->from);
			return YH_ERR_BAD_CONFIG;
		}
	}

	return 0;
}

int cmp_calendar_load(struct cmp_calendar **out, const char *path, char *error,
		      size_t size)
{
	struct cmp_calendar *cal;
	int err = yh_yaml_load(path, &schema, (void **)&cal, error, size);

	if (!err)
		err = read_spans(cal, error, size);
	else
		return err;
	if (err)
		cmp_calendar_destroy(cal);
	else
		*out = cal;

	return err;
}

int cmp_calendar_day(const struct cmp_calendar *cal, int64_t day)
{
	int year = year_of_day(day);
	int kind = (day + 4) % 7 == 0 || (day + 4) % 7 == 6 ? CMP_WEEKEND
							    : CMP_WORKDAY;
	bool known = false;

	for (unsigned i = 0; cal && i < cal->n_years; i++)
		known = known || cal->years[i] == year;
	if (!known || day < 0)
		return CMP_UNKNOWN;
	for (unsigned i = 0; i < cal->n_days; i++)
		if (day >= cal->days[i].first && day <= cal->days[i].last)
			kind = (int)cal->days[i].is;

	return kind;
}

int cmp_calendar_at(const struct cmp_calendar *cal, int64_t now_s,
		    int64_t zone_from_min, int64_t zone_to_min)
{
	int a = cmp_calendar_day(cal, (now_s + zone_from_min * 60) / 86400);
	int b = cmp_calendar_day(cal, (now_s + zone_to_min * 60) / 86400);

	if (a == CMP_UNKNOWN || b == CMP_UNKNOWN)
		return CMP_UNKNOWN;

	return a > b ? a : b;
}

void cmp_calendar_destroy(struct cmp_calendar *cal)
{
	yh_yaml_free(&schema, cal);
}
