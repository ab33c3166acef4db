/** @file http.c  HTTP/1.1 server over libh2o, contract in http.h */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <h2o.h>
#include <h2o/http1.h>

#include "base/err.h"
#include "base/mem.h"
#include "http/http_priv.h"

enum {
	CONNS_MAX = 1024,
	BACKLOG = 512,
	REAP_MS = 20,
	LINGER_MS = 2000,
	HEADER_TIMEOUT_MS = 10000,
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

static int on_req(h2o_handler_t *self, h2o_req_t *h)
{
	return yh_http_on_req(((struct handler *)self)->http, h);
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
	yh_http_refuse_too_long(http, &host->fallback_path);
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

	if (conf->too_long) {
		http->too_long = yh_strdup(conf->too_long);
		if (!http->too_long) {
			yh_free(http);
			return -ENOMEM;
		}
	}
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

	if (--http->handles)
		return;
	yh_free(http->too_long);
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

static void on_reap(uv_timer_t *timer)
{
	struct yh_http *http = timer->data;

	if (http->n_conns) {
		if (uv_now(timer->loop) >= http->linger_until) {
			yh_http_cut_reqs(http);
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
