/** @file test_guards.c  Mirrors services/campaign/guards.c: every branch. */
#include <string.h>

#include <criterion/criterion.h>

#include "guards.h"

/* 2026-03-02 00:00 in Shanghai. */
enum { MIDNIGHT = 1772380800, HOUR = 3600, DAY = 86400 };

static struct cmp_guard_input good(void)
{
	return (struct cmp_guard_input){
		.now_s = MIDNIGHT + 10 * HOUR,
		.kind = CMP_MARKETING,
		.hours = {CMP_UNKNOWN, CMP_UNKNOWN},
		.ring_s = 30,
		.max_5min = 3,
		.max_24h = 5,
	};
}

static void denied(struct cmp_guard_input in, const char *guard, int64_t retry)
{
	struct cmp_verdict v = cmp_guards(&in);

	cr_assert(!v.allowed);
	cr_assert_str_eq(v.guard, guard);
	cr_assert_eq(v.retry_at_s, retry, "%lld", (long long)v.retry_at_s);
}

static void allowed(struct cmp_guard_input in)
{
	struct cmp_verdict v = cmp_guards(&in);

	cr_assert(v.allowed, "%s", v.guard);
	cr_assert_null(v.guard);
}

Test(guards, a_plain_case_passes)
{
	allowed(good());
}

/* kind, minute of the day with a ring of 30 s: allowed? */
Test(guards, hours_of_each_kind_end_with_the_ring)
{
	static const struct {
		enum cmp_kind kind;
		int second;
		bool ok;
	} rows[] = {
		{CMP_MARKETING, 9 * HOUR - 1, false},
		{CMP_MARKETING, 9 * HOUR, true},
		{CMP_MARKETING, 20 * HOUR - 30, true},
		{CMP_MARKETING, 20 * HOUR - 29, false},
		{CMP_SERVICE, 8 * HOUR - 1, false},
		{CMP_SERVICE, 8 * HOUR, true},
		{CMP_SERVICE, 21 * HOUR - 30, true},
		{CMP_SERVICE, 21 * HOUR - 29, false},
		{CMP_COLLECTION, 8 * HOUR - 1, false},
		{CMP_COLLECTION, 8 * HOUR, true},
		{CMP_COLLECTION, 22 * HOUR - 30, true},
		{CMP_COLLECTION, 22 * HOUR - 29, false},
		{CMP_COLLECTION, 0, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_guard_input in = good();

		in.kind = rows[i].kind;
		in.now_s = MIDNIGHT + rows[i].second;
		cr_assert_eq(cmp_guards(&in).allowed, rows[i].ok, "row %zu", i);
	}
}

Test(guards, before_the_hours_it_is_today_after_them_tomorrow)
{
	struct cmp_guard_input in = good();

	in.now_s = MIDNIGHT + 1;
	denied(in, "G01", MIDNIGHT + 9 * HOUR);
	in.now_s = MIDNIGHT + 21 * HOUR;
	denied(in, "G01", MIDNIGHT + DAY + 9 * HOUR);
}

Test(guards, the_campaigns_own_hours_count)
{
	struct cmp_guard_input in = good();

	in.hours = (struct cmp_hours){12 * 60, 13 * 60};
	denied(in, "G01", MIDNIGHT + 12 * HOUR);
	in.now_s = MIDNIGHT + 12 * HOUR;
	allowed(in);
}

Test(guards, what_is_not_known_denies)
{
	struct cmp_guard_input in = good();

	in.now_s = 0;
	denied(in, "G01", 60);
	in = good();
	in.kind = CMP_KIND_UNKNOWN;
	denied(in, "G01", in.now_s + 60);
	in.hours = (struct cmp_hours){0, 1440};
	denied(in, "G01", in.now_s + 60);
	in = good();
	in.ring_s = CMP_UNKNOWN;
	denied(in, "G01", in.now_s + 60);
	in = good();
	in.attempts_5min = CMP_UNKNOWN;
	denied(in, "G03", in.now_s + 60);
	in = good();
	in.attempts_24h = CMP_UNKNOWN;
	denied(in, "G03", in.now_s + 60);
	in = good();
	in.on_dnc = CMP_UNKNOWN;
	denied(in, "G05", in.now_s + 60);
	in = good();
	in.in_flight = CMP_UNKNOWN;
	denied(in, "G12", in.now_s + 5);
}

Test(guards, collection_never_leaves_its_legal_hours)
{
	struct cmp_guard_input in = good();

	in.kind = CMP_COLLECTION;
	in.hours = (struct cmp_hours){7 * 60, 20 * 60};
	denied(in, "G01", in.now_s + 60);
	in.hours = (struct cmp_hours){8 * 60, 22 * 60 + 1};
	denied(in, "G01", in.now_s + 60);
	in.hours = (struct cmp_hours){13 * 60, 12 * 60};
	denied(in, "G01", in.now_s + 60);
}

Test(guards, attempts_wait_until_the_window_has_moved_on)
{
	struct cmp_guard_input in = good();

	in.attempts_5min = 3;
	in.attempts_24h = 3;
	in.oldest_5min_s = in.now_s - 200;
	denied(in, "G03", in.now_s + 100);
	in.attempts_5min = 2;
	allowed(in);
	in.attempts_24h = 5;
	in.oldest_24h_s = in.now_s - DAY + 7;
	denied(in, "G03", in.now_s + 7);
}

Test(guards, do_not_call_is_for_ever_and_a_call_in_progress_is_not)
{
	struct cmp_guard_input in = good();

	in.in_flight = 1;
	denied(in, "G12", in.now_s + 5);
	in.on_dnc = 1;
	denied(in, "G05", 0);
}

Test(guards, the_order_is_fixed)
{
	struct cmp_guard_input in = good();

	in.now_s = MIDNIGHT;
	in.attempts_24h = 9;
	in.on_dnc = in.in_flight = 1;
	denied(in, "G01", MIDNIGHT + 9 * HOUR);
	in.now_s += 10 * HOUR;
	in.oldest_24h_s = in.now_s;
	denied(in, "G03", in.now_s + DAY);
	in.attempts_24h = 0;
	denied(in, "G05", 0);
}

Test(guards, times_are_read_strictly)
{
	static const struct {
		const char *text;
		int min;
	} rows[] = {
		{"00:00", 0},		{"09:30", 570},
		{"24:00", 1440},	{"24:01", CMP_UNKNOWN},
		{"25:00", CMP_UNKNOWN}, {"10:60", CMP_UNKNOWN},
		{"9:30", CMP_UNKNOWN},	{"0930", CMP_UNKNOWN},
		{"09:3a", CMP_UNKNOWN}, {"", CMP_UNKNOWN},
		{"-1:00", CMP_UNKNOWN},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(cmp_minutes(rows[i].text), rows[i].min, "%s",
			     rows[i].text);
}
