/** @file app.c  One event's way through the scorer, contract in app.h */
#include "app.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "call_features.h"
#include "scr_metrics.h"

/* The dialog's end and the report are waited for so often, half a second
 * apart. */
enum { LATE_TRIES = 60 };

typedef Yinhu__V1__CallEvent event_t;

static int publish(struct scr_model *model, struct yh_feed_work *w,
		   const double *features)
{
	const event_t *cause = yh_feed_event(w);
	Yinhu__V1__Score__FeaturesEntry entries[SCR_N_FEATURES];
	Yinhu__V1__Score__FeaturesEntry *refs[SCR_N_FEATURES];
	event_t e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Score body = YINHU__V1__SCORE__INIT;
	char *reasons[SCR_MAX_REASONS], id[128];
	struct scr_score score;
	int err;

	scr_model_score(model, features, &score);
	for (size_t i = 0; i < SCR_N_FEATURES; i++) {
		yinhu__v1__score__features_entry__init(&entries[i]);
		entries[i].key = (char *)scr_feature_names[i];
		entries[i].value = features[i];
		refs[i] = &entries[i];
	}
	for (size_t i = 0; i < score.n_reasons; i++)
		reasons[i] = score.reasons[i];
	body.conversion = (float)score.conversion;
	body.model = (char *)scr_model_name(model);
	body.features = refs;
	body.n_features = SCR_N_FEATURES;
	body.reasons = reasons;
	body.n_reasons = score.n_reasons;

	snprintf(id, sizeof(id), "%s.score", cause->call_id);
	e.event_id = id;
	e.call_id = cause->call_id;
	e.time_us = yh_wall_us();
	e.offset_ms = cause->offset_ms;
	e.source = (char *)"scorer";
	e.body_case = YINHU__V1__CALL_EVENT__BODY_SCORE;
	e.score = &body;
	err = yh_feed_publish(w, &e);
	if (err)
		return err;
	yh_metric_observe(&scr_m_conversion, score.conversion);
	yh_metric_add(&scr_m_scores, 1);

	return 0;
}

/* What an answered call still lacks. */
static bool lacks(event_t *const *events, size_t n)
{
	return !yh_calllog_find(events, n,
				YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED) ||
	       !yh_calllog_find(events, n,
				YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT);
}

static void judge_call(void *arg, struct yh_feed_work *w,
		       event_t *const *events, size_t n)
{
	double features[SCR_N_FEATURES];

	if (yh_calllog_answered(events, n) && lacks(events, n)) {
		if (yh_feed_tries(w) <= LATE_TRIES) {
			yh_feed_again(w);
			return;
		}
		yh_metric_add(&scr_m_partial, 1);
		yh_warn("scorer.partial", "call_id=%s",
			yh_feed_event(w)->call_id);
	}
	scr_features(events, n, features);
	yh_feed_done(w, publish(arg, w, features));
}

static enum yh_feed_need need(const event_t *e)
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
		return YH_FEED_KEEP;
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return YH_FEED_JUDGE;
	default:
		return YH_FEED_IGNORE;
	}
}

struct yh_feed_conf scr_feed_conf(struct scr_model *model)
{
	return (struct yh_feed_conf){
		.durable = "scorer",
		.owner = "score",
		.meters = {.events = &scr_m_events,
			   .bad_events = &scr_m_bad_events,
			   .retries = &scr_m_retries,
			   .in_flight = &scr_m_in_flight},
		.need = need,
		.judge = judge_call,
		.arg = model,
	};
}
