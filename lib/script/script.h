/**
 * @file script.h  A script (话术): states, prompts, transitions. From YAML.
 *
 * Pure. Every fault is told as "LINE:COLUMN: what is wrong, what to do".
 *
 *   id: card_instalment
 *   title: 信用卡账单分期
 *   variables: [bank_name, name]
 *   listen_ms: 6000            # wait for speech so long, then it is silence
 *   start: greeting
 *   intents:                   # beside the general ones
 *     - {id: want_twelve, examples: [分十二期吧]}
 *   answers:                   # questions that are answered everywhere; then
 *     who_are_you: 我是…       # the state's `ask` is said again
 *   global: {do_not_call: stop} # transitions that hold in every state
 *   states:
 *     greeting:
 *       say: 您好，{name}
 *       ask: 请问是您本人吗    # the question; said after `say`
 *       on: {is_self: offer}   # intent: next state
 *       silence: {times: 2, go: nobody}
 *       unclear: {times: 2, go: not_understood}
 *     offer: {requires: verified, ...}
 *     stop: {say: 再见, end: do_not_call, do: [do_not_call]}
 *
 * Further keys of a state: barge_in (default true), verifies (entering it by a
 * transition means that the identity is proven), do: [do_not_call],
 * handover: {channel: app, template: x}, silence.say / unclear.say.
 */
#ifndef YH_SCRIPT_H
#define YH_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/intents.h"

enum {
	YH_SCRIPT_MAX_BYTES = 256 * 1024,
	YH_SCRIPT_MAX_STATES = 200,
	YH_SCRIPT_MAX_ID = 63, /**< Characters of a script's id */
};

/** intent -> state (or text, for answers). */
struct yh_pair {
	char *key, *value;
	int target; /**< Index of the state; -1 for texts */
};

struct yh_pairs {
	struct yh_pair *list; /**< Shape (n) */
	unsigned n;
};

/** What to do when nothing, or nothing clear, was said. */
struct yh_retry {
	unsigned times; /**< So often the question is said again */
	char *say;	/**< Before the question; NULL = the default */
	char *go;	/**< Then this state */
	int target;
};

struct yh_state {
	char *id, *say, *ask; /**< say, ask may be NULL, not both */
	struct yh_pairs on;
	struct yh_retry silence, unclear;
	bool barge_in;
	bool verifies;	  /**< Entered = the identity is proven */
	bool verified;	  /**< Only to be entered with proven identity */
	bool do_not_call; /**< Action on entering */
	char *channel, *template_id; /**< Hand-over on entering, or NULL */
	char *end; /**< Disposition: a final state; NULL otherwise */
};

struct yh_script {
	char *id, *title;
	char **variables;
	unsigned n_variables;
	uint32_t listen_ms;
	struct yh_intents intents; /**< Its own */
	struct yh_pairs answers, global;
	struct yh_state *states; /**< Shape (n_states) */
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

/** @return Index of a state, or -1 */
int yh_script_state(const struct yh_script *script, const char *id);
/** @return The value for a key, or NULL */
const struct yh_pair *yh_pairs_find(const struct yh_pairs *pairs,
				    const char *key);

#endif
