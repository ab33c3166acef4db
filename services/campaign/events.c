/**
 * @file events.c  Call events become records.
 *
 * Every event is stored once (by its id) and folded into the attempt's row in
 * the same transaction; only then it is acknowledged. The folds commute, so
 * the order of arrival does not matter.
 */
#include <string.h>

#include "base/log.h"
#include "callback.h"
#include "ledger.h"
#include "reviews.h"

enum { ACK_WAIT_MS = 30000, MAX_PENDING = 64, NAK_MS = 1000 };

typedef Yinhu__V1__CallEvent event_t;

struct arrival {
	struct yh_msg *msg;
	event_t *event;
	const char *payload; /* the packed event, sealed */
	bool is_new;
};

/* Common beginning: $1 event id, $2 call id, $3 kind, $4 time, $5 payload. */
#define STORE                                                                  \
	"WITH e AS (INSERT INTO call_events (event_id, call_id, kind, "        \
	" time_us, payload_enc) SELECT $1, id, $3::int, $4::bigint, "          \
	" $5::bytea FROM attempts WHERE id = $2 "                              \
	" ON CONFLICT (event_id) DO NOTHING RETURNING call_id)"
#define COUNT                                                                  \
	" SELECT (SELECT count(*) FROM e), EXISTS (SELECT 1 FROM "             \
	"attempts WHERE id = $2)"
#define FOLD(set)                                                              \
	STORE ", u AS (UPDATE attempts SET " set                               \
	      " FROM e WHERE id = e.call_id)" COUNT
/* The teller's clock is believed between the attempt's begin and now. */
#define BOUND(t) "greatest(created_at, least(now(), " t "))"
#define TOLD	 "to_timestamp($4::bigint / 1000000.0)"
#define TIME	 BOUND(TOLD)
#define SINCE(d) BOUND(TOLD " - " d "::interval")

/* ---- the end of an arrival -------------------------------------------------
 */

static void arrival_end(struct cmp_req *r, const ProtobufCMessage *output,
			enum yh_status_code code, const char *text)
{
	struct arrival *a = (void *)r->in;

	(void)output;
	(void)text;
	if (code == YH_OK) {
		yh_metric_add(a->is_new ? &cmp_m_events : &cmp_m_events_again,
			      1);
		yh_msg_ack(a->msg);
	} else {
		yh_metric_add(&cmp_m_events_failed, 1);
		yh_msg_nak(a->msg, NAK_MS);
	}
	yinhu__v1__call_event__free_unpacked(a->event, NULL);
}

static void finish(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_reply(r, NULL);
}

static void commit(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, finish);
}

/* Stored? Then on; a call that nobody leased is dropped. */
static bool is_new(struct cmp_req *r, const PGresult *res)
{
	struct arrival *a = (void *)r->in;

	a->is_new = cmp_int(res, 0, 0) > 0;
	if (!cmp_bool(res, 0, 1)) {
		yh_metric_add(&cmp_m_events_bad, 1);
		yh_warn("event.unknown_call", "kind=%d",
			(int)a->event->body_case);
	}

	return a->is_new;
}

static void on_folded(struct cmp_req *r, const PGresult *res)
{
	is_new(r, res);
	cmp_reply(r, NULL);
}

/* ended, dialog_ended: the record may be complete now. */
static void on_folded_end(struct cmp_req *r, const PGresult *res)
{
	struct arrival *a = (void *)r->in;

	if (is_new(r, res))
		cmp_settle(r, a->event->call_id, commit);
	else
		cmp_reply(r, NULL);
}

/* ---- folds -----------------------------------------------------------------
 */

static const char *packed(struct cmp_req *r, const void *msg)
{
	return cmp_sealed_msg(r, "event", msg);
}

