/**
 * @file review.h  What a person may say of a finding, and when.
 *
 * Pure. Values as in yinhu.v1.ReviewedFinding.State and as in the table. There
 * is one verdict; another one takes its place only when that is asked for, with
 * a reason, so that two reviewers never undo each other unknowingly.
 */
#ifndef CMP_REVIEW_H
#define CMP_REVIEW_H

#include "life.h"

enum cmp_finding_state {
	CMP_PENDING = 1,
	CMP_CONFIRMED,
	CMP_REFUTED,
};

/** A verdict that is to be given. Texts borrowed. */
struct cmp_review {
	enum cmp_finding_state verdict; /**< CMP_CONFIRMED, CMP_REFUTED */
	const char *actor, *note;
	bool change; /**< It takes the place of another */
};

/** May it be given? @param now The finding as it is
 * @return code YH_OK, YH_INVALID_ARGUMENT, YH_FAILED_PRECONDITION */
struct cmp_refusal cmp_review_may(const struct cmp_review *review,
				  enum cmp_finding_state now);

#endif
