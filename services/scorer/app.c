/** @file app.c  One event's way through the scorer, contract in app.h */
#include "app.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call_features.h"
#include "rpc/rpc.h"
#include "scr_metrics.h"

enum {
	RETRY_MS = 500,
	/* The dialog's end and the report are waited for so often. */
	LATE_TRIES = 60,
};

/* An event under way. */
struct work {
	struct scr_app *app;
	struct yh_msg *msg;
	Yinhu__V1__CallEvent *event;
};

static void work_end(struct work *w, bool again)
{
	if (again)
		yh_metric_add(&scr_m_retries, 1);
	if (again)
		yh_msg_nak(w->msg, RETRY_MS);
	else
		yh_msg_ack(w->msg);
	w->app->in_flight--;
	yh_metric_set(&scr_m_in_flight, w->app->in_flight);
	yinhu__v1__call_event__free_unpacked(w->event, NULL);
	yh_free(w);
}

static void work_result(struct work *w, int err)
{
	if (err)
		yh_warn("scorer.event", "call_id=%s error=\"%s\"",
			w->event->call_id, yh_err_text(err));
	work_end(w, err);
}

static void on_stored(void *arg, int err)
{
	if (!err)
		yh_metric_add(&scr_m_scores, 1);
	work_result(arg, err);
}

static int publish(struct work *w, const double *features)
{
	Yinhu__V1__Score__FeaturesEntry entries[SCR_N_FEATURES];
	Yinhu__V1__Score__FeaturesEntry *refs[SCR_N_FEATURES];
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Score body = YINHU__V1__SCORE__INIT;
	char *reasons[SCR_MAX_REASONS], id[128];
	struct scr_score score;

	scr_model_score(w->app->model, features, &score);
	for (size_t i = 0; i < SCR_N_FEATURES; i++) {
		yinhu__v1__score__features_entry__init(&entries[i]);
		entries[i].key = (char *)scr_feature_names[i];
		entries[i].value = features[i];
		refs[i] = &entries[i];
	}
	for (size_t i = 0; i < score.n_reasons; i++)
		reasons[i] = score.reasons[i];
	body.conversion = (float)score.conversion;
	body.model = (char *)scr_model_name(w->app->model);
	body.features = refs;
	body.n_features = SCR_N_FEATURES;
	body.reasons = reasons;
	body.n_reasons = score.n_reasons;

	snprintf(id, sizeof(id), "%s.score", w->event->call_id);
	e.event_id = id;
	e.call_id = w->event->call_id;
	e.time_us = yh_wall_us();
	e.offset_ms = w->event->offset_ms;
	e.source = (char *)"scorer";
	e.body_case = YINHU__V1__CALL_EVENT__BODY_SCORE;
	e.score = &body;
	yh_metric_observe(&scr_m_conversion, score.conversion);

	return yh_event_publish(w->app->svc->bus, &e.base, on_stored, w);
}

/* What an answered call still lacks. */
static bool lacks(Yinhu__V1__CallEvent *const *events, size_t n)
{
	return !yh_calllog_find(events, n,
				YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED) ||
	       !yh_calllog_find(events, n,
				YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT);
}

static void on_events(void *arg, int err, Yinhu__V1__CallEvent *const *events,
		      size_t n)
{
	struct work *w = arg;
	double features[SCR_N_FEATURES];

	if (!err && yh_calllog_answered(events, n) && lacks(events, n)) {
		if (yh_msg_delivered(w->msg) <= LATE_TRIES) {
			work_end(w, true);
			return;
		}
		yh_metric_add(&scr_m_partial, 1);
		yh_warn("scorer.partial", "call_id=%s", w->event->call_id);
	}
	if (!err) {
		scr_features(events, n, features);
		err = publish(w, features);
	}
	if (err)
		work_result(w, err);
}

static void on_put(void *arg, int err)
{
	struct work *w = arg;

	if (!err && w->event->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED) {
		err = yh_calllog_get(&w->app->log, w->event->call_id, on_events,
				     w);
		if (!err)
			return;
	}
	work_result(w, err);
}

static bool is_of_interest(const Yinhu__V1__CallEvent *e)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
	case YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH:
	case YINHU__V1__CALL_EVENT__BODY_PLAYED:
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
	case YINHU__V1__CALL_EVENT__BODY_TURN:
	case YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL:
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
	case YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT:
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return true;
	default:
		return false;
	}
}

void scr_on_event(void *arg, struct yh_msg *msg)
{
	struct scr_app *app = arg;
	Yinhu__V1__CallEvent *e;
	struct work *w;
	int err;

	if (!yh_redis_is_up(app->redis)) {
		yh_metric_add(&scr_m_retries, 1);
		yh_msg_nak(msg, RETRY_MS);
		return;
	}
	e = yinhu__v1__call_event__unpack(NULL, yh_msg_len(msg),
					  yh_msg_data(msg));
	if (!e)
		yh_metric_add(&scr_m_bad_events, 1);
	w = e && is_of_interest(e) ? yh_zalloc(sizeof(*w)) : NULL;
	if (!w) {
		if (e)
			yinhu__v1__call_event__free_unpacked(e, NULL);
		yh_msg_ack(msg);
		return;
	}

	*w = (struct work){app, msg, e};
	app->in_flight++;
	yh_metric_set(&scr_m_in_flight, app->in_flight);
	yh_metric_add(&scr_m_events, 1);
	err = yh_calllog_put(&app->log, e->call_id, e->event_id,
			     yh_msg_data(msg), yh_msg_len(msg), on_put, w);
	if (err)
		work_result(w, err);
}
