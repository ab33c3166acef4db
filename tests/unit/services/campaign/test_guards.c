/** @file test_guards.c  Mirrors services/campaign/guards.c and hours.c. */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "guards.h"
#include "outcome.h"

/* 2026-03-02 00:00 in Shanghai, a Monday. */
enum { MIDNIGHT = 1772380800, HOUR = 3600, DAY = 86400, MONTH = 30 * DAY };

static struct cmp_policy policy;

static struct cmp_inputs good_of(enum cmp_kind kind)
{
	cmp_policy_preset(kind, &policy);

	return (struct cmp_inputs){
		.now_s = MIDNIGHT + 10 * HOUR,
		.kind = kind,
		.policy_version = 1,
		.ring_s = 30,
		.from_min = CMP_UNKNOWN,
		.until_min = CMP_UNKNOWN,
		.zone_from_min = 480,
		.zone_to_min = 480,
		.day = CMP_WORKDAY,
		.consent_stated = 1,
		.consent_until_s = MIDNIGHT + 365 * DAY,
		.consent_evidence = 1,
		.consent_voice = 1,
		.contact_purpose = 7,
		.campaign_purpose = 7,
		.relation = CMP_SELF,
		.caller_pool = 1,
		.script_ok = 1,
	};
}

static struct cmp_inputs good(void)
{
	return good_of(CMP_MARKETING);
}

static void denied(struct cmp_inputs in, const char *guard, int64_t retry)
{
	struct cmp_verdict v = cmp_guards(&in, &policy);

	cr_assert(!v.allowed);
	cr_assert_str_eq(v.guard, guard);
	cr_assert_eq(v.retry_at_s, retry, "%s %lld", guard,
		     (long long)(v.retry_at_s - MIDNIGHT));
	cr_assert_eq(v.disposition != NULL, retry == 0);
}

static void allowed(struct cmp_inputs in)
{
	struct cmp_verdict v = cmp_guards(&in, &policy);

	cr_assert(v.allowed, "%s", v.guard);
	cr_assert_null(v.guard);
}

Test(guards, a_plain_case_of_each_kind_passes)
{
	allowed(good_of(CMP_MARKETING));
	allowed(good_of(CMP_SERVICE));
	allowed(good_of(CMP_COLLECTION));
}

Test(guards, without_a_lawful_policy_nobody_is_called)
{
	struct cmp_inputs in = good();

	cr_assert(!cmp_guards(&in, NULL).allowed);
	in.policy_version = 0;
	denied(in, "G01", in.now_s + 60);
	in = good_of(CMP_COLLECTION);
	policy.connected_24h = 4;
	denied(in, "G01", in.now_s + 60);
	in = good();
	in.kind = CMP_KIND_UNKNOWN;
	denied(in, "G01", in.now_s + 60);
}

/* kind, second of the day; a ring of 30 s, collection talks 3 min */
Test(guards, g01_hours_of_each_kind_end_with_the_ring)
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
		{CMP_COLLECTION, 22 * HOUR - 210, true},
		{CMP_COLLECTION, 22 * HOUR - 209, false},
		{CMP_COLLECTION, 0, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_inputs in = good_of(rows[i].kind);

		in.now_s = MIDNIGHT + rows[i].second;
		cr_assert_eq(cmp_guards(&in, &policy).allowed, rows[i].ok,
			     "row %zu", i);
	}
}

Test(guards, g01_before_the_hours_it_is_today_after_them_tomorrow)
{
	struct cmp_inputs in = good();

	in.now_s = MIDNIGHT + 1;
	denied(in, "G01", MIDNIGHT + 9 * HOUR);
	in.now_s = MIDNIGHT + 21 * HOUR;
	denied(in, "G01", MIDNIGHT + DAY + 9 * HOUR);
}

Test(guards, g01_the_campaigns_own_hours_count)
{
	struct cmp_inputs in = good();

	in.from_min = 12 * 60;
	in.until_min = 13 * 60;
	denied(in, "G01", MIDNIGHT + 12 * HOUR);
	in.now_s = MIDNIGHT + 12 * HOUR;
	allowed(in);
	in.now_s = MIDNIGHT + 13 * HOUR - 29;
	denied(in, "G01", MIDNIGHT + DAY + 12 * HOUR);
}

