/**
 * @file http.h  HTTP/1.1 server on libuv; the one wrapper of libh2o.
 *
 * HTTP/2 stays off (libh2o 2.2.5 lacks later fixes). All on the loop thread.
 * Bounds: header 10 s, body as configured, 1024 connections, then 503. Of a
 * body over its bound the rest is read for 10 s and thrown away, so that the
 * client comes to its answer.
 */
#ifndef YH_HTTP_H
#define YH_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_http;
struct yh_http_req;

struct yh_http_conf {
	const char *addr; /**< "127.0.0.1:8080"; port 0 = a free one */
	size_t max_body_bytes;
	/** What a longer body is answered with, beside status 413: JSON; NULL:
	 * a line of text. Copied */
	const char *too_long;
};

/** A request is complete. It lives until yh_http_reply or yh_http_end; when
 * the peer has gone meanwhile, both still must be called once and do nothing
 * visible. @param req Kept until then */
typedef void yh_http_cb(void *arg, struct yh_http_req *req);

/** @return 0, -EINVAL (address), -EADDRINUSE, -ENOMEM ... */
int yh_http_open(struct yh_http **out, uv_loop_t *loop,
		 const struct yh_http_conf *conf, yh_http_cb *cb, void *arg);
/** Bound port. */
uint16_t yh_http_port(const struct yh_http *http);
/** Stop listening, end idle connections, free when all have ended (running
 * responses get 2 s). @param http Taken, may be NULL */
void yh_http_close(struct yh_http *http);

/** "GET", ... NUL-terminated, borrowed until the end of the request; so are
 * all below. */
const char *yh_http_method(const struct yh_http_req *req);
/** Path without the query, as sent (percent-encoded). */
const char *yh_http_path(const struct yh_http_req *req);
/** After '?', "" if none. */
const char *yh_http_query(const struct yh_http_req *req);
/** @param name Lower case @return NULL when absent */
const char *yh_http_header(const struct yh_http_req *req, const char *name);
const uint8_t *yh_http_body(const struct yh_http_req *req, size_t *len);

/** Add a response header, before the reply. Both copied. */
void yh_http_set_header(struct yh_http_req *req, const char *name,
			const char *value);
/** Answer and end. @param body Copied @param req Taken */
void yh_http_reply(struct yh_http_req *req, int status,
		   const char *content_type, const void *body, size_t len);

/** Begin a streamed answer (server-sent events). */
void yh_http_begin(struct yh_http_req *req, int status,
		   const char *content_type);
/** Send a part. @return 0, -EPIPE (peer gone: call yh_http_end),
 * YH_ERR_QUEUE_FULL (over 1 MiB unsent, part dropped) */
int yh_http_send(struct yh_http_req *req, const void *data, size_t len);
/** End a streamed answer. @param req Taken */
void yh_http_end(struct yh_http_req *req);

#endif
