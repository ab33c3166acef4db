/**
 * @file control.h  A stream's RTCP: when we report and what, what the peer
 *                  says of us.
 *
 * Pure: times are parameters. A report goes out every 5 s on average, spread
 * from half to one and a half of it.
 *
 * Source: RFC 3550 sections 6.2, 6.3, 6.4, A.3; RFC 7022 (CNAME).
 */
#ifndef DIAL_CONTROL_H
#define DIAL_CONTROL_H

#include "audio/rtcp.h"
#include "audio/rtp.h"

enum { DIAL_CONTROL_MS = 5000 };

struct dial_control {
	uint64_t next_us; /**< Of our next report */
	uint32_t dice;
	char cname[17];	      /**< Random, of this call alone */
	uint32_t sent, heard; /**< Reports */
	/** Of the peer's. */
	uint32_t lsr, source;
	uint64_t lsr_at_us;
	uint32_t round_trip_us; /**< The last one; 0 = not known */
	uint32_t peer_lost;	/**< Of our packets */
	uint32_t peer_jitter_us;
	/** As of our last report. */
	uint32_t expected, received;
};

/** @param random Bits that nobody can guess */
void dial_control_init(struct dial_control *c, uint64_t random,
		       uint64_t now_us);
/** Is a report due? */
bool dial_control_due(const struct dial_control *c, uint64_t now_us);
/** Our report. @param stats Borrowed, of what comes
 * @param next Borrowed, header of our next packet @param sent Our packets */
void dial_control_report(struct dial_control *c,
			 const struct yh_rtp_stats *stats,
			 const struct yh_rtp *next, uint32_t sent,
			 struct yh_rtcp *out);
/** Stamp it with the time, and plan the next one. */
void dial_control_stamp(struct dial_control *c, struct yh_rtcp *out,
			uint64_t now_us, int64_t wall_us);
/** A report of theirs. @param r Borrowed @param wall_us The same moment */
void dial_control_hear(struct dial_control *c, const struct yh_rtcp *r,
		       uint64_t at_us, int64_t wall_us);

#endif
