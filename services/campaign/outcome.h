/**
 * @file outcome.h  What the end of a call means for its record and contact.
 *
 * Pure. Source: guard G13's back-off presets (busy 15 min, no answer 2 h,
 * declined 24 h, powered off 4 h).
 */
#ifndef CMP_OUTCOME_H
#define CMP_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "policy.h"

/** As yinhu.v1.CallOutcome. */
enum cmp_outcome {
	CMP_OUTCOME_UNKNOWN = 0,
	CMP_ANSWERED = 1,
	CMP_LINE_BUSY = 2,
	CMP_NO_ANSWER = 3,
	CMP_DECLINED = 4,
	CMP_VACANT_NUMBER = 5,
	CMP_POWERED_OFF = 6,
	CMP_TRUNK_FAILURE = 7,
	CMP_INTERRUPTED = 8,
	CMP_OTHER_FAILURE = 9,
};

struct cmp_end_input {
	enum cmp_outcome outcome;
	bool answered;
	bool dialog_late;	 /**< It has had its time to report */
	const char *dialog;	 /**< Its disposition; "" = not reported */
	const char *hung_up_by;	 /**< "bot", "callee", "network", "drain" */
	unsigned attempts;	 /**< Of the contact, this one included */
	unsigned trunk_failures; /**< Among them, this one not included */
	unsigned max_attempts;
	bool abandoned;	      /**< Answered, and no agent was free */
	uint32_t call_back_s; /**< The callee named a time, so long after
				   the end; 0 = none */
};

struct cmp_end {
	bool final;		 /**< The record can be closed now */
	const char *disposition; /**< Static, or the input's `dialog` */
	bool retry;		 /**< The contact is due again */
	uint32_t retry_after_s;
	bool by_hour;	   /**< Better at the number's best hour after that */
	bool trunk_failed; /**< Not the callee's: does not use up an attempt */
};

/** G13: so long a number rests after such an end, 0 = not at all [s]. */
int64_t cmp_outcome_wait_s(enum cmp_outcome outcome,
			   const struct cmp_policy *policy);
/** Fold the end of a call. @param in Borrowed */
struct cmp_end cmp_outcome_end(const struct cmp_end_input *in,
			       const struct cmp_policy *policy);

#endif
