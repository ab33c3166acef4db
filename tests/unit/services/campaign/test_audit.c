/** @file test_audit.c  Mirrors services/campaign/audit.c */
#include <string.h>

#include <criterion/criterion.h>

#include "audit.h"

/* 10:00 in Shanghai on 2026-03-02; a service call that may be made. */
#define GOOD                                                                   \
	"now_s=1772416800 kind=2 policy_version=3 ring_s=30 from_min=-1 "      \
	"until_min=-1 zone_from_min=480 zone_to_min=480 day=1 "                \
	"contact_purpose=7 campaign_purpose=7 relation=1 caller_pool=1 "       \
	"script_ok=1"

static struct cmp_audit *audit;

static void setup(void)
{
	char body[CMP_POLICY_TEXT];
	struct cmp_policy p;

	cmp_policy_preset(CMP_SERVICE, &p);
	cmp_policy_print(&p, body);
	audit = cmp_audit_create();
	for (int v = 1; v <= 40; v++)
		cr_assert_eq(cmp_audit_policy(audit, CMP_SERVICE, v, body), 0);
}

static void teardown(void)
{
	cmp_audit_destroy(audit);
}

TestSuite(audit, .init = setup, .fini = teardown);

static enum cmp_audit_word word(const char *guard, int version,
				const char *inputs, int64_t retry_s)
{
	struct cmp_decision d = {1, guard, version, inputs, retry_s};
	struct cmp_verdict now;

	return cmp_audit_decision(audit, &d, &now);
}

Test(audit, the_same_inputs_come_to_the_same_word)
{
	cr_assert_eq(word("pass", 3, GOOD, 0), CMP_AUDIT_SAME);
	cr_assert_eq(word("G12", 3, GOOD " in_flight=1", 9), CMP_AUDIT_SAME);
	cr_assert_eq(word("G05", 3, GOOD " on_dnc=1", 0), CMP_AUDIT_SAME);
}

Test(audit, what_was_changed_is_seen)
{
	cr_assert_eq(word("pass", 3, GOOD " on_dnc=1", 0), CMP_AUDIT_OTHER);
	cr_assert_eq(word("G05", 3, GOOD, 0), CMP_AUDIT_OTHER);
	cr_assert_eq(word("G10", 3, GOOD " on_dnc=1", 0), CMP_AUDIT_OTHER);
	cr_assert_eq(word("G05", 3, GOOD " on_dnc=1", 9), CMP_AUDIT_OTHER);
}

Test(audit, a_version_that_is_not_known_is_said)
{
	cr_assert_eq(word("pass", 41, GOOD, 0), CMP_AUDIT_NO_POLICY);
	cr_assert_eq(word("pass", 4, GOOD, 0), CMP_AUDIT_NO_POLICY);
	cr_assert_eq(word("pass", 3, GOOD " kind=1", 0), CMP_AUDIT_NO_POLICY);
}

Test(audit, what_is_no_decision_is_said)
{
	cr_assert_eq(word("G17", 3, GOOD, 0), CMP_AUDIT_UNREADABLE);
	cr_assert_eq(word("pass", 3, GOOD " x=1", 0), CMP_AUDIT_UNREADABLE);
	cr_assert_neq(cmp_audit_policy(audit, CMP_SERVICE, 9, "x=1"), 0);
	cr_assert_neq(cmp_audit_policy(audit, CMP_KIND_UNKNOWN, 9, ""), 0);
}
