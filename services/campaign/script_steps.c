/**
 * @file script_steps.c  ScriptService: the steps in the life of a version.
 *
 * What may be done is decided in life.c. A step that needs a check asks dialog
 * (of a pack, qa-inspector) first, outside of any transaction; then the row is
 * locked, looked at again and changed together with its entry in script_events.
 */
#include <string.h>

#include "scripts.h"

typedef Yinhu__V1__ScriptService_Service service_t;

/* ---- change ----------------------------------------------------------------
 */

/* $1 id, $2 version, $3 new state, $4 step, $5 actor, $6 reason, $7 what the
 * check found, $8 the approval's end, $9 its signature. */
static const char change_sql[] =
	"WITH s AS (UPDATE scripts SET state = $3::smallint, "
	" submitter = CASE $4 WHEN '2' THEN $5 ELSE submitter END, "
	" reviewer = CASE $4 WHEN '2' THEN '' ELSE $5 END, "
	" review = CASE $4 WHEN '2' THEN '' ELSE $6 END, "
	" reviewed_at = CASE $4 WHEN '2' THEN NULL ELSE now() END, "
	" expires_at = to_timestamp($8::bigint / 1000000.0), signature = $9 "
	" WHERE script_id = $1 AND version = $2::int RETURNING *), "
	"e AS (INSERT INTO script_events (script_id, version, step, actor, "
	"  reason, sha256, found) SELECT script_id, version, $4::smallint, $5, "
	"  $6, sha256, $7 FROM s) "
	"SELECT " CMP_SCRIPT_COLUMNS " FROM s";

static void on_locked(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;
	struct cmp_arena *a = &r->arena;
	const char *signature = "";

	if (!cmp_step_may(r, res))
		return;
	if (p->step == CMP_APPROVE)
		signature = cmp_script_sign(r, p->id, p->version,
					    cmp_col(res, 0, 4),
					    cmp_col(res, 0, 1), p->actor);
	if (!signature) {
		cmp_fail(r, YH_INTERNAL, "the approval could not be signed");
		return;
	}
	cmp_query(r, cmp_step_changed, change_sql, p->id,
		  cmp_fmt(a, "%d", p->version),
		  cmp_fmt(a, "%d",
			  (int)cmp_life_after(
				  p->step,
				  (enum cmp_script_state)cmp_int(res, 0, 0))),
		  cmp_fmt(a, "%d", (int)p->step), p->actor, p->reason, p->found,
		  p->expires_us, signature);
}

#define LOOK_SQL                                                               \
	"SELECT state, author, submitter, "                                    \
	" coalesce(expires_at <= now(), false), sha256, source "               \
	"FROM scripts WHERE script_id = $1 AND version = $2::int"

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	struct cmp_life_step *p = r->state;

	(void)res;
	cmp_query(r, on_locked, LOOK_SQL " FOR UPDATE", p->id,
		  cmp_fmt(&r->arena, "%d", p->version));
}

/* ---- the check -------------------------------------------------------------
 */

void cmp_script_unchecked(struct cmp_req *r)
{
	const struct yh_status *s = yh_rpc_status();

	cmp_fail(r, s->code == YH_INVALID_ARGUMENT ? s->code : YH_UNAVAILABLE,
		 "it could not be checked: %s", s->message ? s->message : "");
}

bool cmp_script_green(struct cmp_req *r, const Yinhu__V1__ScriptCheck *c)
{
	const Yinhu__V1__ScriptFault *f =
		c && c->n_faults ? c->faults[0] : NULL;

	if (!c)
		cmp_script_unchecked(r);
	else if (!c->green)
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "%u:%u: %s%s%s (%zu faults; lint shows all)",
			 f ? f->line : 0, f ? f->column : 0, f ? f->about : "",
			 f && *f->about ? ": " : "",
			 f ? f->message : "it has no tests", c->n_faults);

	return c && c->green;
}

