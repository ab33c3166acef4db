/**
 * @file reorder.h  Packets back into their order, without delay for those that
 *                  keep it.
 *
 * Pure. A packet that comes in its turn passes at once. One that comes too
 * early is held until those before it have come, for at most
 * YH_REORDER_HOLD_US; what has not come then is lost.
 *
 * Source: own design; the listener is a recogniser, not a loudspeaker, so that
 * jitter costs nothing as long as the order is kept.
 */
#ifndef YH_REORDER_H
#define YH_REORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/rtp.h"

enum {
	YH_REORDER_SLOTS = 3,
	YH_REORDER_BYTES = 480, /**< A longer payload is cut when held */
	YH_REORDER_HOLD_US = 45000,
};

enum yh_reorder_put {
	YH_REORDER_PASS, /**< It is the next one: use it, then ask get */
	YH_REORDER_HELD, /**< Copied */
	YH_REORDER_OLD,	 /**< Late or double: forget it */
	YH_REORDER_JUMP, /**< `jump` are lost before it: use it */
};

enum yh_reorder_get {
	YH_REORDER_NONE,
	YH_REORDER_PACKET, /**< `out` is set */
	YH_REORDER_LOST,   /**< One packet will not come */
};

struct yh_reorder_packet {
	uint8_t payload_type;
	uint16_t seq;
	uint32_t timestamp;
	uint16_t len;
	uint8_t payload[YH_REORDER_BYTES];
};

/** Zeroed at start and at a new SSRC. */
struct yh_reorder {
	bool started;
	uint16_t next; /**< Sequence number that is due */
	uint16_t jump;
	uint8_t n_held;
	uint64_t since_us; /**< When it was found missing */
	bool used[YH_REORDER_SLOTS];
	struct yh_reorder_packet slots[YH_REORDER_SLOTS]; /**< Seldom touched */
};

/** A packet has come, of whatever payload type: all share one count.
 * @param rtp Borrowed */
enum yh_reorder_put yh_reorder_put(struct yh_reorder *r,
				   const struct yh_rtp *rtp, uint64_t now_us);
/** What is due now? Ask until NONE, after each put and at each beat.
 * @param[out] out Borrowed until the next put */
enum yh_reorder_get yh_reorder_get(struct yh_reorder *r, uint64_t now_us,
				   const struct yh_reorder_packet **out);

#endif
