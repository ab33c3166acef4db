/** @file feed.c  Call events in and out, contract in feed.h */
#include "calllog/feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "rpc/rpc.h"

enum { RETRY_MS = 500 };

struct yh_feed {
	struct yh_feed_conf conf;
	struct yh_bus *bus;
	struct yh_redis *redis;
	struct yh_calllog log;
	struct yh_sub *sub;
	unsigned in_flight;
	bool closed; /* goes with its last work */
};

/* It ends when `waiting` is 0. */
struct yh_feed_work {
	struct yh_feed *feed;
	struct yh_msg *msg;
	Yinhu__V1__CallEvent *event;
	unsigned waiting;
	int err;
};

/* Something that is being stored: first in CALLS, then in Redis. */
struct output {
	struct yh_feed_work *work;
	char id[128];
	size_t len;
	uint8_t data[];
};

static void set_in_flight(struct yh_feed *f, unsigned n)
{
	f->in_flight = n;
	yh_metric_set(f->conf.meters.in_flight, n);
}

static void free_if_done(struct yh_feed *f)
{
	if (f->closed && !f->in_flight)
		yh_free(f);
}

static void give_back(struct yh_feed *f, struct yh_msg *msg)
{
	yh_metric_add(f->conf.meters.retries, 1);
	yh_msg_nak(msg, RETRY_MS);
}

static void work_end(struct yh_feed_work *w, bool again)
{
	struct yh_feed *f = w->feed;

	if (again)
		give_back(f, w->msg);
	else
		yh_msg_ack(w->msg);
	set_in_flight(f, f->in_flight - 1);
	yinhu__v1__call_event__free_unpacked(w->event, NULL);
	yh_free(w);
	free_if_done(f);
}

void yh_feed_again(struct yh_feed_work *w)
{
	work_end(w, true);
}

void yh_feed_done(struct yh_feed_work *w, int err)
{
	if (err && !w->err)
		w->err = err;
	if (--w->waiting)
		return;
	if (w->err)
		yh_warn("feed.event", "call_id=%s error=\"%s\"",
			w->event->call_id, yh_err_text(w->err));
	work_end(w, w->err);
}

const Yinhu__V1__CallEvent *yh_feed_event(const struct yh_feed_work *w)
{
	return w->event;
}

uint64_t yh_feed_tries(const struct yh_feed_work *w)
{
	return yh_msg_delivered(w->msg);
}

/* ---- out ----------------------------------------------------------------- */

static void on_noted(void *arg, int err)
{
	struct output *o = arg;
	struct yh_feed_work *w = o->work;

	yh_free(o);
	yh_feed_done(w, err);
}

static void on_stored(void *arg, int err)
{
	struct output *o = arg;
	struct yh_feed_work *w = o->work;

	/* Noted, so that it is not made anew after the stream has forgotten its
	 * id. */
	if (!err && w->feed->closed)
		err = -ECANCELED;
	if (!err)
		err = yh_calllog_put(&w->feed->log, w->event->call_id, o->id,
				     o->data, o->len, on_noted, o);
	else
		yh_warn("feed.store", "error=\"%s\"", yh_err_text(err));
	if (err)
		on_noted(o, err);
}

int yh_feed_publish(struct yh_feed_work *w, const Yinhu__V1__CallEvent *e)
{
	size_t len = yinhu__v1__call_event__get_packed_size(e);
	struct output *o = yh_zalloc(sizeof(*o) + len);
	int err;

	if (!o)
		return -ENOMEM;
	o->work = w;
	o->len = len;
	snprintf(o->id, sizeof(o->id), "%s", e->event_id);
	yinhu__v1__call_event__pack(e, o->data);
	err = yh_event_publish(w->feed->bus, &e->base, on_stored, o);
	if (err) {
		yh_free(o);
		return err;
	}
	w->waiting++;

	return 0;
}

/* ---- in ------------------------------------------------------------------ */

