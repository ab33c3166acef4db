/** @file work.c  Leases of the ledger, contract in work.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "admit.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "agents.h"
#include "crypto/crypto.h"
#include "fresh.h"
#include "metrics.h"
#include "rpc/rpc.h"
#include "work.h"

enum {
	TIMEOUT_MS = 3000,
	AGAIN_MS = 300, /* after a failure, doubled up to */
	AGAIN_MAX_MS = 3000,
	DEFAULT_WAIT_MS = 500,
	WAIT_MAX_MS = 10000,
	BATCH_MAX = 1000,
	RENEW_MIN_MS = 500,
	RENEW_DEFAULT_MS = 5000,
};

struct dial_work {
	struct dial_app *app; /* NULL: closed, waits for callbacks */
	ProtobufCService *ledger;
	char id[33];   /* of the request that is not answered yet, or "" */
	uint32_t want; /* its max_leases */
	struct dial_trunk *trunk; /* for which it asks */
	bool asking, renewing, trunk_news;
	unsigned failures;
	uint64_t ask_ms, renew_ms, filled_ms;
	uint64_t sent_ms;
	uint32_t tokens_milli; /* calls that may be placed now, times 1000 */
	uint32_t renewal;
	struct dial_admit admit;
	uint32_t free; /* calls that may be placed, as of admitted_ms */
	uint64_t admitted_ms;
};

static void free_if_done(struct dial_work *w)
{
	if (!w->app && !w->asking && !w->renewing)
		yh_free(w);
}

/* ---- asking ----------------------------------------------------------------
 */

static void start_calls(struct dial_work *w,
			const Yinhu__V1__LeaseAttemptsResponse *res)
{
	uint64_t waited = yh_now_ms() - w->sent_ms;

	for (size_t i = 0; i < res->n_leases; i++) {
		const Yinhu__V1__AttemptLease *l = res->leases[i];

		yh_metric_add(&dial_m_leases, 1);
		if (dial_call_find(w->app, l->call_id))
			continue;
		/* Too old, or for a process that ends: it expires unused. */
		if (!dial_lease_holds(waited, l->lease_ms) || w->app->draining)
			continue;
		/* Its agents are elsewhere now: nobody would take it. */
		if (l->for_agent &&
		    !dial_agents_pool(w->app->agents, l->campaign_id))
			continue;
		if (dial_call_start(w->app, l, w->trunk))
			yh_error("work.start", "call_id=%s err=%s", l->call_id,
				 yh_err_text(-ENOMEM));
		w->tokens_milli -=
			w->tokens_milli < 1000 ? w->tokens_milli : 1000;
		if (l->lease_ms && l->lease_ms / 3 < w->renew_ms - w->sent_ms)
			w->renew_ms = w->sent_ms + l->lease_ms / 3;
	}
}

