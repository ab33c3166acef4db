/** @file inputs.c  SQL of the guards' inputs, contract in decide.h */
#include "decide.h"

const char cmp_common_sql[] =
	"SELECT EXISTS (SELECT 1 FROM lease_requests WHERE request_id = $1), "
	" d.halted, (SELECT coalesce(extract(epoch from now() - "
	"  min(loaded_at))::bigint, 0) FROM dnc_lists), "
	" p.kind, p.version, p.body "
	"FROM dialing d LEFT JOIN (SELECT DISTINCT ON (kind) kind, version, "
	" body FROM policies ORDER BY kind, version DESC) p ON true";

/* Running campaigns with somebody due, those that had the least first. Those
 * with agents only for the dialer that paces them. A subquery with LIMIT is
 * looked up for one campaign after the other, never joined: lists are long. */
#define CHOOSE                                                                 \
	"SELECT count(*), set_config('yinhu.campaigns', "                      \
	" coalesce(array_agg(id), '{}')::text, true) FROM ("                   \
	"SELECT c.id FROM campaigns c WHERE c.state = 2 "                      \
	"AND (c.pacing = 0 OR (c.id = ANY($1::text[]) AND EXISTS (SELECT 1 "   \
	" FROM agent_pools p WHERE p.campaign_id = c.id "                      \
	" AND p.instance = $2))) "                                             \
	"AND (SELECT true FROM due d WHERE d.campaign_id = c.id "              \
	" AND d.next_attempt_at <= now() LIMIT 1) "                            \
	"ORDER BY c.served, c.seq "
const char cmp_choose_sql[] =
	CHOOSE "LIMIT 4 FOR NO KEY UPDATE OF c SKIP LOCKED) c";
const char cmp_wait_sql[] = CHOOSE "LIMIT 1 FOR NO KEY UPDATE OF c) c";
_Static_assert(CMP_LEASE_CAMPAIGNS == 4,
	       "as cmp_choose_sql and cmp_candidates_sql");

/* i: numbers of the trunk for the kind, those that rest last. room: contacts to
 * look at; for agents what their pacer asks for. */
const char cmp_campaigns_sql[] =
	"WITH c AS (SELECT c.id, c.served, c.seq, "
	" coalesce(i.number, '') AS number, format('kind=%s from_min=%s "
	"until_min=%s campaign_purpose=%s product_risk=%s caller_pool=%s "
	"caller_cool_s=%s script_ok=%s script_until_s=%s live=%s live_most=%s "
	"answered_30min=%s abandoned_permille=%s refusals_permille=%s "
	"findings_permille=%s', c.kind, coalesce(c.call_from_min, -1), "
	" coalesce(c.call_until_min, -1), c.purpose_key, c.product_risk, "
	" i.n, CASE WHEN i.rested THEN 0 ELSE "
	"  guard_s(i.cool_until, $2::bigint) END, (s.state = 3)::int, "
	" guard_s(s.expires_at, $2::bigint), a.n, coalesce(m.n, 0), "
	" c.answered_30min, c.abandoned_permille, c.refusals_permille, "
	" c.findings_permille) AS inputs, greatest(0, least($3::bigint, "
	"  floor(t.n)::int, m.n - a.n, CASE WHEN c.pacing <> 0 THEN "
	"   coalesce((SELECT q.n FROM unnest($4::text[], $5::bigint[]) "
	"    AS q (id, n) WHERE q.id = c.id LIMIT 1), 0) END)) AS room "
	"FROM campaigns c JOIN scripts s ON s.script_id = c.script_id "
	" AND s.version = c.script_version "
	"CROSS JOIN LATERAL (SELECT count(*) AS n, "
	"  (array_agg(number ORDER BY cool_until > now() NULLS FIRST, "
	"   random()))[1] AS number, min(cool_until) AS cool_until, "
	"  bool_or(cool_until IS NULL OR cool_until <= now()) AS rested "
	"  FROM unnest($1::text[]) AS u (number) "
	"  LEFT JOIN caller_ids USING (number) WHERE "
	"  (c.caller_id = '' OR c.caller_id = number) AND "
	"  (coalesce(kinds, 14) >> c.kind) & 1 = 1) i "
	"CROSS JOIN LATERAL (SELECT count(*) AS n FROM attempts a "
	"  WHERE a.campaign_id = c.id AND a.live) a "
	/* How far it has ramped up, and its calls of this second. */
	"CROSS JOIN LATERAL (SELECT CASE WHEN c.ramp_s = 0 THEN 1 ELSE "
	"  least(1, greatest(0, extract(epoch from now() - "
	"   coalesce(c.started_at, now()))) / c.ramp_s) END AS up) r "
	"CROSS JOIN LATERAL (SELECT CASE WHEN c.max_concurrent > 0 THEN "
	"  greatest(1, floor(c.max_concurrent * r.up))::int END AS n) m "
	"CROSS JOIN LATERAL (SELECT CASE WHEN c.cps = 0 THEN 1000 ELSE "
	"  least(greatest(1, c.cps * r.up), c.tokens + c.cps * r.up * "
	"   greatest(0, extract(epoch from now() - c.tokens_at))) END AS n) t "
	"WHERE c.id = ANY(current_setting('yinhu.campaigns')::text[]) "
	"AND c.state = 2), "
	"s AS (SELECT set_config('yinhu.campaigns', "
	"  coalesce(array_agg(id), '{}')::text, true), "
	"  set_config('yinhu.rooms', coalesce(array_agg(room), '{}')::text, "
	"  true) FROM (SELECT id, room FROM c ORDER BY served, seq) c) "
	"SELECT c.id, c.number, c.inputs FROM s LEFT JOIN c ON true "
	"ORDER BY c.served, c.seq";

