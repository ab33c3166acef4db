/**
 * @file slot.h  What a conversation asks for: amounts, dates, choices.
 *
 * Pure. A value is kept as text in one form a type, so that it can go through
 * Redis, records and conditions:
 *
 *   amount  "1200.00" [CNY]       date   "2026-11-30"
 *   time    "15:30"               term   "12" [months]
 *   yes_no  "yes", "no"           choice the id of the choice
 *   phone   "13800000000"         text   what was said
 */
#ifndef YH_SLOT_H
#define YH_SLOT_H

#include "text/intents.h"
#include "text/numbers.h"

enum { YH_SLOT_VALUE = 64, YH_SCRIPT_MAX_SLOTS = 16 };

enum yh_slot_type {
	YH_SLOT_AMOUNT,
	YH_SLOT_DATE,
	YH_SLOT_TIME,
	YH_SLOT_TERM,
	YH_SLOT_YES_NO,
	YH_SLOT_CHOICE,
	YH_SLOT_PHONE,
	YH_SLOT_TEXT,
};

struct yh_slot {
	char *id;
	enum yh_slot_type type;
	char *ask;     /**< The question for it */
	char *clarify; /**< Before the question, when not understood; or NULL */
	double min, max; /**< Of amount [CNY] and term [months]; 0 = none */
	struct yh_intents choices; /**< Of a choice: id and how it is said */
};

/** What was said. */
struct yh_heard {
	const char *text;   /**< UTF-8 */
	const char *intent; /**< affirm, deny: yes_no */
	struct yh_day today;
	bool asked; /**< For this slot; else only the unmistakable is taken */
};

/** @return The type of a name ("amount"), -1 = there is none */
int yh_slot_type(const char *name);
/** Find the slot's value in what was said.
 * @param[out] value UTF-8, untouched when nothing fits
 * @return Was it there, and in its range? */
bool yh_slot_fill(const struct yh_slot *slot, const struct yh_heard *heard,
		  char value[YH_SLOT_VALUE]);
/** The value as a person says it: 1200元 without 元, 11月30日, the choice's
 * first example. @param out Receives UTF-8 (size bytes) */
void yh_slot_show(const struct yh_slot *slot, const char *value, char *out,
		  size_t size);

#endif
