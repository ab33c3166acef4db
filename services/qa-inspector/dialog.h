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

enum qa_known { QA_UNKNOWN = 0, QA_NO, QA_YES };

struct qa_turn {
	enum qa_speaker speaker;
	uint32_t start_ms, end_ms; /**< Since the answer [ms] */
	char *text;		   /**< UTF-8 */
	char *intent;		   /**< Id of intents.md, NULL if unknown */
};

struct qa_dialog {
	enum qa_kind kind;
	enum qa_known verified;		 /**< The callee is the right person */
	enum qa_known free_interest;	 /**< The offer truly costs nothing */
	int age;			 /**< [years], 0 = unknown */
	int product_risk, customer_risk; /**< [1..5], 0 = unknown */
	char *bank_name;		 /**< NULL if unknown */
	struct qa_turn *turns;		 /**< shape (n_turns), by start_ms */
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

/** Order the turns by their start; equal ones keep their order. */
void qa_dialog_sort(struct qa_dialog *d);

/** Free what the dialog holds. */
void qa_dialog_fini(struct qa_dialog *d);

#endif
