/** @file rec_ws.c  A recognition server as a recognizer, contract in rec_ws.h
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec_ws.h"
#include "upsample.h"
#include "ws/ws.h"

enum {
	FRAME = 800,	  /* samples of a message: 100 ms */
	PERHAPS_MS = 100, /* after what may be the last message */
	MAX_MESSAGE = 256 * 1024,
	/* A whole utterance as floats at 16 kHz, when it is sent again */
	MAX_QUEUE = ASR_MAX_SAMPLES * 2 * 4 + 64 * 1024,
};

struct rec {
	struct asr_recognizer base;
	uv_loop_t *loop;
	const struct asr_wire_protocol *protocol;
	struct yh_ws_server *server;
	uint32_t rate_hz;
};

struct stream {
	struct asr_stream base;
	struct rec *rec;
	struct yh_ws *ws;
	uv_timer_t perhaps;
	struct asr_upsample up;
	struct asr_wire wire;
};

/* ---- what comes ---------------------------------------------------------- */

static void fail(struct stream *s, int err)
{
	uv_timer_stop(&s->perhaps);
	s->base.listener.final(s->base.listener.arg, err, NULL);
}

static void give_result(struct stream *s)
{
	struct asr_result r;

	uv_timer_stop(&s->perhaps);
	asr_wire_text(&s->wire, r.text);
	r.confidence = asr_wire_confidence(&s->wire);
	s->base.listener.final(s->base.listener.arg, 0, &r);
}

static void on_perhaps(uv_timer_t *t)
{
	give_result(t->data);
}

static void give_partial(struct stream *s)
{
	struct asr_result r = {.confidence = 1};

	if (!s->base.listener.partial)
		return;
	asr_wire_text(&s->wire, r.text);
	s->base.listener.partial(s->base.listener.arg, &r);
}

static void on_message(void *arg, bool text, const uint8_t *data, size_t n)
{
	struct stream *s = arg;
	int what = -EPROTO;

	if (text)
		what = s->rec->protocol->take(&s->wire, (const char *)data, n);
	if (what < 0)
		fail(s, what);
	else if (what == ASR_WIRE_PARTIAL)
		give_partial(s);
	else if (what == ASR_WIRE_LAST)
		give_result(s);
	else if (what == ASR_WIRE_PERHAPS_LAST)
		uv_timer_start(&s->perhaps, on_perhaps, PERHAPS_MS, 0);
}

/* After what may be the last message, an end in order says that it was. */
static void on_closed(void *arg, int err)
{
	struct stream *s = arg;

	if (!err && uv_is_active((uv_handle_t *)&s->perhaps))
		give_result(s);
	else
		fail(s, err ? err : -ECONNRESET);
}

/* ---- what goes ----------------------------------------------------------- */

/* @param n At most FRAME */
static int send_samples(struct stream *s, const int16_t *pcm, size_t n)
{
	int16_t wide[2 * FRAME];
	float real[2 * FRAME];
	const void *data = pcm;
	size_t size = sizeof(*pcm);
	int err;

	if (s->rec->rate_hz == 16000) {
		asr_upsample(&s->up, pcm, n, wide);
		data = pcm = wide;
		n *= 2;
	}
	if (s->rec->protocol->format == ASR_WIRE_F32) {
		for (size_t i = 0; i < n; i++)
			real[i] = (float)pcm[i] / 32768.0f;
		data = real;
		size = sizeof(*real);
	}
	err = yh_ws_send(s->ws, false, data, n * size);
	s->wire.sent++;
	explicit_bzero(wide, sizeof(wide));
	explicit_bzero(real, sizeof(real));

	return err;
}

static int feed(struct asr_stream *base, const int16_t *pcm, size_t n)
{
	int err = 0;

	while (n && !err) {
		size_t k = n < FRAME ? n : FRAME;

		err = send_samples((struct stream *)base, pcm, k);
		pcm += k;
		n -= k;
	}

	return err;
}

static int finish(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;
	const char *end = s->rec->protocol->end;

	s->wire.ended = true;

	return yh_ws_send(s->ws, true, end, strlen(end));
}

/* ---- life cycle ---------------------------------------------------------- */

static void on_gone(uv_handle_t *h)
{
	yh_free(h->data);
}

static void close_stream(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	yh_ws_close(s->ws);
	explicit_bzero(&s->up, sizeof(s->up));
	uv_close((uv_handle_t *)&s->perhaps, on_gone);
}

static int say_hello(struct stream *s, const struct asr_hints *hints)
{
	const struct asr_wire_setup setup = {s->rec->rate_hz, *hints};
	char *text;
	int err;

	if (!s->rec->protocol->hello)
		return 0;
	text = s->rec->protocol->hello(&setup);
	if (!text)
		return -ENOMEM;
	err = yh_ws_send(s->ws, true, text, strlen(text));
	yh_free(text);

	return err;
}

static int open_stream(struct asr_recognizer *base,
		       const struct asr_hints *hints,
		       const struct asr_listener *listener,
		       struct asr_stream **out)
{
	struct stream *s = yh_zalloc(sizeof(*s));
	struct yh_ws_cb cb = {
		.message = on_message, .closed = on_closed, .arg = s};
	int err;

	if (!s)
		return -ENOMEM;
	s->base.ops = base->ops;
	s->base.listener = *listener;
	s->rec = (struct rec *)base;
	uv_timer_init(s->rec->loop, &s->perhaps);
	s->perhaps.data = s;
	err = yh_ws_open(&s->ws, s->rec->loop, s->rec->server, &cb);
	if (!err)
		err = say_hello(s, hints);
	if (err) {
		close_stream(&s->base);
		return err;
	}
	*out = &s->base;

	return 0;
}

static void destroy(struct asr_recognizer *base)
{
	yh_ws_server_destroy(((struct rec *)base)->server);
	yh_free(base);
}

static const struct asr_recognizer_ops ws_ops = {
	.open = open_stream,
	.feed = feed,
	.finish = finish,
	.close = close_stream,
	.destroy = destroy,
};

int asr_rec_ws_create(struct asr_recognizer **out, uv_loop_t *loop,
		      const struct asr_wire_protocol *protocol,
		      const struct asr_rec_ws_conf *conf)
{
	const struct yh_ws_conf ws = {
		.url = conf->url,
		.protocol = protocol->subprotocol,
		.ca_file = conf->ca_file,
		.connect_ms = conf->connect_ms,
		.max_queue = MAX_QUEUE,
		.max_message = MAX_MESSAGE,
	};
	struct rec *r = yh_zalloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->base.ops = &ws_ops;
	r->base.engine = protocol->engine;
	r->loop = loop;
	r->protocol = protocol;
	r->rate_hz = conf->rate_hz ? conf->rate_hz : protocol->rate_hz;
	err = yh_ws_server_create(&r->server, &ws);
	if (err) {
		yh_free(r);
		return err;
	}
	*out = &r->base;

	return 0;
}
