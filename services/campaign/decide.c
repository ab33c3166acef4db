/** @file decide.c  Inputs into verdicts, contract in decide.h */
#include <string.h>

#include "decide.h"
#include "guards.h"

const char cmp_inputs_sql[] =
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

static bool granted_already(const struct cmp_granted *g, const char *phone_hash)
{
	for (size_t i = 0; i < g->n; i++)
		if (!strcmp(g->phone_hash[i], phone_hash))
			return true;

	return false;
}

static struct cmp_guard_input input_of(struct cmp_req *r, const PGresult *res,
				       int i)
{
	const struct cmp_lease *l = r->state;
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
	struct cmp_lease *l = r->state;
	struct cmp_guard_input in = input_of(r, res, i);
	struct cmp_verdict v = cmp_guards(&in);
	const char *contact = cmp_text(r, res, i, 0);
	int64_t shift = r->app->clock_offset_s;

	if (v.allowed) {
		struct cmp_granted *g = &l->granted;

		g->contact[g->n] = contact;
		g->attempt[g->n] = cmp_new_id(r, "");
		g->caller_id[g->n] = cmp_text(r, res, i, 5);
		if (!*g->caller_id[g->n] && l->in->n_caller_ids)
			g->caller_id[g->n] = l->in->caller_ids[0];
		g->phone_hash[g->n] = cmp_text(r, res, i, 1);
		g->inputs[g->n++] = inputs_text(r, &in);
	} else {
		struct cmp_refused *f = &l->refused;
		int64_t at = v.retry_at_s ? v.retry_at_s - shift : 0;

		f->contact[f->n] = contact;
		f->guard[f->n] = v.guard;
		f->retry_s[f->n] = cmp_fmt(&r->arena, "%lld", (long long)at);
		f->inputs[f->n++] = inputs_text(r, &in);
	}
}

void cmp_decide(struct cmp_req *r, const PGresult *res)
{
	struct cmp_lease *l = r->state;

	l->now_s = cmp_guard_now_s(r->app);
	for (int i = 0; i < PQntuples(res) && i < CMP_LEASE_BATCH; i++)
		decide(r, res, i);
}
