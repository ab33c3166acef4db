/**
 * @file rtp.h  RTP fixed header, and what a receiver counts.
 *
 * Pure. Source: RFC 3550 sections 5.1, 6.4.1, A.1, A.8; header extensions and
 * CSRC are skipped, padding is removed.
 */
#ifndef YH_RTP_H
#define YH_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { YH_RTP_HEADER_BYTES = 12 };

struct yh_rtp {
	uint8_t payload_type; /**< [0..127] */
	bool marker;
	uint16_t seq;
	uint32_t timestamp; /**< [samples of 1/8000 s] */
	uint32_t ssrc;
	const uint8_t *payload; /**< Borrowed from the packet */
	size_t len;
};

/** Parse a packet. @return 0, -EBADMSG (not RTP version 2, or cut short) */
int yh_rtp_parse(struct yh_rtp *rtp, const uint8_t *packet, size_t len);
/** Write the 12 bytes of a header. */
void yh_rtp_write(const struct yh_rtp *rtp, uint8_t out[YH_RTP_HEADER_BYTES]);

/** What a receiver knows of its source. Zeroed at start. */
struct yh_rtp_stats {
	bool started;
	uint32_t ssrc;
	uint16_t max_seq;
	uint32_t cycles;   /**< Wraps of the sequence number, shifted by 16 */
	uint32_t base_seq; /**< Extended, of the first packet */
	uint32_t received;
	uint32_t before_received; /**< Of sources before this one */
	uint32_t before_lost;
	uint32_t transit;
	uint32_t jitter_q4; /**< Interarrival jitter * 16 [samples] */
};

/**
 * Take note of a packet.
 *
 * @param arrival When it came [samples at 8000 Hz, any origin]
 * @return Packets missing before this one: 0 in order, > 0 a gap, -1 for one
 *         that is old or double
 */
int yh_rtp_stats_add(struct yh_rtp_stats *s, const struct yh_rtp *rtp,
		     uint32_t arrival);

/** Packets that the present source has sent, by its sequence numbers. */
uint32_t yh_rtp_stats_expected(const struct yh_rtp_stats *s);
/** Packets that came, all sources. */
uint32_t yh_rtp_stats_received(const struct yh_rtp_stats *s);
/** Packets that did not come; never below 0. */
uint32_t yh_rtp_stats_lost(const struct yh_rtp_stats *s);
/** Interarrival jitter [us]. */
uint32_t yh_rtp_stats_jitter_us(const struct yh_rtp_stats *s);

#endif
