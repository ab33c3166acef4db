/** @file ws.c  WebSocket client, contract in ws.h */
#include <errno.h>
#include <openssl/rand.h>
#include <string.h>
#include <wslay/wslay.h>

#include "base/err.h"
#include "base/mem.h"
#include "ws/handshake.h"
#include "ws/link.h"
#include "ws/ws.h"

struct yh_ws_server {
	struct yh_ws_url url;
	char *protocol; /* or NULL */
	SSL_CTX *tls;	/* or NULL */
	uint32_t connect_ms;
	size_t max_queue, max_message;
};

struct yh_ws {
	const struct yh_ws_server *server;
	struct yh_ws_cb cb;
	struct yh_link *link;
	uv_timer_t timer; /* of connecting */
	wslay_event_context_ptr frames;
	char key[YH_WS_KEY];
	char *head; /* of the response, until it is complete */
	size_t n_head;
	const uint8_t *in; /* bytes that frames are read from */
	size_t n_in;
	bool open, down, closed;
	unsigned busy; /* its own functions that are on the stack */
};

/* ---- end ----------------------------------------------------------------- */

static void on_gone(uv_handle_t *h)
{
	yh_free(h->data);
}

static void release(struct yh_ws *ws)
{
	if (!ws->closed || ws->busy)
		return;
	yh_link_close(ws->link);
	wslay_event_context_free(ws->frames);
	yh_free(ws->head);
	uv_close((uv_handle_t *)&ws->timer, on_gone);
}

static void go_down(struct yh_ws *ws, int err)
{
	if (ws->closed || ws->down)
		return;
	ws->down = true;
	uv_timer_stop(&ws->timer);
	ws->cb.closed(ws->cb.arg, err);
}

void yh_ws_close(struct yh_ws *ws)
{
	if (!ws)
		return;
	if (ws->open && !ws->down && !ws->busy) {
		(void)wslay_event_queue_close(
			ws->frames, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0);
		(void)wslay_event_send(ws->frames);
	}
	ws->closed = true;
	release(ws);
}

/* ---- frames -------------------------------------------------------------- */

static ssize_t pull(wslay_event_context_ptr ctx, uint8_t *buf, size_t len,
		    int flags, void *arg)
{
	struct yh_ws *ws = arg;
	size_t n = ws->n_in < len ? ws->n_in : len;

	(void)flags;
	if (!n || ws->closed) {
		wslay_event_set_error(ctx, WSLAY_ERR_WOULDBLOCK);
		return -1;
	}
	memcpy(buf, ws->in, n);
	ws->in += n;
	ws->n_in -= n;

	return (ssize_t)n;
}

static ssize_t push(wslay_event_context_ptr ctx, const uint8_t *data,
		    size_t len, int flags, void *arg)
{
	struct yh_ws *ws = arg;

	(void)flags;
	if (yh_link_send(ws->link, data, len)) {
		wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);
		return -1;
	}

	return (ssize_t)len;
}

static int mask(wslay_event_context_ptr ctx, uint8_t *buf, size_t len,
		void *arg)
{
	(void)arg;
	if (RAND_bytes(buf, (int)len) == 1)
		return 0;
	wslay_event_set_error(ctx, WSLAY_ERR_CALLBACK_FAILURE);

	return -1;
}

static void on_message(wslay_event_context_ptr ctx,
		       const struct wslay_event_on_msg_recv_arg *m, void *arg)
{
	struct yh_ws *ws = arg;

	(void)ctx;
	if (ws->closed || ws->down || wslay_is_ctrl_frame(m->opcode))
		return;
	ws->cb.message(ws->cb.arg, m->opcode == WSLAY_TEXT_FRAME, m->msg,
		       m->msg_length);
}

/* Read what is there, answer pings and closes. */
static void run_frames(struct yh_ws *ws)
{
	uint16_t status;

	if (wslay_event_recv(ws->frames) || ws->closed) {
		go_down(ws, -EPROTO);
		return;
	}
	if (wslay_event_send(ws->frames)) {
		go_down(ws, -ECONNRESET);
		return;
	}
	if (!wslay_event_get_close_received(ws->frames)) {
		/* wslay has ended it: garbage, or a message too long */
		if (!wslay_event_get_read_enabled(ws->frames))
			go_down(ws, -EPROTO);
		return;
	}
	status = wslay_event_get_status_code_received(ws->frames);
	go_down(ws, status == WSLAY_CODE_NORMAL_CLOSURE ||
				    status == WSLAY_CODE_NO_STATUS_RCVD
			    ? 0
			    : -ECONNRESET);
}

static int open_frames(struct yh_ws *ws)
{
	const struct wslay_event_callbacks cb = {
		.recv_callback = pull,
		.send_callback = push,
		.genmask_callback = mask,
		.on_msg_recv_callback = on_message,
	};

	if (wslay_event_context_client_init(&ws->frames, &cb, ws))
		return -ENOMEM;
	wslay_event_config_set_max_recv_msg_length(ws->frames,
						   ws->server->max_message);

	return 0;
}