Test(guards, g01_nobody_is_called_at_lunch)
{
	struct cmp_inputs in = good();

	policy.lunch_from_min = 12 * 60;
	policy.lunch_until_min = 13 * 60 + 30;
	in.now_s = MIDNIGHT + 12 * HOUR - 30;
	allowed(in);
	in.now_s++;
	denied(in, "G01", MIDNIGHT + 13 * HOUR + 1800);
	in.now_s = MIDNIGHT + 13 * HOUR + 1799;
	denied(in, "G01", MIDNIGHT + 13 * HOUR + 1800);
	in.now_s++;
	allowed(in);
}

Test(guards, g01_every_clock_the_callee_may_live_by_counts)
{
	struct cmp_inputs in = good();

	/* Xinjiang: 09:00 by the local clock is 11:00 in Shanghai, and 20:00
	 * in Shanghai is the end. */
	in.zone_from_min = 360;
	in.now_s = MIDNIGHT + 11 * HOUR - 1;
	denied(in, "G01", MIDNIGHT + 11 * HOUR);
	in.now_s++;
	allowed(in);
	in.now_s = MIDNIGHT + 20 * HOUR - 30;
	allowed(in);
	in.now_s++;
	denied(in, "G01", MIDNIGHT + DAY + 11 * HOUR);
	/* Far in the west: it is yesterday evening there. */
	in.zone_from_min = in.zone_to_min = -300;
	in.now_s = MIDNIGHT + 10 * HOUR; /* 21:00 at -05:00 */
	denied(in, "G01", in.now_s + 12 * HOUR);
	in.zone_to_min = -301;
	denied(in, "G01", in.now_s + 60);
}

Test(guards, g01_collection_never_leaves_its_legal_hours)
{
	struct cmp_inputs in = good_of(CMP_COLLECTION);

	in.from_min = 7 * 60;
	in.until_min = 20 * 60;
	denied(in, "G01", in.now_s + 60);
	in.from_min = 8 * 60;
	in.until_min = 22 * 60 + 1;
	denied(in, "G01", in.now_s + 60);
	in.from_min = 13 * 60;
	in.until_min = 12 * 60;
	denied(in, "G01", in.now_s + 60);
}

Test(guards, g02_marketing_rests_on_holidays)
{
	struct cmp_inputs in = good();

	in.day = CMP_HOLIDAY;
	denied(in, "G02", MIDNIGHT + DAY);
	in.day = CMP_WEEKEND;
	allowed(in);
	policy.on_weekends = 0;
	denied(in, "G02", MIDNIGHT + DAY);
	in.day = CMP_UNKNOWN;
	denied(in, "G02", in.now_s + 60);
	in = good_of(CMP_SERVICE);
	in.day = CMP_HOLIDAY;
	allowed(in);
	in.day = CMP_UNKNOWN;
	allowed(in); /* any day would do */
}

Test(guards, g03_attempts_wait_until_each_window_has_moved_on)
{
	struct cmp_inputs in = good_of(CMP_SERVICE);

	in.n_5min = 3;
	in.oldest_5min_s = in.now_s - 200;
	denied(in, "G03", in.now_s + 100);
	in.n_5min = 2;
	allowed(in);
	in.n_24h = 5;
	in.oldest_24h_s = in.now_s - DAY + 7;
	denied(in, "G03", in.now_s + 7);
	in.n_24h = 4;
	allowed(in);
	in.n_30d = 150;
	in.oldest_30d_s = in.now_s - MONTH + 9;
	denied(in, "G03", in.now_s + 9);
	in.n_30d = 149;
	allowed(in);
	in.unanswered_24h = 5;
	in.oldest_unanswered_s = in.now_s - 1;
	denied(in, "G03", in.now_s - 1 + DAY);
	/* A window whose first is out of it already is not believed. */
	in.oldest_unanswered_s = in.now_s - DAY;
	denied(in, "G03", in.now_s + 60);
}

Test(guards, g04_a_debtor_is_reached_three_times_a_day_at_most)
{
	struct cmp_inputs in = good_of(CMP_COLLECTION);

	in.connected_24h = 2;
	allowed(in);
	in.connected_24h = 3;
	in.oldest_connected_s = in.now_s - HOUR;
	denied(in, "G04", in.now_s + 23 * HOUR);
}

Test(guards, g04_a_product_is_offered_once_a_month)
{
	struct cmp_inputs in = good();

	in.product_30d = 1;
	in.oldest_product_s = in.now_s - 2 * DAY;
	denied(in, "G04", in.now_s + 28 * DAY);
	policy.product_30d = 0;
	allowed(in);
}

