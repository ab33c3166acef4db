/**
 * @file ledger.c  LedgerService: the dialer asks for work.
 *
 * One transaction a request: campaigns and due contacts are locked, then their
 * callees; behind these locks the guards' inputs are read (inputs.c), the
 * guards decide (guards.c), attempts and decisions are written and committed,
 * and only then the leases are read back and answered. A repeated request only
 * reads.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "decide.h"
#include "ledger.h"

typedef Yinhu__V1__LedgerService_Service service_t;
typedef Yinhu__V1__AttemptLease__VariablesEntry variable_t;

enum { AGAIN_SOON_MS = 50 };

/* ---- the answer ------------------------------------------------------------
 */

static void add_variable(struct cmp_req *r, Yinhu__V1__AttemptLease *out,
			 const char *key, const char *value)
{
	variable_t *e = cmp_new_msg(
		r, &yinhu__v1__attempt_lease__variables_entry__descriptor);

	e->key = cmp_strdup(&r->arena, key);
	e->value = cmp_strdup(&r->arena, value);
	out->variables[out->n_variables++] = e;
}

/* The campaign's bank_name comes before a column of that name. */
static void add_variables(struct cmp_req *r, Yinhu__V1__AttemptLease *out,
			  const char *packed, size_t len, const char *bank)
{
	Yinhu__V1__AttemptLease *kept = NULL;
	size_t n;

	if (packed)
		kept = yinhu__v1__attempt_lease__unpack(
			NULL, len, (const uint8_t *)packed);
	n = kept ? kept->n_variables : 0;
	out->variables = cmp_alloc(&r->arena, (n + 1) * sizeof(variable_t *));
	add_variable(r, out, "bank_name", bank);
	for (size_t i = 0; i < n; i++)
		if (strcmp(kept->variables[i]->key, "bank_name"))
			add_variable(r, out, kept->variables[i]->key,
				     kept->variables[i]->value);
	if (kept)
		yinhu__v1__attempt_lease__free_unpacked(kept, NULL);
}

static Yinhu__V1__AttemptLease *lease_of(struct cmp_req *r, const PGresult *res,
					 int i)
{
	Yinhu__V1__AttemptLease *out =
		cmp_new(r, Yinhu__V1__AttemptLease, yinhu__v1__attempt_lease);
	size_t len;
	char *phone = cmp_open(r, "contact.phone", res, i, 4, &len);
	char *vars;

	if (!phone)
		return NULL; /* logged; the lease expires */
	out->attempt_id = cmp_text(r, res, i, 0);
	out->call_id = out->attempt_id;
	out->epoch = (uint64_t)cmp_int(res, i, 1);
	out->campaign_id = cmp_text(r, res, i, 2);
	out->contact_id = cmp_text(r, res, i, 3);
	out->phone = phone;
	out->caller_id = cmp_text(r, res, i, 5);
	out->script = cmp_text(r, res, i, 6);
	out->kind = (Yinhu__V1__Campaign__Kind)cmp_int(res, i, 7);
	out->ring_timeout_ms = r->app->conf->ring_timeout_ms;
	out->attempt_number = (uint32_t)cmp_int(res, i, 10);
	out->lease_ms = (uint32_t)cmp_int(res, i, 11);
	out->for_agent = cmp_bool(res, i, 12);
	vars = cmp_open(r, "contact.variables", res, i, 9, &len);
	add_variables(r, out, vars, len, cmp_col(res, i, 8));

	return out;
}

static void on_leases(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__LeaseAttemptsResponse out =
		YINHU__V1__LEASE_ATTEMPTS_RESPONSE__INIT;
	int n = PQntuples(res);

	out.leases = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.leases));
	for (int i = 0; i < n; i++) {
		out.leases[out.n_leases] = lease_of(r, res, i);
		out.n_leases += out.leases[out.n_leases] != NULL;
	}
	out.retry_after_ms = n ? AGAIN_SOON_MS : r->app->conf->poll_ms;
	cmp_reply(r, &out.base);
}

