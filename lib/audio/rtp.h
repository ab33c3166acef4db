/**
 * @file rtp.h  RTP fixed header.
 *
 * Pure. Source: RFC 3550 section 5.1; header extensions and CSRC are skipped,
 * padding is removed.
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

#endif
