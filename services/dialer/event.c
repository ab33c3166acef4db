/** @file event.c  Call events into the stream until they are there. */
#include <errno.h>

#include "app.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "rpc/rpc.h"

enum { TRIES = 6 /* of 10 s each, for events that nobody waits for */ };

struct waiting {
	struct dial_app *app;
	void (*done)(struct dial_app *app, uint32_t call_id);
	uint32_t call_id;
	unsigned tries;
	Yinhu__V1__CallEvent *ev; /* owned */
};

static void drop(struct waiting *w)
{
	w->app->n_events--;
	yinhu__v1__call_event__free_unpacked(w->ev, NULL);
	yh_free(w);
}

static void on_stored(void *arg, int err);

static int publish(struct waiting *w)
{
	w->tries++;

	return yh_event_publish(w->app->svc->bus, &w->ev->base, on_stored, w);
}

static void on_stored(void *arg, int err)
{
	struct waiting *w = arg;

	if (err) {
		yh_metric_add(&dial_m_events_failed, 1);
		yh_warn("event.failed", "event_id=%s tries=%u err=%s",
			w->ev->event_id, w->tries, yh_err_text(err));
	}
	if (err && err != -ECANCELED && (w->done || w->tries < TRIES) &&
	    !publish(w))
		return;
	if (w->done && err != -ECANCELED)
		w->done(w->app, w->call_id);
	drop(w);
}

static Yinhu__V1__CallEvent *copy_event(const Yinhu__V1__CallEvent *ev)
{
	size_t len = yinhu__v1__call_event__get_packed_size(ev);
	uint8_t *buf = yh_zalloc(len + 1);
	Yinhu__V1__CallEvent *copy;

	if (!buf)
		return NULL;
	yinhu__v1__call_event__pack(ev, buf);
	copy = yinhu__v1__call_event__unpack(NULL, len, buf);
	yh_free(buf);

	return copy;
}

int dial_event_store(struct dial_app *app, const Yinhu__V1__CallEvent *ev,
		     void (*done)(struct dial_app *app, uint32_t call_id),
		     uint32_t call_id)
{
	struct waiting *w = yh_zalloc(sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->app = app;
	w->done = done;
	w->call_id = call_id;
	w->ev = copy_event(ev);
	if (!w->ev) {
		yh_free(w);
		return -ENOMEM;
	}
	app->n_events++;
	err = publish(w);
	if (err) {
		yh_metric_add(&dial_m_events_failed, 1);
		yh_error("event.refused", "event_id=%s err=%s", ev->event_id,
			 yh_err_text(err));
		drop(w);
	}

	return err;
}
