/**
 * @file bridge.h  Frames on their way from one leg to the other.
 *
 * Both legs beat every 20 ms, but not at the same time, and packets come when
 * they come: a short queue between them. It waits for two frames before it
 * gives the first, so that an uneven stream is even again, and loses its oldest
 * when it is full: the delay stays under 120 ms. Pure. Source: own design.
 */
#ifndef DIAL_BRIDGE_H
#define DIAL_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

enum { DIAL_BRIDGE_FRAMES = 6, DIAL_BRIDGE_START = 2 };

struct dial_bridge {
	uint8_t frames[DIAL_BRIDGE_FRAMES][160];
	unsigned first, n;
	bool flowing;
};

/** @param alaw Copied, 160 bytes */
void dial_bridge_put(struct dial_bridge *b, const uint8_t *alaw);
/** @return 160 bytes, valid until the next put; NULL: nothing to say now */
const uint8_t *dial_bridge_take(struct dial_bridge *b);

#endif
