/** @file http.c  HTTP/1.1 server over libh2o, contract in http.h */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <h2o.h>
#include <h2o/http1.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/http.h"

enum {
	CONNS_MAX = 1024,
	BACKLOG = 512,
	UNSENT_MAX = 1 << 20,
	REAP_MS = 20,
	LINGER_MS = 2000,
	HEADER_TIMEOUT_MS = 10000,
};

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
	yh_http_cb *cb;
	void *arg;
};

/* One accepted connection; goes when libuv has closed it. */
struct conn {
	uv_tcp_t tcp; /* first: libh2o gives it back as a handle */
	struct yh_http *http;
};

struct handler {
	h2o_handler_t super;
	struct yh_http *http;
};

struct part {
	char *data;
	size_t len, size;
};

struct yh_http_req {
	struct yh_http *http;
	struct yh_http_req *prev, *next;
	h2o_req_t *h2o; /* NULL: the peer has gone */
	struct watch *watch;
	char *head; /* all strings below, one block */
	const char *method, *path, *query;
	const char *headers; /* "name\0value\0" ... "\0" */
	const uint8_t *body;
	size_t body_len;
	char peer[INET6_ADDRSTRLEN];
	/* streamed answer */
	struct {
		h2o_generator_t super; /* first: proceed gets it */
		struct yh_http_req *req;
	} generator;
	bool begun, ended, sending;
	struct part out, pending;
};

/* Lives in libh2o's pool of the request: tells when that goes. */
struct watch {
	struct yh_http_req *req;
};

/* ---- the life of a request ----------------------------------------------- */

static void req_free(struct yh_http_req *r)
{
	yh_free(r->out.data);
	yh_free(r->pending.data);
	yh_free(r->head);
	yh_free(r);
}

/* The server's side has ended: neither knows the other any more. */
static void detach(struct yh_http_req *r)
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
	struct watch *watch = data;
	struct yh_http_req *r = watch->req;

	if (!r)
		return;
	detach(r);
	if (r->ended)
		req_free(r);
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

static void copy_peer(struct yh_http_req *r, h2o_conn_t *conn)
{
	struct sockaddr_storage sa;
	socklen_t len =
		conn->callbacks->get_peername(conn, (struct sockaddr *)&sa);

	if (!len || getnameinfo((struct sockaddr *)&sa, len, r->peer,
				sizeof(r->peer), NULL, 0, NI_NUMERICHOST))
		strcpy(r->peer, "unknown");
}

static struct yh_http_req *req_new(struct yh_http *http, h2o_req_t *h)
{
	struct yh_http_req *r = yh_zalloc(sizeof(*r));

	if (!r || copy_head(r, h)) {
		yh_free(r);
		return NULL;
	}
	copy_peer(r, h->conn);
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

static int on_req(h2o_handler_t *self, h2o_req_t *h)
{
	struct yh_http *http = ((struct handler *)self)->http;
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

const char *yh_http_peer(const struct yh_http_req *req)
{
	return req->peer;
}

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

/* Give a whole answer to libh2o; r is detached after this. */
static void answer(struct yh_http_req *r, int status, const char *type,
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
	detach(r);
	h2o_send(h, &buf, buf.len ? 1 : 0, H2O_SEND_STATE_FINAL);
}

void yh_http_reply(struct yh_http_req *req, int status,
		   const char *content_type, const void *body, size_t len)
{
	if (req->h2o)
		answer(req, status, content_type, body, len);
	req_free(req);
}

static int append(struct part *part, const void *data, size_t len)
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
	struct part sent = r->out;
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

	detach(r);
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
		req_free(r);
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
		req_free(req);
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
	req_free(req);
}

/* ---- connections --------------------------------------------------------- */

static void on_conn_closed(uv_handle_t *handle)
{
	struct conn *c = (struct conn *)handle;

	c->http->n_conns--;
	yh_free(c);
}

static void refuse(struct conn *c)
{
	static char text[] = "HTTP/1.1 503 Service Unavailable\r\n"
			     "Connection: close\r\nContent-Length: 0\r\n\r\n";
	uv_buf_t buf = uv_buf_init(text, sizeof(text) - 1);

	uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);
	uv_close((uv_handle_t *)&c->tcp, on_conn_closed);
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct yh_http *http = listener->data;
	struct conn *c = status ? NULL : yh_zalloc(sizeof(*c));
	h2o_socket_t *sock;

	if (!c)
		return;

	c->http = http;
	http->n_conns++;
	uv_tcp_init(listener->loop, &c->tcp);
	if (uv_accept(listener, (uv_stream_t *)&c->tcp)) {
		uv_close((uv_handle_t *)&c->tcp, on_conn_closed);
		return;
	}
	if (http->n_conns > CONNS_MAX) {
		refuse(c);
		return;
	}
	uv_tcp_nodelay(&c->tcp, 1);
	sock = h2o_uv_socket_create((uv_stream_t *)&c->tcp, on_conn_closed);
	h2o_accept(&http->accept, sock);
}

/* ---- open and close ------------------------------------------------------ */

