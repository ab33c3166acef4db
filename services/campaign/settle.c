/** @file settle.c  The terminal record of an attempt, contract in ledger.h */
#include <string.h>

#include "besthour.h"
#include "guards.h"
#include "ledger.h"
#include "outcome.h"

struct settle {
	cmp_step *next;
	const char *call_id;
	const char *disposition;
};

enum trunk_count { TRUNK_RESET = 0, TRUNK_FAILED = 1, TRUNK_AS_IT_IS = 2 };

static void on_closed(struct cmp_req *r, const PGresult *res)
{
	const struct settle *s = r->state;

	/* Counted a moment before the commit: close enough for a metric. */
	if (cmp_int(res, 0, 0))
		yh_metric_add_l(&cmp_m_terminal, s->disposition, 1);
	s->next(r, res);
}

static const char close_sql[] =
	"WITH a AS (UPDATE attempts SET terminal = true, terminal_at = now(), "
	"  disposition = $2, live = false WHERE id = $1 AND NOT terminal "
	"  RETURNING contact_id, campaign_id, "
	"  coalesce(ended_at, now()) AS ended_at), "
	"k AS (UPDATE contacts k SET state = $3::smallint, disposition = $2, "
	"  trunk_failures = k.trunk_failures + ($5::int = 1)::int "
	"  FROM a WHERE k.id = a.contact_id), "
	"d AS (INSERT INTO due (contact_id, campaign_id, next_attempt_at) "
	"  SELECT contact_id, campaign_id, ended_at + $4::interval FROM a "
	"  WHERE $3::smallint = 1), "
	"c AS (UPDATE campaigns c SET trunk_failures = CASE $5::int WHEN 1 "
	"   THEN c.trunk_failures + 1 ELSE 0 END, "
	"  state = CASE WHEN c.state = 2 AND $5::int = 1 "
	"   AND c.trunk_failures + 1 >= $6::int THEN 3 ELSE c.state END, "
	"  state_reason = CASE WHEN c.state = 2 AND $5::int = 1 "
	"   AND c.trunk_failures + 1 >= $6::int THEN $7 "
	"   ELSE c.state_reason END, "
	"  state_actor = CASE WHEN c.state = 2 AND $5::int = 1 "
	"   AND c.trunk_failures + 1 >= $6::int THEN 'trunk' "
	"   ELSE c.state_actor END "
	"  FROM a WHERE c.id = a.campaign_id AND ($5::int = 1 "
	"   OR ($5::int = 0 AND c.trunk_failures > 0))) "
	"SELECT count(*) FROM a";

/* What the dialer told of the line's end; empty texts if nothing. */
struct line_end {
	const char *reason;	 /* the operator's words */
	const char *disposition; /* of the bank's own table */
};

static struct line_end line_end(struct cmp_req *r, const PGresult *res, int col)
{
	struct line_end end = {"", ""};
	Yinhu__V1__Ended *e = NULL;
	size_t len;
	char *packed = cmp_open(r, "event", res, 0, col, &len);

	if (packed)
		e = yinhu__v1__ended__unpack(NULL, len,
					     (const uint8_t *)packed);
	if (!e)
		return end;
	end.reason = cmp_strndup(&r->arena, e->reason,
				 strnlen(e->reason, CMP_REASON_MAX));
	end.disposition = cmp_strdup(&r->arena, e->disposition);
	yinhu__v1__ended__free_unpacked(e, NULL);

	return end;
}

/* Since the attempt's end; later, when another hour suits the number better. */
static int64_t retry_after_s(struct cmp_req *r, const PGresult *res,
			     const struct cmp_end *end,
			     const struct cmp_policy *policy)
{
	int64_t ended_s = cmp_int(res, 0, 12) + r->app->clock_offset_s;
	struct cmp_inputs in = {0};
	struct cmp_hour_counts hours;

	if (!end->by_hour || cmp_inputs_read(&in, cmp_col(res, 0, 13)))
		return end->retry_after_s;
	cmp_hour_counts_read(&hours, cmp_col(res, 0, 14), in.zone_from_min);

	return cmp_best_time(&hours, ended_s + end->retry_after_s,
			     in.zone_from_min, policy->call_from_min,
			     policy->call_until_min) -
	       ended_s;
}

