/** @file test_policy.c  Mirrors services/campaign/policy.c */
#include <string.h>

#include <criterion/criterion.h>

#include "policy.h"

Test(policy, presets_are_within_their_own_ranges_and_the_law)
{
	struct cmp_policy p;

	for (int k = 1; k < CMP_KINDS; k++) {
		cr_assert(cmp_policy_preset((enum cmp_kind)k, &p));
		cr_assert_null(cmp_policy_fault((enum cmp_kind)k, &p));
	}
	cr_assert(!cmp_policy_preset(CMP_KIND_UNKNOWN, &p));
	cr_assert(!cmp_policy_preset((enum cmp_kind)CMP_KINDS, &p));
}

/* What nobody may choose: kind, the change */
Test(policy, the_law_is_a_hard_cap)
{
	static const struct {
		enum cmp_kind kind;
		const char *change;
	} rows[] = {
		{CMP_COLLECTION, "call_from_min=479"},
		{CMP_COLLECTION, "call_until_min=1321"},
		{CMP_COLLECTION, "connected_24h=4"},
		{CMP_COLLECTION, "unanswered_24h=7"},
		{CMP_COLLECTION, "third_most=2"},
		{CMP_MARKETING, "abandoned_permille=31"},
		{CMP_MARKETING, "senior_age=66"},
		{CMP_MARKETING, "assessment_days=366"},
		{CMP_SERVICE, "call_from_min=1300"},
		{CMP_SERVICE, "call_until_min=1441"},
		{CMP_SERVICE, "lunch_from_min=10"},
		{CMP_SERVICE, "attempts_24h=0"},
		{CMP_KIND_UNKNOWN, ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_policy p;

		cmp_policy_preset(rows[i].kind ? rows[i].kind : CMP_SERVICE,
				  &p);
		cr_assert_eq(cmp_policy_read(&p, rows[i].change), 0);
		cr_assert_not_null(cmp_policy_fault(rows[i].kind, &p), "%s",
				   rows[i].change);
	}
}

Test(policy, a_version_is_the_same_after_writing_and_reading)
{
	char text[CMP_POLICY_TEXT];
	struct cmp_policy p, again = {0};

	cmp_policy_preset(CMP_COLLECTION, &p);
	p.retry_declined_s = 2592000;
	cmp_policy_print(&p, text);
	cr_assert_eq(cmp_policy_read(&again, text), 0);
	cr_assert_eq(memcmp(&p, &again, sizeof(p)), 0);
}

Test(policy, a_list_of_changes_names_kinds_or_means_all)
{
	static const char list[] =
		"retry_busy_s=1, marketing.consent=0 service.attempts_24h=9";
	struct cmp_policy m, s;

	cmp_policy_preset(CMP_MARKETING, &m);
	cmp_policy_preset(CMP_SERVICE, &s);
	cr_assert_eq(cmp_policy_adjust(CMP_MARKETING, &m, list), 0);
	cr_assert_eq(cmp_policy_adjust(CMP_SERVICE, &s, list), 0);
	cr_assert(m.retry_busy_s == 1 && s.retry_busy_s == 1);
	cr_assert(m.consent == 0 && m.attempts_24h == 1);
	cr_assert(s.attempts_24h == 9);
	cr_assert_eq(cmp_policy_adjust(CMP_SERVICE, &s, ""), 0);
	cr_assert_neq(cmp_policy_adjust(CMP_SERVICE, &s, "nothing=1"), 0);
	cr_assert_neq(cmp_policy_adjust(CMP_SERVICE, &s, "other.consent=1"), 0);
	cr_assert_neq(cmp_policy_adjust(CMP_SERVICE, &s, "consent"), 0);
}
