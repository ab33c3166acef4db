/**
 * @file script_force.c  ScriptService: which version is in force, a script's
 *                       for a campaign, a pack's for all calls; and what all
 *                       steps have in common.
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
		cmp_fail(r, YH_NOT_FOUND, "there is no such version");
		return false;
	}
	now = now_of(res);
	no = cmp_life_may(p->step, &now, p->actor,
			  true /* what is not green does not come here */);
	if (no.code)
		cmp_fail(r, no.code, "%s: %s",
			 cmp_script_name(r, p->id, p->version), no.why);

	return !no.code;
}

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;

	(void)res;
	yh_info("script.step", "script=%s@%u step=%d", p->id, p->out->version,
		(int)p->step);
	if (p->step == CMP_APPROVE && !cmp_script_is_pack(p->id))
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

/* Two statements for each kind of place: look (and lock), then put in force.
 * $1 place, $2 id, $3 version (0: the one before). The columns are those of
 * now_of(), then the version, the one that is there, may it be there?, source.
 */
#define LOOK(there, place, key, last)                                          \
	"SELECT s.state, s.author, s.submitter, "                              \
	" coalesce(s.expires_at <= now(), false), t.version, " there           \
	", s.source FROM " place                                               \
	" x CROSS JOIN LATERAL (SELECT CASE WHEN $3::int > 0 THEN $3::int "    \
	"  ELSE (SELECT e.replaced FROM script_events e WHERE " last           \
	"   AND e.step = 5 ORDER BY e.id DESC LIMIT 1) END AS version) t "     \
	"LEFT JOIN scripts s ON s.script_id = $2 AND s.version = t.version "   \
	"WHERE x.id = " key " FOR UPDATE OF x"

static const char campaign_look_sql[] =
	LOOK("x.script_version, x.script_id = $2 AND x.state < 4", "campaigns",
	     "$1", "e.campaign_id = x.id AND e.version = x.script_version");
static const char pack_look_sql[] =
	LOOK("x.version, $1::text IS NULL", "packs", "$2",
	     "e.script_id = x.id AND e.version = x.version");

/* And $4 step, $5 actor, $6 reason, $7 what the check found. */
#define FORCE(was, change)                                                     \
	"WITH was AS (" was "), u AS (" change "), "                           \
	"e AS (INSERT INTO script_events (script_id, version, step, actor, "   \
	"  reason, sha256, campaign_id, replaced, found) SELECT s.script_id, " \
	"  s.version, $4::smallint, $5, $6, s.sha256, $1, was.version, $7 "    \
	"  FROM scripts s, was WHERE s.script_id = $2 AND "                    \
	"  s.version = $3::int AND was.version IS DISTINCT FROM s.version) "   \
	"SELECT " CMP_SCRIPT_COLUMNS " FROM scripts s WHERE s.script_id = $2 " \
	"AND s.version = $3::int"

static const char campaign_force_sql[] =
	FORCE("SELECT script_version AS version FROM campaigns WHERE id = $1",
	      "UPDATE campaigns SET script_version = $3::int WHERE id = $1");
static const char pack_force_sql[] =
	FORCE("SELECT version FROM packs WHERE id = $2",
	      "UPDATE packs SET version = $3::int WHERE id = $2");

static void look(struct cmp_req *r, cmp_step *step)
{
	const struct cmp_life_step *p = r->state;

	cmp_query(r, step, p->campaign ? campaign_look_sql : pack_look_sql,
		  p->campaign, p->id, cmp_fmt(&r->arena, "%d", p->version));
}

/* @return May it be put in force there? If not, the request is answered */
static bool may_force(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such %s",
			 p->campaign ? "campaign" : "pack");
		return false;
	}
	if (!cmp_bool(res, 0, 6)) {
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "the campaign has another script, or has ended");
		return false;
	}
	if (!cmp_int(res, 0, 4)) {
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "nothing was published there before the version that "
			 "is in force");
		return false;
	}
	p->version = (int)cmp_int(res, 0, 4);
	if (!cmp_int(res, 0, 0)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no version %d of it",
			 p->version);
		return false;
	}

	return cmp_step_may(r, res);
}

static void on_force_looked(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;
	struct cmp_arena *a = &r->arena;

	if (may_force(r, res))
		cmp_query(r, cmp_step_changed,
			  p->campaign ? campaign_force_sql : pack_force_sql,
			  p->campaign, p->id, cmp_fmt(a, "%d", p->version),
			  cmp_fmt(a, "%d", (int)p->step), p->actor, p->reason,
			  p->found);
}

static void on_force_begun(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	look(r, on_force_looked);
}

/* ---- a pack beside the packs that are in force now ---- */

static void on_pack_checked(const Yinhu__V1__ScriptCheck *c, void *arg)
{
	struct cmp_req *r = arg;
	struct cmp_life_step *p = r->state;

	if (!cmp_script_green(r, c))
		return;
	p->found = cmp_fmt(&r->arena, "%u tests, %s", c->tests, c->rule_pack);
	cmp_begin(r, on_force_begun);
}

static void on_pack_looked(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;

	if (may_force(r, res))
		cmp_script_ask(r, p->id, cmp_text(r, res, 0, 7),
			       on_pack_checked);
}

static const char *name_fault(const struct cmp_life_step *p)
{
	bool pack = p->id && cmp_script_is_pack(p->id);

	if (!p->id || (!pack && !p->campaign) ||
	    (p->version > 0) != (p->step == CMP_PUBLISH))
		return "name must be \"scripts/<id>@<version>\" and campaign "
		       "\"campaigns/<id>\", or name "
		       "\"packs/<id>@<version>\"; to roll back, without the "
		       "version";
	if (pack && p->campaign)
		return "a pack is in force for all calls, not for a campaign";
	if (strlen(p->reason) >= CMP_REASON || !cmp_actor_ok(p->actor))
		return "actor must be the id of a person, reason at most 500 "
		       "bytes";

	return NULL;
}

/* A pack goes back without a check: it must be possible at once. */
static void put_in_force(struct cmp_req *r, const char *name,
			 struct cmp_life_step p)
{
	struct cmp_life_step *kept = cmp_alloc(&r->arena, sizeof(*kept));
	const char *fault;

	p.id = cmp_script_id(r, name, &p.version);
	p.campaign = cmp_id(r, p.campaign, "campaigns", NULL);
	p.found = "";
	fault = name_fault(&p);
	*kept = p;
	r->state = kept;
	if (fault)
		cmp_fail(r, YH_INVALID_ARGUMENT, "%s", fault);
	else if (!p.campaign && p.step == CMP_PUBLISH)
		look(r, on_pack_looked);
	else
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
