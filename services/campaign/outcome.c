/** @file outcome.c  Ends of calls, contract in outcome.h */
#include <string.h>

#include "outcome.h"

enum { MAX_TRUNK_FAILURES = 5 }; /* a contact; then it is done */

/* The dialog's word counts; without it, who hung up says what it was. */
static void answered(const struct cmp_end_input *in, struct cmp_end *end)
{
	end->final = *in->dialog || in->dialog_late;
	if (*in->dialog)
		end->disposition = in->dialog;
	else if (in->outcome == CMP_INTERRUPTED)
		end->disposition = "interrupted";
	else if (!strcmp(in->hung_up_by, "callee"))
		end->disposition = "callee_hangup";
	else if (!strcmp(in->hung_up_by, "bot"))
		end->disposition = "no_dialog";
	else
		end->disposition = "interrupted";
}

static void by_line(const struct cmp_end_input *in,
		    const struct cmp_backoff *backoff, struct cmp_end *end)
{
	end->final = true;
	end->retry = true;
	end->disposition = "other_failure";
	end->retry_after_s = backoff->no_answer_s;
	switch (in->outcome) {
	case CMP_LINE_BUSY:
		end->disposition = "line_busy";
		end->retry_after_s = backoff->busy_s;
		break;
	case CMP_NO_ANSWER:
		end->disposition = "no_answer";
		break;
	case CMP_DECLINED:
		end->disposition = "declined";
		end->retry_after_s = backoff->declined_s;
		break;
	case CMP_POWERED_OFF:
		end->disposition = "powered_off";
		end->retry_after_s = backoff->powered_off_s;
		break;
	case CMP_TRUNK_FAILURE:
		end->disposition = "trunk_failure";
		end->retry_after_s = backoff->trunk_s;
		end->trunk_failed = true;
		break;
	case CMP_VACANT_NUMBER:
		end->disposition = "vacant_number";
		end->retry = false;
		break;
	case CMP_INTERRUPTED:
		/* It may have rung: never dial again on a guess. */
		end->disposition = "interrupted";
		end->retry = false;
		break;
	default:
		break;
	}
}

struct cmp_end cmp_outcome_end(const struct cmp_end_input *in,
			       const struct cmp_backoff *backoff)
{
	unsigned failed = in->trunk_failures;
	struct cmp_end end = {0};

	if (in->answered || in->outcome == CMP_ANSWERED) {
		answered(in, &end);
		return end;
	}
	by_line(in, backoff, &end);
	if (end.trunk_failed)
		end.retry = ++failed < MAX_TRUNK_FAILURES;
	else if (in->attempts - failed >= in->max_attempts)
		end.retry = false;

	return end;
}
