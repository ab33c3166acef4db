/** @file app.c  One event's way through the inspector, contract in app.h */
#include "app.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "live.h"
#include "qa_metrics.h"
#include "text/redact.h"

enum {
	/* The dialog's end is waited for so often, half a second apart; a gap
	 * in what was said for longer, see qa_live_complete. */
	LATE_TRIES = 6,
	GAP_TRIES = 60,
};

typedef Yinhu__V1__CallEvent event_t;

/* A call that is looked at. */
struct look {
	const struct qa_app *app;
	struct yh_feed_work *work;
	const event_t *cause;
	event_t *const *events; /* shape (n) */
	size_t n;
	struct qa_dialog d;
	struct qa_report report;
};

/* ---- out ----------------------------------------------------------------- */

static void event_init(event_t *e, const struct look *l, char *id)
{
	yinhu__v1__call_event__init(e);
	e->event_id = id;
	e->call_id = l->cause->call_id;
	e->time_us = yh_wall_us();
	e->offset_ms = l->cause->offset_ms;
	e->source = (char *)"qa-inspector";
}

static int publish_finding(const struct look *l, const struct qa_finding *f)
{
	Yinhu__V1__Finding body;
	char id[128];
	event_t e;
	int err;

	qa_live_finding_id(l->cause->call_id, f, id, sizeof(id));
	event_init(&e, l, id);
	qa_live_finding(&body, f, &l->d);
	e.body_case = YINHU__V1__CALL_EVENT__BODY_FINDING;
	e.finding = &body;
	err = yh_feed_publish(l->work, &e);
	if (err)
		return err;

	yh_metric_add_l(&qa_m_findings, f->rule->id, 1);
	yh_metric_observe(&qa_m_latency,
			  (double)(yh_wall_us() - l->cause->time_us) / 1e6);
	if (f->rule->severity == 1) {
		yh_metric_add(&qa_m_severe, 1);
		yh_warn("qa.severe", "call_id=%s rule=%s line=%u",
			l->cause->call_id, f->rule->id, f->line);
	}

	return 0;
}

/* What rules found that are not in force any more. */
static bool is_past(const struct look *l, const event_t *e)
{
	return e->body_case == YINHU__V1__CALL_EVENT__BODY_FINDING &&
	       e->finding->pack[0] &&
	       !qa_rules_have(l->app->rules, e->finding->pack);
}

/* Findings of the report, and those of the past.
 * @param list Shape (report.n); body->findings has room for report.n + n */
static void fill_findings(const struct look *l, Yinhu__V1__QualityReport *body,
			  Yinhu__V1__Finding *list)
{
	const struct qa_report *r = &l->report;

	body->score = r->score;
	for (size_t i = 0; i < r->n; i++) {
		qa_live_finding(&list[i], &r->findings[i], &l->d);
		body->findings[body->n_findings++] = &list[i];
	}
	for (size_t i = 0; i < l->n; i++) {
		uint32_t cost;

		if (!is_past(l, l->events[i]))
			continue;
		cost = qa_cost(l->events[i]->finding->severity);
		body->score -= cost < body->score ? cost : body->score;
		body->findings[body->n_findings++] = l->events[i]->finding;
	}
}

static int publish_body(const struct look *l, Yinhu__V1__QualityReport *body)
{
	char *gap_refs[QA_GAPS], id[128];
	struct qa_gaps gaps;
	event_t e;
	int err;

	qa_live_gaps(&gaps, l->events, l->n);
	for (size_t i = 0; i < gaps.n; i++)
		gap_refs[i] = gaps.text[i];
	body->not_inspected = gap_refs;
	body->n_not_inspected = gaps.n;
	body->rules_checked = l->report.rules_checked;
	body->utterances = (uint32_t)l->d.n_turns;
	body->rule_pack = (char *)qa_rules_name(l->app->rules);
	snprintf(id, sizeof(id), "%s.quality", l->cause->call_id);
	event_init(&e, l, id);
	e.body_case = YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT;
	e.quality_report = body;
	err = yh_feed_publish(l->work, &e);
	if (!err)
		yh_metric_add(&qa_m_reports, 1);

	return err;
}

