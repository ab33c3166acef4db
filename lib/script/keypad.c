/** @file keypad.c  Answers by keys, contract in keypad.h */
#include <string.h>

#include "script/keypad.h"

static const char KEYS[] = "0123456789*";

static const struct yh_keys usual = {
	.say = (char *)"抱歉，线路不好，听不清您说话。是请按1，不是请按2，转人"
		       "工"
		       "请按0。",
	.intents = {[0] = (char *)"human_agent",
		    [1] = (char *)"affirm",
		    [2] = (char *)"deny",
		    [10] = (char *)"repeat"},
};

static const struct yh_keys digits = {
	.say = (char *)"抱歉，线路不好，听不清您说话，请按数字键回答，以井号键"
		       "结束，转人工请按0。",
	.intents = {[0] = (char *)"human_agent", [10] = (char *)"repeat"},
};

_Static_assert(sizeof(KEYS) - 1 == YH_KEYS, "an intent a key");

int yh_keypad_key(char key)
{
	const char *at = key ? strchr(KEYS, key) : NULL;

	return at ? (int)(at - KEYS) : -1;
}

static bool has_digits(const struct yh_slot *slot)
{
	return slot->type == YH_SLOT_AMOUNT || slot->type == YH_SLOT_TERM ||
	       slot->type == YH_SLOT_PHONE;
}

static const struct yh_keys *keys_of(const struct yh_script *script, int state,
				     int slot)
{
	if (slot >= 0 && has_digits(&script->slots[slot]))
		return &digits;
	if (state >= 0 && script->states[state].keys.say)
		return &script->states[state].keys;

	return script->keys.say ? &script->keys : &usual;
}

const char *yh_keypad_intent(const struct yh_script *script, int state,
			     int slot, const char *keys)
{
	const struct yh_keys *k = keys_of(script, state, slot);
	int key = keys[0] && !keys[1] ? yh_keypad_key(keys[0]) : -1;

	return key >= 0 && k->intents[key] ? k->intents[key] : "none";
}

const char *yh_keypad_prompt(const struct yh_script *script, int state,
			     int slot)
{
	return keys_of(script, state, slot)->say;
}