static void on_attempt(struct cmp_req *r, const PGresult *res)
{
	struct settle *s = r->state;
	const struct cmp_conf *conf = r->app->conf;
	struct cmp_policy policy = {0};
	struct cmp_end_input in;
	struct cmp_end end;
	enum trunk_count count = TRUNK_RESET;
	struct line_end line;
	bool expired;

	if (!PQntuples(res)) {
		s->next(r, res);
		return;
	}
	expired = PQgetisnull(res, 0, 8); /* no dialer has told its end */
	in = (struct cmp_end_input){
		.outcome = (enum cmp_outcome)cmp_int(res, 0, 0),
		.answered = cmp_bool(res, 0, 1),
		.dialog_late =
			expired || cmp_int(res, 0, 2) >= conf->dialog_wait_ms,
		.dialog = cmp_text(r, res, 0, 3),
		.hung_up_by = cmp_text(r, res, 0, 4),
		.attempts = (unsigned)cmp_int(res, 0, 5),
		.trunk_failures = (unsigned)cmp_int(res, 0, 6),
		.max_attempts = (unsigned)cmp_int(res, 0, 7),
		.abandoned = cmp_bool(res, 0, 10),
		.call_back_s = (uint32_t)cmp_int(res, 0, 11),
	};
	/* The policy of today. */
	if (PQgetisnull(res, 0, 9) ||
	    cmp_policy_read(&policy, cmp_col(res, 0, 9))) {
		cmp_fail(r, YH_INTERNAL, "the policy cannot be read");
		return;
	}
	end = cmp_outcome_end(&in, &policy);
	if (!end.final) {
		s->next(r, res);
		return;
	}
	if (end.trunk_failed)
		count = TRUNK_FAILED;
	else if (in.outcome == CMP_INTERRUPTED)
		count = TRUNK_AS_IT_IS;
	line = line_end(r, res, 8);
	s->disposition = *line.disposition && !in.answered ? line.disposition
							   : end.disposition;
	cmp_query(r, on_closed, close_sql, s->call_id, s->disposition,
		  end.retry ? "1" : "3",
		  cmp_fmt(&r->arena, "%lld seconds",
			  (long long)retry_after_s(r, res, &end, &policy)),
		  cmp_fmt(&r->arena, "%d", count),
		  cmp_fmt(&r->arena, "%u", conf->trunk_failures),
		  cmp_fmt(&r->arena, "trunk: %u calls in a row failed: %s",
			  conf->trunk_failures, line.reason));
}

void cmp_settle(struct cmp_req *r, const char *call_id, cmp_step *next)
{
	struct settle *s = cmp_alloc(&r->arena, sizeof(*s));

	s->next = next;
	s->call_id = call_id;
	r->state = s;
	cmp_query(r, on_attempt,
		  "SELECT a.outcome, a.answered_at IS NOT NULL, "
		  "(extract(epoch from now() - a.settled_at) * 1000)::bigint, "
		  "a.dialog_disposition, a.hung_up_by, k.attempts, "
		  "k.trunk_failures, c.max_attempts, a.ended_enc, "
		  "(SELECT p.body FROM policies p WHERE p.kind = c.kind "
		  " ORDER BY p.version DESC LIMIT 1), a.abandoned, "
		  /* Within a year; what is past is called back soon. */
		  "CASE WHEN a.call_back_at IS NULL THEN 0 ELSE least(31536000,"
		  " greatest(1, extract(epoch from a.call_back_at - "
		  "  coalesce(a.ended_at, now()))))::int END, "
		  "extract(epoch from coalesce(a.ended_at, now()))::bigint, "
		  "k.facts, (SELECT string_agg(concat_ws(' ', h, n, met), ',') "
		  " FROM (SELECT extract(hour from b.created_at AT TIME ZONE "
		  "   'UTC')::int AS h, count(*) AS n, count(b.answered_at) AS "
		  "   met FROM attempts b WHERE b.phone_hash = a.phone_hash "
		  "   AND b.created_at > now() - interval '180 days' GROUP BY 1"
		  "  ) b) "
		  "FROM attempts a JOIN contacts k ON k.id = a.contact_id "
		  "JOIN campaigns c ON c.id = a.campaign_id "
		  "WHERE a.id = $1 AND NOT a.terminal "
		  "AND a.settled_at IS NOT NULL FOR UPDATE OF a, k",
		  call_id);
}
