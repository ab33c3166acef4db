/**
 * @file dialog.h  What the inspector looks at: a dialog so far. Plain values,
 *                 the same shape as a line of an inspection file.
 */
#ifndef QA_DIALOG_H
#define QA_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum qa_speaker { QA_BOT = 1, QA_AGENT = 2, QA_CALLEE = 4 };

/** Kind of call; bits, so that a rule can name several. */
enum qa_kind {
	QA_MARKETING = 1,
	QA_WEALTH = 2,
	QA_LOAN = 4,
	QA_COLLECTION = 8,
	QA_SERVICE = 16,
};

struct qa_turn {
	enum qa_speaker speaker;
	uint32_t start_ms, end_ms; /**< Since the answer [ms] */
	char *text;		   /**< UTF-8 */
	char *intent;  /**< Id of a general intent, NULL if unknown */
	char *emotion; /**< "angry", ...; NULL if unknown */
	bool open;     /**< May yet be broken off: end_ms is what was planned */
	bool cut;      /**< Was broken off at end_ms: not all was said */
};

/** Something that is known of the call: "age" 67, "verified" 1. */
struct qa_fact {
	char *name;
	double value; /**< Yes or no: 1 or 0 */
};

struct qa_dialog {
	enum qa_kind kind;
	struct qa_fact
		*facts; /**< shape (n_facts); what is missing is unknown */
	size_t n_facts;
	char *bank_name;       /**< NULL if unknown */
	struct qa_turn *turns; /**< shape (n_turns), by start_ms */
	size_t n_turns;
	bool ended; /**< No turn will follow */
};

/** @return The kind for a word ("loan"), or 0 */
enum qa_kind qa_kind_of(const char *word);

/** Append a turn. @param text, intent Borrowed, copied; intent may be NULL
 * @return 0, -ENOMEM */
int qa_dialog_add(struct qa_dialog *d, enum qa_speaker speaker,
		  uint32_t start_ms, uint32_t end_ms, const char *text,
		  const char *intent);

/** Note a fact; a later one of the same name replaces it. @return 0, -ENOMEM */
int qa_dialog_fact(struct qa_dialog *d, const char *name, double value);

/** @return Is it known? @param[out] value Untouched if not */
bool qa_dialog_known(const struct qa_dialog *d, const char *name,
		     double *value);

/** Order the turns by their start; equal ones keep their order. */
void qa_dialog_sort(struct qa_dialog *d);

/** Free what the dialog holds. */
void qa_dialog_fini(struct qa_dialog *d);

#endif
