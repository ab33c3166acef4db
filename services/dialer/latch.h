/**
 * @file latch.h  Symmetric RTP: whose packets are the callee's?
 *
 * Pure. The address of the SDP is believed at its first packet. Another one,
 * as behind NAT, must send DIAL_LATCH_PACKETS in a row with one SSRC before
 * anybody else is believed. Then the latch is locked: packets from anyone else
 * are foreign, until the SDP names a new place.
 *
 * Source: RFC 4961; RFC 7362 section 4 and its attacks.
 */
#ifndef DIAL_LATCH_H
#define DIAL_LATCH_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum { DIAL_LATCH_PACKETS = 3 };

struct dial_latch {
	struct sockaddr_in told;   /**< By the SDP */
	struct sockaddr_in remote; /**< Where packets go; `told` until locked */
	struct sockaddr_in guess;
	uint32_t guess_ssrc;
	uint8_t n_guess;
	bool locked;
};

/** The SDP names a place. The same place again leaves the lock closed. */
void dial_latch_told(struct dial_latch *l, const struct sockaddr_in *told);
/** Is a packet from there the callee's? */
bool dial_latch_pass(struct dial_latch *l, const struct sockaddr_in *from,
		     uint32_t ssrc);

/** Is it the place that the SDP named, or the one that is locked? */
bool dial_latch_knows(const struct dial_latch *l,
		      const struct sockaddr_in *from);

#endif
