/**
 * @file opinion.h  A second opinion on what a doubtful sentence means, from an
 *                  OpenAI-compatible server; off unless configured.
 *
 * Only for what the local classifier is not sure of, and never for a demand (no
 * more calls, a person, a complaint ...): those stand. At most 800 ms; then,
 * and when too many are under way or the server has failed often, the local
 * answer stands. Loop thread.
 */
#ifndef DLG_OPINION_H
#define DLG_OPINION_H

#include <uv.h>

#include "opinion_text.h"

enum { DLG_OPINION_MS = 800 };

struct dlg_opinion;

/** Settings; texts borrowed until closed. */
struct dlg_opinion_conf {
	const char *url;      /**< .../v1/chat/completions; "" = off */
	const char *hosts;    /**< That may be asked, "a.bank,b.bank:8443" */
	const char *model;    /**< As the server calls it */
	const char *key_file; /**< With the bearer's key; "" = none */
	uint32_t timeout_ms;  /**< [50..DLG_OPINION_MS] */
	uint32_t most;	      /**< Under way at once [1..1000] */
	double below;	      /**< Confidence below which it is asked [0..1] */
};

/** @param[out] out NULL when it is off
 * @return 0, YH_ERR_BAD_CONFIG (logged: the host is not allowed, the key cannot
 * be read), -ENOMEM */
int dlg_opinion_open(struct dlg_opinion **out, uv_loop_t *loop,
		     const struct dlg_opinion_conf *conf);
/** What is under way ends without an opinion. @param o Taken, may be NULL */
void dlg_opinion_close(struct dlg_opinion *o);

/** Is the local answer doubtful? @param o May be NULL: no */
bool dlg_opinion_wanted(const struct dlg_opinion *o, const char *intent,
			float confidence);

/** @param intent Borrowed until the callback returns; NULL = no opinion */
typedef void dlg_opinion_cb(void *arg, const char *intent);

/** Ask. @param text, question Borrowed, redacted @param choices Copied; what it
 * points to must live until cb comes
 * @return 0 and cb comes once, later; -EAGAIN (not now), -ENOMEM */
int dlg_opinion_ask(struct dlg_opinion *o, const char *question,
		    const char *text, const struct dlg_choices *choices,
		    dlg_opinion_cb *cb, void *arg);

#endif
