/**
 * @file srtp.h  SRTP and SRTCP of one call, AES_CM_128_HMAC_SHA1_80.
 *
 * Libraries' AES and SHA-1 (cipher.h) under our own framing: Debian's libsrtp2
 * stands on NSS, costs 120 KiB a call and 20 us a packet, and may make a worker
 * wait for a lock; the tests hold this one against it. No packet allocates. A
 * direction is a context of its own, so that a new key of the peer leaves
 * ours, and the count of packets sent under it, alone. Created on any thread,
 * then the worker's. The packets of many calls are best done together: a third
 * of the price.
 *
 * Source: RFC 3711, without key derivation in mid-call and MKI; RFC 4568
 * section 6.2.
 */
#ifndef DIAL_SRTP_H
#define DIAL_SRTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sdp.h"

enum { DIAL_SRTP_TRAILER = 16 /**< A packet may grow by so much [bytes] */ };

struct dial_srtp;

/** @param ours, theirs Borrowed keys of what we send and of what they send
 * @return 0, -ENOMEM, -EIO (OpenSSL refuses) */
int dial_srtp_create(struct dial_srtp **out,
		     const uint8_t ours[DIAL_SRTP_KEY_BYTES],
		     const uint8_t theirs[DIAL_SRTP_KEY_BYTES]);
/** @param s Taken, may be NULL */
void dial_srtp_destroy(struct dial_srtp *s);
/** Go on sending with `mine` as before, receive with the key of `fresh`.
 * @param mine May hold NULL: then it becomes fresh @param fresh Taken */
void dial_srtp_renew(struct dial_srtp **mine, struct dial_srtp *fresh);

/** Encrypt in place. @param packet Room for DIAL_SRTP_TRAILER more
 * @param rtcp It is RTCP @return 0, -EIO */
int dial_srtp_protect(struct dial_srtp *s, void *packet, size_t *len,
		      bool rtcp);
/** Check and decrypt in place. What is refused may have been changed.
 * @return 0, -EBADMSG (not by this key, changed, replayed or cut short) */
int dial_srtp_unprotect(struct dial_srtp *s, void *packet, size_t *len,
			bool rtcp);

/** One of several RTP packets; calls may differ, and may be there twice. */
struct dial_srtp_packet {
	struct dial_srtp *srtp;
	uint8_t *data; /**< Borrowed; room as above */
	size_t len;    /**< Changed to what it has become */
	int err;       /**< Answer, as above */
};
/** As above, in order. @param n Any count */
void dial_srtp_protect_many(struct dial_srtp_packet *p, unsigned n);
void dial_srtp_unprotect_many(struct dial_srtp_packet *p, unsigned n);
/** Its memory will be needed soon: to send, or to receive. */
void dial_srtp_prefetch(const struct dial_srtp *s, bool tx);

#endif
