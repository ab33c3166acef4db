/**
 * @file keypad.h  Answers by the telephone's keys, when speech is not
 * understood.
 *
 * Pure. One key answers a question: 1 yes, 2 no, 0 a person, * once more; more
 * of them are the digits of an amount, a term or a number that is asked for.
 */
#ifndef YH_SCRIPT_KEYPAD_H
#define YH_SCRIPT_KEYPAD_H

#include "script/slot.h"

/** @param keys "0".."9", "*", "#" as pressed, borrowed
 * @return Intent of the row of keys, "none" when it has none by itself */
const char *yh_keypad_intent(const char *keys);
/** What to tell a callee whom no engine can hear.
 * @param slot That is asked for, NULL = a question
 * @return Static UTF-8 */
const char *yh_keypad_prompt(const struct yh_slot *slot);

#endif