Test(guards, g05_do_not_call_is_for_ever_and_an_old_list_waits)
{
	struct cmp_inputs in = good();

	in.on_dnc = 1;
	denied(in, "G05", 0);
	in.on_dnc = 0;
	in.dnc_age_s = policy.dnc_age_s;
	allowed(in);
	in.dnc_age_s++;
	denied(in, "G05", in.now_s + 60);
}

Test(guards, g06_marketing_needs_a_consent_that_fits)
{
	struct cmp_inputs in = good();

	in.consent_until_s = in.now_s + 1;
	allowed(in);
	in.consent_until_s = in.now_s;
	denied(in, "G06", 0);
	in = good();
	in.consent_evidence = 0;
	denied(in, "G06", 0);
	in = good();
	in.consent_voice = 2;
	denied(in, "G06", 0);
	in = good();
	in.consent_purpose = 7;
	allowed(in);
	in.consent_purpose = 8;
	denied(in, "G06", 0);
	in = good();
	in.consent_stated = in.consent_evidence = in.consent_until_s = 0;
	denied(in, "G06", 0);
}

Test(guards, g06_others_only_need_what_the_list_states)
{
	struct cmp_inputs in = good_of(CMP_SERVICE);

	in.consent_stated = in.consent_evidence = in.consent_until_s = 0;
	allowed(in);
	in.consent_stated = 1;
	denied(in, "G06", 0);
}

Test(guards, g07_a_contact_came_for_one_purpose)
{
	struct cmp_inputs in = good();

	in.contact_purpose = 8;
	denied(in, "G07", 0);
	in.contact_purpose = 0;
	denied(in, "G07", 0);
	in = good();
	in.campaign_purpose = 0;
	denied(in, "G07", in.now_s + 60);
}

Test(guards, g08_a_product_fits_its_customer)
{
	struct cmp_inputs in = good();

	in.product_risk = 3;
	in.risk_level = 3;
	in.assessed_s = in.now_s - 365 * DAY + 1;
	in.birth_year = 1980;
	allowed(in);
	in.assessed_s--;
	denied(in, "G08", 0);
	in.assessed_s++;
	in.risk_level = 2;
	denied(in, "G08", 0);
	in.risk_level = 3;
	in.birth_year = 2026 - 64;
	allowed(in);
	in.birth_year = 2026 - 65;
	denied(in, "G08", 0);
	in.birth_year = 0; /* not known */
	denied(in, "G08", 0);
	in.product_risk = 2;
	allowed(in);
}

Test(guards, g09_third_parties_only_when_the_debtor_is_lost)
{
	struct cmp_inputs in = good_of(CMP_COLLECTION);

	in.relation = CMP_THIRD_PARTY;
	in.debtor_failures = 2;
	denied(in, "G09", in.now_s + DAY);
	in.debtor_failures = 3;
	allowed(in);
	in.third_parties = 1;
	denied(in, "G09", 0);
	in.third_parties = in.debtor_failures = 0;
	in.debtor_vacant = 1;
	allowed(in);
	in.relation = 0;
	denied(in, "G09", in.now_s + 60);
	in = good();
	in.relation = CMP_THIRD_PARTY;
	in.debtor_failures = 9;
	denied(in, "G09", 0);
}

Test(guards, g10_who_is_suppressed_is_left_alone)
{
	struct cmp_inputs in = good();

	in.suppressed = 1;
	denied(in, "G10", 0);
}

Test(guards, g11_without_a_number_to_show_nobody_is_called)
{
	struct cmp_inputs in = good();

	in.caller_pool = 0;
	denied(in, "G11", in.now_s + 60);
	in.caller_pool = 2;
	in.caller_cool_s = in.now_s;
	allowed(in);
	in.caller_cool_s = in.now_s + 17;
	denied(in, "G11", in.now_s + 17);
}

Test(guards, g12_a_callee_has_one_call)
{
	struct cmp_inputs in = good();

	in.in_flight = 1;
	denied(in, "G12", in.now_s + 5);
	in.in_flight = 2; /* one was cut: perhaps it still is */
	denied(in, "G12", in.now_s + 60);
}

Test(guards, a_time_is_known_when_two_clocks_agree)
{
	cr_assert_eq(cmp_agreed_now_s(MIDNIGHT, MIDNIGHT + 5), MIDNIGHT);
	cr_assert_eq(cmp_agreed_now_s(MIDNIGHT, MIDNIGHT + 6), 0);
	cr_assert_eq(cmp_agreed_now_s(MIDNIGHT, MIDNIGHT - DAY), 0);
}

