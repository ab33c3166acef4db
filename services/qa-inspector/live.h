/**
 * @file live.h  From a call's events to a dialog and back: findings and the
 *               report as events. Pure.
 */
#ifndef QA_LIVE_H
#define QA_LIVE_H

#include "inspect.h"
#include "yinhu/v1/call.pb-c.h"

/** @param events Borrowed, shape (n), in order
 * @param[out] d Freed with qa_dialog_fini, also on error
 * @return 0, -ENOMEM */
int qa_live_dialog(struct qa_dialog *d, Yinhu__V1__CallEvent *const *events,
		   size_t n);

/** Has everything that was said, as far as can be known, arrived? Looks for
 * gaps in the numbers of utterances and prompts, and at how many prompts came
 * before each utterance. Without that a rule of order
 * must wait. @param ended The `ended` event or NULL */
bool qa_live_complete(Yinhu__V1__CallEvent *const *events, size_t n,
		      const Yinhu__V1__CallEvent *ended);

enum { QA_GAPS = 4, QA_GAP_TEXT = 160 };

/** What was said in a call and could not be judged, and why; for people. */
struct qa_gaps {
	char text[QA_GAPS][QA_GAP_TEXT]; /**< shape (n) */
	size_t n;
};
/** Look for it in the events of a call that has ended. */
void qa_live_gaps(struct qa_gaps *out, Yinhu__V1__CallEvent *const *events,
		  size_t n);

/** The event id of a finding. @return buf */
const char *qa_live_finding_id(const char *call_id, const struct qa_finding *f,
			       char *buf, size_t size);

/** Fill a message with a finding; its strings are borrowed from d and f. */
void qa_live_finding(Yinhu__V1__Finding *out, const struct qa_finding *f,
		     const struct qa_dialog *d);

#endif
