/** @file outcome.c  Ends of calls, contract in outcome.h */
#include <stddef.h>
#include <string.h>

#include "outcome.h"

enum { MAX_TRUNK_FAILURES = 5 }; /* a contact; then it is done */

/* The dialog's word counts; without it, who hung up says what it was. */
static void answered(const struct cmp_end_input *in,
		     const struct cmp_policy *policy, struct cmp_end *end)
{
	bool again = in->attempts - in->trunk_failures < in->max_attempts;

	end->final = *in->dialog || in->dialog_late || in->abandoned;
	if (in->abandoned)
		end->disposition = "abandoned";
	else if (*in->dialog)
		end->disposition = in->dialog;
	else if (in->outcome == CMP_INTERRUPTED)
		end->disposition = "interrupted";
	else if (!strcmp(in->hung_up_by, "callee"))
		end->disposition = "callee_hangup";
	else if (!strcmp(in->hung_up_by, "bot"))
		end->disposition = "no_dialog";
	else
		end->disposition = "interrupted";
	end->retry = again && (in->abandoned || in->call_back_s);
	end->retry_after_s = in->abandoned ? (uint32_t)policy->retry_abandoned_s
					   : in->call_back_s;
}

/* What a line's end is called, and how long the number rests. */
static const struct line {
	const char *disposition;
	size_t rest; /* offset of its number in the policy */
	bool retry, by_hour;
} lines[] = {
	[CMP_OTHER_FAILURE] = {"other_failure",
			       offsetof(struct cmp_policy, retry_no_answer_s),
			       true},
	[CMP_LINE_BUSY] = {"line_busy",
			   offsetof(struct cmp_policy, retry_busy_s), true},
	[CMP_NO_ANSWER] = {"no_answer",
			   offsetof(struct cmp_policy, retry_no_answer_s), true,
			   true},
	[CMP_DECLINED] = {"declined",
			  offsetof(struct cmp_policy, retry_declined_s), true,
			  true},
	[CMP_POWERED_OFF] = {"powered_off",
			     offsetof(struct cmp_policy, retry_powered_off_s),
			     true, true},
	[CMP_TRUNK_FAILURE] = {"trunk_failure",
			       offsetof(struct cmp_policy, retry_trunk_s),
			       true},
	[CMP_VACANT_NUMBER] = {"vacant_number",
			       offsetof(struct cmp_policy, retry_no_answer_s),
			       false},
	/* It may have rung: never dial again on a guess. */
	[CMP_INTERRUPTED] = {"interrupted",
			     offsetof(struct cmp_policy, retry_interrupted_s),
			     false},
};

static const struct line *line_of(enum cmp_outcome outcome)
{
	unsigned i = (unsigned)outcome;

	return i < sizeof(lines) / sizeof(lines[0]) && lines[i].disposition
		       ? &lines[i]
		       : &lines[CMP_OTHER_FAILURE];
}

static int64_t rest_s(const struct line *line, const struct cmp_policy *policy)
{
	return *(const int64_t *)((const char *)policy + line->rest);
}

int64_t cmp_outcome_wait_s(enum cmp_outcome outcome,
			   const struct cmp_policy *policy)
{
	if (outcome == CMP_OUTCOME_UNKNOWN || outcome == CMP_ANSWERED)
		return 0;

	return rest_s(line_of(outcome), policy);
}

struct cmp_end cmp_outcome_end(const struct cmp_end_input *in,
			       const struct cmp_policy *policy)
{
	const struct line *line = line_of(in->outcome);
	unsigned failed = in->trunk_failures;
	struct cmp_end end = {0};

	if (in->answered || in->outcome == CMP_ANSWERED) {
		answered(in, policy, &end);
		return end;
	}
	end = (struct cmp_end){
		.final = true,
		.disposition = line->disposition,
		.retry = line->retry,
		.retry_after_s =
			line->retry ? (uint32_t)rest_s(line, policy) : 0,
		.by_hour = line->by_hour && policy->best_hour,
		.trunk_failed = in->outcome == CMP_TRUNK_FAILURE,
	};
	if (end.trunk_failed)
		end.retry = ++failed < MAX_TRUNK_FAILURES;
	else if (in->attempts - failed >= in->max_attempts)
		end.retry = false;

	return end;
}