int yh_ws_send(struct yh_ws *ws, bool text, const void *data, size_t n)
{
	const struct wslay_event_msg msg = {
		.opcode = text ? WSLAY_TEXT_FRAME : WSLAY_BINARY_FRAME,
		.msg = data,
		.msg_length = n,
	};

	if (ws->down || ws->closed)
		return -ENOTCONN;
	if (wslay_event_get_queued_msg_length(ws->frames) +
		    yh_link_queued(ws->link) + n >
	    ws->server->max_queue)
		return YH_ERR_QUEUE_FULL;
	if (wslay_event_queue_msg(ws->frames, &msg))
		return -ENOTCONN;
	if (!ws->open)
		return 0;

	return wslay_event_send(ws->frames) ? -ENOTCONN : 0;
}

/* ---- handshake ----------------------------------------------------------- */

static void on_up(void *arg)
{
	struct yh_ws *ws = arg;
	char *req =
		yh_ws_request(&ws->server->url, ws->key, ws->server->protocol);
	int err = req ? yh_link_send(ws->link, req, strlen(req)) : -ENOMEM;

	yh_free(req);
	if (err)
		go_down(ws, err);
}

/* The head is complete: tell, and send what waits. */
static void is_open(struct yh_ws *ws)
{
	uv_timer_stop(&ws->timer);
	ws->open = true;
	if (ws->cb.open)
		ws->cb.open(ws->cb.arg);
}

static void take_head(struct yh_ws *ws, const uint8_t *data, size_t n)
{
	char *head = yh_realloc(ws->head, ws->n_head + n);
	size_t used = 0;
	int err;

	if (!head) {
		go_down(ws, -ENOMEM);
		return;
	}
	ws->head = head;
	memcpy(head + ws->n_head, data, n);
	ws->n_head += n;
	err = yh_ws_response(head, ws->n_head, ws->key, ws->server->protocol,
			     &used);
	if (err == -EAGAIN)
		return;
	if (err) {
		go_down(ws, err);
		return;
	}
	is_open(ws);
	ws->in = (uint8_t *)head + used;
	ws->n_in = ws->n_head - used;
	if (!ws->closed)
		run_frames(ws);
}

static void on_data(void *arg, const uint8_t *data, size_t n)
{
	struct yh_ws *ws = arg;

	if (ws->down)
		return;
	ws->busy++;
	if (!ws->open) {
		take_head(ws, data, n);
	} else {
		ws->in = data;
		ws->n_in = n;
		run_frames(ws);
	}
	ws->busy--;
	release(ws);
}

static void on_down(void *arg, int err)
{
	/* The end of the stream without a close frame is no order. */
	go_down(arg, err ? err : -ECONNRESET);
}

static void on_timeout(uv_timer_t *t)
{
	go_down(t->data, -ETIMEDOUT);
}

int yh_ws_open(struct yh_ws **out, uv_loop_t *loop,
	       const struct yh_ws_server *server, const struct yh_ws_cb *cb)
{
	const struct yh_link_cb link_cb = {on_up, on_data, on_down, NULL};
	struct yh_link_cb link = link_cb;
	struct yh_ws *ws = yh_zalloc(sizeof(*ws));
	int err;

	if (!ws)
		return -ENOMEM;
	ws->server = server;
	ws->cb = *cb;
	link.arg = ws;
	uv_timer_init(loop, &ws->timer);
	ws->timer.data = ws;
	err = open_frames(ws);
	if (!err)
		err = yh_ws_key(ws->key);
	if (!err)
		err = yh_link_open(&ws->link, loop, server->url.host,
				   server->url.port, server->tls, &link);
	if (err) {
		yh_ws_close(ws);
		return err;
	}
	uv_timer_start(&ws->timer, on_timeout, server->connect_ms, 0);
	*out = ws;

	return 0;
}

/* ---- server -------------------------------------------------------------- */

static int open_tls(SSL_CTX **out, const char *ca_file)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	int good;

	if (!tls)
		return -ENOMEM;
	SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_mode(tls, SSL_MODE_AUTO_RETRY);
	good = ca_file && ca_file[0]
		       ? SSL_CTX_load_verify_locations(tls, ca_file, NULL)
		       : SSL_CTX_set_default_verify_paths(tls);
	if (good != 1) {
		SSL_CTX_free(tls);
		return -ENOENT;
	}
	*out = tls;

	return 0;
}

int yh_ws_server_create(struct yh_ws_server **out,
			const struct yh_ws_conf *conf)
{
	struct yh_ws_server *s = yh_zalloc(sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->protocol = yh_strdup(conf->protocol);
	s->connect_ms = conf->connect_ms;
	s->max_queue = conf->max_queue;
	s->max_message = conf->max_message;
	err = yh_ws_url_read(conf->url, &s->url);
	if (!err && conf->protocol && !s->protocol)
		err = -ENOMEM;
	if (!err && s->url.tls)
		err = open_tls(&s->tls, conf->ca_file);
	if (err) {
		yh_ws_server_destroy(s);
		return err;
	}
	*out = s;

	return 0;
}

void yh_ws_server_destroy(struct yh_ws_server *s)
{
	if (!s)
		return;
	SSL_CTX_free(s->tls);
	yh_free(s->protocol);
	yh_free(s);
}