/* The last attempt's outcome and how long the number rests after it */
Test(guards, g13_a_number_rests_after_each_outcome)
{
	static const struct {
		enum cmp_outcome outcome;
		int rest;
	} rows[] = {
		{CMP_LINE_BUSY, 900},	      {CMP_NO_ANSWER, 7200},
		{CMP_DECLINED, 86400},	      {CMP_POWERED_OFF, 14400},
		{CMP_TRUNK_FAILURE, 30},      {CMP_INTERRUPTED, 1800},
		{CMP_OTHER_FAILURE, 7200},    {CMP_VACANT_NUMBER, 7200},
		{(enum cmp_outcome)77, 7200},
	};
	struct cmp_inputs in = good();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		in.last_outcome = rows[i].outcome;
		in.last_end_s = in.now_s - rows[i].rest + 1;
		denied(in, "G13", in.now_s + 1);
		in.last_end_s--;
		allowed(in);
	}
	in.last_outcome = CMP_ANSWERED;
	in.last_end_s = in.now_s;
	allowed(in);
}

Test(guards, g13_a_number_that_was_vacant_twice_is_given_up)
{
	struct cmp_inputs in = good();

	in.vacant = 1;
	allowed(in);
	in.vacant = 2;
	denied(in, "G13", 0);
}

Test(guards, g14_a_script_is_approved_and_has_not_expired)
{
	struct cmp_inputs in = good();

	in.script_until_s = in.now_s + 1;
	allowed(in);
	in.script_until_s = in.now_s;
	denied(in, "G14", in.now_s + 60);
	in = good();
	in.script_ok = 0;
	denied(in, "G14", in.now_s + 60);
}

Test(guards, g15_a_campaign_keeps_its_channels_and_its_abandonment)
{
	struct cmp_inputs in = good();

	in.live = 5;
	allowed(in);
	in.live_most = 6;
	allowed(in);
	in.live_most = 5;
	denied(in, "G15", in.now_s + 5);
	in.live = 0;
	in.answered_30min = policy.breaker_calls;
	in.abandoned_permille = 30;
	allowed(in);
	in.abandoned_permille = 31;
	denied(in, "G15", in.now_s + 60);
	in.answered_30min--;
	allowed(in);
}

Test(guards, g16_breakers_and_the_switch_stop_everybody)
{
	struct cmp_inputs in = good();

	in.halted = 1;
	denied(in, "G16", in.now_s + 5);
	in = good();
	in.region_blind = 1;
	denied(in, "G16", 0);
	in = good();
	in.answered_30min = policy.breaker_calls;
	in.refusals_permille = policy.refusals_permille + 1;
	denied(in, "G16", in.now_s + 60);
	in.refusals_permille--;
	allowed(in);
	in.findings_permille = policy.findings_permille + 1;
	denied(in, "G16", in.now_s + 60);
}

