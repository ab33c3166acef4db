/**
 * @file reconcile.c  Every second: what nobody ended is ended, what was waited
 *                    for long enough is closed, campaigns are completed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "breaker.h"
#include "callers.h"
#include "ledger.h"

enum { ROUND_MS = 1000, BATCH = 200, RATES_MS = 10000 };

struct cmp_reconciler {
	uv_timer_t tick;
	struct cmp_app *app;
	bool running;
	unsigned at;	   /* whose turn it is in the round */
	uint64_t rates_ms; /* when the rates were counted last */
	struct cmp_callers callers;
};

struct batch {
	const char *ids[BATCH];
	int n, at;
};

static void step_end(struct cmp_req *r, const ProtobufCMessage *output,
		     enum yh_status_code code, const char *text)
{
	(void)output;
	if (r->app->reconciler)
		r->app->reconciler->running = false;
	if (code != YH_OK)
		yh_warn("reconcile.failed", "error=\"%s\"", text);
}

static void on_states(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++)
		yh_metric_set_l(&cmp_m_campaigns, cmp_col(res, i, 0),
				(double)cmp_int(res, i, 1));
	if (PQntuples(res))
		yh_metric_set(&cmp_m_halted, cmp_bool(res, 0, 2));
	cmp_reply(r, NULL);
}

static void on_completed(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++)
		yh_info("campaign.completed", "campaign=%s",
			cmp_col(res, i, 0));
	cmp_query_n(r, on_states,
		    "WITH purged AS (DELETE FROM lease_requests "
		    " WHERE created_at < now() - interval '1 hour') "
		    "SELECT s.name, count(c.id), (SELECT halted FROM dialing) "
		    "FROM (VALUES (1, 'draft'), "
		    " (2, 'running'), (3, 'paused'), (4, 'stopped'), "
		    " (5, 'completed')) AS s (state, name) "
		    "LEFT JOIN campaigns c ON c.state = s.state GROUP BY 1",
		    0, NULL);
}

/* All contacts done, and what was answered is inspected and scored. */
static void complete(struct cmp_req *r)
{
	cmp_query(r, on_completed,
		  "UPDATE campaigns c SET state = 5, state_reason = '', "
		  "state_actor = '', ended_at = now() WHERE state IN (2, 3) "
		  /* Looked up a campaign, never joined: lists are long. Who
		   * is leased has an attempt without its terminal record. */
		  "AND (SELECT true FROM due d WHERE d.campaign_id = c.id "
		  " LIMIT 1) IS NULL "
		  "AND (SELECT true FROM attempts a WHERE a.campaign_id = c.id "
		  " AND NOT a.terminal LIMIT 1) IS NULL "
		  "AND (SELECT true FROM contacts k WHERE k.campaign_id = c.id "
		  " LIMIT 1) "
		  "AND NOT EXISTS (SELECT 1 FROM attempts a "
		  " WHERE a.campaign_id = c.id AND a.answered_at IS NOT NULL "
		  " AND (a.quality_enc IS NULL OR a.score_enc IS NULL) "
		  " AND a.terminal_at > now() - $1::interval) RETURNING c.id",
		  cmp_fmt(&r->arena, "%u milliseconds",
			  r->app->conf->quality_wait_ms));
}

/* What people said of the findings, by rule: the inspector's accuracy. */
static void on_reviewed(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++) {
		yh_metric_set_l(&cmp_m_confirmed, cmp_col(res, i, 0),
				(double)cmp_int(res, i, 1));
		yh_metric_set_l(&cmp_m_rejected, cmp_col(res, i, 0),
				(double)cmp_int(res, i, 2));
	}
	if (PQntuples(res))
		yh_metric_set(&cmp_m_unreviewed, (double)cmp_int(res, 0, 3));
	cmp_reply(r, NULL);
}

static const char reviewed_sql[] =
	"SELECT rule, count(*) FILTER (WHERE state = 2), "
	"count(*) FILTER (WHERE state = 3), "
	"(SELECT count(*) FROM findings WHERE state = 1) "
	"FROM findings WHERE state > 1 GROUP BY rule";

static void on_rates(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_query_n(r, on_reviewed, reviewed_sql, 0, NULL);
}

static void rates(struct cmp_req *r)
{
	struct cmp_reconciler *rec = r->app->reconciler;
	uint64_t now_ms = yh_now_ms();

	if (!rec || now_ms - rec->rates_ms < RATES_MS) {
		cmp_reply(r, NULL);
		return;
	}
	rec->rates_ms = now_ms;
	cmp_breaker(r, on_rates);
}

static void callers(struct cmp_req *r)
{
	cmp_callers(r, &r->app->reconciler->callers);
}

static void settle_next(struct cmp_req *r, const PGresult *res);

static void settled(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, settle_next);
}

static void settle_one(struct cmp_req *r, const PGresult *res)
{
	struct batch *b = (void *)r->in;

	(void)res;
	cmp_settle(r, b->ids[b->at++], settled);
}

static void settle_next(struct cmp_req *r, const PGresult *res)
{
	struct batch *b = (void *)r->in;

	(void)res;
	if (b->at < b->n)
		cmp_begin(r, settle_one);
	else
		cmp_reply(r, NULL);
}