/* Due contacts are locked, then their callees, number and person: no two decide
 * on one callee at the same time, wherever they are. Who could not be locked is
 * being decided elsewhere: left for later. The LIMIT tells the planner how few
 * campaigns these are. */
const char cmp_candidates_sql[] =
	"SELECT extract(epoch from clock_timestamp())::bigint, "
	" set_config('yinhu.contacts', coalesce(array_agg(id) "
	"  FILTER (WHERE locked), '{}')::text, true) FROM (SELECT k.id, "
	" pg_try_advisory_xact_lock(callee_key(k.phone_hash)) "
	" AND (k.person_hash IS NULL "
	"  OR pg_try_advisory_xact_lock(callee_key(k.person_hash))) AS locked "
	"FROM (SELECT * FROM unnest(current_setting('yinhu.campaigns')::text[],"
	"  current_setting('yinhu.rooms')::bigint[]) LIMIT 4) AS c (id, most) "
	"CROSS JOIN LATERAL (SELECT contact_id FROM due "
	"  WHERE campaign_id = c.id AND next_attempt_at <= now() "
	"  ORDER BY next_attempt_at, contact_id LIMIT c.most "
	"  FOR UPDATE SKIP LOCKED) d "
	"CROSS JOIN LATERAL (SELECT id, phone_hash, person_hash FROM contacts "
	"  WHERE id = d.contact_id LIMIT 1) k "
	"LIMIT $1::bigint) k";

/*
 * w: the number's attempts in all campaigns, by when their INVITE left, at the
 *    latest; what the trunk failed before it rang did not disturb anybody and
 *    is not counted.
 * u: the person's calls that are up at any number, and those that were cut and
 *    of which nobody told: they may be up (flight 2), and may have been
 * answered. p: the person's answered calls, at all numbers. t: only for third
 * parties, how the debtor himself could be reached. d: the lists.
 */