#define store(r, step, sql, ...)                                               \
	cmp_query(r, step, sql, a->event->event_id, a->event->call_id,         \
		  cmp_fmt(&(r)->arena, "%d", (int)a->event->body_case),        \
		  cmp_fmt(&(r)->arena, "%lld", (long long)a->event->time_us),  \
		  a->payload, ##__VA_ARGS__)

/* A call that was cut may have been answered, too. */
static bool was_answered(const Yinhu__V1__Ended *e)
{
	return e->outcome == YINHU__V1__CALL_OUTCOME__ANSWERED ||
	       (e->outcome == YINHU__V1__CALL_OUTCOME__INTERRUPTED &&
		e->talk_ms);
}

static void fold_ended(struct cmp_req *r, const PGresult *res)
{
	struct arrival *a = (void *)r->in;
	const Yinhu__V1__Ended *e = a->event->ended;

	(void)res;
	store(r, on_folded_end,
	      FOLD("ended_enc = $6::bytea, ended_at = coalesce(ended_at, " TIME
		   "), settled_at = coalesce(settled_at, now()), live = false, "
		   "outcome = CASE WHEN terminal THEN outcome "
		   " ELSE $7::smallint END, hung_up_by = $8, "
		   "answered_at = CASE WHEN $11::bool THEN coalesce("
		   " answered_at, " SINCE(
			   "$9") ") ELSE answered_at END, "
				 "rang = rang OR $10::bool, "
				 "abandoned = abandoned OR $12::bool"),
	      packed(r, e), cmp_fmt(&r->arena, "%d", (int)e->outcome),
	      e->hung_up_by, cmp_fmt(&r->arena, "%u milliseconds", e->talk_ms),
	      e->rang ? "t" : "f", was_answered(e) ? "t" : "f",
	      e->abandoned ? "t" : "f");
}

static void fold_dialog_ended(struct cmp_req *r, const PGresult *res)
{
	struct arrival *a = (void *)r->in;
	const Yinhu__V1__DialogEnded *d = a->event->dialog_ended;

	(void)res;
	store(r, on_folded_end,
	      FOLD("dialog_enc = $6::bytea, dialog_disposition = $7, "
		   "call_back_at = to_timestamp(nullif($8::bigint, 0))"),
	      packed(r, d),
	      cmp_strndup(&r->arena, d->disposition,
			  strnlen(d->disposition, 64)),
	      cmp_fmt(&r->arena, "%lld",
		      (long long)cmp_call_back_s(d->call_back_time)));
}

static void fold_do_not_call(struct cmp_req *r, struct arrival *a)
{
	const char *reason = a->event->do_not_call->reason;

	store(r, on_folded,
	      STORE ", d AS (INSERT INTO dnc (phone_hash, masked_enc, source, "
		    " reason, call_id) SELECT k.phone_hash, k.masked_enc, "
		    " 'call', $6, a.id FROM e JOIN attempts a ON "
		    " a.id = e.call_id JOIN contacts k ON k.id = a.contact_id "
		    " ON CONFLICT DO NOTHING)" COUNT,
	      cmp_strndup(&r->arena, reason, strnlen(reason, 200)));
}

/* Its findings wait for a person's verdict from now on. */
static void fold_report(struct cmp_req *r, struct arrival *a)
{
	const Yinhu__V1__QualityReport *q = a->event->quality_report;
	struct cmp_finding_rows rows = cmp_finding_rows(r, q);

	store(r, on_folded,
	      STORE ", u AS (UPDATE attempts SET quality_enc = $6::bytea, "
		    " findings = $7::int FROM e WHERE id = e.call_id), "
		    "f AS (INSERT INTO findings (call_id, campaign_id, rule, "
		    " severity, line, finding_enc) SELECT a.id, a.campaign_id, "
		    " n.* FROM e JOIN attempts a ON a.id = e.call_id, "
		    " unnest($8::text[], $9::smallint[], $10::int[], "
		    " $11::bytea[]) n ON CONFLICT DO NOTHING)" COUNT,
	      packed(r, q), cmp_fmt(&r->arena, "%zu", q->n_findings), rows.rule,
	      rows.severity, rows.line, rows.sealed);
}

static void fold(struct cmp_req *r, struct arrival *a)
{
	const event_t *e = a->event;

	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_DIALING:
		store(r, on_folded,
		      FOLD("dialing_at = coalesce(dialing_at, " TIME ")"));
		break;
	case YINHU__V1__CALL_EVENT__BODY_RINGING:
	case YINHU__V1__CALL_EVENT__BODY_EARLY_MEDIA:
		store(r, on_folded, FOLD("rang = true"));
		break;
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
		store(r, on_folded, FOLD("rang = true, answered_at = " TIME));
		break;
	case YINHU__V1__CALL_EVENT__BODY_FINDING:
		store(r, on_folded,
		      FOLD("findings = findings + "
			   "(quality_enc IS NULL)::int, "
			   "severe = severe OR $6::int = 1"),
		      cmp_fmt(&r->arena, "%u", e->finding->severity));
		break;
	case YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT:
		fold_report(r, a);
		break;
	case YINHU__V1__CALL_EVENT__BODY_SCORE:
		store(r, on_folded, FOLD("score_enc = $6::bytea"),
		      packed(r, e->score));
		break;
	case YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL:
		fold_do_not_call(r, a);
		break;
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		cmp_begin(r, fold_ended);
		break;
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
		cmp_begin(r, fold_dialog_ended);
		break;
	default:
		store(r, on_folded, STORE COUNT);
		break;
	}
}

/* ---- arrivals --------------------------------------------------------------
 */

static void on_event(void *arg, struct yh_msg *msg)
{
	struct cmp_app *app = arg;
	event_t *event = yinhu__v1__call_event__unpack(NULL, yh_msg_len(msg),
						       yh_msg_data(msg));
	struct arrival *a;
	struct cmp_req *r;

	if (!event || !*event->event_id || !*event->call_id) {
		yh_metric_add(&cmp_m_events_bad, 1);
		if (event)
			yinhu__v1__call_event__free_unpacked(event, NULL);
		yh_msg_ack(msg); /* it will not get better */
		return;
	}
	r = cmp_work(app, arrival_end);
	a = cmp_alloc(&r->arena, sizeof(*a));
	a->msg = msg;
	a->event = event;
	a->payload = cmp_sealed(r, "event", yh_msg_data(msg), yh_msg_len(msg));
	r->in = a;
	fold(r, a);
}

int cmp_events_start(struct cmp_app *app)
{
	const struct yh_consumer_conf conf = {.stream = "CALLS",
					      .durable = "campaign",
					      .filter = "yinhu.call.>",
					      .ack_wait_ms = ACK_WAIT_MS,
					      .max_ack_pending = MAX_PENDING};
	int err = yh_stream_ensure(app->svc->bus, "CALLS", "yinhu.call.>",
				   7 * 86400);

	return err ? err
		   : yh_stream_consume(app->svc->bus, &conf, on_event, app,
				       &app->events);
}
