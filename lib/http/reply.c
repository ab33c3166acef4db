/** @file reply.c  Answers, whole and streamed, contract in http.h */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/http_priv.h"

enum { UNSENT_MAX = 1 << 20 };

/* ---- answering ----------------------------------------------------------- */

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} table[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{206, "Partial Content"},
		{301, "Moved Permanently"},
		{302, "Found"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{413, "Payload Too Large"},
		{416, "Range Not Satisfiable"},
		{429, "Too Many Requests"},
		{499, "Client Closed Request"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(table); i++)
		if (table[i].status == status)
			return table[i].text;

	return "Status";
}

void yh_http_set_header(struct yh_http_req *req, const char *name,
			const char *value)
{
	h2o_req_t *h = req->h2o;
	h2o_iovec_t n, v;

	if (!h || strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
		return;

	n = h2o_strdup(&h->pool, name, strlen(name));
	v = h2o_strdup(&h->pool, value, strlen(value));
	h2o_strtolower(n.base, n.len);
	h2o_add_header_by_str(&h->pool, &h->res.headers, n.base, n.len, 1, NULL,
			      v.base, v.len);
}

static void set_status(struct yh_http_req *r, int status, const char *type)
{
	r->h2o->res.status = status;
	r->h2o->res.reason = reason(status);
	if (type)
		yh_http_set_header(r, "content-type", type);
	if (r->http->linger_until)
		r->h2o->http1_is_persistent = 0;
}

void yh_http_answer(struct yh_http_req *r, int status, const char *type,
		    const void *body, size_t len)
{
	static h2o_generator_t none;
	h2o_req_t *h = r->h2o;
	bool head = !strcmp(r->method, "HEAD");
	h2o_iovec_t buf = {NULL, 0};

	set_status(r, status, type);
	h->res.content_length = len;
	if (!head && len)
		buf = h2o_strdup(&h->pool, body, len);
	h2o_start_response(h, &none);
	yh_http_detach(r);
	h2o_send(h, &buf, buf.len ? 1 : 0, H2O_SEND_STATE_FINAL);
}

void yh_http_reply(struct yh_http_req *req, int status,
		   const char *content_type, const void *body, size_t len)
{
	if (req->h2o)
		yh_http_answer(req, status, content_type, body, len);
	yh_http_req_free(req);
}

static int append(struct yh_http_part *part, const void *data, size_t len)
{
	if (part->len + len > part->size) {
		size_t size = part->size ? part->size : 1024;
		char *p;

		while (size < part->len + len)
			size *= 2;
		p = yh_realloc(part->data, size);
		if (!p)
			return -ENOMEM;
		part->data = p;
		part->size = size;
	}
	memcpy(part->data + part->len, data, len);
	part->len += len;

	return 0;
}

static void send_pending(struct yh_http_req *r)
{
	struct yh_http_part sent = r->out;
	h2o_iovec_t buf;

	r->out = r->pending;
	r->pending = sent;
	r->pending.len = 0;
	r->sending = true;
	buf = h2o_iovec_init(r->out.data, r->out.len);
	h2o_send(r->h2o, &buf, 1, H2O_SEND_STATE_IN_PROGRESS);
}

static void finish(struct yh_http_req *r)
{
	h2o_req_t *h = r->h2o;

	yh_http_detach(r);
	h2o_send(h, NULL, 0, H2O_SEND_STATE_FINAL);
}

static void on_proceed(h2o_generator_t *self, h2o_req_t *h)
{
	struct yh_http_req *r = *(struct yh_http_req **)(void *)(self + 1);

	(void)h;
	r->sending = false;
	if (r->pending.len) {
		send_pending(r);
	} else if (r->ended) {
		finish(r);
		yh_http_req_free(r);
	}
}

void yh_http_begin(struct yh_http_req *req, int status,
		   const char *content_type)
{
	if (!req->h2o || req->begun)
		return;

	req->begun = true;
	req->sending = true;
	req->generator.super.proceed = on_proceed;
	req->generator.req = req;
	set_status(req, status, content_type);
	h2o_start_response(req->h2o, &req->generator.super);
	h2o_send(req->h2o, NULL, 0, H2O_SEND_STATE_IN_PROGRESS);
}

int yh_http_send(struct yh_http_req *req, const void *data, size_t len)
{
	int err;

	if (!req->h2o)
		return -EPIPE;
	if (!req->begun || req->ended)
		return -EINVAL;
	if (!len)
		return 0;
	if (len > UNSENT_MAX || req->pending.len + len > UNSENT_MAX)
		return YH_ERR_QUEUE_FULL;

	err = append(&req->pending, data, len);
	if (!err && !req->sending)
		send_pending(req);

	return err;
}

void yh_http_end(struct yh_http_req *req)
{
	if (!req->h2o) {
		yh_http_req_free(req);
		return;
	}
	if (!req->begun) {
		yh_http_reply(req, 500, "text/plain", "", 0);
		return;
	}
	req->ended = true;
	if (req->sending)
		return; /* on_proceed goes on */
	finish(req);
	yh_http_req_free(req);
}

void yh_http_cut_reqs(struct yh_http *http)
{
	while (http->reqs) {
		struct yh_http_req *r = http->reqs;
		h2o_req_t *h = r->h2o;

		if (!r->begun) {
			yh_http_answer(r, 503, "text/plain", "shutting down\n",
				       14);
			continue;
		}
		h->http1_is_persistent = 0;
		yh_http_detach(r);
		if (!r->sending)
			h2o_send(h, NULL, 0, H2O_SEND_STATE_ERROR);
		if (r->ended)
			yh_http_req_free(r);
	}
}
