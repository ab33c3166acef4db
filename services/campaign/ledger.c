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

#include "guards.h"
#include "ledger.h"

typedef Yinhu__V1__LedgerService_Service service_t;
typedef Yinhu__V1__AttemptLease__VariablesEntry variable_t;

enum { MAX_BATCH = 200, AGAIN_SOON_MS = 50 };

/* Columns for unnest, one entry a contact. */
struct granted {
	const char *contact[MAX_BATCH], *attempt[MAX_BATCH];
	const char *caller_id[MAX_BATCH], *inputs[MAX_BATCH];
	const char *phone_hash[MAX_BATCH];
	size_t n;
};

struct refused {
	const char *contact[MAX_BATCH], *guard[MAX_BATCH];
	const char *retry_s[MAX_BATCH], *inputs[MAX_BATCH];
	size_t n;
};

struct lease {
	const Yinhu__V1__LeaseAttemptsRequest *in;
	const char *caller_ids; /* array literal */
	int64_t now_s;		/* the guards' clock */
	struct granted granted;
	struct refused refused;
};

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
	const struct lease *l = r->state;

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
	const struct lease *l = r->state;
	const struct refused *f = &l->refused;
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
	const struct lease *l = r->state;
	const struct granted *g = &l->granted;
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
	const struct lease *l = r->state;

	if (l->granted.n)
		cmp_query(r, on_claimed,
			  "INSERT INTO lease_requests (request_id) VALUES ($1) "
			  "ON CONFLICT DO NOTHING RETURNING 1",
			  l->in->request_id);
	else
		write_refused(r, NULL);
}

/* ---- deciding --------------------------------------------------------------
 */

/* A number, CMP_UNKNOWN for NULL. */
static int known(const PGresult *res, int row, int col)
{
	if (PQgetisnull(res, row, col))
		return CMP_UNKNOWN;
	if (cmp_col(res, row, col)[0] == 't' ||
	    cmp_col(res, row, col)[0] == 'f')
		return cmp_bool(res, row, col);

	return (int)cmp_int(res, row, col);
}

static int max_24h(const struct cmp_conf *conf, enum cmp_kind kind)
{
	switch (kind) {
	case CMP_MARKETING:
		return (int)conf->attempts_day_marketing;
	case CMP_SERVICE:
		return (int)conf->attempts_day_service;
	case CMP_COLLECTION:
		return (int)conf->attempts_day_collection;
	default:
		return 0;
	}
}

static bool granted_already(const struct granted *g, const char *phone_hash)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->phone_hash[i], phone_hash))
			return true;

	return false;
}

static struct cmp_guard_input input_of(struct cmp_req *r, const PGresult *res,
				       int i)
{
	const struct lease *l = r->state;
	const struct cmp_conf *conf = r->app->conf;
	int64_t shift = r->app->clock_offset_s;
	struct cmp_guard_input in = {
		.now_s = l->now_s,
		.kind = (enum cmp_kind)cmp_int(res, i, 2),
		.hours = {known(res, i, 3), known(res, i, 4)},
		.ring_s = (int)((conf->ring_timeout_ms + 999) / 1000),
		.on_dnc = known(res, i, 6),
		.in_flight = known(res, i, 7),
		.attempts_5min = known(res, i, 8),
		.oldest_5min_s = cmp_int(res, i, 9) + shift,
		.attempts_24h = known(res, i, 10),
		.oldest_24h_s = cmp_int(res, i, 11) + shift,
		.max_5min = (int)conf->attempts_5min,
	};

	in.max_24h = max_24h(conf, in.kind);
	/* One of the two hours given: the other is the preset's. */
	if (in.hours.from_min < 0)
		in.hours.from_min = cmp_hours_default(in.kind).from_min;
	if (in.hours.until_min < 0)
		in.hours.until_min = cmp_hours_default(in.kind).until_min;
	if (granted_already(&l->granted, cmp_col(res, i, 1)))
		in.in_flight = 1;

	return in;
}

/* What an auditor needs to decide again; no personal data. */
static char *inputs_text(struct cmp_req *r, const struct cmp_guard_input *in)
{
	return cmp_fmt(&r->arena,
		       "now_s=%lld kind=%d from_min=%d until_min=%d ring_s=%d "
		       "attempts_5min=%d/%d attempts_24h=%d/%d on_dnc=%d "
		       "in_flight=%d",
		       (long long)in->now_s, in->kind, in->hours.from_min,
		       in->hours.until_min, in->ring_s, in->attempts_5min,
		       in->max_5min, in->attempts_24h, in->max_24h, in->on_dnc,
		       in->in_flight);
}