/* Row by row from the request's attempts: LIMIT 1 keeps a planner that knows
 * little of young tables from joining whole ones. What has become forbidden
 * since the commit, and what has expired, is left to the reconciler. */
static const char leases_sql[] =
	"SELECT a.id, a.seq, a.campaign_id, a.contact_id, k.phone_enc, "
	" a.caller_id, c.script_id || '@' || c.script_version, c.kind, "
	" c.bank_name, k.variables_enc, a.number, greatest(1, "
	" (extract(epoch from a.lease_until - now()) * 1000)::bigint), "
	" c.pacing <> 0 "
	"FROM lease_requests q CROSS JOIN unnest(q.attempts) AS n (id) "
	"CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = n.id LIMIT 1) a "
	"CROSS JOIN LATERAL (SELECT phone_enc, variables_enc FROM contacts "
	" WHERE id = a.contact_id LIMIT 1) k "
	"CROSS JOIN LATERAL (SELECT * FROM campaigns WHERE id = a.campaign_id "
	" LIMIT 1) c "
	"WHERE q.request_id = $1 AND a.instance = $2 AND NOT a.terminal AND "
	"a.live "
	"AND a.lease_until > now() "
	"AND NOT EXISTS (SELECT 1 FROM dialing WHERE halted) "
	"AND (SELECT true FROM dnc WHERE dnc.phone_hash = a.phone_hash "
	" AND dnc.scope IN ('', a.campaign_id) LIMIT 1) IS NULL "
	"ORDER BY a.seq";

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;

	(void)res;
	yh_metric_add(&cmp_m_leases, (double)l->granted.n);
	for (size_t i = 0; i < l->refused.n; i++)
		yh_metric_add_l(&cmp_m_refusals, l->refused.guard[i], 1);
	cmp_query(r, on_leases, leases_sql, l->in->request_id, l->in->instance);
}

static void reply_empty(struct cmp_req *r)
{
	Yinhu__V1__LeaseAttemptsResponse out =
		YINHU__V1__LEASE_ATTEMPTS_RESPONSE__INIT;

	out.retry_after_ms = r->app->conf->poll_ms;
	cmp_reply(r, &out.base);
}

/* ---- writing ---------------------------------------------------------------
 */

static void on_written(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, on_committed);
}

/* n: who may be dialled, f: who may not. If the same request came twice at
 * once, the other one has the leases, and this one fails on its row. A refusal
 * moves the contact's next look; without one it is done for good. */
static const char write_sql[] =
	"WITH n AS (SELECT * FROM unnest($1::bigint[], $2::text[], "
	" $3::text[], $4::text[], $5::int[]) AS n (contact, id, caller, "
	" inputs, policy)), "
	"f AS (SELECT * FROM unnest($6::bigint[], $7::text[], $8::bigint[], "
	" $9::text[], $10::int[], $11::text[]) AS f (contact, guard, retry_s, "
	" inputs, policy, disposition)), "
	"q AS (INSERT INTO lease_requests (request_id, attempts) "
	" SELECT $12, $2::text[] WHERE cardinality($2::text[]) > 0), "
	"k AS (UPDATE contacts k SET state = 2, last_guard = '', "
	" attempts = attempts + 1 FROM n WHERE k.id = n.contact "
	" RETURNING k.id, k.campaign_id, k.phone_hash, k.person_hash, "
	" k.facts, k.attempts), "
	"a AS (INSERT INTO attempts (id, campaign_id, contact_id, "
	"  phone_hash, person_hash, third_party, number, request_id, "
	"  instance, caller_id, lease_until) SELECT n.id, k.campaign_id, "
	"  k.id, k.phone_hash, coalesce(k.person_hash, k.phone_hash), "
	"  strpos(k.facts, 'relation=2') > 0, k.attempts, $12, $13, "
	"  n.caller, now() + $14::interval FROM k JOIN n ON n.contact = k.id "
	"  ORDER BY k.id), "
	"c AS (UPDATE campaigns c SET served = served + m.n::float8 / weight, "
	"  tokens = CASE WHEN cps = 0 THEN 0 ELSE least(cps, tokens + cps * "
	"   greatest(0, extract(epoch from now() - tokens_at))) - m.n END, "
	"  tokens_at = now() "
	"  FROM (SELECT campaign_id, count(*) AS n FROM k GROUP BY 1) m "
	"  WHERE c.id = m.campaign_id), "
	"u AS (UPDATE contacts k SET last_guard = f.guard, "
	" state = CASE WHEN f.retry_s = 0 THEN 3 ELSE 1 END, "
	" disposition = CASE WHEN f.retry_s = 0 THEN f.disposition "
	"  ELSE k.disposition END, "
	" next_attempt_at = CASE WHEN f.retry_s = 0 THEN k.next_attempt_at "
	"  ELSE to_timestamp(f.retry_s) END FROM f WHERE k.id = f.contact) "
	"INSERT INTO decisions (contact_id, attempt_id, guard, "
	" policy_version, inputs, retry_s) "
	"SELECT contact, id, 'pass', policy, inputs, 0 FROM n UNION ALL "
	"SELECT contact, NULL, guard, policy, inputs, retry_s FROM f";

