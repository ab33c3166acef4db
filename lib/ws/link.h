/**
 * @file link.h  Bytes to and from a server, over TCP or TLS 1.2+, on the loop.
 *
 * Loop thread. Nothing blocks: names are looked up on libuv's threads.
 */
#ifndef YH_WS_LINK_H
#define YH_WS_LINK_H

#include <openssl/ssl.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_link;

struct yh_link_cb {
	void (*up)(void *arg);
	void (*data)(void *arg, const uint8_t *data, size_t n);
	/** Once; close it. @param err 0 = the other side has ended */
	void (*down)(void *arg, int err);
	void *arg;
};

/** Begin to connect. No callback is made from inside.
 * @param host, port Borrowed
 * @param tls NULL: plain; else kept until it is closed; its certificate must
 * be valid for host
 * @return 0, -ENOMEM, libuv's error */
int yh_link_open(struct yh_link **out, uv_loop_t *loop, const char *host,
		 const char *port, SSL_CTX *tls, const struct yh_link_cb *cb);
/** Send. @param data Copied @return 0, -ENOTCONN, -ENOMEM, -EIO */
int yh_link_send(struct yh_link *l, const void *data, size_t n);
/** Bytes that were sent but not yet taken by the kernel. */
size_t yh_link_queued(const struct yh_link *l);
/** No callbacks after this. @param l Taken, may be NULL */
void yh_link_close(struct yh_link *l);

#endif
