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
/** Order something of its leg. @return Was it taken? */
bool dial_call_order(struct dial_call *c, const struct dial_order *order);

/* place.c */
/** Dial it on its trunk, or tell that it cannot be dialled. */
void dial_call_place(struct dial_call *c, struct dial_trunk *trunk);
/** The trunk has refused it before anything could ring: may another one dial?
 * @param ev Borrowed, ENDED @return Did one? */
bool dial_call_fail_over(struct dial_call *c, const struct dial_sip_event *ev);
/** Its channel of the trunk is free. */
void dial_call_leave_trunk(struct dial_call *c);

/* hear.c */
/** Do what talk says. @param news Borrowed, of kind ACTS */
void dial_call_act(struct dial_call *c, const struct dial_news *news);
/** More audio of the utterance. @param news Borrowed, of kind AUDIO */
void dial_call_words(struct dial_call *c, const struct dial_news *news);
/** An utterance's transcript is out; of dial_ears. */
void dial_call_on_heard(void *arg, const struct dial_heard *heard);
/** What is understood in a pause; of dial_ears. */
void dial_call_on_so_far(void *arg, const struct dial_so_far *so_far);
/** Have what the agent says recognised, from their answer on.
 * @return NULL, or why that is not done */
const char *dial_agent_inspect(struct dial_call *c);
/** What the media of the agent's leg say; nothing when they are not inspected.
 * @param news Borrowed */
void dial_agent_news(struct dial_call *c, const struct dial_news *news);
/** May more of the agent's words come? */
bool dial_agent_talks(const struct dial_call *c);
/** No more of them. */
void dial_agent_forget(struct dial_call *c);

/* say.c */
void dial_say_started(struct dial_call *c);
void dial_say_played(struct dial_call *c);
/** It will not be played. */
void dial_say_dropped(struct dial_call *c, uint32_t seq);
/** Free what was said or waits. */
void dial_say_forget(struct dial_call *c);

/* end.c */
void dial_call_gone(struct dial_call *c, const struct dial_news *news);
void dial_call_recorded(struct dial_call *c, const struct dial_news *news);
/** The line is down; words and the recording may take a little longer.
 * @param local Nobody has answered us */
void dial_call_line_down(struct dial_call *c, bool local);
/** Publish `ended` when all is done. */
void dial_call_finish(struct dial_call *c, uint64_t now_us);

#endif
