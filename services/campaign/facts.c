/** @file facts.c  Reserved columns, contract in facts.h */
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "facts.h"

enum { DAY_S = 86400, SHANGHAI_S = 8 * 3600 };

void cmp_facts_init(struct cmp_facts *f, const struct cmp_areas *areas,
		    const char *number)
{
	struct cmp_zone zone = cmp_areas_zone(areas, number);

	memset(f, 0, sizeof(*f));
	f->in.zone_from_min = zone.from_min;
	f->in.zone_to_min = zone.to_min;
	f->in.region_blind = zone.blind;
	f->in.relation = CMP_SELF;
}

static const char *purpose(struct cmp_facts *f, const char *value)
{
	f->in.contact_purpose = *value ? cmp_purpose_key(value) : 0;

	return NULL;
}

static void stated(struct cmp_facts *f)
{
	f->in.consent_stated = 1;
	if (!f->in.consent_voice)
		f->in.consent_voice = 1;
}

/* It holds to the end of its day. */
static const char *consent_until(struct cmp_facts *f, const char *value)
{
	int64_t day;

	stated(f);
	if (!*value)
		return NULL;
	if (cmp_date(value, &day))
		return "consent_until is not YYYY-MM-DD";
	f->in.consent_until_s = (day + 1) * DAY_S - SHANGHAI_S;

	return NULL;
}

static const char *consent_evidence(struct cmp_facts *f, const char *value)
{
	stated(f);
	f->in.consent_evidence = *value != '\0';

	return NULL;
}

static const char *consent_purpose(struct cmp_facts *f, const char *value)
{
	stated(f);
	f->in.consent_purpose = *value ? cmp_purpose_key(value) : 0;

	return NULL;
}

/* "voice", or several: "sms;voice". */
static const char *consent_channel(struct cmp_facts *f, const char *value)
{
	f->in.consent_stated = 1;
	f->in.consent_voice = !*value || strstr(value, "voice") ? 1 : 2;

	return NULL;
}

static const char *risk_level(struct cmp_facts *f, const char *value)
{
	if (*value == 'C' || *value == 'R' || *value == 'c' || *value == 'r')
		value++;
	if (!*value)
		return NULL;
	if (*value < '1' || *value > '5' || value[1])
		return "risk_level is not 1 to 5 (or C1 to C5)";
	f->in.risk_level = *value - '0';

	return NULL;
}

static const char *assessed_on(struct cmp_facts *f, const char *value)
{
	int64_t day;

	if (!*value)
		return NULL;
	if (cmp_date(value, &day))
		return "assessed_on is not YYYY-MM-DD";
	f->in.assessed_s = day * DAY_S - SHANGHAI_S;

	return NULL;
}

static const char *birth_year(struct cmp_facts *f, const char *value)
{
	if (!*value)
		return NULL;
	if (strlen(value) != 4 || value[strspn(value, "0123456789")] ||
	    atoi(value) < 1900)
		return "birth_year is not a year";
	f->in.birth_year = atoi(value);

	return NULL;
}

static const char *relation(struct cmp_facts *f, const char *value)
{
	if (!*value || !strcmp(value, "self") || !strcmp(value, "本人"))
		f->in.relation = CMP_SELF;
	else if (!strcmp(value, "third_party") || !strcmp(value, "第三人"))
		f->in.relation = CMP_THIRD_PARTY;
	else
		return "relation is not self or third_party";

	return NULL;
}

static const char *customer_id(struct cmp_facts *f, const char *value)
{
	f->customer_id = *value ? value : NULL;

	return NULL;
}

static const char *time_zone(struct cmp_facts *f, const char *value)
{
	struct cmp_zone zone;

	if (!*value)
		return NULL;
	if (cmp_zone_read(value, &zone))
		return "time_zone is not like +08:00 or +06:00/+08:00";
	f->in.zone_from_min = zone.from_min;
	f->in.zone_to_min = zone.to_min;

	return NULL;
}

const char *cmp_facts_take(struct cmp_facts *f, const char *column,
			   const char *value)
{
	static const struct {
		const char *column;
		const char *(*take)(struct cmp_facts *f, const char *value);
	} table[] = {
		{"purpose", purpose},
		{"consent_until", consent_until},
		{"consent_evidence", consent_evidence},
		{"consent_purpose", consent_purpose},
		{"consent_channel", consent_channel},
		{"risk_level", risk_level},
		{"assessed_on", assessed_on},
		{"birth_year", birth_year},
		{"relation", relation},
		{"customer_id", customer_id},
		{"time_zone", time_zone},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(column, table[i].column))
			return table[i].take(f, value);

	return NULL;
}