static void decide(struct cmp_req *r, const PGresult *res, int i)
{
	struct lease *l = r->state;
	struct cmp_guard_input in = input_of(r, res, i);
	struct cmp_verdict v = cmp_guards(&in);
	const char *contact = cmp_text(r, res, i, 0);
	int64_t shift = r->app->clock_offset_s;

	if (v.allowed) {
		struct granted *g = &l->granted;

		g->contact[g->n] = contact;
		g->attempt[g->n] = cmp_new_id(r, "");
		g->caller_id[g->n] = cmp_text(r, res, i, 5);
		if (!*g->caller_id[g->n] && l->in->n_caller_ids)
			g->caller_id[g->n] = l->in->caller_ids[0];
		g->phone_hash[g->n] = cmp_text(r, res, i, 1);
		g->inputs[g->n++] = inputs_text(r, &in);
	} else {
		struct refused *f = &l->refused;
		int64_t at = v.retry_at_s ? v.retry_at_s - shift : 0;

		f->contact[f->n] = contact;
		f->guard[f->n] = v.guard;
		f->retry_s[f->n] = cmp_fmt(&r->arena, "%lld", (long long)at);
		f->inputs[f->n++] = inputs_text(r, &in);
	}
}

static void on_inputs(struct cmp_req *r, const PGresult *res)
{
	struct lease *l = r->state;

	l->now_s = cmp_guard_now_s(r->app);
	for (int i = 0; i < PQntuples(res) && i < MAX_BATCH; i++)
		decide(r, res, i);
	write_granted(r);
}

/* ---- reading ---------------------------------------------------------------
 */

static const char inputs_sql[] =
	"SELECT k.id, k.phone_hash, c.kind, c.call_from_min, c.call_until_min, "
	" c.caller_id, "
	" EXISTS (SELECT 1 FROM dnc d WHERE d.phone_hash = k.phone_hash), "
	" EXISTS (SELECT 1 FROM attempts a WHERE a.phone_hash = k.phone_hash "
	"  AND a.live), "
	" w.n5, w.oldest5, w.n24, w.oldest24 "
	"FROM contacts k JOIN campaigns c ON c.id = k.campaign_id "
	"LEFT JOIN LATERAL (SELECT "
	"  count(*) FILTER (WHERE recent) AS n5, "
	"  extract(epoch from min(at) FILTER (WHERE recent))::bigint "
	"   AS oldest5, "
	"  count(*) AS n24, extract(epoch from min(at))::bigint AS oldest24 "
	"  FROM (SELECT a.created_at AS at, "
	"   a.created_at > now() - interval '5 minutes' AS recent "
	"   FROM attempts a WHERE a.phone_hash = k.phone_hash "
	"   AND a.created_at > now() - interval '24 hours' "
	/* what the trunk failed before it rang did not disturb anybody */
	"   AND NOT (a.outcome = 7 AND NOT a.rang)) a) w ON true "
	"WHERE k.id = ANY($1::bigint[]) ORDER BY k.next_attempt_at, k.id";

/* Who could not be locked is being decided elsewhere: left for later. */
static void on_locked(struct cmp_req *r, const PGresult *res)
{
	const char *ids[MAX_BATCH];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < MAX_BATCH; i++)
		if (cmp_bool(res, i, 1))
			ids[n++] = cmp_text(r, res, i, 0);
	if (n)
		cmp_query(r, on_inputs, inputs_sql,
			  cmp_array(&r->arena, ids, n));
	else
		reply_empty(r);
}

static void on_candidates(struct cmp_req *r, const PGresult *res)
{
	const char *ids[MAX_BATCH], *keys[MAX_BATCH];
	size_t n = 0;

	for (int i = 0; i < PQntuples(res) && i < MAX_BATCH; i++, n++) {
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
	const struct lease *l = r->state;
	uint32_t n = l->in->max_leases;

	if (cmp_bool(res, 0, 0)) {
		cmp_commit(r, on_committed);
		return;
	}
	cmp_query(r, on_candidates, candidates_sql,
		  cmp_fmt(&r->arena, "%u", n < MAX_BATCH ? n : MAX_BATCH),
		  l->caller_ids);
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	const struct lease *l = r->state;

	(void)res;
	cmp_query(r, on_known,
		  "SELECT EXISTS (SELECT 1 FROM attempts "
		  "WHERE request_id = $1)",
		  l->in->request_id);
}

static void on_trunk(struct cmp_req *r, const PGresult *res)
{
	const Yinhu__V1__LeaseAttemptsRequest *in = r->in;
	struct lease *l;

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
