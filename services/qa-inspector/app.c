/** @file app.c  One event's way through the inspector, contract in app.h */
#include "app.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "live.h"
#include "qa_metrics.h"
#include "rpc/rpc.h"
#include "text/redact.h"

enum {
	RETRY_MS = 500,
	/* The dialog's end is waited for so often, RETRY_MS apart; a gap in
	 * what was said for longer, see qa_live_complete. */
	LATE_TRIES = 6,
	GAP_TRIES = 60,
};

/* An event under way. It ends when `waiting` is 0. */
struct work {
	struct qa_app *app;
	struct yh_msg *msg;
	Yinhu__V1__CallEvent *event;
	unsigned waiting;
	int err;
};

/* Something of ours that is being stored: first in CALLS, then in Redis. */
struct output {
	struct work *work;
	char id[128];
	size_t len;
	uint8_t data[];
};

static void work_end(struct work *w, bool again)
{
	if (again)
		yh_metric_add(&qa_m_retries, 1);
	if (again)
		yh_msg_nak(w->msg, RETRY_MS);
	else
		yh_msg_ack(w->msg);
	w->app->in_flight--;
	yh_metric_set(&qa_m_in_flight, w->app->in_flight);
	yinhu__v1__call_event__free_unpacked(w->event, NULL);
	yh_free(w);
}

static void work_done(struct work *w, int err)
{
	if (err && !w->err)
		w->err = err;
	if (--w->waiting)
		return;
	if (w->err)
		yh_warn("qa.event", "call_id=%s error=\"%s\"",
			w->event->call_id, yh_err_text(w->err));
	work_end(w, w->err);
}

/* ---- out ----------------------------------------------------------------- */

static void on_noted(void *arg, int err)
{
	struct output *o = arg;
	struct work *w = o->work;

	yh_free(o);
	work_done(w, err);
}

static void on_stored(void *arg, int err)
{
	struct output *o = arg;

	/* Noted, so that it is not found anew after the stream has forgotten
	 * its id. */
	if (!err)
		err = yh_calllog_put(&o->work->app->log,
				     o->work->event->call_id, o->id, o->data,
				     o->len, on_noted, o);
	else
		yh_warn("qa.store", "error=\"%s\"", yh_err_text(err));
	if (err)
		on_noted(o, err);
}

static int publish(struct work *w, Yinhu__V1__CallEvent *e)
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
	err = yh_event_publish(w->app->svc->bus, &e->base, on_stored, o);
	if (err) {
		yh_free(o);
		return err;
	}
	w->waiting++;

	return 0;
}

static void event_init(Yinhu__V1__CallEvent *e, const struct work *w, char *id)
{
	yinhu__v1__call_event__init(e);
	e->event_id = id;
	e->call_id = w->event->call_id;
	e->time_us = yh_wall_us();
	e->offset_ms = w->event->offset_ms;
	e->source = (char *)"qa-inspector";
}

static int publish_finding(struct work *w, const struct qa_dialog *d,
			   const struct qa_finding *f)
{
	Yinhu__V1__CallEvent e;
	Yinhu__V1__Finding body;
	char id[128];
	int err;

	qa_live_finding_id(w->event->call_id, f, id, sizeof(id));
	event_init(&e, w, id);
	qa_live_finding(&body, f, d);
	e.body_case = YINHU__V1__CALL_EVENT__BODY_FINDING;
	e.finding = &body;
	err = publish(w, &e);
	if (err)
		return err;

	yh_metric_add_l(&qa_m_findings, f->rule->id, 1);
	yh_metric_observe(&qa_m_latency,
			  (double)(yh_wall_us() - w->event->time_us) / 1e6);
	if (f->rule->severity == 1) {
		yh_metric_add(&qa_m_severe, 1);
		yh_warn("qa.severe", "call_id=%s rule=%s line=%u",
			w->event->call_id, f->rule->id, f->line);
	}

	return 0;
}

static int publish_report(struct work *w, const struct qa_dialog *d,
			  const struct qa_report *r)
{
	Yinhu__V1__QualityReport body = YINHU__V1__QUALITY_REPORT__INIT;
	Yinhu__V1__Finding *list = yh_calloc(r->n + 1, sizeof(*list));
	Yinhu__V1__Finding **refs = yh_calloc(r->n + 1, sizeof(void *));
	Yinhu__V1__CallEvent e;
	char id[128];
	int err = -ENOMEM;

	if (!list || !refs)
		goto out;
	for (size_t i = 0; i < r->n; i++) {
		qa_live_finding(&list[i], &r->findings[i], d);
		refs[i] = &list[i];
	}
	body.score = r->score;
	body.findings = refs;
	body.n_findings = r->n;
	body.rules_checked = r->rules_checked;
	body.utterances = (uint32_t)d->n_turns;
	body.rule_pack = (char *)qa_rules_name(w->app->rules);
	snprintf(id, sizeof(id), "%s.quality", w->event->call_id);
	event_init(&e, w, id);
	e.body_case = YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT;
	e.quality_report = &body;
	err = publish(w, &e);
	if (!err)
		yh_metric_add(&qa_m_reports, 1);

out:
	yh_free(list);
	yh_free(refs);

	return err;
}

