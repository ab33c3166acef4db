/**
 * @file admit.h  May another call be placed? Shed dials, never packets.
 *
 * Pure: time is given. New dials stop before the media of live calls suffer:
 * when the busiest media core has little left, when packets have left late,
 * when ports, channels or calls of the second run out. The first reason that
 * holds is the one that is told.
 *
 * Source: own design; figures in docs/media.md.
 */
#ifndef DIAL_ADMIT_H
#define DIAL_ADMIT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	DIAL_ADMIT_LOOK_MS = 1000,  /**< Late packets are looked at as often */
	DIAL_ADMIT_LATE_MS = 5000,  /**< Late ones shed dials for so long */
	DIAL_ADMIT_LATE_PPM = 1000, /**< Of the packets sent [1e-6] */
	DIAL_ADMIT_LATE_MIN = 5,    /**< Fewer late packets are chance */
};

enum dial_shed {
	DIAL_SHED_NOT,
	DIAL_SHED_LATE,
	DIAL_SHED_CPU,
	DIAL_SHED_PORTS,
	DIAL_SHED_CALLS, /**< max_calls */
	DIAL_SHED_CPS,
	DIAL_SHEDS
};

struct dial_admit_limits {
	uint32_t calls;	       /**< Most at once */
	uint32_t ports;	       /**< Pairs */
	uint32_t cpu_permille; /**< Of a media core; from here on no dial */
};

/** How it stands. */
struct dial_admit_load {
	uint32_t calls;		/**< Live, or being set up */
	uint32_t tokens;	/**< Calls left of this second */
	unsigned busy_permille; /**< Of the busiest media core */
	uint64_t sent, late;	/**< Packets, since the start */
};

/** Zeroed at start. */
struct dial_admit {
	enum dial_shed why; /**< Of the last answer that was 0 */
	uint64_t look_ms, late_until_ms;
	uint64_t sent, late; /**< When last looked at */
};

/** Calls that may be placed now; 0: see `why`. */
uint32_t dial_admit_room(struct dial_admit *a,
			 const struct dial_admit_limits *limits,
			 const struct dial_admit_load *load, uint64_t now_ms);
/** "late", "cpu", "ports", "calls", "cps"; "" for NOT. Static. */
const char *dial_shed_name(enum dial_shed why);

#endif
