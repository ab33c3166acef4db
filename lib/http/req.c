/** @file req.c  Requests as they come in, contract in http.h */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "http/http_priv.h"

/* ---- the life of a request ----------------------------------------------- */

void yh_http_req_free(struct yh_http_req *r)
{
	yh_free(r->out.data);
	yh_free(r->pending.data);
	yh_free(r->head);
	yh_free(r);
}

void yh_http_detach(struct yh_http_req *r)
{
	if (!r->h2o)
		return;

	r->watch->req = NULL;
	r->h2o = NULL;
	r->body = NULL;
	r->body_len = 0;
	if (r->prev)
		r->prev->next = r->next;
	else
		r->http->reqs = r->next;
	if (r->next)
		r->next->prev = r->prev;
}

static void on_pool_gone(void *data)
{
	struct yh_http_watch *watch = data;
	struct yh_http_req *r = watch->req;

	if (!r)
		return;
	yh_http_detach(r);
	if (r->ended)
		yh_http_req_free(r);
}

static char *put(char *p, const char *s, size_t len, const char **where)
{
	memcpy(p, s, len);
	p[len] = '\0';
	if (where)
		*where = p;

	return p + len + 1;
}

static size_t headers_size(const h2o_req_t *h)
{
	size_t size = sizeof("host") + h->input.authority.len + 2;

	for (size_t i = 0; i < h->headers.size; i++)
		size += h->headers.entries[i].name->len +
			h->headers.entries[i].value.len + 2;

	return size;
}

/* libh2o's strings have no NUL and die with the connection. */
static int copy_head(struct yh_http_req *r, const h2o_req_t *h)
{
	size_t path_len = h->query_at == SIZE_MAX ? h->path.len : h->query_at;
	size_t query_at = path_len < h->path.len ? path_len + 1 : path_len;
	char *p = yh_zalloc(headers_size(h) + h->method.len + h->path.len + 4);

	if (!p)
		return -ENOMEM;

	r->head = p;
	p = put(p, h->method.base, h->method.len, &r->method);
	p = put(p, h->path.base, path_len, &r->path);
	p = put(p, h->path.base + query_at, h->path.len - query_at, &r->query);
	r->headers = p;
	p = put(p, "host", 4, NULL);
	p = put(p, h->input.authority.base, h->input.authority.len, NULL);
	for (size_t i = 0; i < h->headers.size; i++) {
		const h2o_header_t *x = &h->headers.entries[i];

		p = put(p, x->name->base, x->name->len, NULL);
		p = put(p, x->value.base, x->value.len, NULL);
	}

	return 0;
}

static struct yh_http_req *req_new(struct yh_http *http, h2o_req_t *h)
{
	struct yh_http_req *r = yh_zalloc(sizeof(*r));

	if (!r || copy_head(r, h)) {
		yh_free(r);
		return NULL;
	}
	r->http = http;
	r->h2o = h;
	r->body = (const uint8_t *)h->entity.base;
	r->body_len = h->entity.len;
	r->watch =
		h2o_mem_alloc_shared(&h->pool, sizeof(*r->watch), on_pool_gone);
	r->watch->req = r;
	r->next = http->reqs;
	if (r->next)
		r->next->prev = r;
	http->reqs = r;

	return r;
}

/* libh2o takes the first of two lengths: a proxy before us may take the other.
 * It hides these headers, so look into what came in (names are lower case
 * there by now). */
static bool is_ambiguous(h2o_req_t *h)
{
	h2o_socket_t *sock = h->conn->callbacks->get_socket(h->conn);
	const char *p = sock->input->bytes;
	const char *end = p + sock->input->size;
	unsigned lengths = 0, hosts = 0;

	while (p < end && *p != '\r' && *p != '\n') {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((eol ? eol : end) - p);

		lengths += n > 15 && !memcmp(p, "content-length:", 15);
		lengths += n > 18 && !memcmp(p, "transfer-encoding:", 18);
		hosts += n >= 5 && !memcmp(p, "host:", 5);
		p += n + 1;
	}

	return lengths > 1 || hosts > 1;
}

int yh_http_on_req(struct yh_http *http, h2o_req_t *h)
{
	struct yh_http_req *r;

	if (is_ambiguous(h)) {
		h2o_send_error_400(h, "Bad Request", "ambiguous request\n",
				   H2O_SEND_ERROR_HTTP1_CLOSE_CONNECTION);
		return 0;
	}
	r = req_new(http, h);
	if (!r)
		h2o_send_error_503(h, "Service Unavailable", "out of memory\n",
				   H2O_SEND_ERROR_HTTP1_CLOSE_CONNECTION);
	else
		http->cb(http->arg, r);

	return 0;
}

/* ---- reading a request --------------------------------------------------- */

const char *yh_http_method(const struct yh_http_req *req)
{
	return req->method;
}

const char *yh_http_path(const struct yh_http_req *req)
{
	return req->path;
}

const char *yh_http_query(const struct yh_http_req *req)
{
	return req->query;
}

const char *yh_http_header(const struct yh_http_req *req, const char *name)
{
	const char *p = req->headers;

	while (*p) {
		const char *value = p + strlen(p) + 1;

		if (!strcmp(p, name))
			return value;
		p = value + strlen(value) + 1;
	}

	return NULL;
}

const uint8_t *yh_http_body(const struct yh_http_req *req, size_t *len)
{
	*len = req->body_len;

	return req->body;
}
