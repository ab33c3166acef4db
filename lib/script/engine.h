/**
 * @file engine.h  A conversation as a pure function: state and event in, state
 *                 and actions out.
 *
 * No I/O, no clock. The same script, session and events give the same actions,
 * so that a finished call can be replayed.
 *
 * Order of what is tried for something that was said:
 *
 *   1. conditions (`when`): the script's, then the state's
 *   2. slots: the one that is asked for, others said along (also those that
 *      later states ask for), corrections of what the state repeats
 *      ("不对，是十二期") or what an outspoken correction names
 * ("期数改成六期")
 *   3. the state's own transitions; answers (a digression: the answer and the
 *      question again, in one prompt); the global transitions; "say again"
 *   4. the recogniser's other hypotheses, best first: the slot that is asked
 *      for, the state's own transitions
 *   5. backchannel (keep listening); else it was not understood
 *
 * Steps 1 and 2 are left out for what a callee may demand (no more calls, a
 * person, a complaint) and for who must not be talked business to (a third
 * party, a child): neither a condition nor a slot may take such a sentence.
 *
 * Identity before business: a state that requires a verified callee is not
 * entered before one that verifies. Silence is never consent.
 */
#ifndef YH_DIALOG_ENGINE_H
#define YH_DIALOG_ENGINE_H

#include "script/script.h"
#include "text/endpoint.h"

enum { YH_PROMPT_MAX = 2000, YH_DIALOG_OTHERS = 4 };

enum yh_cause { YH_ANSWERED, YH_SAID, YH_SILENT };

/** What happened. */
struct yh_dialog_event {
	enum yh_cause cause;
	const char *intent; /**< YH_SAID: "none" when not understood */
	const char *text;   /**< YH_SAID: UTF-8; NULL = not known */
	/** Intents of other hypotheses, best first; NULL-terminated when fewer
	 */
	const char *others[YH_DIALOG_OTHERS];
	const char *other_texts[YH_DIALOG_OTHERS]; /**< Of the same; or NULL */
	const char *emotion; /**< Of the utterance; NULL = not known */
	bool deaf; /**< YH_SAID: no engine could hear it; keys can be pressed */
	struct yh_day today; /**< In the callee's zone */
};

/** Values of {variables} and of the facts attempts, hour, arm.
 * @return Borrowed text or NULL */
typedef const char *yh_variable_cb(void *arg, const char *name, size_t len);

/** What a call has come to; plain values, owned by the caller. */
struct yh_dialog_state {
	int state;	  /**< Index; -1 before the answer */
	unsigned unclear; /**< In a row, in this state */
	unsigned silences;
	unsigned turns;	  /**< All steps */
	unsigned wording; /**< Chooses among wordings; the same for all of a
			     call */
	bool verified;
	bool ended;
	char slots[YH_SCRIPT_MAX_SLOTS][YH_SLOT_VALUE]; /**< "" = not known */
	char emotion[16];
	unsigned emotion_turns; /**< Utterances in a row with it */
};

/** What to do. */
struct yh_dialog_actions {
	char prompt[YH_PROMPT_MAX]; /**< UTF-8; empty: say nothing */
	bool keep_listening;	    /**< Nothing changes: a backchannel */
	bool resume;		    /**< Nor did the callee mean to interrupt */
	bool barge_in;
	bool hang_up; /**< After the prompt */
	bool do_not_call;
	bool understood;
	uint32_t listen_ms;
	enum yh_expect expect; /**< With a question: what it waits for */
	const char *channel, *template_id; /**< Borrowed; NULL = none */
	const char *disposition;	   /**< Borrowed; set when it ended */
};

/** Of a call that is not answered yet. @param wording Any number */
struct yh_dialog_state yh_dialog_begin(unsigned wording);

/** Step.
 * @param s   Changed in place
 * @param ev  Borrowed
 * @param[out] out All of it is set
 * @return 0, -EALREADY (it has ended: nothing to do), -ENOSPC (the prompt is
 * too long), -ELOOP (states lead to each other without a question) */
int yh_dialog_step(const struct yh_script *script, struct yh_dialog_state *s,
		   const struct yh_dialog_event *ev, yh_variable_cb *variable,
		   void *arg, struct yh_dialog_actions *out);

/** @return Slot that is asked for now, -1 = none */
int yh_dialog_asks(const struct yh_script *script,
		   const struct yh_dialog_state *s);

/** Is it something that a callee may demand, or says who must not be talked
 * business to? Neither a condition nor a slot takes such a sentence. */
bool yh_dialog_is_demand(const char *intent);

#endif
