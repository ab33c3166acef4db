/**
 * @file srtp.h  SRTP and SRTCP of one call, AES_CM_128_HMAC_SHA1_80.
 *
 * OpenSSL's AES and SHA-1 under our own framing: Debian's libsrtp2 stands on
 * NSS, costs 120 KiB a call and 20 us a packet, and may make a worker wait
 * for a lock; the tests hold this one against it. No packet allocates. A
 * direction is a context of its own, so that a new key of the peer leaves
 * ours, and the count of packets sent under it, alone. Created on any thread,
 * then the worker's.
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
/** Check and decrypt in place.
 * @return 0, -EBADMSG (not by this key, changed, replayed or cut short) */
int dial_srtp_unprotect(struct dial_srtp *s, void *packet, size_t *len,
			bool rtcp);

#endif
