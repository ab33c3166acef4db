/**
 * @file script.h  A script (话术): states, prompts, slots, transitions.
 *
 * Pure. Every fault is told as "LINE:COLUMN: what is wrong, what to do". The
 * reference with all keys is docs/scripts.md; in short:
 *
 *   id: card_instalment
 *   title: 信用卡账单分期
 *   variables: [card_tail, amount]   # the contact's fields that texts use
 *   listen_ms: 6000                  # after that it is silence
 *   start: greeting
 *   intents: [{id: want_twelve, examples: [分十二期吧]}]  # beside the general
 *   slots:
 *     term: {type: term, min: 3, max: 24, ask: 您想分几期？}
 *   statements:                      # what must have been said before a state
 *     risk: {rule: Q12, text: 产品有风险, before: [accepted]}
 *   answers: {who_are_you: 我是…}    # anywhere; then the question again
 *   global: {do_not_call: stop}      # transitions that hold in every state
 *   when: [{if: emotion == angry for 2 turns, go: transfer}]
 *   limits: {turns: 30, go: not_understood}
 *   silence: {times: 2, go: nobody}  # of states without their own; unclear too
 *   keys: {say: 办请按1，不办请按2, 1: affirm, 2: deny}   # the same; keypad.h
 *   states:
 *     greeting:
 *       say: [您好，{name}, 喂您好]    # one of them, the same in all of a call
 *       ask: 请问是您本人吗            # the question; said after `say`
 *       on:
 *         is_self: [{if: age >= 70, go: elder}, {go: offer}]
 *       unclear: {times: 2, say: 抱歉, go: not_understood}
 *     offer: {requires: verified, fill: [term], then: confirm, ...}
 *     rate: {say: 年化利率是{rate}, back: true}  # then where one came from
 *     stop: {say: 再见, end: do_not_call, do: [do_not_call]}
 */
#ifndef YH_SCRIPT_H
#define YH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "script/cond.h"
#include "script/slot.h"
#include "text/intents.h"

enum {
	YH_SCRIPT_MAX_BYTES = 256 * 1024,
	YH_SCRIPT_MAX_STATES = 200,
	YH_SCRIPT_MAX_ID = 63, /**< Characters of a script's id */
	YH_KEYS = 11,	       /**< "0" to "9" and "*" */
};

/** Wordings of one thing; one of them is said. */
struct yh_texts {
	char **list; /**< Shape (n), UTF-8 with {variables} */
	unsigned n;
};

/** Where to go, and on which condition. */
struct yh_route {
	struct yh_cond *when; /**< NULL = always */
	char *go;
	int target; /**< Index of the state */
};

/** The first one whose condition holds is taken. */
struct yh_routes {
	struct yh_route *list; /**< Shape (n) */
	unsigned n;
};

struct yh_move {
	char *intent;
	struct yh_routes routes;
};

struct yh_moves {
	struct yh_move *list; /**< Shape (n) */
	unsigned n;
};

struct yh_answer {
	char *intent;
	struct yh_texts say;
};

/** What to do when nothing, or nothing clear, was said. */
struct yh_retry {
	unsigned times; /**< So often the question is said again */
	char *say;	/**< Before the question; NULL = the default */
	char *go;	/**< Then this state */
	int target;
};

/** What the telephone's keys mean to whom no engine can hear. */
struct yh_keys {
	char *say; /**< Names each of them; NULL = nothing is said of keys */
	char *intents[YH_KEYS]; /**< keypad.h; NULL = it means nothing */
};

struct yh_state {
	char *id;
	struct yh_texts say, ask; /**< n may be 0, not of both */
	struct yh_moves on;
	struct yh_routes when; /**< Looked at before what was said */
	struct yh_retry silence, unclear;
	struct yh_keys keys;
	unsigned fill[YH_SCRIPT_MAX_SLOTS]; /**< Slots it asks for, in order */
	unsigned n_fill;
	struct yh_routes then; /**< When they are filled */
	bool barge_in;
	bool verifies;	  /**< Entered = the identity is proven */
	bool verified;	  /**< Only to be entered with proven identity */
	bool do_not_call; /**< Action on entering */
	bool back;	  /**< Says, then is where it came from */
	char *channel, *template_id; /**< Hand-over on entering, or NULL */
	char *end; /**< Disposition: a final state; NULL otherwise */
};

/** Words that the law or the bank wants said. */
struct yh_statement {
	char *id, *rule; /**< Rule of the inspector that it satisfies */
	char *text;	 /**< Stands like this in a prompt */
	char **before;	 /**< States, shape (n_before); none: every end
			      after the identity is proven */
	unsigned n_before;
};

struct yh_script {
	char *id, *title;
	char *kind; /**< marketing, service, collection ...; NULL = not said */
	char **variables;
	unsigned n_variables;
	uint32_t listen_ms;
	struct yh_intents intents; /**< Its own */
	struct yh_slot *slots;	   /**< Shape (n_slots) */
	unsigned n_slots;
	struct yh_statement *statements; /**< Shape (n_statements) */
	unsigned n_statements;
	struct yh_answer *answers; /**< Shape (n_answers) */
	unsigned n_answers;
	struct yh_moves global;
	struct yh_routes when;
	struct yh_retry silence, unclear; /**< Of states without their own */
	struct yh_keys keys;		  /**< The same */
	unsigned max_turns;		  /**< 0 = no limit */
	struct yh_route over;		  /**< Then there */
	struct yh_state *states;	  /**< Shape (n_states) */
	unsigned n_states;
	unsigned start;
};

/** Parse and check.
 * @param[out] out  Owned by the caller; untouched on error
 * @param      text Borrowed, UTF-8 YAML, shape (len)
 * @param      error Receives the first fault (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM */
int yh_script_parse(struct yh_script **out, const char *text, size_t len,
		    char *error, size_t size);
/** @param script Taken, may be NULL */
void yh_script_destroy(struct yh_script *script);

/** @return Index of a state, slot; -1 = there is none. Names as (text, len) */
int yh_script_state(const struct yh_script *script, const char *id);
int yh_script_slot(const struct yh_script *script, const char *id, size_t len);
/** @return What an intent does, NULL = nothing */
const struct yh_move *yh_moves_find(const struct yh_moves *moves,
				    const char *intent);
const struct yh_answer *yh_script_answer(const struct yh_script *script,
					 const char *intent);

#endif