static void write_verdicts(struct cmp_req *r)
{
	const struct cmp_lease *l = r->state;
	const struct cmp_granted *g = &l->granted;
	const struct cmp_refused *f = &l->refused;
	struct cmp_arena *a = &r->arena;

	cmp_query(r, on_written, write_sql, cmp_array(a, g->contact, g->n),
		  cmp_array(a, g->attempt, g->n),
		  cmp_array(a, g->caller_id, g->n),
		  cmp_array(a, g->inputs, g->n), cmp_array(a, g->policy, g->n),
		  cmp_array(a, f->contact, f->n), cmp_array(a, f->guard, f->n),
		  cmp_array(a, f->retry_s, f->n), cmp_array(a, f->inputs, f->n),
		  cmp_array(a, f->policy, f->n),
		  cmp_array(a, f->disposition, f->n), l->in->request_id,
		  l->in->instance,
		  cmp_fmt(a, "%u milliseconds", r->app->conf->lease_ms));
}

/* ---- reading ---------------------------------------------------------------
 */

static void on_inputs(struct cmp_req *r, const PGresult *res)
{
	cmp_decide(r, res);
	write_verdicts(r);
}

/* Who could not be locked is being decided elsewhere: left for later. */
static void on_candidates(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;
	const char *ids[CMP_LEASE_BATCH];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_BATCH; i++)
		if (cmp_bool(res, i, 1))
			ids[n++] = cmp_text(r, res, i, 0);
	if (n)
		cmp_query(r, on_inputs, cmp_inputs_sql,
			  cmp_array(&r->arena, ids, n), l->shift);
	else
		reply_empty(r);
}

/* Contacts are locked, then their callees, number and person: no two decide on
 * one callee at the same time, wherever they are. The LIMIT tells the planner
 * how few campaigns these are. */
static const char candidates_sql[] =
	"SELECT k.id, pg_try_advisory_xact_lock(callee_key(k.phone_hash)) "
	" AND (k.person_hash IS NULL "
	"  OR pg_try_advisory_xact_lock(callee_key(k.person_hash))) "
	"FROM (SELECT * FROM unnest($1::text[], $2::bigint[]) LIMIT 4) "
	" AS c (id, most) "
	"CROSS JOIN LATERAL (SELECT id, phone_hash, person_hash FROM contacts "
	"  WHERE campaign_id = c.id AND state = 1 AND next_attempt_at <= now() "
	"  ORDER BY next_attempt_at, id LIMIT c.most FOR UPDATE SKIP LOCKED) k "
	"LIMIT $3::bigint";
