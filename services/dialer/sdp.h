/**
 * @file sdp.h  The session descriptions that the dialer offers and takes.
 *
 * Pure; sofia-sip parses. One audio stream: PCMA, 20 ms, telephone events,
 * comfort noise; SRTP keys as SDES crypto lines of the one suite
 * AES_CM_128_HMAC_SHA1_80 (a line with an MKI or with a session parameter that
 * turns a protection off is not taken).
 *
 * Source: RFC 4566, 3264, 3551, 4733, 3389, 4568.
 */
#ifndef DIAL_SDP_H
#define DIAL_SDP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	DIAL_SDP_MAX = 768,
	DIAL_SDP_READ_MAX = 8192, /**< Longer ones of theirs are refused */
	DIAL_SRTP_KEY_BYTES = 30, /**< Master key, 16, and salt, 14 */
	DIAL_PT_COMFORT_NOISE = 13,
	DIAL_PT_EVENT = 101, /**< As we offer it */
};

/** What a trunk wants of SRTP. */
enum dial_srtp_mode {
	DIAL_SRTP_OFF,	  /**< RTP/AVP; a key of theirs is not used */
	DIAL_SRTP_PREFER, /**< RTP/AVP with a key; without theirs, plain RTP */
	DIAL_SRTP_REQUIRE /**< RTP/SAVP; without their key there is no call */
};

/** Who sends, as the description's writer sees it: RFC 3264 section 5.1. */
enum dial_direction {
	DIAL_SENDRECV,
	DIAL_SENDONLY, /**< It does not hear us: we are on hold */
	DIAL_RECVONLY,
	DIAL_INACTIVE
};

/** One side's description. */
struct dial_sdp {
	struct sockaddr_in addr; /**< Where it wants RTP */
	enum dial_direction direction;
	uint8_t event_pt; /**< Of telephone events; 0 = it takes none */
	bool savp;	  /**< Profile RTP/SAVP, else RTP/AVP */
	bool keyed;	  /**< `key` is set: it sends SRTP */
	uint32_t crypto_tag;
	uint8_t key[DIAL_SRTP_KEY_BYTES]; /**< Of what it sends */
};

/** What we offer. @param addr Borrowed, IPv4 @param port Of RTP
 * @param key Borrowed; not looked at when mode is OFF */
void dial_sdp_offer(struct dial_sdp *out, const char *addr, uint16_t port,
		    enum dial_srtp_mode mode,
		    const uint8_t key[DIAL_SRTP_KEY_BYTES]);
/** What we answer to an offer in mid-call: the direction turned round, their
 * profile and tag, our key. @param ours, theirs Borrowed; may be `out` */
void dial_sdp_answer(struct dial_sdp *out, const struct dial_sdp *ours,
		     const struct dial_sdp *theirs);

/** Write it. @param session, version Of the origin line; version counts up
 * @param buf Receives text with its NUL @return its length */
size_t dial_sdp_write(const struct dial_sdp *sdp, uint32_t session,
		      uint32_t version, char buf[DIAL_SDP_MAX]);

/** Read theirs: the first stream with PCMA.
 * @param text Borrowed, shape (len) @param[out] out Untouched on error
 * @return 0, -EBADMSG (not SDP, or over DIAL_SDP_READ_MAX), -ENOTSUP (no PCMA
 * over IPv4 in it, or RTP/SAVP without a key of our suite) */
int dial_sdp_read(const char *text, size_t len, struct dial_sdp *out);

/** May a call go on with this answer or offer of theirs?
 * @return 0, -EPROTONOSUPPORT (REQUIRE and no key, or OFF and RTP/SAVP) */
int dial_sdp_check(const struct dial_sdp *theirs, enum dial_srtp_mode mode);

/** Does its writer not hear us? */
bool dial_sdp_holds(const struct dial_sdp *theirs);

#endif
