/**
 * @file ledger.c  LedgerService: the dialer asks for work.
 *
 * One transaction a request: campaigns and due contacts are locked, then their
 * callees; behind these locks the guards' inputs are read, the guards decide
 * (guards.c), attempts and decisions are written and committed, and only then
 * the leases are read back and answered. A repeated request only reads.
 */
#include <stdlib.h>
#include <string.h>

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

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;

	(void)res;
	yh_metric_add(&cmp_m_leases, (double)l->granted.n);
	for (size_t i = 0; i < l->refused.n; i++)
		yh_metric_add_l(&cmp_m_refusals, l->refused.guard[i], 1);
	cmp_query(r, on_leases,
		  "SELECT a.id, a.seq, a.campaign_id, a.contact_id, "
		  "k.phone_enc, a.caller_id, "
		  "c.script_id || '@' || c.script_version, c.kind, "
		  "c.bank_name, k.variables_enc, a.number, greatest(1, "
		  "(extract(epoch from a.lease_until - now()) * 1000)::bigint) "
		  "FROM attempts a JOIN contacts k ON k.id = a.contact_id "
		  "JOIN campaigns c ON c.id = a.campaign_id "
		  "WHERE a.request_id = $1 AND a.instance = $2 "
		  "AND NOT a.terminal AND a.live ORDER BY a.seq",
		  l->in->request_id, l->in->instance);
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

static void on_refused(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, on_committed);
}

/* A refusal moves the contact's next look; without one it is done for good. */
static void write_refused(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;
	const struct cmp_refused *f = &l->refused;
	struct cmp_arena *a = &r->arena;

	(void)res;
	if (!f->n) {
		cmp_commit(r, on_committed);
		return;
	}
	cmp_query(r, on_refused,
		  "WITH n AS (SELECT * FROM unnest($1::bigint[], $2::text[], "
		  " $3::bigint[], $4::text[]) AS n (contact, guard, retry_s, "
		  " inputs)), "
		  "u AS (UPDATE contacts k SET last_guard = n.guard, "
		  " state = CASE WHEN n.retry_s = 0 THEN 3 ELSE 1 END, "
		  " disposition = CASE WHEN n.retry_s = 0 THEN 'on_dnc_list' "
		  "  ELSE k.disposition END, "
		  " next_attempt_at = CASE WHEN n.retry_s = 0 THEN "
		  "  k.next_attempt_at ELSE to_timestamp(n.retry_s) END "
		  " FROM n WHERE k.id = n.contact) "
		  "INSERT INTO decisions (contact_id, guard, inputs) "
		  "SELECT contact, guard, inputs FROM n "
		  "ON CONFLICT (contact_id, guard) WHERE attempt_id IS NULL "
		  "DO UPDATE SET times = decisions.times + 1, "
		  "inputs = excluded.inputs, decided_at = now()",
		  cmp_array(a, f->contact, f->n), cmp_array(a, f->guard, f->n),
		  cmp_array(a, f->retry_s, f->n),
		  cmp_array(a, f->inputs, f->n));
}

/* The same request came twice at once: the other one has the leases. */
static void on_claimed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;
	const struct cmp_granted *g = &l->granted;
	struct cmp_arena *a = &r->arena;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_ABORTED, "the same request runs; try again");
		return;
	}
	cmp_query(
		r, write_refused,
		"WITH n AS (SELECT * FROM unnest($1::bigint[], $2::text[], "
		" $3::text[], $4::text[]) AS n (contact, id, caller, "
		" inputs)), "
		"k AS (UPDATE contacts k SET state = 2, last_guard = '', "
		" attempts = attempts + 1 FROM n WHERE k.id = n.contact "
		" RETURNING k.id, k.campaign_id, k.phone_hash, k.attempts), "
		"a AS (INSERT INTO attempts (id, campaign_id, contact_id, "
		"  phone_hash, number, request_id, instance, caller_id, "
		"  lease_until) SELECT n.id, k.campaign_id, k.id, "
		"  k.phone_hash, k.attempts, $5, $6, n.caller, "
		"  now() + $7::interval FROM k JOIN n ON n.contact = k.id "
		"  ORDER BY k.id) "
		"INSERT INTO decisions (contact_id, attempt_id, guard, "
		"inputs) SELECT contact, id, 'pass', inputs FROM n",
		cmp_array(a, g->contact, g->n), cmp_array(a, g->attempt, g->n),
		cmp_array(a, g->caller_id, g->n), cmp_array(a, g->inputs, g->n),
		l->in->request_id, l->in->instance,
		cmp_fmt(a, "%u milliseconds", r->app->conf->lease_ms));
}

