/**
 * @file route.h  Which trunk takes the next calls.
 *
 * Pure: time is given. A trunk is usable when it is up, not told to stay away,
 * has a free channel and a call left of its calls a second. Among the usable
 * ones calls are dealt by weight (stride scheduling), so that one that comes
 * back does not get all at once what it missed.
 *
 * Source: Waldspurger and Weihl, "Stride Scheduling", 1995; RFC 3261 section
 * 21.5.4 (Retry-After of 503).
 */
#ifndef DIAL_ROUTE_H
#define DIAL_ROUTE_H

#include "trunks.h"

enum { DIAL_CLOSED_MAX_S = 3600 /**< Longest Retry-After that is kept */ };

/** Calls that may be placed on it now. @param now_ms Monotonic */
uint32_t dial_route_room(struct dial_trunk *t, uint64_t now_ms);
/** The trunk whose turn it is. @return NULL: none is usable */
struct dial_trunk *dial_route_next(struct dial_trunks *all, uint64_t now_ms);
/** Another usable trunk that may show the number.
 * @param tried Bit i for trunk i that is out of the question */
struct dial_trunk *dial_route_other(struct dial_trunks *all, const char *number,
				    uint32_t tried, uint64_t now_ms);
/** A call is placed on it: a channel and a call of its second are taken. */
void dial_route_take(struct dial_trunks *all, struct dial_trunk *t,
		     uint64_t now_ms);
/** Its channel is free again. */
void dial_route_leave(struct dial_trunk *t);
/** It said 503 and when to come again. @param after_s 0 = it did not say */
void dial_route_close(struct dial_trunk *t, uint32_t after_s, uint64_t now_ms);
/** Is any of them up? Else the reason is told of `worst`. */
bool dial_route_any_up(const struct dial_trunks *all,
		       const struct dial_trunk **worst);

#endif