/* "127.0.0.1:8080", "[::1]:8080", ":8080" (every address). */
static int parse_addr(const char *text, struct sockaddr_storage *sa)
{
	const char *colon = text ? strrchr(text, ':') : NULL;
	char host[INET6_ADDRSTRLEN + 2] = "0.0.0.0";
	unsigned long port;
	char *end;
	size_t n;

	if (!colon)
		return -EINVAL;
	n = (size_t)(colon - text);
	port = strtoul(colon + 1, &end, 10);
	if (n >= sizeof(host) || !colon[1] || *end || port > 65535)
		return -EINVAL;
	if (n > 2 && text[0] == '[' && text[n - 1] == ']') {
		memcpy(host, text + 1, n - 2);
		host[n - 2] = '\0';
		return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)sa);
	}
	if (n) {
		memcpy(host, text, n);
		host[n] = '\0';
	}
	if (!strcmp(host, "localhost"))
		strcpy(host, "127.0.0.1");

	return uv_ip4_addr(host, (int)port, (struct sockaddr_in *)sa);
}

static int listen_on(struct yh_http *http, uv_loop_t *loop,
		     const struct sockaddr_storage *sa)
{
	int err = uv_tcp_init(loop, &http->listener);

	if (err)
		return err;
	http->listener.data = http;
	err = uv_tcp_bind(&http->listener, (const struct sockaddr *)sa, 0);
	if (!err)
		err = uv_listen((uv_stream_t *)&http->listener, BACKLOG,
				on_connection);

	return err;
}

static void init_h2o(struct yh_http *http, uv_loop_t *loop, size_t max_body)
{
	h2o_hostconf_t *host;
	h2o_pathconf_t *path;
	struct handler *handler;

	h2o_config_init(&http->conf);
	http->conf.server_name = h2o_iovec_init("", 0);
	http->conf.max_request_entity_size = max_body;
	http->conf.http1.upgrade_to_http2 = 0;
	http->conf.http1.req_timeout = HEADER_TIMEOUT_MS;
	host = h2o_config_register_host(
		&http->conf, h2o_iovec_init(H2O_STRLIT("default")), 65535);
	path = h2o_config_register_path(host, "/", 0);
	handler = (struct handler *)h2o_create_handler(path, sizeof(*handler));
	handler->super.on_req = on_req;
	handler->http = http;
	h2o_context_init(&http->ctx, loop, &http->conf);
	http->accept.ctx = &http->ctx;
	http->accept.hosts = http->conf.hosts;
}

int yh_http_open(struct yh_http **out, uv_loop_t *loop,
		 const struct yh_http_conf *conf, yh_http_cb *cb, void *arg)
{
	struct sockaddr_storage sa;
	struct yh_http *http;
	int err;

	if (!out || !loop || !conf || !cb || parse_addr(conf->addr, &sa))
		return -EINVAL;

	http = yh_zalloc(sizeof(*http));
	if (!http)
		return -ENOMEM;

	http->cb = cb;
	http->arg = arg;
	init_h2o(http, loop, conf->max_body_bytes);
	uv_timer_init(loop, &http->reaper);
	http->reaper.data = http;
	http->handles = 2;
	err = listen_on(http, loop, &sa);
	if (err) {
		yh_http_close(http);
		return err;
	}
	*out = http;

	return 0;
}

uint16_t yh_http_port(const struct yh_http *http)
{
	struct sockaddr_storage sa;
	int len = sizeof(sa);

	if (uv_tcp_getsockname(&http->listener, (struct sockaddr *)&sa, &len))
		return 0;

	return ntohs(sa.ss_family == AF_INET6
			     ? ((struct sockaddr_in6 *)&sa)->sin6_port
			     : ((struct sockaddr_in *)&sa)->sin_port);
}

static void on_own_closed(uv_handle_t *handle)
{
	struct yh_http *http = handle->data;

	if (--http->handles == 0)
		yh_free(http);
}

/* An idle connection reads and so sees the end; one that still answers sees
 * it when it has answered. */
static int shut_one(h2o_req_t *h, void *arg)
{
	const int *how = arg;
	h2o_socket_t *sock = h->conn->callbacks->get_socket(h->conn);
	int fd = h2o_socket_get_fd(sock);

	if (fd >= 0)
		shutdown(fd, *how);

	return 0;
}

static void shut_all(struct yh_http *http, int how)
{
	http->conf.http1.callbacks.foreach_request(&http->ctx, shut_one, &how);
}

/* End what is still not answered; its owner may answer later in vain. */
static void cut_reqs(struct yh_http *http)
{
	while (http->reqs) {
		struct yh_http_req *r = http->reqs;
		h2o_req_t *h = r->h2o;

		if (!r->begun) {
			answer(r, 503, "text/plain", "shutting down\n", 14);
			continue;
		}
		h->http1_is_persistent = 0;
		detach(r);
		if (!r->sending)
			h2o_send(h, NULL, 0, H2O_SEND_STATE_ERROR);
		if (r->ended)
			req_free(r);
	}
}

static void on_reap(uv_timer_t *timer)
{
	struct yh_http *http = timer->data;

	if (http->n_conns) {
		if (uv_now(timer->loop) >= http->linger_until) {
			cut_reqs(http);
			shut_all(http, SHUT_RDWR);
		} else {
			shut_all(http, SHUT_RD);
		}
		return;
	}
	/* This runs the loop once by itself, which is sound in a timer. */
	uv_timer_stop(timer);
	h2o_context_dispose(&http->ctx);
	h2o_config_dispose(&http->conf);
	uv_close((uv_handle_t *)timer, on_own_closed);
}

void yh_http_close(struct yh_http *http)
{
	if (!http || http->linger_until)
		return;

	http->linger_until = uv_now(http->reaper.loop) + LINGER_MS;
	uv_close((uv_handle_t *)&http->listener, on_own_closed);
	uv_timer_start(&http->reaper, on_reap, 0, REAP_MS);
}
