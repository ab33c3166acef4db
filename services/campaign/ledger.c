/**
 * @file ledger.c  LedgerService: the dialer asks for work.
 *
 * One transaction a request: campaigns and due contacts are locked, then their
 * callees; behind these locks the guards' inputs are read (inputs.c), the
 * guards decide (guards.c), attempts and decisions are written and committed,
 * and only then the leases are read back and answered. A repeated request only
 * reads. What needs no word from here is sent together.
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

static bool is_ours(const char *key)
{
	return !strcmp(key, "bank_name") || !strcmp(key, "time_zone");
}

/* By which clock the guards have let the call through, whether the column says
 * so or the number: what the callee says of days and hours is meant by it. */
static void add_zone(struct cmp_req *r, Yinhu__V1__AttemptLease *out,
		     const char *facts)
{
	char zone[CMP_ZONE_TEXT];
	struct cmp_inputs in;

	if (cmp_inputs_read(&in, facts))
		return; /* no guard would have let it through */
	cmp_zone_print(&(struct cmp_zone){.from_min = (int)in.zone_from_min,
					  .to_min = (int)in.zone_to_min},
		       zone);
	if (zone[0])
		add_variable(r, out, "time_zone", zone);
}

/* The campaign's bank_name and the contact's zone come before columns of these
 * names. */
static void add_variables(struct cmp_req *r, Yinhu__V1__AttemptLease *out,
			  const char *packed, size_t len, const char *bank,
			  const char *facts)
{
	Yinhu__V1__AttemptLease *kept = NULL;
	size_t n;

	if (packed)
		kept = yinhu__v1__attempt_lease__unpack(
			NULL, len, (const uint8_t *)packed);
	n = kept ? kept->n_variables : 0;
	out->variables = cmp_alloc(&r->arena, (n + 2) * sizeof(variable_t *));
	add_variable(r, out, "bank_name", bank);
	add_zone(r, out, facts);
	for (size_t i = 0; i < n; i++)
		if (!is_ours(kept->variables[i]->key))
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
	add_variables(r, out, vars, len, cmp_col(res, i, 8),
		      cmp_col(res, i, 13));

	return out;
}

