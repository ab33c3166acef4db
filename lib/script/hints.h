/**
 * @file hints.h  What a callee can be expected to say in a state of a script:
 *                for the recogniser and for the end of their turn.
 *
 * Pure. The general intents are not among it: every recogniser knows them.
 */
#ifndef YH_SCRIPT_HINTS_H
#define YH_SCRIPT_HINTS_H

#include "script/script.h"
#include "text/endpoint.h"

enum { YH_HINTS_MAX = 256 };

/** Phrases and rules, the likelier ones first: of the slots that the state asks
 * for or repeats a rule ("<amount>", services/asr-gateway/model/spoken.jsgf) or
 * the choices' words, then the script's own intents.
 * @param state Index; -1 = none: the intents alone
 * @param out   Receives borrowed texts, shape (max)
 * @return how many */
size_t yh_script_hints(const struct yh_script *script, int state,
		       const char **out, size_t max);

/** Does the state say the slot's value, so that it can be put right? */
bool yh_script_repeats(const struct yh_state *state, const char *slot);

/** What the state's question waits for.
 * @param slot Index of the slot that it asks for, -1 = none */
enum yh_expect yh_script_expects(const struct yh_script *script, int state,
				 int slot);

#endif
