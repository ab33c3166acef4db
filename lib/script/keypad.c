/** @file keypad.c  Answers by keys, contract in keypad.h */
#include <stddef.h>

#include "script/keypad.h"

const char *yh_keypad_intent(const char *keys)
{
	if (!keys[0] || keys[1])
		return "none";
	switch (keys[0]) {
	case '1':
		return "affirm";
	case '2':
		return "deny";
	case '0':
		return "human_agent";
	case '*':
		return "repeat";
	default:
		return "none";
	}
}

static bool has_digits(const struct yh_slot *slot)
{
	return slot &&
	       (slot->type == YH_SLOT_AMOUNT || slot->type == YH_SLOT_TERM ||
		slot->type == YH_SLOT_PHONE);
}

const char *yh_keypad_prompt(const struct yh_slot *slot)
{
	if (has_digits(slot))
		return "抱歉，线路不好，听不清您说话，请按数字键回答，以井号键"
		       "结束，转人工请按0。";

	return "抱歉，线路不好，听不清您说话。是请按1，不是请按2，转人工请按0"
	       "。";
}