/* Each input, made unknown, stops the call by its guard. */
Test(guards, what_is_not_known_denies)
{
	static const struct {
		const char *input, *guard;
		enum cmp_kind kind;
	} rows[] = {
		{"now_s=0", "G01", CMP_MARKETING},
		{"kind=-1", "G01", CMP_MARKETING},
		{"policy_version=-1", "G01", CMP_MARKETING},
		{"ring_s=-1", "G01", CMP_MARKETING},
		{"zone_from_min=-1", "G01", CMP_MARKETING},
		{"zone_to_min=-1", "G01", CMP_MARKETING},
		{"day=-1", "G02", CMP_MARKETING},
		{"n_5min=-1", "G03", CMP_MARKETING},
		{"n_24h=-1", "G03", CMP_MARKETING},
		{"n_30d=-1", "G03", CMP_MARKETING},
		{"unanswered_24h=-1", "G03", CMP_MARKETING},
		{"connected_24h=-1", "G04", CMP_COLLECTION},
		{"product_30d=-1", "G04", CMP_MARKETING},
		{"on_dnc=-1", "G05", CMP_MARKETING},
		{"dnc_age_s=-1", "G05", CMP_MARKETING},
		{"consent_stated=-1", "G06", CMP_MARKETING},
		{"consent_until_s=-1", "G06", CMP_MARKETING},
		{"consent_evidence=-1", "G06", CMP_MARKETING},
		{"consent_purpose=-1", "G06", CMP_MARKETING},
		{"consent_voice=-1", "G06", CMP_MARKETING},
		{"contact_purpose=-1", "G07", CMP_MARKETING},
		{"campaign_purpose=-1", "G07", CMP_MARKETING},
		{"product_risk=-1", "G08", CMP_MARKETING},
		{"risk_level=-1", "G08", CMP_MARKETING},
		{"relation=-1", "G09", CMP_MARKETING},
		{"relation=2 debtor_failures=-1", "G09", CMP_COLLECTION},
		{"relation=2 debtor_vacant=-1", "G09", CMP_COLLECTION},
		{"relation=2 third_parties=-1", "G09", CMP_COLLECTION},
		{"suppressed=-1", "G10", CMP_MARKETING},
		{"caller_pool=-1", "G11", CMP_MARKETING},
		{"caller_cool_s=-1", "G11", CMP_MARKETING},
		{"in_flight=-1", "G12", CMP_MARKETING},
		{"last_outcome=-1", "G13", CMP_MARKETING},
		{"last_end_s=-1", "G13", CMP_MARKETING},
		{"vacant=-1", "G13", CMP_MARKETING},
		{"script_ok=-1", "G14", CMP_MARKETING},
		{"script_until_s=-1", "G14", CMP_MARKETING},
		{"live=-1", "G15", CMP_MARKETING},
		{"live_most=-1", "G15", CMP_MARKETING},
		{"answered_30min=-1", "G15", CMP_MARKETING},
		{"abandoned_permille=-1", "G15", CMP_MARKETING},
		{"refusals_permille=-1", "G16", CMP_MARKETING},
		{"findings_permille=-1", "G16", CMP_MARKETING},
		{"halted=-1", "G16", CMP_MARKETING},
		{"region_blind=-1", "G16", CMP_MARKETING},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_inputs in = good_of(rows[i].kind);
		struct cmp_verdict v;

		cr_assert_eq(cmp_inputs_read(&in, rows[i].input), 0);
		/* A guard that needs the others of its kind to look at it. */
		if (strstr(rows[i].input, "risk_level"))
			in.product_risk = 1;
		v = cmp_guards(&in, &policy);
		cr_assert(!v.allowed, "%s", rows[i].input);
		cr_assert_str_eq(v.guard, rows[i].guard, "%s: %s",
				 rows[i].input, v.guard);
	}
}

/* Everything wrong at once: mended one after the other, the order shows. */
Test(guards, the_order_is_fixed)
{
	static const char bad[] =
		"now_s=1772380800 day=3 n_24h=9 product_30d=9 on_dnc=1 "
		"consent_evidence=0 contact_purpose=1 product_risk=5 "
		"relation=2 suppressed=1 caller_pool=0 in_flight=1 vacant=9 "
		"script_ok=0 live=9 live_most=1 halted=1";
	static const char *const mend[] = {
		"now_s=1772416800",  "day=1",	       "n_24h=0",
		"product_30d=0",     "on_dnc=0",       "consent_evidence=1",
		"contact_purpose=7", "product_risk=0", "relation=1",
		"suppressed=0",	     "caller_pool=1",  "in_flight=0",
		"vacant=0",	     "script_ok=1",    "live_most=0",
		"halted=0",
	};
	struct cmp_inputs in = good();

	cr_assert_eq(cmp_inputs_read(&in, bad), 0);
	for (unsigned i = 0; i < CMP_GUARDS; i++) {
		struct cmp_verdict v = cmp_guards(&in, &policy);

		cr_assert_str_eq(v.guard, cmp_guard_id(i), "%s", v.guard);
		cr_assert_eq(cmp_inputs_read(&in, mend[i]), 0);
	}
	allowed(in);
}

Test(guards, inputs_are_the_same_after_writing_and_reading)
{
	struct cmp_inputs in, again = {0};
	int64_t *v = (int64_t *)&in;
	char text[CMP_INPUTS_TEXT];

	for (size_t i = 0; i < sizeof(in) / sizeof(*v); i++)
		v[i] = i % 3 ? INT64_MIN + (int64_t)i : 0;
	cmp_inputs_print(&in, text);
	cr_assert_eq(strstr(text, "now_s="), NULL);
	cr_assert_eq(cmp_inputs_read(&again, text), 0);
	cr_assert_eq(memcmp(&in, &again, sizeof(in)), 0);
	cr_assert_neq(cmp_inputs_read(&again, "nothing=1"), 0);
	cr_assert_neq(cmp_inputs_read(&again, "now_s"), 0);
	cr_assert_neq(cmp_inputs_read(&again, "now_s="), 0);
	cr_assert_neq(cmp_inputs_read(&again, "now_s=1x"), 0);
	cr_assert_neq(cmp_inputs_read(&again, "now_s=99999999999999999999"), 0);
	cr_assert_neq(cmp_inputs_read(&again, "now=1"), 0);
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
