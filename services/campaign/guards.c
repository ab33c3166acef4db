/** @file guards.c  Dial-time guards, contract in guards.h */
#include <string.h>

#include "guards.h"

enum {
	DAY_S = 86400,
	SHANGHAI_S = 8 * 3600, /* no summer time since 1991 */
	LOOK_AGAIN_S = 60,     /* after something unknown */
	FLIGHT_S = 5,
	MIN_5_S = 300,
};

struct cmp_hours cmp_hours_default(enum cmp_kind kind)
{
	switch (kind) {
	case CMP_MARKETING:
		return (struct cmp_hours){9 * 60, 20 * 60};
	case CMP_SERVICE:
		return (struct cmp_hours){8 * 60, 21 * 60};
	case CMP_COLLECTION:
		return (struct cmp_hours){8 * 60, 22 * 60};
	default:
		return (struct cmp_hours){CMP_UNKNOWN, CMP_UNKNOWN};
	}
}

bool cmp_hours_legal(enum cmp_kind kind, struct cmp_hours hours)
{
	if (hours.from_min < 0 || hours.until_min > DAY_S / 60 ||
	    hours.from_min >= hours.until_min)
		return false;

	return kind != CMP_COLLECTION ||
	       (hours.from_min >= 8 * 60 && hours.until_min <= 22 * 60);
}

int cmp_minutes(const char *text)
{
	int h, m;

	if (strlen(text) != 5 || text[2] != ':' ||
	    strspn(text, "0123456789") != 2 ||
	    strspn(text + 3, "0123456789") != 2)
		return CMP_UNKNOWN;
	h = (text[0] - '0') * 10 + text[1] - '0';
	m = (text[3] - '0') * 10 + text[4] - '0';
	if (m > 59 || h > 24 || (h == 24 && m))
		return CMP_UNKNOWN;

	return h * 60 + m;
}

static struct cmp_verdict deny(const char *guard, int64_t retry_at_s)
{
	return (struct cmp_verdict){false, guard, retry_at_s};
}

static const struct cmp_verdict pass = {true, NULL, 0};

/* The ring must end inside, too. */
static struct cmp_verdict hours(const struct cmp_guard_input *in)
{
	struct cmp_hours h = in->hours;
	int64_t second, midnight;

	if (h.from_min < 0 || h.until_min < 0)
		h = cmp_hours_default(in->kind);
	if (in->now_s <= 0 || in->ring_s < 0 || !cmp_hours_legal(in->kind, h) ||
	    cmp_hours_default(in->kind).from_min < 0)
		return deny("G01", in->now_s + LOOK_AGAIN_S);
	second = (in->now_s + SHANGHAI_S) % DAY_S;
	midnight = in->now_s - second;
	if (second < h.from_min * 60)
		return deny("G01", midnight + h.from_min * 60);
	if (second + in->ring_s > h.until_min * 60)
		return deny("G01", midnight + DAY_S + h.from_min * 60);

	return pass;
}

static struct cmp_verdict attempts(const struct cmp_guard_input *in)
{
	if (in->attempts_5min < 0 || in->attempts_24h < 0)
		return deny("G03", in->now_s + LOOK_AGAIN_S);
	if (in->attempts_24h >= in->max_24h)
		return deny("G03", in->oldest_24h_s + DAY_S);
	if (in->attempts_5min >= in->max_5min)
		return deny("G03", in->oldest_5min_s + MIN_5_S);

	return pass;
}

static struct cmp_verdict dnc(const struct cmp_guard_input *in)
{
	if (in->on_dnc == 0)
		return pass;

	return deny("G05", in->on_dnc > 0 ? 0 : in->now_s + LOOK_AGAIN_S);
}

static struct cmp_verdict single_flight(const struct cmp_guard_input *in)
{
	if (in->in_flight == 0)
		return pass;

	return deny("G12", in->now_s + FLIGHT_S);
}

struct cmp_verdict cmp_guards(const struct cmp_guard_input *in)
{
	static struct cmp_verdict (*const table[])(
		const struct cmp_guard_input *) = {hours, attempts, dnc,
						   single_flight};
	struct cmp_verdict v = pass;

	for (unsigned i = 0; v.allowed && i < sizeof(table) / sizeof(*table);
	     i++)
		v = table[i](in);

	return v;
}
