/** @file life.c  The life of a script's version, contract in life.h */
#include "life.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct cmp_refusal none;

static struct cmp_refusal refuse(enum yh_status_code code, const char *why)
{
	return (struct cmp_refusal){code, why};
}

bool cmp_actor_ok(const char *actor)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz"
				      "0123456789._@-";
	size_t n = actor ? strspn(actor, allowed) : 0;

	return n && n < CMP_ACTOR && !actor[n];
}

bool cmp_life_needs_check(enum cmp_script_step step)
{
	return step == CMP_SUBMIT || step == CMP_APPROVE;
}

static struct cmp_refusal wrong_state(enum cmp_script_step step,
				      enum cmp_script_state state)
{
	switch (step) {
	case CMP_CREATE:
		return none;
	case CMP_SUBMIT:
		if (state == CMP_DRAFT || state == CMP_REJECTED)
			return none;
		return refuse(YH_FAILED_PRECONDITION,
			      "only a draft or a rejected version is "
			      "submitted");
	case CMP_APPROVE:
		if (state == CMP_IN_REVIEW)
			return none;
		return refuse(YH_FAILED_PRECONDITION,
			      "only a version in review is approved; submit it "
			      "first");
	case CMP_REJECT:
		if (state == CMP_IN_REVIEW || state == CMP_APPROVED)
			return none;
		return refuse(YH_FAILED_PRECONDITION,
			      "only a version in review or an approved one is "
			      "rejected");
	case CMP_PUBLISH:
	case CMP_ROLL_BACK:
		if (state == CMP_APPROVED)
			return none;
		return refuse(YH_FAILED_PRECONDITION,
			      "only an approved version is put in force");
	}

	return refuse(YH_INVALID_ARGUMENT, "no such step");
}

struct cmp_refusal cmp_life_may(enum cmp_script_step step,
				const struct cmp_script_now *now,
				const char *actor, bool green)
{
	struct cmp_refusal no = wrong_state(step, now->state);

	if (!cmp_actor_ok(actor))
		return refuse(YH_INVALID_ARGUMENT,
			      "actor must be the id of a person, "
			      "[A-Za-z0-9._@-]{1,64}");
	if (no.code)
		return no;
	if (step == CMP_APPROVE &&
	    (!strcmp(actor, now->author) || !strcmp(actor, now->submitter)))
		return refuse(YH_PERMISSION_DENIED,
			      "who wrote it or submitted it does not approve "
			      "it; a second person must");
	if (step == CMP_APPROVE && !now->author[0])
		return refuse(YH_FAILED_PRECONDITION,
			      "it has no author; create it anew");
	if (cmp_life_needs_check(step) && !green)
		return refuse(YH_FAILED_PRECONDITION,
			      "its tests and the inspector are not green");
	if (step >= CMP_PUBLISH && now->expired)
		return refuse(YH_FAILED_PRECONDITION,
			      "its approval has expired");

	return none;
}

enum cmp_script_state cmp_life_after(enum cmp_script_step step,
				     enum cmp_script_state state)
{
	switch (step) {
	case CMP_CREATE:
		return CMP_DRAFT;
	case CMP_SUBMIT:
		return CMP_IN_REVIEW;
	case CMP_APPROVE:
		return CMP_APPROVED;
	case CMP_REJECT:
		return CMP_REJECTED;
	case CMP_PUBLISH:
	case CMP_ROLL_BACK:
		break;
	}

	return state;
}

int cmp_life_to_sign(const char *name, const char *sha256, const char *author,
		     const char *reviewer, char out[], size_t size)
{
	int n = snprintf(out, size, "script\n%s\n%s\n%s\n%s\n", name, sha256,
			 author, reviewer);

	return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}