static void on_events(void *arg, int err, Yinhu__V1__CallEvent *const *events,
		      size_t n)
{
	struct yh_feed_work *w = arg;

	if (err)
		yh_feed_done(w, err);
	else
		w->feed->conf.judge(w->feed->conf.arg, w, events, n);
}

static void on_put(void *arg, int err)
{
	struct yh_feed_work *w = arg;
	struct yh_feed *f = w->feed;

	if (!err && f->conf.need(w->event) == YH_FEED_JUDGE) {
		err = yh_calllog_get(&f->log, w->event->call_id, on_events, w);
		if (!err)
			return;
	}
	yh_feed_done(w, err);
}

static struct yh_feed_work *begin(struct yh_feed *f, struct yh_msg *msg,
				  Yinhu__V1__CallEvent *e)
{
	struct yh_feed_work *w = yh_zalloc(sizeof(*w));

	if (!w) {
		yinhu__v1__call_event__free_unpacked(e, NULL);
		return NULL;
	}
	*w = (struct yh_feed_work){f, msg, e, 1, 0};
	set_in_flight(f, f->in_flight + 1);
	yh_metric_add(f->conf.meters.events, 1);

	return w;
}

static void take(struct yh_feed *f, struct yh_msg *msg, Yinhu__V1__CallEvent *e)
{
	struct yh_feed_work *w = begin(f, msg, e);
	int err;

	if (!w) {
		give_back(f, msg);
		return;
	}
	err = yh_calllog_put(&f->log, e->call_id, e->event_id, yh_msg_data(msg),
			     yh_msg_len(msg), on_put, w);
	if (err)
		yh_feed_done(w, err);
}

static void on_event(void *arg, struct yh_msg *msg)
{
	struct yh_feed *f = arg;
	Yinhu__V1__CallEvent *e;

	if (!yh_redis_is_up(f->redis)) {
		give_back(f, msg);
		return;
	}
	e = yinhu__v1__call_event__unpack(NULL, yh_msg_len(msg),
					  yh_msg_data(msg));
	if (e && f->conf.need(e) != YH_FEED_IGNORE) {
		take(f, msg, e);
		return;
	}
	if (e)
		yinhu__v1__call_event__free_unpacked(e, NULL);
	else
		yh_metric_add(f->conf.meters.bad_events, 1);
	yh_msg_ack(msg);
}

/* ---- life cycle ---------------------------------------------------------- */

int yh_feed_open(struct yh_feed **out, struct yh_bus *bus, uv_loop_t *loop,
		 const struct yh_feed_conf *conf)
{
	const struct yh_consumer_conf consumer = {
		.stream = "CALLS",
		.durable = conf->durable,
		.filter = "yinhu.call.>",
		.ack_wait_ms = conf->ack_wait_ms,
		.max_ack_pending = conf->max_in_flight,
	};
	struct yh_feed *f = yh_zalloc(sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	f->conf = *conf;
	f->bus = bus;
	err = yh_redis_open(&f->redis, loop, conf->redis_url);
	if (!err) {
		f->log = (struct yh_calllog){f->redis, conf->owner,
					     conf->call_ttl_s};
		err = yh_calls_ensure(bus);
	}
	if (!err)
		err = yh_stream_consume(bus, &consumer, on_event, f, &f->sub);
	if (err)
		yh_feed_close(f);
	else
		*out = f;

	return err;
}

void yh_feed_stop(struct yh_feed *f)
{
	if (!f)
		return;
	yh_sub_close(f->sub);
	f->sub = NULL;
}

bool yh_feed_idle(const struct yh_feed *f)
{
	return !f || !f->in_flight;
}

bool yh_feed_is_up(const struct yh_feed *f)
{
	return f && yh_redis_is_up(f->redis);
}

void yh_feed_close(struct yh_feed *f)
{
	if (!f)
		return;
	yh_feed_stop(f);
	f->in_flight++; /* not freed by the last callback of Redis */
	f->closed = true;
	yh_redis_close(f->redis);
	f->in_flight--;
	free_if_done(f);
}