void cmp_script_ask(struct cmp_req *r, const char *id, const char *source,
		    Yinhu__V1__ScriptCheck_Closure done)
{
	Yinhu__V1__CheckScriptRequest script =
		YINHU__V1__CHECK_SCRIPT_REQUEST__INIT;
	Yinhu__V1__LintRulesRequest pack = YINHU__V1__LINT_RULES_REQUEST__INIT;

	script.source = pack.source = (char *)source;
	if (cmp_script_is_pack(id))
		yinhu__v1__rule_trial_service__lint_rules(r->app->trials, &pack,
							  done, r);
	else
		yinhu__v1__dialog_service__check_script(r->app->dialog, &script,
							done, r);
}

static void on_checked(const Yinhu__V1__ScriptCheck *c, void *arg)
{
	struct cmp_req *r = arg;
	struct cmp_life_step *p = r->state;

	if (!cmp_script_green(r, c))
		return;
	p->found = cmp_fmt(&r->arena, "%u tests, %u prompts, %s", c->tests,
			   c->prompts, c->rule_pack);
	cmp_begin(r, on_begun);
}

static void on_looked(struct cmp_req *r, const PGresult *res)
{
	const struct cmp_life_step *p = r->state;

	if (cmp_step_may(r, res)) /* else there is no need to trouble anybody */
		cmp_script_ask(r, p->id, cmp_text(r, res, 0, 5), on_checked);
}

/* ---- the RPCs --------------------------------------------------------------
 */

static void take(struct cmp_req *r, const char *name, struct cmp_life_step p)
{
	struct cmp_life_step *kept = cmp_alloc(&r->arena, sizeof(*kept));

	p.id = cmp_script_id(r, name, &p.version);
	if (!p.id || !p.version) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"scripts/<id>@<version>\" or "
			 "\"packs/<id>@<version>\"");
		return;
	}
	if (strlen(p.reason) >= CMP_REASON) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "reason must have at most %d bytes", CMP_REASON - 1);
		return;
	}
	p.found = "";
	*kept = p;
	r->state = kept;
	if (cmp_life_needs_check(p.step))
		cmp_query(r, on_looked, LOOK_SQL, p.id,
			  cmp_fmt(&r->arena, "%d", p.version));
	else
		cmp_begin(r, on_begun);
}

static void submit(service_t *s, const Yinhu__V1__SubmitScriptRequest *in,
		   Yinhu__V1__Script_Closure closure, void *data)
{
	take(CMP_RPC(s, in, closure, data), in->name,
	     (struct cmp_life_step){.step = CMP_SUBMIT,
				    .actor = in->actor,
				    .reason = in->reason});
}

static void approve(service_t *s, const Yinhu__V1__ApproveScriptRequest *in,
		    Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_life_step p = {
		.step = CMP_APPROVE, .actor = in->actor, .reason = in->reason};

	if (in->expire_time)
		p.expires_us = cmp_fmt(&r->arena, "%lld000000",
				       (long long)in->expire_time->seconds);
	take(r, in->name, p);
}

static void reject(service_t *s, const Yinhu__V1__RejectScriptRequest *in,
		   Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);

	if (!*in->reason) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "reason is missing: the author is to know why");
		return;
	}
	take(r, in->name,
	     (struct cmp_life_step){.step = CMP_REJECT,
				    .actor = in->actor,
				    .reason = in->reason});
}

static void on_linted(const Yinhu__V1__ScriptCheck *c, void *arg)
{
	if (c)
		cmp_reply(arg, &c->base);
	else
		cmp_script_unchecked(arg);
}

static void on_source(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_script_ask(r, r->state, cmp_text(r, res, 0, 5), on_linted);
	else
		cmp_fail(r, YH_NOT_FOUND, "there is no such version");
}

static void lint(service_t *s, const Yinhu__V1__LintScriptRequest *in,
		 Yinhu__V1__ScriptCheck_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	int version = 0;
	char *id = *in->name ? cmp_script_id(r, in->name, &version) : NULL;

	r->state = id;
	if (*in->source)
		cmp_script_ask(r, "", in->source, on_linted);
	else if (id && version)
		cmp_query(r, on_source, LOOK_SQL, id,
			  cmp_fmt(&r->arena, "%d", version));
	else
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "source, or name \"scripts/<id>@<version>\", must be "
			 "given");
}

void cmp_script_steps_bind(service_t *s)
{
	s->submit_script = submit;
	s->approve_script = approve;
	s->reject_script = reject;
	s->lint_script = lint;
}
