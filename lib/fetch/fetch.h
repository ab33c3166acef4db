/**
 * @file fetch.h  HTTP requests to others, on the loop.
 *
 * The one wrapper of libcurl's multi interface. Bounded: the time to connect,
 * the whole time, the size of an answer. No redirect is followed, no proxy of
 * the environment is used, only http and https are spoken, and certificates
 * are verified. Names are looked up on libcurl's own threads. Loop thread.
 *
 * Source: libcurl-multi(3), curl_multi_socket_action(3).
 */
#ifndef YH_FETCH_H
#define YH_FETCH_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct yh_fetcher;

/** A POST. All borrowed for the call. */
struct yh_fetch {
	const char *url;
	const char *const *headers; /**< "Name: value", shape (n_headers) */
	size_t n_headers;
	const char *body;
	size_t len;
	const char *ca_file; /**< PEM; NULL or "": the system's */
	uint32_t connect_ms, timeout_ms;
	size_t max_bytes; /**< Of the answer's body */
};

/** An answer with any status. */
struct yh_fetched {
	int status;
	uint8_t *body; /**< Shape (len), ended by NUL; taken by whoever puts
			  NULL here, to yh_free() */
	size_t len;
};

/** @param err 0; -ETIMEDOUT, -ECONNREFUSED (no such host, nobody listens, TLS
 * does not hold), -EMSGSIZE (longer than max_bytes), -EIO (broken off, no
 * HTTP), -ENOMEM, -ECANCELED (closed): `res` is NULL */
typedef void yh_fetch_cb(void *arg, int err, struct yh_fetched *res);

/** @return 0, -ENOMEM */
int yh_fetcher_open(struct yh_fetcher **out, uv_loop_t *loop);
/** What is under way ends with -ECANCELED before it returns.
 * @param f Taken, may be NULL */
void yh_fetcher_close(struct yh_fetcher *f);
/** Send. @return 0 and cb comes exactly once, later; -ENOMEM, -EINVAL (url):
 * it never comes */
int yh_fetch_post(struct yh_fetcher *f, const struct yh_fetch *req,
		  yh_fetch_cb *cb, void *arg);

#endif