_Static_assert(CMP_LEASE_CAMPAIGNS == 4, "as candidates_sql and choose_sql");

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* What its pacer asks for; nothing for agents whom nobody paces. */
static int64_t quota_of(const struct cmp_lease *l, const char *campaign)
{
	for (size_t i = 0; i < l->in->n_quotas; i++)
		if (!strcmp(l->in->quotas[i]->campaign_id, campaign))
			return l->in->quotas[i]->max_leases;

	return 0;
}

/* Contacts of a campaign to look at. */
static int64_t room_of(const struct cmp_lease *l, const struct cmp_served *c,
		       int64_t n)
{
	int64_t room = least(n, c->tokens);

	if (c->in.live_most > 0)
		room = least(room, c->in.live_most - c->in.live);
	if (c->for_agents)
		room = least(room, quota_of(l, c->id));

	return room > 0 ? room : 0;
}

/* Behind the campaigns' locks. */
static void on_campaigns(struct cmp_req *r, const PGresult *res)
{
	struct cmp_lease *l = r->state;
	const char *ids[CMP_LEASE_CAMPAIGNS], *most[CMP_LEASE_CAMPAIGNS];
	int64_t n = l->in->max_leases;

	if (n > CMP_LEASE_BATCH)
		n = CMP_LEASE_BATCH;
	cmp_take_campaigns(r, res);
	for (size_t i = 0; i < l->n_campaigns; i++) {
		ids[i] = l->campaigns[i].id;
		most[i] = cmp_fmt(&r->arena, "%lld",
				  (long long)room_of(l, &l->campaigns[i], n));
	}
	if (l->n_campaigns)
		cmp_query(r, on_candidates, candidates_sql,
			  cmp_array(&r->arena, ids, l->n_campaigns),
			  cmp_array(&r->arena, most, l->n_campaigns),
			  cmp_fmt(&r->arena, "%lld", (long long)n));
	else
		reply_empty(r);
}

/* Running campaigns with somebody due, those that had the least first. Those
 * with agents only for the dialer that paces them. A subquery with LIMIT is
 * looked up for one campaign after the other, never joined: lists are long. */
#define CHOOSE                                                                 \
	"SELECT c.id FROM campaigns c WHERE c.state = 2 "                      \
	"AND (c.pacing = 0 OR (c.id = ANY($1::text[]) AND EXISTS (SELECT 1 "   \
	" FROM agent_pools p WHERE p.campaign_id = c.id "                      \
	" AND p.instance = $2))) "                                             \
	"AND (SELECT true FROM contacts k WHERE k.campaign_id = c.id "         \
	" AND k.state = 1 AND k.next_attempt_at <= now() LIMIT 1) "            \
	"ORDER BY c.served, c.seq "
static const char choose_sql[] =
	CHOOSE "LIMIT 4 FOR NO KEY UPDATE OF c SKIP LOCKED";
static const char wait_sql[] = CHOOSE "LIMIT 1 FOR NO KEY UPDATE OF c";

static const char *quota_ids(struct cmp_req *r)
{
	const struct cmp_lease *l = r->state;
	const char **ids =
		cmp_alloc(&r->arena, (l->in->n_quotas + 1) * sizeof(*ids));

	for (size_t i = 0; i < l->in->n_quotas; i++)
		ids[i] = l->in->quotas[i]->campaign_id;

	return cmp_array(&r->arena, ids, l->in->n_quotas);
}

/* Campaigns that others serve just now are left to them, if not all are. */
static void on_chosen(struct cmp_req *r, const PGresult *res)
{
	struct cmp_lease *l = r->state;
	const char *ids[CMP_LEASE_CAMPAIGNS];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_CAMPAIGNS; i++)
		ids[n++] = cmp_text(r, res, i, 0);
	if (n) {
		cmp_query(r, on_campaigns, cmp_campaigns_sql,
			  cmp_array(&r->arena, ids, n), l->caller_ids,
			  l->shift);
	} else if (!l->waited) {
		l->waited = true;
		cmp_query(r, on_chosen, wait_sql, quota_ids(r),
			  l->in->instance);
	} else {
		reply_empty(r);
	}
}

