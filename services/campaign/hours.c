/** @file hours.c  The callee's clock, contract in hours.h and guards.h */
#include <string.h>

#include "hours.h"

enum { DAY_S = 86400, ZONE_MOST = 14 * 60 };

struct cmp_hours cmp_hours_default(enum cmp_kind kind)
{
	struct cmp_policy p;

	if (!cmp_policy_preset(kind, &p))
		return (struct cmp_hours){CMP_UNKNOWN, CMP_UNKNOWN};

	return (struct cmp_hours){(int)p.call_from_min, (int)p.call_until_min};
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

/* Second of the day on a clock that is so far ahead of UTC. */
static int64_t second_of_day(int64_t now_s, int64_t zone_min)
{
	return ((now_s + zone_min * 60) % DAY_S + DAY_S) % DAY_S;
}

static bool zone_ok(const struct cmp_inputs *in)
{
	return in->zone_from_min != CMP_UNKNOWN &&
	       in->zone_to_min != CMP_UNKNOWN &&
	       in->zone_from_min >= -ZONE_MOST &&
	       in->zone_from_min <= in->zone_to_min &&
	       in->zone_to_min <= ZONE_MOST;
}

int64_t cmp_next_day(const struct cmp_inputs *in)
{
	int64_t zone = zone_ok(in) ? in->zone_from_min : 0;

	return in->now_s + DAY_S - second_of_day(in->now_s, zone);
}

/* The campaign's own hours; what it does not say, the policy does. */
static struct cmp_hours hours_of(const struct cmp_inputs *in,
				 const struct cmp_policy *p)
{
	return (struct cmp_hours){
		(int)(in->from_min < 0 ? p->call_from_min : in->from_min),
		(int)(in->until_min < 0 ? p->call_until_min : in->until_min)};
}

int64_t cmp_hours_wait(const struct cmp_inputs *in,
		       const struct cmp_policy *policy)
{
	struct cmp_hours h = hours_of(in, policy);
	int64_t lasts = in->ring_s + policy->talk_s;
	int64_t opens = (int64_t)h.from_min * 60;
	int64_t first, last, lunch = policy->lunch_until_min * 60;

	if (in->now_s <= 0 || in->ring_s < 0 || !zone_ok(in) ||
	    !cmp_hours_legal((enum cmp_kind)in->kind, h))
		return CMP_UNKNOWN;
	/* Westernmost clock: the earliest time; easternmost: the latest. */
	first = second_of_day(in->now_s, in->zone_from_min);
	last = first + (in->zone_to_min - in->zone_from_min) * 60;
	if (first < opens)
		return in->now_s + opens - first;
	if (last + lasts > (int64_t)h.until_min * 60)
		return in->now_s + DAY_S - first + opens;
	if (first < lunch && last + lasts > policy->lunch_from_min * 60)
		return in->now_s + lunch - first;

	return 0;
}
