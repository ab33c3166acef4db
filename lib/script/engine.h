/**
 * @file engine.h  A conversation as a pure function: state and event in, state
 *                 and actions out.
 *
 * No I/O, no clock. The same script, session and events give the same actions,
 * so that a finished call can be replayed.
 *
 * Order of what is tried for something that was said: the state's own
 * transitions; answers (a digression: the answer and the question again, in
 * one prompt); the global transitions; backchannel (keep listening); else it
 * was not understood. Identity before business: a transition to a state that
 * requires a verified callee is not taken before one that verifies.
 */
#ifndef YH_DIALOG_ENGINE_H
#define YH_DIALOG_ENGINE_H

#include "script/script.h"

enum { YH_PROMPT_MAX = 2000 };

enum yh_cause { YH_ANSWERED, YH_SAID, YH_SILENT };

/** What happened. */
struct yh_dialog_event {
	enum yh_cause cause;
	const char *intent; /**< YH_SAID: "none" when not understood */
};

/** Values of {variables}. @return Borrowed text or NULL */
typedef const char *yh_variable_cb(void *arg, const char *name, size_t len);

/** What a call has come to; plain values, owned by the caller. */
struct yh_dialog_state {
	int state;	  /**< Index; -1 before the answer */
	unsigned unclear; /**< In a row, in this state */
	unsigned silences;
	bool verified;
	bool ended;
};

/** What to do. */
struct yh_dialog_actions {
	char prompt[YH_PROMPT_MAX]; /**< UTF-8; empty: say nothing */
	bool keep_listening;	    /**< Nothing changes: a backchannel */
	bool barge_in;
	bool hang_up; /**< After the prompt */
	bool do_not_call;
	bool understood;
	uint32_t listen_ms;
	const char *channel, *template_id; /**< Borrowed; NULL = none */
	const char *disposition;	   /**< Borrowed; set when it ended */
};

/** Step.
 * @param s   Changed in place
 * @param ev  Borrowed
 * @param[out] out All of it is set
 * @return 0, -EALREADY (it has ended: nothing to do), -ENOSPC (the prompt is
 * too long) */
int yh_dialog_step(const struct yh_script *script, struct yh_dialog_state *s,
		   const struct yh_dialog_event *ev, yh_variable_cb *variable,
		   void *arg, struct yh_dialog_actions *out);

#endif