const char cmp_inputs_sql[] =
	"SELECT k.id, k.campaign_id, k.phone_hash, k.facts || format(' "
	"n_5min=%s oldest_5min_s=%s n_24h=%s oldest_24h_s=%s n_30d=%s "
	"oldest_30d_s=%s unanswered_24h=%s oldest_unanswered_s=%s vacant=%s "
	"abandoned_s=%s in_flight=%s last_outcome=%s last_end_s=%s "
	"connected_24h=%s "
	"oldest_connected_s=%s product_30d=%s oldest_product_s=%s "
	"debtor_failures=%s debtor_vacant=%s third_parties=%s on_dnc=%s "
	"suppressed=%s', w.n5, guard_s(w.o5, $1::bigint), w.n24, "
	" guard_s(w.o24, $1::bigint), w.n30, guard_s(w.o30, $1::bigint), "
	" w.nu, guard_s(w.ou, $1::bigint), w.vacant, "
	" guard_s(w.abandoned_at, $1::bigint), "
	" CASE WHEN w.live THEN 1 ELSE u.flight END, "
	" coalesce(w.outcome, 0), guard_s(w.ended_at, $1::bigint), "
	" p.n24 + u.n24, guard_s(least(p.o24, u.o24), $1::bigint), "
	" p.np + u.np, guard_s(least(p.op, u.op), $1::bigint), "
	" t.failures, t.vacant::int, t.others, d.dnc::int, "
	" d.suppressed::int), coalesce(k.person_hash, k.phone_hash) "
	"FROM unnest(current_setting('yinhu.contacts')::bigint[]) "
	" WITH ORDINALITY AS n (id, at) "
	"CROSS JOIN LATERAL (SELECT * FROM contacts WHERE id = n.id LIMIT 1) k "
	"CROSS JOIN LATERAL (SELECT product FROM campaigns "
	"  WHERE id = k.campaign_id LIMIT 1) c "
	"CROSS JOIN LATERAL (SELECT "
	"  count(*) FILTER (WHERE counted AND m5) AS n5, "
	"  min(at) FILTER (WHERE counted AND m5) AS o5, "
	"  count(*) FILTER (WHERE counted AND d1) AS n24, "
	"  min(at) FILTER (WHERE counted AND d1) AS o24, "
	"  count(*) FILTER (WHERE counted) AS n30, "
	"  min(at) FILTER (WHERE counted) AS o30, "
	"  count(*) FILTER (WHERE counted AND d1 AND missed) AS nu, "
	"  min(at) FILTER (WHERE counted AND d1 AND missed) AS ou, "
	"  count(*) FILTER (WHERE outcome = 5) AS vacant, "
	"  coalesce(bool_or(live), false) AS live, "
	"  (array_agg(outcome ORDER BY at DESC) FILTER (WHERE NOT live))[1] "
	"   AS outcome, max(ended_at) AS ended_at, "
	"  max(ended_at) FILTER (WHERE abandoned) AS abandoned_at "
	"  FROM (SELECT a.at, a.outcome, a.live, a.ended_at, a.missed, "
	"   a.abandoned, "
	"   a.counted AND a.at > now() - interval '30 days' AS counted, "
	"   a.at > now() - interval '5 minutes' AS m5, "
	"   a.at > now() - interval '24 hours' AS d1 FROM (SELECT "
	"    coalesce(dialing_at, lease_until) AS at, outcome, live, "
	"abandoned, "
	"    coalesce(ended_at, settled_at) AS ended_at, "
	"    NOT (outcome = 7 AND NOT rang) AS counted, "
	"    answered_at IS NULL AND NOT live AS missed "
	"    FROM attempts WHERE phone_hash = k.phone_hash "
	"    AND created_at > now() - interval '31 days') a) a) w "
	"CROSS JOIN LATERAL (SELECT CASE WHEN bool_or(live) THEN 1 "
	"   WHEN bool_or(ended_at > now() - interval '15 minutes') THEN 2 "
	"   ELSE 0 END AS flight, "
	"  count(*) FILTER (WHERE untold AND d1) AS n24, "
	"  min(created_at) FILTER (WHERE untold AND d1) AS o24, "
	"  count(*) FILTER (WHERE untold AND product) AS np, "
	"  min(created_at) FILTER (WHERE untold AND product) AS op "
	"  FROM (SELECT live, ended_at, created_at, "
	"   NOT live AND answered_at IS NULL AND created_at > now() - "
	"    interval '30 days' AS untold, "
	"   created_at > now() - interval '24 hours' AS d1, "
	"   (SELECT product FROM campaigns WHERE id = campaign_id) "
	"    = c.product AS product FROM attempts "
	"   WHERE person_hash = coalesce(k.person_hash, k.phone_hash) "
	"   AND (live OR (outcome = 8 AND ended_enc IS NULL))) a) u "
	"CROSS JOIN LATERAL (SELECT "
	"  count(*) FILTER (WHERE d1) AS n24, min(at) FILTER (WHERE d1) "
	"   AS o24, count(*) FILTER (WHERE product) AS np, "
	"  min(at) FILTER (WHERE product) AS op "
	"  FROM (SELECT a.answered_at AS at, c2.product = c.product AS "
	"   product, a.answered_at > now() - interval '24 hours' AS d1 "
	"   FROM attempts a CROSS JOIN LATERAL (SELECT product FROM "
	"    campaigns WHERE id = a.campaign_id LIMIT 1) c2 "
	"   WHERE a.person_hash = coalesce(k.person_hash, k.phone_hash) "
	"   AND a.answered_at > now() - interval '30 days') a) p "
	"CROSS JOIN LATERAL (SELECT "
	"  count(*) FILTER (WHERE NOT third_party AND NOT live AND "
	"   answered_at IS NULL AND at > coalesce(reached, '-infinity')) "
	"   AS failures, coalesce(bool_or(NOT third_party AND outcome = 5), "
	"   false) AS vacant, count(DISTINCT phone_hash) FILTER (WHERE "
	"   third_party AND phone_hash <> k.phone_hash) AS others "
	"  FROM (SELECT a.created_at AS at, a.third_party, a.live, "
	"   a.answered_at, a.outcome, a.phone_hash, max(a.created_at) "
	"   FILTER (WHERE a.answered_at IS NOT NULL AND NOT a.third_party) "
	"   OVER () AS reached FROM attempts a "
	"   WHERE strpos(k.facts, 'relation=2') > 0 "
	"   AND a.person_hash = k.person_hash "
	"   AND a.person_hash <> a.phone_hash) a) t "
	"CROSS JOIN LATERAL (SELECT "
	"  coalesce(bool_or(suppress = ''), false) AS dnc, "
	"  coalesce(bool_or(suppress <> ''), false) AS suppressed FROM dnc "
	"  WHERE dnc.phone_hash = k.phone_hash "
	"  AND dnc.scope IN ('', k.campaign_id)) d "
	"ORDER BY n.at";