static int publish_report(const struct look *l)
{
	Yinhu__V1__QualityReport body = YINHU__V1__QUALITY_REPORT__INIT;
	size_t n = l->report.n;
	Yinhu__V1__Finding *list = yh_calloc(n + 1, sizeof(*list));
	int err = -ENOMEM;

	body.findings = yh_calloc(n + l->n + 1, sizeof(void *));
	if (list && body.findings) {
		fill_findings(l, &body, list);
		err = publish_body(l, &body);
	}
	yh_free(list);
	yh_free(body.findings);

	return err;
}

/* ---- judgement ----------------------------------------------------------- */

static bool is_noted(const struct look *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!strcmp(l->events[i]->event_id, id))
			return true;
	}

	return false;
}

/* A rule of order must not be judged while an utterance is missing. */
static bool may_tell(const struct qa_finding *f, bool complete)
{
	return complete || qa_stands_alone(f->rule);
}

static int publish_findings(const struct look *l, bool complete)
{
	char id[128];
	int err = 0;

	for (size_t i = 0; i < l->report.n && !err; i++) {
		const struct qa_finding *f = &l->report.findings[i];

		qa_live_finding_id(l->cause->call_id, f, id, sizeof(id));
		if (may_tell(f, complete) && !is_noted(l, id))
			err = publish_finding(l, f);
	}

	return err;
}

static int inspect(struct look *l, bool ended, bool complete)
{
	int err = qa_live_dialog(&l->d, l->events, l->n);

	l->d.ended = ended;
	if (!err)
		err = qa_inspect(l->app->rules, &l->d, &l->report);
	/* Judged; from here on it is read by people. */
	for (size_t i = 0; i < l->d.n_turns; i++)
		yh_redact(l->d.turns[i].text);
	if (!err)
		err = publish_findings(l, complete);
	if (!err && ended)
		err = publish_report(l);
	qa_report_fini(&l->report);
	qa_dialog_fini(&l->d);

	return err;
}

/* Is the `ended` event too early? */
static bool must_wait(const struct look *l, bool complete)
{
	uint64_t tries = yh_feed_tries(l->work);

	if (!complete)
		return tries <= GAP_TRIES;

	return !yh_calllog_find(l->events, l->n,
				YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED) &&
	       tries <= LATE_TRIES;
}

static void judge_call(void *arg, struct yh_feed_work *w,
		       event_t *const *events, size_t n)
{
	struct look l = {.app = arg,
			 .work = w,
			 .cause = yh_feed_event(w),
			 .events = events,
			 .n = n};
	bool last = l.cause->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED;
	bool complete = qa_live_complete(events, n, last ? l.cause : NULL);

	if (last && !yh_calllog_answered(events, n))
		yh_feed_done(w, 0);
	else if (!l.app->open || (last && must_wait(&l, complete)))
		yh_feed_again(w);
	else
		yh_feed_done(w, inspect(&l, last, complete || last));
}

/* ---- in ------------------------------------------------------------------ */

static enum yh_feed_need need(const event_t *e)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
	case YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH:
	case YINHU__V1__CALL_EVENT__BODY_SPEECH_STARTED:
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
	case YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH:
	case YINHU__V1__CALL_EVENT__BODY_TURN:
	case YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL:
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return YH_FEED_JUDGE;
	case YINHU__V1__CALL_EVENT__BODY_PLAYED: /* nobody says anything */
	case YINHU__V1__CALL_EVENT__BODY_TRANSFER:
	case YINHU__V1__CALL_EVENT__BODY_AGENT_CALL:
		return YH_FEED_KEEP;
	default:
		return YH_FEED_IGNORE;
	}
}

struct yh_feed_conf qa_feed_conf(struct qa_app *app)
{
	return (struct yh_feed_conf){
		.durable = "qa",
		.owner = "qa",
		.meters = {.events = &qa_m_events,
			   .bad_events = &qa_m_bad_events,
			   .retries = &qa_m_retries,
			   .in_flight = &qa_m_in_flight},
		.need = need,
		.judge = judge_call,
		.arg = app,
	};
}