static void on_open(struct cmp_req *r, const PGresult *res)
{
	struct batch *b = (void *)r->in;

	for (int i = 0; i < PQntuples(res) && i < BATCH; i++)
		b->ids[b->n++] = cmp_text(r, res, i, 0);
	settle_next(r, res);
}

/* What has expired is not waited for any longer: the lease was the wait. */
static void settle(struct cmp_req *r)
{
	r->in = cmp_alloc(&r->arena, sizeof(struct batch));
	cmp_query(r, on_open,
		  "SELECT id FROM attempts WHERE NOT terminal "
		  "AND settled_at IS NOT NULL AND (answered_at IS NULL "
		  " OR dialog_disposition <> '' OR ended_enc IS NULL "
		  " OR settled_at < now() - $1::interval) LIMIT 200",
		  cmp_fmt(&r->arena, "%u milliseconds",
			  r->app->conf->dialog_wait_ms));
}

/* Once a call has been answered it is the dialog's to end it. Looked up a
 * call, never joined: the lists are long. */
static const char forbidden_sql[] =
	"SELECT a.id, a.instance FROM attempts a WHERE a.live "
	"AND NOT a.terminal AND a.answered_at IS NULL AND (SELECT true "
	" FROM dnc d WHERE d.phone_hash = a.phone_hash "
	" AND d.scope IN ('', a.campaign_id) LIMIT 1) LIMIT 1000";

static void hang_up(struct cmp_app *app, const char *call_id,
		    const char *instance)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Hangup why = YINHU__V1__HANGUP__INIT;
	char subject[160];
	uint8_t buf[256];

	why.reason = (char *)"do not call";
	cmd.call_id = (char *)call_id;
	cmd.seq = UINT32_MAX; /* the last word */
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_HANGUP;
	cmd.hangup = &why;
	snprintf(subject, sizeof(subject), "yinhu.cmd.%s.%s", instance,
		 call_id);
	if (yinhu__v1__call_command__get_packed_size(&cmd) > sizeof(buf) ||
	    yh_bus_publish(app->svc->bus, subject, buf,
			   yinhu__v1__call_command__pack(&cmd, buf)))
		return; /* the next round will say it again */
	yh_metric_add(&cmp_m_revoked, 1);
}

static void on_forbidden(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++)
		hang_up(r->app, cmp_col(res, i, 0), cmp_col(res, i, 1));
	cmp_reply(r, NULL);
}

/* Who must not be called is not rung up further. */
static void call_off(struct cmp_req *r)
{
	cmp_query_n(r, on_forbidden, forbidden_sql, 0, NULL);
}

static void on_expired(struct cmp_req *r, const PGresult *res)
{
	for (int i = 0; i < PQntuples(res); i++)
		yh_warn("lease.expired", "call_id=%s", cmp_col(res, i, 0));
	cmp_reply(r, NULL);
}

/* While we were away nobody could renew: the first leases get their time. */
static bool may_expire(const struct cmp_app *app)
{
	return yh_now_ms() - app->started_ms > app->conf->lease_ms;
}

static void expire(struct cmp_req *r)
{
	if (may_expire(r->app))
		cmp_query_n(r, on_expired,
			    "UPDATE attempts SET outcome = 8, live = false, "
			    "ended_at = now(), settled_at = now() "
			    "WHERE live AND NOT terminal "
			    "AND lease_until < now() RETURNING id",
			    0, NULL);
	else
		cmp_reply(r, NULL);
}

/* Spread over the round: a decision that meets one of them on the database's
 * core waits for that one only. */
static void (*const steps[])(struct cmp_req *) = {expire, call_off, settle,
						  rates,  callers,  complete};

static void on_tick(uv_timer_t *t)
{
	struct cmp_reconciler *rec = t->data;
	struct cmp_app *app = rec->app;
	bool up = yh_pg_is_up(app->pg);
	struct cmp_req *r;

	yh_metric_set(&cmp_m_pg_up, up);
	if (rec->running || !up || app->draining ||
	    !yh_bus_is_up(app->svc->bus))
		return;
	rec->running = true;
	r = cmp_work(app, step_end);
	steps[rec->at++ % YH_ARRAY_LEN(steps)](r);
}

int cmp_reconcile_start(struct cmp_app *app)
{
	const uint64_t tick_ms = ROUND_MS / YH_ARRAY_LEN(steps);
	struct cmp_reconciler *rec = yh_zalloc(sizeof(*rec));

	if (!rec)
		return -ENOMEM;
	rec->app = app;
	uv_timer_init(app->svc->loop, &rec->tick);
	rec->tick.data = rec;
	uv_timer_start(&rec->tick, on_tick, tick_ms, tick_ms);
	app->reconciler = rec;

	return 0;
}

static void on_closed(uv_handle_t *h)
{
	struct cmp_reconciler *rec = h->data;

	cmp_arena_fini(&rec->callers.arena);
	yh_free(rec);
}

void cmp_reconcile_stop(struct cmp_app *app)
{
	struct cmp_reconciler *rec = app->reconciler;

	app->reconciler = NULL;
	if (rec)
		uv_close((uv_handle_t *)&rec->tick, on_closed);
}
