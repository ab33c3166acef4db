/**
 * @file sdp.h  The session descriptions that the dialer offers and takes.
 *
 * Pure; sofia-sip parses. One audio stream: PCMA, 20 ms, telephone events.
 *
 * Source: RFC 4566, 3264, 3551, 4733.
 */
#ifndef DIAL_SDP_H
#define DIAL_SDP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum { DIAL_SDP_MAX = 512 };

/** Write the offer, which is also the answer to a re-INVITE.
 * @param addr Borrowed, IPv4 @param version Of the origin line, counts up
 * @param buf  Receives text with its NUL
 * @return its length */
size_t dial_sdp_write(const char *addr, uint16_t port, uint32_t session,
		      uint32_t version, char buf[DIAL_SDP_MAX]);

/** Find where to send PCMA to.
 * @param text Borrowed, shape (len) @param[out] media Untouched on error
 * @return 0, -EBADMSG (not SDP), -ENOTSUP (no PCMA over IPv4 in it) */
int dial_sdp_read(const char *text, size_t len, struct sockaddr_in *media);

#endif
