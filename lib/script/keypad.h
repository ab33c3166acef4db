/**
 * @file keypad.h  Answers by the telephone's keys, when speech is not
 * understood.
 *
 * Pure. One key is an intent: what the state says of it (`keys`), else the
 * script, else the usual: 1 yes, 2 no, 0 a person, * once more. Where an
 * amount, a term or a number is asked for keys are its digits; 0 alone is a
 * person there, too, and * once more.
 */
#ifndef YH_SCRIPT_KEYPAD_H
#define YH_SCRIPT_KEYPAD_H

#include "script/script.h"

/** @return Index in struct yh_keys of a key, -1: it is none ("#" ends a row) */
int yh_keypad_key(char key);
/** @param state Index; -1: before the first one
 * @param slot That is asked for, -1 = a question
 * @param keys "0".."9", "*" as pressed, borrowed
 * @return Intent of the row of keys, "none" when it has none by itself;
 * borrowed from the script */
const char *yh_keypad_intent(const struct yh_script *script, int state,
			     int slot, const char *keys);
/** What to tell a callee whom no engine can hear.
 * @return UTF-8, with {variables}; borrowed from the script */
const char *yh_keypad_prompt(const struct yh_script *script, int state,
			     int slot);

#endif
