/**
 * @file leg_priv.h  What a leg's files share: the news that it tells.
 *
 * News that find no room are counted (`told_lost`), and dropped.
 */
#ifndef DIAL_LEG_PRIV_H
#define DIAL_LEG_PRIV_H

#include "leg.h"

/** Empty news of the leg. @return NULL: no room */
struct dial_news *dial_leg_news_of(struct dial_leg *leg,
				   enum dial_news_kind kind);
/** @param n Taken; NULL: there was no room */
void dial_leg_post(struct dial_leg *leg, struct dial_news *n);
/** Speech of the callee, 160 bytes; told when there is enough of it. */
void dial_leg_add_words(struct dial_leg *leg, const uint8_t *alaw);
/** The speech that is not told yet. */
void dial_leg_tell_words(struct dial_leg *leg);
/** What was heard before a spurt was known as such, with the pre-roll. */
void dial_leg_add_before(struct dial_leg *leg, uint32_t spurt_ms);
/** @param acts DIAL_TALK_* that have just been done; 0: nothing is told */
void dial_leg_tell_acts(struct dial_leg *leg, unsigned acts);
/** @param acts YH_PROGRESS_*; 0: nothing is told */
void dial_leg_tell_progress(struct dial_leg *leg, unsigned acts);
/** A prompt that will not be played. */
void dial_leg_tell_dropped(struct dial_leg *leg, uint32_t seq);

#endif
