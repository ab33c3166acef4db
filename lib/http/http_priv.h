/** @file http_priv.h  Inside lib/http only: server and request. */
#ifndef YH_HTTP_PRIV_H
#define YH_HTTP_PRIV_H

#include <h2o.h>

#include "http/http.h"

struct yh_http {
	h2o_globalconf_t conf;
	h2o_context_t ctx;
	h2o_accept_ctx_t accept;
	uv_tcp_t listener;
	uv_timer_t reaper; /* runs only while closing */
	uint64_t linger_until;
	unsigned n_conns;
	unsigned handles; /* own ones that are not closed yet */
	struct yh_http_req *reqs;
	char *too_long; /* NULL: libh2o's own words */
	yh_http_cb *cb;
	void *arg;
};

struct yh_http_part {
	char *data;
	size_t len, size;
};

struct yh_http_req {
	struct yh_http *http;
	struct yh_http_req *prev, *next;
	h2o_req_t *h2o; /* NULL: the peer has gone */
	struct yh_http_watch *watch;
	char *head; /* all strings below, one block */
	const char *method, *path, *query;
	const char *headers; /* "name\0value\0" ... "\0" */
	const uint8_t *body;
	size_t body_len;
	/* streamed answer */
	struct {
		h2o_generator_t super; /* first: proceed gets it */
		struct yh_http_req *req;
	} generator;
	bool begun, ended, sending;
	struct yh_http_part out, pending;
};

/* Lives in libh2o's pool of the request: tells when that goes. */
struct yh_http_watch {
	struct yh_http_req *req;
};

/** The handler: a request has come in whole. */
int yh_http_on_req(struct yh_http *http, h2o_req_t *h);
void yh_http_req_free(struct yh_http_req *r);
/** The server's side has ended: neither knows the other any more. */
void yh_http_detach(struct yh_http_req *r);
/** Give a whole answer to libh2o; r is detached after this. */
void yh_http_answer(struct yh_http_req *r, int status, const char *type,
		    const void *body, size_t len);
/** Answer bodies over the limit, which come to no handler.
 * @param path Where libh2o sends what has no path yet */
void yh_http_refuse_too_long(struct yh_http *http, h2o_pathconf_t *path);
/** End what is still not answered; its owner may answer later in vain. */
void yh_http_cut_reqs(struct yh_http *http);

#endif
