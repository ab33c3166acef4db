/**
 * @file progress.h  What a call turned out to be: witnesses gathered and told.
 *
 * A leg's ear (lib/progress) hears; SIP, Q.850 and the recogniser are asked
 * here. Speech of early media that no fingerprint knows is sent to asr-gateway,
 * at most DIAL_PROGRESS_ASKED times a call. A verdict never ends a call: it is
 * told and kept, and the dialog goes on. Loop thread.
 */
#ifndef DIAL_PROGRESS_H
#define DIAL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "progress/verdict.h"

enum {
	DIAL_PROGRESS_ASKED = 4,      /**< Pieces of early media recognised */
	DIAL_PROGRESS_BYTES = 64000,  /**< Of one: 8 s */
	DIAL_PROGRESS_TOLD = 16,      /**< Events of a call at most */
	DIAL_PROGRESS_UTTERANCES = 2, /**< Whose words count after the answer */
};

struct dial_app;
struct dial_call;
struct dial_news;
struct dial_heard;

/** A call's; zeroed with it. */
struct dial_progress {
	struct yh_evidence evidence[YH_WITNESSES];
	struct yh_progress_verdict verdict;
	bool answered;	       /**< It is of an answered call */
	uint32_t ms, first_ms; /**< As the ear's, when it last told */
	uint32_t at_ms;	       /**< When the verdict was given */
	uint32_t n_told;       /**< Events */
	uint8_t *alaw;	       /**< Speech that is gathered; owned */
	size_t len;
	unsigned asked, waiting; /**< Of the recogniser; not answered yet */
	bool late; /**< Words came after the line was down: the outcome may be
		      another */
};

/** The ear has told something. @param news Borrowed, of kind PROGRESS */
void dial_progress_news(struct dial_call *c, const struct dial_news *news);
/** Speech of early media. @param news Borrowed, of kind AUDIO */
void dial_progress_audio(struct dial_call *c, const struct dial_news *news);
/** The call is answered: another question begins. */
void dial_progress_answer(struct dial_call *c);
/** What the callee said. @param heard Borrowed */
void dial_progress_heard(struct dial_call *c, const struct dial_heard *heard);
/** SIP's end is known: the call's sip_code and q850 are. */
void dial_progress_end(struct dial_call *c);
/** Why there was no call, as it was heard before the answer: the name of a
 * class of kind REFUSED, SERVICE or MACHINE, "" if nothing was. Static */
const char *dial_progress_announced(const struct dial_call *c);
/** Free what was gathered. */
void dial_progress_fini(struct dial_call *c);

#endif