static void on_leases(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__LeaseAttemptsResponse out =
		YINHU__V1__LEASE_ATTEMPTS_RESPONSE__INIT;
	const struct cmp_lease *l = r->state;
	int n = PQntuples(res);

	yh_metric_add(&cmp_m_leases, (double)l->granted.n);
	for (size_t i = 0; i < l->refused.n; i++)
		yh_metric_add_l(&cmp_m_refusals, l->refused.guard[i], 1);
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
	" c.pacing <> 0, k.facts "
	"FROM lease_requests q CROSS JOIN unnest(q.attempts) AS n (id) "
	"CROSS JOIN LATERAL (SELECT * FROM attempts WHERE id = n.id LIMIT 1) a "
	"CROSS JOIN LATERAL (SELECT phone_enc, variables_enc, "
	" facts FROM contacts WHERE id = a.contact_id LIMIT 1) k "
	"CROSS JOIN LATERAL (SELECT * FROM campaigns WHERE id = a.campaign_id "
	" LIMIT 1) c "
	"WHERE q.request_id = $1 AND a.instance = $2 AND NOT a.terminal AND "
	"a.live "
	"AND a.lease_until > now() "
	"AND NOT EXISTS (SELECT 1 FROM dialing WHERE halted) "
	"AND (SELECT true FROM dnc WHERE dnc.phone_hash = a.phone_hash "
	" AND dnc.scope IN ('', a.campaign_id) LIMIT 1) IS NULL "
	"ORDER BY a.seq";

/* What was added, and behind its commit the leases. */
static void commit_and_read(struct cmp_req *r)
{
	const struct cmp_lease *l = r->state;

	cmp_add_n(r, "COMMIT", 0, NULL);
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

/* n: who may be dialled, f: who may not. If the same request came twice at
 * once, the other one has the leases, and this one fails on its row. A refusal
 * moves the contact's next look; without one it is done for good. d: only who
 * was due, and is not any more, is dialled. */
static const char write_sql[] =
	"WITH n AS (SELECT * FROM unnest($1::bigint[], $2::text[], "
	" $3::text[], $4::text[], $5::int[]) AS n (contact, id, caller, "
	" inputs, policy)), "
	"f AS (SELECT * FROM unnest($6::bigint[], $7::text[], $8::bigint[], "
	" $9::text[], $10::int[], $11::text[]) AS f (contact, guard, retry_s, "
	" inputs, policy, disposition)), "
	"q AS (INSERT INTO lease_requests (request_id, attempts) "
	" SELECT $12, $2::text[] WHERE cardinality($2::text[]) > 0), "
	"d AS (DELETE FROM due USING (SELECT contact FROM n UNION ALL "
	"  SELECT contact FROM f WHERE retry_s = 0) x "
	" WHERE contact_id = x.contact RETURNING contact_id), "
	"k AS (UPDATE contacts k SET state = 2, last_guard = '', "
	" attempts = attempts + 1 FROM n JOIN d ON d.contact_id = n.contact "
	" WHERE k.id = n.contact "
	" RETURNING k.id, k.campaign_id, k.phone_hash, k.person_hash, "
	" k.facts, k.attempts), "
	"a AS (INSERT INTO attempts (id, campaign_id, contact_id, "
	"  phone_hash, person_hash, third_party, number, request_id, "
	"  instance, caller_id, lease_until) SELECT n.id, k.campaign_id, "
	"  k.id, k.phone_hash, coalesce(k.person_hash, k.phone_hash), "
	"  strpos(k.facts, 'relation=2') > 0, k.attempts, $12, $13, "
	"  n.caller, now() + $14::interval FROM k JOIN n ON n.contact = k.id "
	"  ORDER BY k.id), "
	"u AS (UPDATE contacts k SET last_guard = f.guard, "
	" state = CASE WHEN f.retry_s = 0 THEN 3 ELSE 1 END, "
	" disposition = CASE WHEN f.retry_s = 0 THEN f.disposition "
	"  ELSE k.disposition END FROM f WHERE k.id = f.contact "
	" RETURNING k.campaign_id), "
	"l AS (UPDATE due SET next_attempt_at = to_timestamp(f.retry_s) FROM f "
	" WHERE contact_id = f.contact AND f.retry_s <> 0), "
	/* Looking at whom a guard refuses is service, too, but puts a campaign
	 * behind the others once, not further: it may call again later. */
	"c AS (UPDATE campaigns c SET served = greatest(served + "
	"   m.n::float8 / weight, least(served, coalesce((SELECT "
	"    max(o.served) FROM campaigns o WHERE o.state = 2 "
	"    AND o.id <> c.id), 0)) + m.looked::float8 / weight), "
	"  tokens = CASE WHEN cps = 0 THEN 0 ELSE least(cps, tokens + cps * "
	"   greatest(0, extract(epoch from now() - tokens_at))) - m.n END, "
	"  tokens_at = now() "
	"  FROM (SELECT campaign_id, count(*) AS looked, "
	"   count(*) FILTER (WHERE granted) AS n FROM (SELECT campaign_id, "
	"    true AS granted FROM k UNION ALL SELECT campaign_id, false "
	"    FROM u) w GROUP BY 1) m "
	"  WHERE c.id = m.campaign_id) "
	"INSERT INTO decisions (contact_id, attempt_id, guard, "
	" policy_version, inputs, retry_s) "
	"SELECT contact, id, 'pass', policy, inputs, 0 FROM n UNION ALL "
	"SELECT contact, NULL, guard, policy, inputs, retry_s FROM f";

static void add_verdicts(struct cmp_req *r)
{
	const struct cmp_lease *l = r->state;
	const struct cmp_granted *g = &l->granted;
	const struct cmp_refused *f = &l->refused;
	struct cmp_arena *a = &r->arena;

	cmp_add(r, write_sql, cmp_array(a, g->contact, g->n),
		cmp_array(a, g->attempt, g->n),
		cmp_array(a, g->caller_id, g->n), cmp_array(a, g->inputs, g->n),
		cmp_array(a, g->policy, g->n), cmp_array(a, f->contact, f->n),
		cmp_array(a, f->guard, f->n), cmp_array(a, f->retry_s, f->n),
		cmp_array(a, f->inputs, f->n), cmp_array(a, f->policy, f->n),
		cmp_array(a, f->disposition, f->n), l->in->request_id,
		l->in->instance,
		cmp_fmt(a, "%u milliseconds", r->app->conf->lease_ms));
}

/* ---- reading ---------------------------------------------------------------
 */

/* Look for contacts and gather what their decisions rest on. @param choose
 * How campaigns are locked */
static void look(struct cmp_req *r, const char *choose, cmp_step *step)
{
	const struct cmp_lease *l = r->state;
	const Yinhu__V1__LeaseAttemptsRequest *in = l->in;
	struct cmp_arena *a = &r->arena;
	const char **ids = cmp_alloc(a, (in->n_quotas + 1) * sizeof(*ids));
	const char **most = cmp_alloc(a, (in->n_quotas + 1) * sizeof(*most));
	const char *shift =
		cmp_fmt(a, "%lld", (long long)r->app->clock_offset_s);
	const char *n = cmp_fmt(a, "%u",
				in->max_leases < CMP_LEASE_BATCH
					? in->max_leases
					: (unsigned)CMP_LEASE_BATCH);

	for (size_t i = 0; i < in->n_quotas; i++) {
		ids[i] = in->quotas[i]->campaign_id;
		most[i] = cmp_fmt(a, "%u", in->quotas[i]->max_leases);
	}
	cmp_add(r, choose, cmp_array(a, ids, in->n_quotas), in->instance);
	cmp_add(r, cmp_campaigns_sql,
		cmp_array(a, (const char *const *)in->caller_ids,
			  in->n_caller_ids),
		shift, n, cmp_array(a, ids, in->n_quotas),
		cmp_array(a, most, in->n_quotas));
	cmp_add(r, cmp_candidates_sql, n);
	cmp_query(r, step, cmp_inputs_sql, shift);
}

/* Their results. */
enum { CHOSEN, CAMPAIGNS, CANDIDATES, INPUTS };

/* Windows and hours cannot be counted: nobody is dialled. */
static void clocks_disagree(struct cmp_req *r)
{
	yh_metric_add(&cmp_m_clocks, 1);
	yh_warn("ledger.clock",
		"error=\"this clock and PostgreSQL's differ by over %d s\"",
		CMP_SKEW_S);
	reply_empty(r);
}

static void on_looked(struct cmp_req *r, const PGresult *const *res)
{
	const struct cmp_lease *l = r->state;

	if (!PQntuples(res[INPUTS])) {
		reply_empty(r);
		return;
	}
	cmp_take_now(r, cmp_int(res[CANDIDATES], 0, 0));
	if (!l->common.now_s) {
		clocks_disagree(r);
		return;
	}
	cmp_take_campaigns(r, res[CAMPAIGNS]);
	cmp_decide(r, res[INPUTS]);
	add_verdicts(r);
	commit_and_read(r);
}

static void on_waited(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	on_looked(r, r->results);
}

static void on_first(struct cmp_req *r, const PGresult *last)
{
	const struct cmp_lease *l = r->state;
	const PGresult *const *res = r->results + l->at;

	(void)last;
	cmp_take_common(r, res[0]);
	if (cmp_bool(res[0], 0, 0))
		commit_and_read(r); /* known: only read */
	else if (l->common.halted)
		reply_empty(r); /* the global switch is off */
	else if (!cmp_int(res[1 + CHOSEN], 0, 0))
		look(r, cmp_wait_sql, on_waited);
	else
		on_looked(r, res + 1);
}

/* Behind the lock that who stops all dialling takes alone: from its answer on
 * nothing is leased any more. A short list must not make the planner think
 * again each time. */
static const char begun_sql[] =
	"SELECT pg_advisory_xact_lock_shared(" CMP_DIALING_LOCK "), "
	"set_config('plan_cache_mode', 'force_generic_plan', true)";

/* One wait for PostgreSQL to read, one to write. */
static void lease(struct cmp_req *r, const Yinhu__V1__LeaseAttemptsRequest *in)
{
	struct cmp_lease *l = cmp_alloc(&r->arena, sizeof(*l));

	l->in = in;
	r->state = l;
	if (*in->trunk->trunk)
		cmp_trunk_note(r, in->trunk);
	cmp_add_n(r, "BEGIN", 0, NULL);
	cmp_add_n(r, begun_sql, 0, NULL);
	l->at = r->n_batch;
	cmp_add(r, cmp_common_sql, in->request_id);
	look(r, cmp_choose_sql, on_first);
}

static void on_trunk(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	reply_empty(r);
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
	else if (in->max_leases && in->trunk && in->trunk->up &&
		 !r->app->draining)
		lease(r, in);
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
