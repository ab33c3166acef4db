/** @file test_life.c  Mirrors services/campaign/life.c */
#include <criterion/criterion.h>
#include <string.h>

#include "life.h"

static const struct cmp_script_now draft = {CMP_DRAFT, "li", "", false};
static const struct cmp_script_now in_review = {CMP_IN_REVIEW, "li", "wu",
						false};
static const struct cmp_script_now approved = {CMP_APPROVED, "li", "wu", false};
static const struct cmp_script_now rejected = {CMP_REJECTED, "li", "wu", false};

static enum yh_status_code may(enum cmp_script_step step,
			       const struct cmp_script_now *now,
			       const char *actor)
{
	return cmp_life_may(step, now, actor, true).code;
}

/* Every step from every state: the table of life.h, and nothing else. */
Test(life, each_step_is_taken_from_its_states_only)
{
	static const struct {
		enum cmp_script_step step;
		bool from[5]; /* by state */
	} rows[] = {
		{CMP_SUBMIT, {[CMP_DRAFT] = true, [CMP_REJECTED] = true}},
		{CMP_APPROVE, {[CMP_IN_REVIEW] = true}},
		{CMP_REJECT, {[CMP_IN_REVIEW] = true, [CMP_APPROVED] = true}},
		{CMP_PUBLISH, {[CMP_APPROVED] = true}},
		{CMP_ROLL_BACK, {[CMP_APPROVED] = true}},
	};
	const struct cmp_script_now *all[] = {&draft, &in_review, &approved,
					      &rejected};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < 4; k++)
			cr_assert_eq(may(rows[i].step, all[k], "zhao"),
				     rows[i].from[all[k]->state]
					     ? YH_OK
					     : YH_FAILED_PRECONDITION,
				     "step %d in state %d", (int)rows[i].step,
				     (int)all[k]->state);
}

Test(life, who_wrote_or_submitted_it_does_not_approve_it)
{
	cr_assert_eq(may(CMP_APPROVE, &in_review, "li"), YH_PERMISSION_DENIED);
	cr_assert_eq(may(CMP_APPROVE, &in_review, "wu"), YH_PERMISSION_DENIED);
	cr_assert_eq(may(CMP_APPROVE, &in_review, "zhao"), YH_OK);
	/* Both may take it back. */
	cr_assert_eq(may(CMP_REJECT, &in_review, "li"), YH_OK);
}

Test(life, nothing_is_approved_that_nobody_wrote)
{
	struct cmp_script_now now = in_review;

	now.author = "";
	cr_assert_eq(may(CMP_APPROVE, &now, "zhao"), YH_FAILED_PRECONDITION);
}

Test(life, what_is_not_green_is_neither_submitted_nor_approved)
{
	cr_assert_eq(cmp_life_may(CMP_SUBMIT, &draft, "li", false).code,
		     YH_FAILED_PRECONDITION);
	cr_assert_eq(cmp_life_may(CMP_APPROVE, &in_review, "zhao", false).code,
		     YH_FAILED_PRECONDITION);
	cr_assert_eq(cmp_life_may(CMP_REJECT, &in_review, "zhao", false).code,
		     YH_OK);
}

Test(life, an_expired_approval_is_not_put_in_force)
{
	struct cmp_script_now now = approved;

	now.expired = true;
	cr_assert_eq(may(CMP_PUBLISH, &now, "li"), YH_FAILED_PRECONDITION);
	cr_assert_eq(may(CMP_ROLL_BACK, &now, "li"), YH_FAILED_PRECONDITION);
	cr_assert_eq(may(CMP_REJECT, &now, "li"), YH_OK);
}

Test(life, an_actor_is_a_persons_id)
{
	char longest[CMP_ACTOR] = {0};
	char too_long[CMP_ACTOR + 1] = {0};

	memset(longest, 'a', CMP_ACTOR - 1);
	memset(too_long, 'a', CMP_ACTOR);
	cr_assert(cmp_actor_ok("li.na@bank-1_x"));
	cr_assert(cmp_actor_ok(longest));
	cr_assert(!cmp_actor_ok(too_long));
	cr_assert(!cmp_actor_ok(""));
	cr_assert(!cmp_actor_ok(NULL));
	cr_assert(!cmp_actor_ok("李娜"));
	cr_assert(!cmp_actor_ok("a b"));
	cr_assert_eq(may(CMP_SUBMIT, &draft, ""), YH_INVALID_ARGUMENT);
}

Test(life, steps_lead_where_they_say)
{
	cr_assert_eq(cmp_life_after(CMP_CREATE, 0), CMP_DRAFT);
	cr_assert_eq(cmp_life_after(CMP_SUBMIT, CMP_REJECTED), CMP_IN_REVIEW);
	cr_assert_eq(cmp_life_after(CMP_APPROVE, CMP_IN_REVIEW), CMP_APPROVED);
	cr_assert_eq(cmp_life_after(CMP_REJECT, CMP_APPROVED), CMP_REJECTED);
	cr_assert_eq(cmp_life_after(CMP_PUBLISH, CMP_APPROVED), CMP_APPROVED);
}

Test(life, a_signature_covers_name_hash_author_and_reviewer)
{
	char a[200], b[200];

	cr_assert_eq(cmp_life_to_sign("x@1", "00", "li", "wu", a, sizeof(a)),
		     0);
	cr_assert_eq(cmp_life_to_sign("x@2", "00", "li", "wu", b, sizeof(b)),
		     0);
	cr_assert(strcmp(a, b));
	cr_assert_eq(cmp_life_to_sign("x@1", "00", "li", "zhao", b, sizeof(b)),
		     0);
	cr_assert(strcmp(a, b));
	cr_assert(cmp_life_to_sign("x@1", "00", "li", "wu", a, 5));
}
