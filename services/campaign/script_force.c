/**
 * @file script_force.c  ScriptService: which version is in force for a
 *                       campaign, and what all steps have in common.
 */
#include <string.h>

#include "base/log.h"
#include "scripts.h"

typedef Yinhu__V1__ScriptService_Service service_t;

/* The first columns of what a step looks at. */
static struct cmp_script_now now_of(const PGresult *res)
{
	return (struct cmp_script_now){
		.state = (enum cmp_script_state)cmp_int(res, 0, 0),
		.author = cmp_col(res, 0, 1),
		.submitter = cmp_col(res, 0, 2),
		.expired = cmp_bool(res, 0, 3),
	};
}

bool cmp_step_may(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;
	struct cmp_script_now now;
	struct cmp_refusal no;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such script");
		return false;
	}
	now = now_of(res);
	no = cmp_life_may(p->step, &now, p->actor,
			  true /* what is not green does not come here */);
	if (no.code)
		cmp_fail(r, no.code, "scripts/%s@%d: %s", p->id, p->version,
			 no.why);

	return !no.code;
}

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;

	(void)res;
	yh_info("script.step", "script=%s@%u step=%d", p->id, p->out->version,
		(int)p->step);
	if (p->step == CMP_APPROVE)
		cmp_prerender(r->app, p->out->source);
	cmp_reply(r, &p->out->base);
}

void cmp_step_changed(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;

	p->out = cmp_script_of(r, res, 0);
	cmp_commit(r, on_committed);
}

/* ---- publish and roll back --------------------------------------------------
 */

/* $1 campaign, $2 script's id, $3 version (0: the one before). */
static const char force_look_sql[] =
	"SELECT s.state, s.author, s.submitter, "
	" coalesce(s.expires_at <= now(), false), t.version, c.script_version, "
	" c.script_id = $2 AND c.state < 4 "
	"FROM campaigns c CROSS JOIN LATERAL (SELECT CASE WHEN $3::int > 0 "
	"  THEN $3::int ELSE (SELECT e.replaced FROM script_events e "
	"   WHERE e.campaign_id = c.id AND e.step = 5 AND "
	"   e.version = c.script_version ORDER BY e.id DESC LIMIT 1) END "
	"  AS version) t "
	"LEFT JOIN scripts s ON s.script_id = $2 AND s.version = t.version "
	"WHERE c.id = $1 FOR UPDATE OF c";

/* $1 campaign, $2 id, $3 version, $4 step, $5 actor, $6 reason. */
static const char force_sql[] =
	"WITH was AS (SELECT script_version FROM campaigns WHERE id = $1), "
	"u AS (UPDATE campaigns SET script_version = $3::int WHERE id = $1), "
	"e AS (INSERT INTO script_events (script_id, version, step, actor, "
	"  reason, sha256, campaign_id, replaced) SELECT s.script_id, "
	"  s.version, $4::smallint, $5, $6, s.sha256, $1, was.script_version "
	"  FROM scripts s, was WHERE s.script_id = $2 AND "
	"  s.version = $3::int AND was.script_version <> s.version) "
	"SELECT " CMP_SCRIPT_COLUMNS " FROM scripts s WHERE s.script_id = $2 "
	"AND s.version = $3::int";

static void on_force_looked(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;
	struct cmp_arena *a = &r->arena;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such campaign");
		return;
	}
	if (!cmp_bool(res, 0, 6)) {
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "the campaign has another script, or has ended");
		return;
	}
	if (!cmp_int(res, 0, 4)) {
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "nothing was published to the campaign before version "
			 "%s",
			 cmp_col(res, 0, 5));
		return;
	}
	p->version = (int)cmp_int(res, 0, 4);
	if (!cmp_int(res, 0, 0)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no version %d of it",
			 p->version);
		return;
	}
	if (!cmp_step_may(r, res))
		return;
	cmp_query(r, cmp_step_changed, force_sql, p->campaign, p->id,
		  cmp_fmt(a, "%d", p->version), cmp_fmt(a, "%d", (int)p->step),
		  p->actor, p->reason);
}

static void on_force_begun(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;

	(void)res;
	cmp_query(r, on_force_looked, force_look_sql, p->campaign, p->id,
		  cmp_fmt(&r->arena, "%d", p->version));
}

static void put_in_force(struct cmp_req *r, const char *name,
			 struct cmp_life_step p)
{
	struct cmp_life_step *kept = cmp_alloc(&r->arena, sizeof(*kept));

	p.id = cmp_script_name(r, name, &p.version);
	p.campaign = cmp_id(r, p.campaign, "campaigns", NULL);
	if (!p.id || !p.campaign ||
	    (p.version > 0) != (p.step == CMP_PUBLISH)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"scripts/<id>%s\", campaign "
			 "\"campaigns/<id>\"",
			 p.step == CMP_PUBLISH ? "@<version>" : "");
		return;
	}
	if (strlen(p.reason) >= CMP_REASON || !cmp_actor_ok(p.actor)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "actor must be the id of a person, reason at most %d "
			 "bytes",
			 CMP_REASON - 1);
		return;
	}
	*kept = p;
	r->state = kept;
	cmp_begin(r, on_force_begun);
}

static void publish(service_t *s, const Yinhu__V1__PublishScriptRequest *in,
		    Yinhu__V1__Script_Closure closure, void *data)
{
	put_in_force(CMP_RPC(s, in, closure, data), in->name,
		     (struct cmp_life_step){.step = CMP_PUBLISH,
					    .actor = in->actor,
					    .reason = in->reason,
					    .campaign = in->campaign});
}

static void roll_back(service_t *s, const Yinhu__V1__RollbackScriptRequest *in,
		      Yinhu__V1__Script_Closure closure, void *data)
{
	put_in_force(CMP_RPC(s, in, closure, data), in->name,
		     (struct cmp_life_step){.step = CMP_ROLL_BACK,
					    .actor = in->actor,
					    .reason = in->reason,
					    .campaign = in->campaign});
}

void cmp_script_force_bind(service_t *s)
{
	s->publish_script = publish;
	s->rollback_script = roll_back;
}
