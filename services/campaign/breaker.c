/** @file breaker.c  Rates and G16's pause, contract in breaker.h */
#include "base/log.h"
#include "breaker.h"
#include "guards.h"

/* A row a running campaign: (id, policy, answered, abandoned [permille],
 * answered that are watched, refusals and severe findings among them
 * [permille]); all of the last 30 minutes. */
static const char rates_sql[] =
	"WITH a AS (SELECT a.campaign_id, count(*) AS n, "
	"  count(*) FILTER (WHERE a.abandoned) AS abandoned, "
	"  count(*) FILTER (WHERE w.is) AS watched, "
	"  count(*) FILTER (WHERE w.is AND a.severe) AS severe, "
	"  count(*) FILTER (WHERE w.is AND EXISTS (SELECT 1 FROM dnc d "
	"   WHERE d.call_id = a.id)) AS refused "
	" FROM attempts a JOIN campaigns c ON c.id = a.campaign_id "
	" CROSS JOIN LATERAL (SELECT a.answered_at > c.watched_from AS is) w "
	" WHERE a.answered_at > now() - interval '30 minutes' GROUP BY 1) "
	"SELECT c.id, (SELECT p.body FROM policies p WHERE p.kind = c.kind "
	"  ORDER BY p.version DESC LIMIT 1), coalesce(a.n, 0), "
	" coalesce(1000 * abandoned / a.n, 0), coalesce(watched, 0), "
	" coalesce(1000 * refused / nullif(watched, 0), 0), "
	" coalesce(1000 * severe / nullif(watched, 0), 0) "
	"FROM campaigns c LEFT JOIN a ON a.campaign_id = c.id "
	"WHERE c.state = 2";

/* Written where they changed. */
static const char store_sql[] =
	"UPDATE campaigns c SET answered_30min = n.answered, "
	" abandoned_permille = n.abandoned, refusals_permille = n.refusals, "
	" findings_permille = n.findings, "
	" state = CASE WHEN n.why = '' THEN c.state ELSE 3 END, "
	" state_reason = CASE WHEN n.why = '' THEN c.state_reason "
	"  ELSE n.why END, "
	" state_actor = CASE WHEN n.why = '' THEN c.state_actor "
	"  ELSE '" CMP_BREAKER_ACTOR "' END "
	"FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[], "
	" $6::text[]) AS n (id, answered, abandoned, refusals, findings, why) "
	"WHERE c.id = n.id AND c.state = 2 AND (n.why <> '' OR "
	" (c.answered_30min, c.abandoned_permille, c.refusals_permille, "
	"  c.findings_permille) <> (n.answered, n.abandoned, n.refusals, "
	"  n.findings)) RETURNING c.id, n.why";

struct breaker {
	cmp_step *next;
};

static void on_stored(struct cmp_req *r, const PGresult *res)
{
	const struct breaker *b = r->state;

	for (int i = 0; i < PQntuples(res); i++) {
		if (!*cmp_col(res, i, 1))
			continue;
		yh_metric_add(&cmp_m_breaker, 1);
		yh_warn("campaign.breaker", "campaign=%s reason=\"%s\"",
			cmp_col(res, i, 0), cmp_col(res, i, 1));
	}
	b->next(r, res);
}

static const char *why(struct cmp_req *r, const struct cmp_inputs *in,
		       const struct cmp_policy *p)
{
	if (cmp_rate_is_over(in, p, in->refusals_permille,
			     p->refusals_permille))
		return cmp_fmt(&r->arena,
			       "%lld in 1000 answered calls ended on "
			       "do-not-call, %lld are allowed",
			       (long long)in->refusals_permille,
			       (long long)p->refusals_permille);
	if (cmp_rate_is_over(in, p, in->findings_permille,
			     p->findings_permille))
		return cmp_fmt(&r->arena,
			       "%lld in 1000 answered calls had a severe "
			       "finding, %lld are allowed",
			       (long long)in->findings_permille,
			       (long long)p->findings_permille);

	return "";
}

/* Columns for unnest, shape (n) each. */
struct columns {
	const char **id, **why, **number[4];
};

static void take(struct cmp_req *r, const PGresult *res, int i,
		 const struct columns *to)
{
	struct cmp_policy policy;
	bool known = !cmp_policy_read(&policy, cmp_col(res, i, 1));
	struct cmp_inputs in = {.answered_30min = cmp_int(res, i, 2),
				.abandoned_permille = cmp_int(res, i, 3)};
	int64_t values[4];

	/* Too few since it was resumed say nothing yet. */
	if (!known || cmp_int(res, i, 4) >= policy.breaker_calls) {
		in.refusals_permille = cmp_int(res, i, 5);
		in.findings_permille = cmp_int(res, i, 6);
	}
	values[0] = in.answered_30min;
	values[1] = in.abandoned_permille;
	values[2] = in.refusals_permille;
	values[3] = in.findings_permille;
	to->id[i] = cmp_text(r, res, i, 0);
	to->why[i] = known ? why(r, &in, &policy) : "";
	for (int k = 0; k < 4; k++)
		to->number[k][i] =
			cmp_fmt(&r->arena, "%lld", (long long)values[k]);
}

static void on_rates(struct cmp_req *r, const PGresult *res)
{
	const struct breaker *b = r->state;
	struct cmp_arena *a = &r->arena;
	size_t n = (size_t)PQntuples(res);
	const char **all = cmp_alloc(a, (6 * n + 1) * sizeof(*all));
	const struct columns to = {
		all,
		all + n,
		{all + 2 * n, all + 3 * n, all + 4 * n, all + 5 * n}};

	if (!n) {
		b->next(r, res);
		return;
	}
	for (int i = 0; i < (int)n; i++)
		take(r, res, i, &to);
	cmp_query(r, on_stored, store_sql, cmp_array(a, to.id, n),
		  cmp_array(a, to.number[0], n), cmp_array(a, to.number[1], n),
		  cmp_array(a, to.number[2], n), cmp_array(a, to.number[3], n),
		  cmp_array(a, to.why, n));
}

void cmp_breaker(struct cmp_req *r, cmp_step *next)
{
	struct breaker *b = cmp_alloc(&r->arena, sizeof(*b));

	b->next = next;
	r->state = b;
	cmp_query_n(r, on_rates, rates_sql, 0, NULL);
}