/* ---- judgement ----------------------------------------------------------- */

static bool is_noted(const char *id, Yinhu__V1__CallEvent *const *events,
		     size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(events[i]->event_id, id))
			return true;
	}

	return false;
}

/* A rule of order must not be judged while an utterance is missing. */
static bool may_tell(const struct qa_finding *f, bool complete)
{
	return complete || qa_stands_alone(f->rule);
}

static int publish_findings(struct work *w, const struct qa_dialog *d,
			    const struct qa_report *r, bool complete,
			    Yinhu__V1__CallEvent *const *events, size_t n)
{
	char id[128];
	int err = 0;

	for (size_t i = 0; i < r->n && !err; i++) {
		const struct qa_finding *f = &r->findings[i];

		qa_live_finding_id(w->event->call_id, f, id, sizeof(id));
		if (may_tell(f, complete) && !is_noted(id, events, n))
			err = publish_finding(w, d, f);
	}

	return err;
}

static int inspect(struct work *w, bool ended, bool complete,
		   Yinhu__V1__CallEvent *const *events, size_t n)
{
	struct qa_report report = {0};
	struct qa_dialog d;
	int err = qa_live_dialog(&d, events, n);

	d.ended = ended;
	if (!err)
		err = qa_inspect(w->app->rules, &d, &report);
	/* Judged; from here on it is read by people. */
	for (size_t i = 0; i < d.n_turns; i++)
		yh_redact(d.turns[i].text);
	if (!err)
		err = publish_findings(w, &d, &report, complete, events, n);
	if (!err && ended)
		err = publish_report(w, &d, &report);
	qa_report_fini(&report);
	qa_dialog_fini(&d);

	return err;
}

/* Is the `ended` event too early? */
static bool must_wait(const struct work *w, bool complete,
		      Yinhu__V1__CallEvent *const *events, size_t n)
{
	uint64_t tries = yh_msg_delivered(w->msg);

	if (!complete)
		return tries <= GAP_TRIES;

	return !yh_calllog_find(events, n,
				YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED) &&
	       tries <= LATE_TRIES;
}

static void on_events(void *arg, int err, Yinhu__V1__CallEvent *const *events,
		      size_t n)
{
	struct work *w = arg;
	const Yinhu__V1__CallEvent *e = w->event;
	bool last = e->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED;
	bool complete = qa_live_complete(events, n, last ? e : NULL);

	if (err || (last && !yh_calllog_answered(events, n))) {
		work_done(w, err);
		return;
	}
	if (last && must_wait(w, complete, events, n)) {
		work_end(w, true);
		return;
	}
	work_done(w, inspect(w, last, complete || last, events, n));
}

/* ---- in ------------------------------------------------------------------ */

static void on_put(void *arg, int err)
{
	struct work *w = arg;
	/* Told of a prompt that was judged: kept for what is judged next. */
	bool kept = w->event->body_case == YINHU__V1__CALL_EVENT__BODY_PLAYED;

	if (!err && !kept)
		err = yh_calllog_get(&w->app->log, w->event->call_id, on_events,
				     w);
	if (err || kept)
		work_done(w, err);
}

static bool is_of_interest(const Yinhu__V1__CallEvent *e)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
	case YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH:
	case YINHU__V1__CALL_EVENT__BODY_PLAYED:
	case YINHU__V1__CALL_EVENT__BODY_SPEECH_STARTED:
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
	case YINHU__V1__CALL_EVENT__BODY_TURN:
	case YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL:
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return true;
	default:
		return false;
	}
}

void qa_on_event(void *arg, struct yh_msg *msg)
{
	struct qa_app *app = arg;
	Yinhu__V1__CallEvent *e;
	struct work *w;
	int err;

	if (!yh_redis_is_up(app->redis)) {
		yh_metric_add(&qa_m_retries, 1);
		yh_msg_nak(msg, RETRY_MS);
		return;
	}
	e = yinhu__v1__call_event__unpack(NULL, yh_msg_len(msg),
					  yh_msg_data(msg));
	if (!e)
		yh_metric_add(&qa_m_bad_events, 1);
	w = e && is_of_interest(e) ? yh_zalloc(sizeof(*w)) : NULL;
	if (!w) {
		if (e)
			yinhu__v1__call_event__free_unpacked(e, NULL);
		yh_msg_ack(msg);
		return;
	}

	*w = (struct work){app, msg, e, 1, 0};
	app->in_flight++;
	yh_metric_set(&qa_m_in_flight, app->in_flight);
	yh_metric_add(&qa_m_events, 1);
	err = yh_calllog_put(&app->log, e->call_id, e->event_id,
			     yh_msg_data(msg), yh_msg_len(msg), on_put, w);
	if (err)
		work_done(w, err);
}
