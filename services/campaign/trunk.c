/** @file trunk.c  A trunk that is down pauses campaigns; contacts stay due. */
#include <string.h>

#include "base/log.h"
#include "ledger.h"

struct report {
	cmp_step *next;
	const Yinhu__V1__TrunkState *trunk;
};

static void on_paused(struct cmp_req *r, const PGresult *res)
{
	const struct report *rep = r->state;

	if (PQntuples(res))
		yh_warn("trunk.paused", "campaigns=%d trunk=%s reason=\"%s\"",
			PQntuples(res), rep->trunk->trunk, rep->trunk->reason);
	rep->next(r, res);
}

static void on_noted(struct cmp_req *r, const PGresult *res)
{
	const struct report *rep = r->state;
	const Yinhu__V1__TrunkState *t = rep->trunk;

	if (t->up || !PQntuples(res) ||
	    cmp_int(res, 0, 0) < r->app->conf->trunk_down_ms) {
		rep->next(r, res);
		return;
	}
	cmp_query(r, on_paused,
		  "UPDATE campaigns SET state = 3, state_reason = $1, "
		  "state_actor = 'trunk' "
		  "WHERE state = 2 RETURNING id",
		  cmp_fmt(&r->arena, "trunk %.63s: %.*s", t->trunk,
			  CMP_REASON_MAX, *t->reason ? t->reason : "down"));
}

void cmp_trunk_note(struct cmp_req *r, const Yinhu__V1__TrunkState *trunk)
{
	/* Written only when it changes; gives how long it is in this state. */
	cmp_add(r,
		"WITH u AS (INSERT INTO trunks (trunk, up, reason) "
		" SELECT $1, $2::bool, $3 WHERE NOT EXISTS (SELECT 1 "
		"  FROM trunks WHERE trunk = $1 AND up = $2::bool) "
		" ON CONFLICT (trunk) DO UPDATE "
		" SET up = excluded.up, reason = excluded.reason, "
		" since = now() WHERE trunks.up <> excluded.up) "
		"SELECT (extract(epoch from now() - since) * 1000)::bigint "
		"FROM trunks WHERE trunk = $1 AND up = $2::bool",
		trunk->trunk, trunk->up ? "t" : "f",
		cmp_strndup(&r->arena, trunk->reason,
			    strnlen(trunk->reason, CMP_REASON_MAX)));
}

void cmp_trunk_report(struct cmp_req *r, const Yinhu__V1__TrunkState *trunk,
		      cmp_step *next)
{
	struct report *rep = cmp_alloc(&r->arena, sizeof(*rep));

	rep->next = next;
	rep->trunk = trunk;
	r->state = rep;
	if (!trunk || !*trunk->trunk) {
		next(r, NULL);
		return;
	}
	cmp_trunk_note(r, trunk);
	cmp_run(r, on_noted);
}