static void write_granted(struct cmp_req *r)
{
	const struct cmp_lease *l = r->state;

	if (l->granted.n)
		cmp_query(r, on_claimed,
			  "INSERT INTO lease_requests (request_id) VALUES ($1) "
			  "ON CONFLICT DO NOTHING RETURNING 1",
			  l->in->request_id);
	else
		write_refused(r, NULL);
}

/* ---- reading ---------------------------------------------------------------
 */

static void on_inputs(struct cmp_req *r, const PGresult *res)
{
	cmp_decide(r, res);
	write_granted(r);
}

/* Who could not be locked is being decided elsewhere: left for later. */
static void on_locked(struct cmp_req *r, const PGresult *res)
{
	const char *ids[CMP_LEASE_BATCH];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_BATCH; i++)
		if (cmp_bool(res, i, 1))
			ids[n++] = cmp_text(r, res, i, 0);
	if (n)
		cmp_query(r, on_inputs, cmp_inputs_sql,
			  cmp_array(&r->arena, ids, n));
	else
		reply_empty(r);
}

static void on_candidates(struct cmp_req *r, const PGresult *res)
{
	const char *ids[CMP_LEASE_BATCH], *keys[CMP_LEASE_BATCH];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_BATCH; i++, n++) {
		ids[n] = cmp_text(r, res, i, 0);
		keys[n] = cmp_text(r, res, i, 1);
	}
	if (n)
		cmp_query(r, on_locked,
			  "SELECT id, pg_try_advisory_xact_lock(key) FROM "
			  "unnest($1::bigint[], $2::bigint[]) AS n (id, key)",
			  cmp_array(&r->arena, ids, n),
			  cmp_array(&r->arena, keys, n));
	else
		reply_empty(r);
}

static const char candidates_sql[] =
	"WITH c AS MATERIALIZED (SELECT id, max_concurrent, (SELECT count(*) "
	"  FROM attempts a WHERE a.campaign_id = c.id AND a.live) AS live "
	" FROM campaigns c WHERE state = 2 AND (caller_id = '' "
	"  OR $2::text[] = '{}' OR caller_id = ANY($2::text[])) "
	" ORDER BY seq FOR NO KEY UPDATE) "
	"SELECT k.id, ('x' || left(encode(k.phone_hash, 'hex'), 16))::bit(64) "
	" ::bigint FROM c CROSS JOIN LATERAL (SELECT id, phone_hash "
	"  FROM contacts WHERE campaign_id = c.id AND state = 1 "
	"  AND next_attempt_at <= now() ORDER BY next_attempt_at, id "
	"  LIMIT CASE WHEN c.max_concurrent = 0 THEN $1::bigint ELSE "
	"   least($1::bigint, greatest(0, c.max_concurrent - c.live)) END "
	"  FOR UPDATE SKIP LOCKED) k LIMIT $1::bigint";

static void on_known(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;
	uint32_t n = l->in->max_leases;

	if (cmp_bool(res, 0, 0)) {
		cmp_commit(r, on_committed);
		return;
	}
	cmp_query(r, on_candidates, candidates_sql,
		  cmp_fmt(&r->arena, "%u",
			  n < CMP_LEASE_BATCH ? n : CMP_LEASE_BATCH),
		  l->caller_ids);
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_lease *l = r->state;

	(void)res;
	cmp_query(r, on_known,
		  "SELECT EXISTS (SELECT 1 FROM attempts "
		  "WHERE request_id = $1)",
		  l->in->request_id);
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
		  "UPDATE attempts SET lease_until = now() + $3::interval "
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