/* Windows and hours cannot be counted: nobody is dialled. */
static void clocks_disagree(struct cmp_req *r)
{
	yh_metric_add(&cmp_m_clocks, 1);
	yh_warn("ledger.clock",
		"error=\"this clock and PostgreSQL's differ by over %d s\"",
		CMP_SKEW_S);
	reply_empty(r);
}

static void on_common(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;

	cmp_take_common(r, res);
	if (!l->common.now_s)
		clocks_disagree(r);
	else if (cmp_bool(res, 0, 0))
		cmp_commit(r, on_committed); /* known: only read */
	else if (cmp_bool(res, 0, 1))
		reply_empty(r); /* the global switch is off */
	else
		cmp_query(r, on_chosen, choose_sql, quota_ids(r),
			  l->in->instance);
}

/* Behind the lock that who stops all dialling takes alone: from its answer on
 * nothing is leased any more. */
static void on_allowed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;

	(void)res;
	cmp_query(r, on_common, cmp_common_sql, l->in->request_id);
}

/* A short list must not make the planner think again each time. */
static void on_begun(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_query_n(r, on_allowed,
		    "SELECT pg_advisory_xact_lock_shared(" CMP_DIALING_LOCK
		    "), "
		    "set_config('plan_cache_mode', 'force_generic_plan', true)",
		    0, NULL);
}

static void on_trunk(struct cmp_req *r, const PGresult *res)
{
	const Yinhu__V1__LeaseAttemptsRequest *in = r->in;
	struct cmp_lease *l;

	(void)res;
	if (!in->max_leases || !in->trunk || !in->trunk->up ||
	    r->app->draining) {
		reply_empty(r);
		return;
	}
	l = cmp_alloc(&r->arena, sizeof(*l));
	l->in = in;
	l->caller_ids =
		cmp_array(&r->arena, (const char *const *)in->caller_ids,
			  in->n_caller_ids);
	l->shift =
		cmp_fmt(&r->arena, "%lld", (long long)r->app->clock_offset_s);
	r->state = l;
	cmp_begin(r, on_begun);
}

static bool id_ok(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			     "wxyz0123456789_-");

	return n && n < 64 && !s[n];
}

static void lease_attempts(service_t *s,
			   const Yinhu__V1__LeaseAttemptsRequest *in,
			   Yinhu__V1__LeaseAttemptsResponse_Closure closure,
			   void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);

	if (!id_ok(in->instance) || in->max_leases > 1000 ||
	    (in->max_leases && !id_ok(in->request_id)))
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "instance and request_id must be [A-Za-z0-9_-]{1,63}, "
			 "max_leases at most 1000");
	else
		cmp_trunk_report(r, in->trunk, on_trunk);
}

/* ---- renewing --------------------------------------------------------------
 */

static void on_renewed(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__RenewLeasesResponse out =
		YINHU__V1__RENEW_LEASES_RESPONSE__INIT;
	int n = PQntuples(res);

	out.held = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.held));
	out.n_held = (size_t)n;
	for (int i = 0; i < n; i++)
		out.held[i] = cmp_text(r, res, i, 0);
	out.lease_ms = r->app->conf->lease_ms;
	cmp_reply(r, &out.base);
}

static void renew(service_t *s, const Yinhu__V1__RenewLeasesRequest *in,
		  Yinhu__V1__RenewLeasesResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_arena *a = &r->arena;

	cmp_query(r, on_renewed,
		  /* Never shorter, even by a clock that was set back. */
		  "UPDATE attempts SET lease_until = "
		  "greatest(lease_until, now() + $3::interval) "
		  "WHERE id = ANY($1::text[]) AND instance = $2 AND live "
		  "RETURNING id",
		  cmp_array(a, (const char *const *)in->attempt_ids,
			    in->n_attempt_ids),
		  in->instance,
		  cmp_fmt(a, "%u milliseconds", r->app->conf->lease_ms));
}

void cmp_ledger_bind(service_t *s)
{
	s->lease_attempts = lease_attempts;
	s->renew_leases = renew;
}
