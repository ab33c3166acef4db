/**
 * @file handshake.h  The HTTP part of a WebSocket connection, client's side.
 *
 * Pure but for the random key.
 *
 * Source: RFC 6455 sections 4.1 and 4.2.2.
 */
#ifndef YH_WS_HANDSHAKE_H
#define YH_WS_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	YH_WS_KEY = 25,	      /**< Base64 of 16 bytes, with NUL */
	YH_WS_ACCEPT = 29,    /**< Base64 of a SHA-1, with NUL */
	YH_WS_HEAD_MAX = 8192 /**< Longest response head [bytes] */
};

struct yh_ws_url {
	char host[256], port[6], path[512];
	bool tls; /**< wss */
};

/** Take apart "ws://host[:port][/path][?query]" or "wss://...", with
 * "[v6]" hosts. @return 0, -EINVAL (no such URL, a part too long, a control
 * character or space) */
int yh_ws_url_read(const char *text, struct yh_ws_url *out);

/** A new random key. @return 0, -EIO (no randomness) */
int yh_ws_key(char key[YH_WS_KEY]);
/** What a server makes of a key. @return 0, -EIO */
int yh_ws_accept(const char *key, char accept[YH_WS_ACCEPT]);

/** The request. @param protocol Subprotocol or NULL
 * @return Heap string, or NULL */
char *yh_ws_request(const struct yh_ws_url *url, const char *key,
		    const char *protocol);

/**
 * Look at the response that has come so far.
 *
 * @param head Borrowed, shape (n)
 * @param used Bytes of the head, when it is complete and good
 * @return 0, -EAGAIN (more must come), -ECONNREFUSED (the server answers
 * otherwise than 101), -EPROTO (no WebSocket), -EMSGSIZE
 */
int yh_ws_response(const char *head, size_t n, const char *key,
		   const char *protocol, size_t *used);

#endif
