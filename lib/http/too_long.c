/**
 * @file too_long.c  A body over the limit: libh2o refuses it before there is a
 *                   request, so its answer is worded here, and read to its end
 *                   by the client: who closes on bytes that were not read
 *                   resets the connection, and with it the answer.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "http/http_priv.h"

enum { READ_ON_MS = 10000, TICK_MS = 100 };

/* A connection that libh2o has closed, on a handle of our own. */
struct rest {
	uv_tcp_t tcp;
	uv_timer_t timer;
	struct yh_http *http;
	uint64_t until;
	unsigned handles;
};

/* In libh2o's pool of the request: tells when the answer is out. */
struct answered {
	struct yh_http *http;
	int fd;
};

struct filter {
	h2o_filter_t super;
	struct yh_http *http;
};

struct wording {
	h2o_ostream_t super;
	const char *text;
};

/* ---- the rest of the body ------------------------------------------------ */

static void on_rest_closed(uv_handle_t *handle)
{
	struct rest *r = handle->data;

	if (--r->handles)
		return;
	r->http->n_conns--;
	yh_free(r);
}

static void end(struct rest *r)
{
	if (uv_is_closing((uv_handle_t *)&r->timer))
		return;
	uv_close((uv_handle_t *)&r->tcp, on_rest_closed);
	uv_close((uv_handle_t *)&r->timer, on_rest_closed);
}

static void on_tick(uv_timer_t *timer)
{
	struct rest *r = timer->data;
	uint64_t now = uv_now(timer->loop), linger = r->http->linger_until;

	if (now >= r->until || (linger && now >= linger))
		end(r);
}

static void on_alloc(uv_handle_t *handle, size_t hint, uv_buf_t *buf)
{
	static char nobody_reads[1 << 16];

	(void)handle;
	(void)hint;
	*buf = uv_buf_init(nobody_reads, sizeof(nobody_reads));
}

static void on_rest(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
	(void)buf;
	if (n < 0)
		end(stream->data);
}

static void read_on(struct yh_http *http, int fd)
{
	struct rest *r = yh_zalloc(sizeof(*r));
	int own = r ? dup(fd) : -1;

	if (own < 0) {
		yh_free(r);
		return;
	}
	shutdown(own, SHUT_WR);
	http->n_conns++;
	r->http = http;
	r->handles = 2;
	r->tcp.data = r->timer.data = r;
	r->until = uv_now(http->ctx.loop) + READ_ON_MS;
	uv_timer_init(http->ctx.loop, &r->timer);
	uv_timer_start(&r->timer, on_tick, TICK_MS, TICK_MS);
	uv_tcp_init(http->ctx.loop, &r->tcp);
	if (uv_tcp_open(&r->tcp, own)) {
		close(own);
		end(r);
	} else if (uv_read_start((uv_stream_t *)&r->tcp, on_alloc, on_rest)) {
		end(r);
	}
}

/* The connection is still open here, and closed next. */
static void on_answered(void *data)
{
	struct answered *a = data;

	read_on(a->http, a->fd);
}

/* ---- the answer ---------------------------------------------------------- */

static void on_send(h2o_ostream_t *self, h2o_req_t *h, h2o_iovec_t *bufs,
		    size_t n, h2o_send_state_t state)
{
	const char *text = ((struct wording *)self)->text;
	h2o_iovec_t buf = h2o_iovec_init(text, strlen(text));

	(void)bufs;
	(void)n;
	h2o_ostream_send_next(self, h, &buf, 1, state);
}

static void reword(h2o_req_t *h, const char *text, h2o_ostream_t ***slot)
{
	struct wording *w =
		(struct wording *)h2o_add_ostream(h, sizeof(*w), *slot);

	w->super.do_send = on_send;
	w->text = text;
	*slot = &w->super.next;
	h->res.content_length = strlen(text);
	h2o_set_header(&h->pool, &h->res.headers, H2O_TOKEN_CONTENT_TYPE,
		       H2O_STRLIT("application/json"), 1);
}

static void on_answer(h2o_filter_t *self, h2o_req_t *h, h2o_ostream_t **slot)
{
	struct yh_http *http = ((struct filter *)self)->http;
	struct answered *a;

	if (h->res.status == 413) {
		a = h2o_mem_alloc_shared(&h->pool, sizeof(*a), on_answered);
		a->http = http;
		a->fd = h2o_socket_get_fd(
			h->conn->callbacks->get_socket(h->conn));
		if (http->too_long)
			reword(h, http->too_long, &slot);
	}
	h2o_setup_next_ostream(h, slot);
}

void yh_http_refuse_too_long(struct yh_http *http, h2o_pathconf_t *path)
{
	struct filter *f = (struct filter *)h2o_create_filter(path, sizeof(*f));

	f->super.on_setup_ostream = on_answer;
	f->http = http;
}
