/**
 * @file inspect.h  Which rules does a dialog break so far? Pure: no loop, no
 *                  clock; the same dialog gives the same findings.
 */
#ifndef QA_INSPECT_H
#define QA_INSPECT_H

#include "dialog.h"
#include "rules.h"

struct qa_finding {
	const struct qa_rule *rule;
	uint32_t line; /**< 1-based turn; 0: the whole call */
};

struct qa_report {
	struct qa_finding *findings; /**< shape (n), by line, then rule */
	size_t n;
	uint32_t rules_checked; /**< Ids that apply to this call */
	uint32_t score;		/**< [0..100] */
};

/**
 * Inspect. What can still be made good is not a finding before d->ended.
 *
 * @param rules  Borrowed @param d Borrowed, turns in order
 * @param[out] report Freed with qa_report_fini; untouched on error
 * @return 0, -ENOMEM, -EIO
 */
int qa_inspect(struct qa_rules *rules, const struct qa_dialog *d,
	       struct qa_report *report);
void qa_report_fini(struct qa_report *report);
/** What a finding costs of the score. @param severity [1..3], else nothing */
uint32_t qa_cost(uint32_t severity);

/** Can the rule be judged of an utterance alone, whatever was said before? */
bool qa_stands_alone(const struct qa_rule *rule);

#endif
