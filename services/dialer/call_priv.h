/** @file call_priv.h  What call.c, say.c and end.c share; see call.h. */
#ifndef DIAL_CALL_PRIV_H
#define DIAL_CALL_PRIV_H

#include "call.h"

/** Has it been so long? */
static inline bool dial_passed(uint64_t since_us, uint64_t now_us, uint32_t ms)
{
	return now_us >= since_us && now_us - since_us >= ms * 1000ull;
}

/* call.c */
/** Do what talk says. @param acts Of enum dial_talk_act */
void dial_call_act(struct dial_call *c, unsigned acts);
/** The callee has ended what he said, or the line did. */
void dial_call_end_words(struct dial_call *c);

/* say.c */
void dial_say_started(struct dial_call *c);
void dial_say_played(struct dial_call *c);
/** Free what was said or waits. */
void dial_say_forget(struct dial_call *c);

/* end.c */
/** The line is down; words and the recording may take a little longer.
 * @param local Nobody has answered us */
void dial_call_line_down(struct dial_call *c, bool local);
/** Publish `ended` when all is done. */
void dial_call_finish(struct dial_call *c, uint64_t now_us);

#endif
