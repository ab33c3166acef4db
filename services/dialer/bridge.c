/** @file bridge.c  Frames between two legs, contract in bridge.h */
#include <string.h>

#include "bridge.h"

void dial_bridge_put(struct dial_bridge *b, const uint8_t *alaw)
{
	if (b->n == DIAL_BRIDGE_FRAMES) {
		b->first = (b->first + 1) % DIAL_BRIDGE_FRAMES;
		b->n--;
	}
	memcpy(b->frames[(b->first + b->n++) % DIAL_BRIDGE_FRAMES], alaw, 160);
}

const uint8_t *dial_bridge_take(struct dial_bridge *b)
{
	const uint8_t *frame = b->frames[b->first];

	b->flowing = b->n && (b->flowing || b->n >= DIAL_BRIDGE_START);
	if (!b->flowing)
		return NULL;
	b->first = (b->first + 1) % DIAL_BRIDGE_FRAMES;
	b->n--;

	return frame;
}