static void on_leases(const Yinhu__V1__LeaseAttemptsResponse *res, void *arg)
{
	struct dial_work *w = arg;
	uint32_t wait = AGAIN_MAX_MS;

	w->asking = false;
	if (!w->app) {
		free_if_done(w);
		return;
	}
	if (!res) {
		yh_metric_add(&dial_m_lease_failures, 1);
		if (!w->failures++)
			yh_warn("work.ask", "error=%s",
				yh_rpc_status()->message);
		if (w->failures < 5)
			wait = AGAIN_MS << (w->failures - 1);
		w->ask_ms = yh_now_ms() + wait;
		return;
	}
	w->failures = 0;
	if (res->n_leases && dial_answer_is_stale(yh_now_ms() - w->sent_ms)) {
		w->ask_ms = 0;
		return;
	}
	w->id[0] = '\0';
	wait = res->retry_after_ms ? res->retry_after_ms : DEFAULT_WAIT_MS;
	w->ask_ms = yh_now_ms() + (wait < WAIT_MAX_MS ? wait : WAIT_MAX_MS);
	start_calls(w, res);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Calls that may be placed now, on the trunk whose turn it is. */
static uint32_t room(const struct dial_work *w, struct dial_trunk **trunk,
		     uint64_t now_ms)
{
	const struct dial_app *app = w->app;
	uint32_t free = w->free;

	*trunk = dial_route_next(app->trunks, now_ms);
	if (!*trunk || app->draining)
		return 0;
	free = least(free, dial_route_room(*trunk, now_ms));

	return least(free, BATCH_MAX);
}

/* With several trunks each one's turn is short, so that they share by weight.
 */
static uint32_t turn(const struct dial_work *w, uint32_t free)
{
	const struct dial_trunks *all = w->app->trunks;
	uint64_t weights = 0;

	for (unsigned i = 0; i < all->n; i++)
		weights += all->list[i].weight;
	if (all->n > 1)
		free = least(free,
			     (uint32_t)(free * w->trunk->weight / weights) + 1);

	return free;
}

static void ask(struct dial_work *w, uint64_t now_ms)
{
	Yinhu__V1__LeaseAttemptsRequest req =
		YINHU__V1__LEASE_ATTEMPTS_REQUEST__INIT;
	Yinhu__V1__TrunkState trunk = YINHU__V1__TRUNK_STATE__INIT;
	Yinhu__V1__LeaseQuota quotas[DIAL_POOLS], *quota_list[DIAL_POOLS];
	struct dial_app *app = w->app;
	const struct dial_trunk *t;
	bool again = w->id[0], any_up = dial_route_any_up(app->trunks, &t);

	if (!again) {
		uint8_t id[16];

		w->want = room(w, &w->trunk, now_ms);
		if (w->want)
			w->want = turn(w, w->want);
		if (w->want && !yh_random(id, sizeof(id)))
			yh_hex(id, sizeof(id), w->id);
		else
			w->want = 0;
	}
	/* Repeated as it was, else its leases would be lost. Campaigns pause
	 * on a trunk that is down: told only when all are. */
	if (w->want)
		t = w->trunk;
	trunk.trunk = t->name;
	trunk.up = any_up || w->want;
	trunk.reason = trunk.up ? (char *)"" : (char *)t->why;
	req.instance = app->conf->common.instance;
	req.request_id = w->id;
	req.max_leases = w->want;
	req.trunk = &trunk;
	req.caller_ids = t->caller_ids;
	req.n_caller_ids = t->n_caller_ids;
	req.n_quotas = dial_agents_quotas(app->agents, quotas, now_ms);
	for (size_t i = 0; i < req.n_quotas; i++)
		quota_list[i] = &quotas[i];
	req.quotas = quota_list;
	w->asking = true;
	w->trunk_news = false;
	w->sent_ms = now_ms;
	yinhu__v1__ledger_service__lease_attempts(w->ledger, &req, on_leases,
						  w);
}

/* ---- renewing --------------------------------------------------------------
 */

static bool is_held(const Yinhu__V1__RenewLeasesResponse *res, const char *id)
{
	for (size_t i = 0; i < res->n_held; i++) {
		if (!strcmp(res->held[i], id))
			return true;
	}

	return false;
}

static void on_renewed(const Yinhu__V1__RenewLeasesResponse *res, void *arg)
{
	struct dial_work *w = arg;
	uint32_t wait = RENEW_MIN_MS;

	w->renewing = false;
	if (!w->app) {
		free_if_done(w);
		return;
	}
	if (res && res->lease_ms)
		wait = res->lease_ms / 3;
	w->renew_ms = yh_now_ms() + (wait > RENEW_MIN_MS ? wait : RENEW_MIN_MS);
	for (struct dial_call *c = w->app->calls; c && res; c = c->next) {
		if (c->renewal != w->renewal || c->state >= DIAL_ENDING ||
		    is_held(res, c->lease->attempt_id))
			continue;
		yh_metric_add(&dial_m_leases_lost, 1);
		dial_call_hang_up(c, "network", true, "the lease is lost");
	}
}

static void renew(struct dial_work *w)
{
	Yinhu__V1__RenewLeasesRequest req =
		YINHU__V1__RENEW_LEASES_REQUEST__INIT;
	struct dial_app *app = w->app;

	req.attempt_ids = yh_calloc(app->n_calls, sizeof(char *));
	if (!req.attempt_ids)
		return;
	w->renewal++;
	for (struct dial_call *c = app->calls; c; c = c->next) {
		c->renewal = w->renewal;
		req.attempt_ids[req.n_attempt_ids++] = c->lease->attempt_id;
	}
	req.instance = app->conf->common.instance;
	w->renewing = true;
	yinhu__v1__ledger_service__renew_leases(w->ledger, &req, on_renewed, w);
	yh_free(req.attempt_ids);
}

/* ---- the beat --------------------------------------------------------------
 */

static void fill(struct dial_work *w, uint64_t now_ms)
{
	uint64_t more = (now_ms - w->filled_ms) * w->app->conf->cps;
	uint32_t most = w->app->conf->cps * 1000;

	w->filled_ms = now_ms;
	more += w->tokens_milli;
	w->tokens_milli = more < most ? (uint32_t)more : most;
}

/* What this process can bear, whatever the trunks would take. */
static void admit(struct dial_work *w, uint64_t now_ms)
{
	const struct dial_conf *conf = w->app->conf;
	const struct dial_media_counts media = dial_media_counts(w->app->media);
	const struct dial_admit_limits limits = {
		.calls = conf->max_calls,
		.ports = dial_media_ports(w->app->media),
		.cpu_permille = conf->media_cpu_percent * 10};
	const struct dial_admit_load load = {.calls = w->app->n_calls,
					     .tokens = w->tokens_milli / 1000,
					     .busy_permille =
						     media.busy_permille,
					     .sent = media.sent,
					     .late = media.late};
	enum dial_shed before = w->admit.why;

	w->free = dial_admit_room(&w->admit, &limits, &load, now_ms);
	yh_metric_set(&dial_m_media_busy, media.busy_permille / 1000.0);
	if (w->admit.why)
		yh_metric_add_l(&dial_m_shed, dial_shed_name(w->admit.why),
				(double)(now_ms - w->admitted_ms) / 1000);
	if (w->admit.why != before && w->admit.why &&
	    w->admit.why <= DIAL_SHED_PORTS)
		yh_warn("work.shed", "reason=%s calls=%u busy_permille=%u",
			dial_shed_name(w->admit.why), load.calls,
			load.busy_permille);
	w->admitted_ms = now_ms;
}

void dial_work_tick(struct dial_work *w, uint64_t now_ms)
{
	bool due = now_ms >= w->ask_ms || (w->trunk_news && !w->failures);
	const struct dial_trunk *worst;
	struct dial_trunk *next;

	fill(w, now_ms);
	admit(w, now_ms);
	/* An answer that is still owed is fetched even when there is no room;
	 * a trunk that is down is told of. */
	if (!w->asking && due && !w->app->draining &&
	    (w->id[0] || room(w, &next, now_ms) || w->trunk_news ||
	     !dial_route_any_up(w->app->trunks, &worst)))
		ask(w, now_ms);
	if (!w->renewing && w->app->n_calls && now_ms >= w->renew_ms)
		renew(w);
}

void dial_work_trunk(struct dial_work *w)
{
	w->trunk_news = true;
}

int dial_work_open(struct dial_app *app)
{
	struct dial_work *w = yh_zalloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->app = app;
	w->filled_ms = w->admitted_ms = yh_now_ms();
	w->renew_ms = w->filled_ms + RENEW_DEFAULT_MS;
	w->ledger = yh_rpc_client_create(app->svc->bus,
					 &yinhu__v1__ledger_service__descriptor,
					 TIMEOUT_MS);
	if (!w->ledger) {
		yh_free(w);
		return -ENOMEM;
	}
	app->work = w;

	return 0;
}

void dial_work_close(struct dial_work *w)
{
	if (!w)
		return;
	protobuf_c_service_destroy(w->ledger);
	w->app = NULL;
	free_if_done(w);
}
