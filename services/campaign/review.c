/** @file review.c  Verdicts on findings, contract in review.h */
#include "review.h"

#include <string.h>

static struct cmp_refusal refuse(enum yh_status_code code, const char *why)
{
	return (struct cmp_refusal){code, why};
}

struct cmp_refusal cmp_review_may(const struct cmp_review *review,
				  enum cmp_finding_state now)
{
	if (!cmp_actor_ok(review->actor))
		return refuse(YH_INVALID_ARGUMENT,
			      "actor must be the id of a person, "
			      "[A-Za-z0-9._@-]{1,64}");
	if (strlen(review->note) >= CMP_REASON)
		return refuse(YH_INVALID_ARGUMENT,
			      "note must have at most 500 bytes");
	if (now == review->verdict)
		return refuse(YH_FAILED_PRECONDITION,
			      "it has this verdict already");
	if (now != CMP_PENDING && !review->change)
		return refuse(YH_FAILED_PRECONDITION,
			      "it has another verdict; set change to take its "
			      "place");
	if (now != CMP_PENDING && !review->note[0])
		return refuse(YH_INVALID_ARGUMENT,
			      "note is missing: why is the verdict changed?");

	return (struct cmp_refusal){YH_OK, NULL};
}
