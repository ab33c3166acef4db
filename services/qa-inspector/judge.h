/**
 * @file judge.h  The kinds of rules: does a dialog break one? Pure. Each adds
 *                what it finds with qa_found.
 */
#ifndef QA_JUDGE_H
#define QA_JUDGE_H

#include "inspect.h"
#include "match.h"

/** A judgement under way. */
struct qa_judge {
	struct qa_view view;
	struct qa_report *out;
	int err;
};

/** Note that a turn (index; QA_NONE: the whole call) breaks the rule. */
void qa_found(struct qa_judge *j, const struct qa_rule *r, size_t turn);

void qa_judge_not(struct qa_judge *j, const struct qa_rule *r);
void qa_judge_must(struct qa_judge *j, const struct qa_rule *r);
void qa_judge_stop(struct qa_judge *j, const struct qa_rule *r);
void qa_judge_digits(struct qa_judge *j, const struct qa_rule *r);
void qa_judge_audio(struct qa_judge *j, const struct qa_rule *r);

/** Are the rule's words to be judged in this turn? */
bool qa_is_judged(const struct qa_rule *r, const struct qa_turn *t);

/** Does one of the rule's emotions sound in this turn? */
bool qa_has_emotion(const struct qa_rule *r, const struct qa_turn *t);

#endif
