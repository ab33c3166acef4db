/**
 * @file ws.h  WebSocket client on a libuv loop.
 *
 * Frames are wslay's work; TLS is OpenSSL's. One connection is one struct
 * yh_ws; what all connections to a server share is a struct yh_ws_server.
 * Loop thread; nothing blocks; no callback from inside a function.
 *
 * Source: RFC 6455. No extensions are offered.
 */
#ifndef YH_WS_H
#define YH_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_ws_server;
struct yh_ws;

struct yh_ws_conf {
	const char *url;      /**< "ws://..." or "wss://..."; borrowed */
	const char *protocol; /**< Subprotocol or NULL; borrowed */
	/** PEM of the authorities for wss; NULL or "": the system's */
	const char *ca_file;
	uint32_t connect_ms; /**< Look-up to the handshake's end [ms] */
	size_t max_queue;    /**< Unsent bytes of a connection */
	size_t max_message;  /**< Bytes of a message that comes */
};

struct yh_ws_cb {
	void (*open)(void *arg); /**< May be NULL */
	/** A whole message. @param data Borrowed, shape (n) */
	void (*message)(void *arg, bool text, const uint8_t *data, size_t n);
	/** Once, never after yh_ws_close; close it.
	 * @param err 0: the server closed in order; -ETIMEDOUT (not connected
	 * in time), -ECONNREFUSED, -EPROTO, -ECONNRESET, ... */
	void (*closed)(void *arg, int err);
	void *arg;
};

/** @return 0, -EINVAL (URL), -ENOENT (ca_file), -ENOMEM */
int yh_ws_server_create(struct yh_ws_server **out,
			const struct yh_ws_conf *conf);
/** Connections must be closed. @param s Taken, may be NULL */
void yh_ws_server_destroy(struct yh_ws_server *s);

/** Begin to connect. @param server Kept
 * @return 0, -ENOMEM, -EIO, libuv's error */
int yh_ws_open(struct yh_ws **out, uv_loop_t *loop,
	       const struct yh_ws_server *server, const struct yh_ws_cb *cb);
/** Send a message; before the connection is open it waits.
 * @param data Copied @return 0, YH_ERR_QUEUE_FULL, -ENOTCONN, -ENOMEM */
int yh_ws_send(struct yh_ws *ws, bool text, const void *data, size_t n);
/** Say goodbye when that is possible, and forget it. @param ws Taken or NULL */
void yh_ws_close(struct yh_ws *ws);

#endif
