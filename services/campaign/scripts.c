/** @file scripts.c  ScriptService: versions of scripts and packs, and their
 *                   history. */
#include "page.h"
#include "scripts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "script_check.h"

typedef Yinhu__V1__ScriptService_Service service_t;

enum { MAX_SOURCE = 1 << 20, MAX_TO_SIGN = 512 };

static const char PACKS[] = "packs/";

/* ---- what the files share --------------------------------------------------
 */

Yinhu__V1__Script *cmp_script_of(struct cmp_req *r, const PGresult *res, int i)
{
	Yinhu__V1__Script *s = cmp_new(r, Yinhu__V1__Script, yinhu__v1__script);
	char *id = cmp_text(r, res, i, 1);

	s->version = (uint32_t)cmp_int(res, i, 2);
	s->name = cmp_script_name(r, id, (int)s->version);
	s->script_id = cmp_script_is_pack(id) ? id + strlen(PACKS) : id;
	s->source = cmp_text(r, res, i, 3);
	s->sha256 = cmp_text(r, res, i, 4);
	s->title = cmp_text(r, res, i, 5);
	s->create_time = cmp_time(r, res, i, 6);
	s->state = (Yinhu__V1__Script__State)cmp_int(res, i, 7);
	s->author = cmp_text(r, res, i, 8);
	s->submitter = cmp_text(r, res, i, 9);
	s->reviewer = cmp_text(r, res, i, 10);
	s->review = cmp_text(r, res, i, 11);
	s->review_time = cmp_time(r, res, i, 12);
	s->expire_time = cmp_time(r, res, i, 13);
	s->signature = cmp_text(r, res, i, 14);
	s->campaigns = (uint32_t)cmp_int(res, i, 15);

	return s;
}

bool cmp_script_is_pack(const char *id)
{
	return !strncmp(id, PACKS, strlen(PACKS));
}

char *cmp_script_name(struct cmp_req *r, const char *id, int version)
{
	return cmp_fmt(&r->arena, "%s%s@%d",
		       cmp_script_is_pack(id) ? "" : "scripts/", id, version);
}

char *cmp_script_id(struct cmp_req *r, const char *name, int *version)
{
	char *pack = cmp_id(r, name, "packs", NULL);
	char *id = pack ? cmp_fmt(&r->arena, "%s%s", PACKS, pack)
			: cmp_id(r, name, "scripts", NULL);
	char *at = id ? strchr(id, '@') : NULL;

	*version = at ? atoi(at + 1) : 0;
	if (at && *version <= 0)
		return NULL;
	if (at)
		*at = '\0';

	return id;
}

char *cmp_script_sign(struct cmp_req *r, const char *id, int version,
		      const char *sha256, const char *author,
		      const char *reviewer)
{
	const char *name = cmp_fmt(&r->arena, "%s@%d", id, version);
	char text[MAX_TO_SIGN];
	uint8_t mac[YH_INDEX_SIZE];
	char *hex = cmp_alloc(&r->arena, 2 * sizeof(mac) + 1);

	if (cmp_life_to_sign(name, sha256, author, reviewer, text,
			     sizeof(text)) ||
	    yh_blind_index(r->app->keys, text, mac))
		return NULL;
	yh_hex(mac, sizeof(mac), hex);

	return hex;
}

/* ---- create -----------------------------------------------------------------
 */

static void on_created(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &cmp_script_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_ABORTED,
			 "the same script is created now; try again");
}

static const char create_sql[] =
	"WITH old AS (SELECT * FROM scripts WHERE script_id = $1 AND "
	" sha256 = $2), "
	"i AS (INSERT INTO scripts (script_id, version, source, sha256, title, "
	"  author) SELECT $1, coalesce(max(version), 0) + 1, $3, $2, $4, $5 "
	"  FROM scripts WHERE script_id = $1 "
	"  HAVING NOT EXISTS (SELECT 1 FROM old) "
	"  ON CONFLICT DO NOTHING RETURNING *), "
	"e AS (INSERT INTO script_events (script_id, version, step, actor, "
	"  sha256) SELECT script_id, version, 1, author, sha256 FROM i), "
	"p AS (INSERT INTO packs (id) SELECT script_id FROM i WHERE "
	"  starts_with(script_id, 'packs/') ON CONFLICT DO NOTHING) "
	"SELECT " CMP_SCRIPT_COLUMNS
	" FROM (SELECT * FROM old UNION ALL SELECT * FROM i) s";

static void store(struct cmp_req *r, const char *id, const char *source,
		  const char *title)
{
	const Yinhu__V1__CreateScriptRequest *in = r->in;
	char sha256[YH_SHA256_HEX];

	if (yh_sha256_hex(source, strlen(source), sha256))
		cmp_fail(r, YH_INTERNAL, "script.source could not be hashed");
	else
		cmp_query(r, on_created, create_sql, id, sha256, source, title,
			  in->actor);
}

/* A draft may be red, but it must be a pack, and have a name. */
static void on_pack(const Yinhu__V1__ScriptCheck *c, void *arg)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	struct cmp_req *r = arg;
	const Yinhu__V1__CreateScriptRequest *in = r->in;
	const Yinhu__V1__ScriptFault *f =
		c && c->n_faults ? c->faults[0] : NULL;

	if (!c)
		cmp_script_unchecked(r);
	else if (f && f->kind == YINHU__V1__SCRIPT_FAULT__KIND__STRUCTURE)
		cmp_fail(r, YH_INVALID_ARGUMENT, "script.source: %u:%u: %s",
			 f->line, f->column, f->message);
	else if (!*c->id || strlen(c->id) >= CMP_SCRIPT_ID ||
		 c->id[strspn(c->id, allowed)])
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "script.source: `pack` must be [a-z0-9_-]{1,63}");
	else
		store(r, cmp_fmt(&r->arena, "%s%s", PACKS, c->id),
		      in->script->source, c->id);
}

static void create_script(struct cmp_req *r, const char *source)
{
	struct cmp_script_info info = {0};
	int err = cmp_script_check(source, strlen(source), &info);

	if (err)
		cmp_fail(r, err == -EINVAL ? YH_INVALID_ARGUMENT : YH_INTERNAL,
			 "script.source: %s",
			 *info.error ? info.error : "could not be checked");
	else
		store(r, info.id, source, info.title);
}

static void create(service_t *s, const Yinhu__V1__CreateScriptRequest *in,
		   Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *source = in->script ? in->script->source : "";
	size_t len = strlen(source);

	if (!cmp_actor_ok(in->actor))
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "actor must be the author's id, "
			 "[A-Za-z0-9._@-]{1,64}");
	else if (!len || len > MAX_SOURCE || !cmp_is_utf8(source, len))
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "script.source must be YAML in UTF-8, at most 1 MiB");
	else if (!strcmp(in->collection, "packs"))
		cmp_script_ask(r, PACKS, source, on_pack);
	else
		create_script(r, source);
}

/* ---- get --------------------------------------------------------------------
 */

/* Is it what was approved? What cannot be found out is not. */
static bool is_intact(struct cmp_req *r, const Yinhu__V1__Script *s)
{
	char sha256[YH_SHA256_HEX];
	const char *signature;
	int version;

	if (yh_sha256_hex(s->source, strlen(s->source), sha256) ||
	    strcmp(sha256, s->sha256))
		return false;
	if (s->state != YINHU__V1__SCRIPT__STATE__APPROVED)
		return true;
	signature = cmp_script_sign(r, cmp_script_id(r, s->name, &version),
				    (int)s->version, s->sha256, s->author,
				    s->reviewer);

	return signature && !strcmp(signature, s->signature);
}

static void on_script(struct cmp_req *r, const PGresult *res)
{
	const Yinhu__V1__GetScriptRequest *in = r->in;
	Yinhu__V1__Script *s;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such %s",
			 strncmp(in->name, PACKS, strlen(PACKS)) ? "script"
								 : "pack");
		return;
	}
	s = cmp_script_of(r, res, 0);
	if (is_intact(r, s))
		cmp_reply(r, &s->base);
	else
		cmp_fail(r, YH_DATA_LOSS,
			 "%s is not what was approved: hash or signature do "
			 "not fit; restore the database",
			 s->name);
}

static void get(service_t *s, const Yinhu__V1__GetScriptRequest *in,
		Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	int version;
	char *id = cmp_script_id(r, in->name, &version);

	if (!id) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"scripts/<id>@<version>\" or "
			 "\"scripts/<id>\", \"packs/...\" of a rule pack");
		return;
	}
	cmp_query(r, on_script,
		  "SELECT " CMP_SCRIPT_COLUMNS " FROM scripts s WHERE "
		  "script_id = $1 AND ($2::int = 0 OR version = $2::int) "
		  "ORDER BY version DESC LIMIT 1",
		  id, cmp_fmt(&r->arena, "%d", version));
}

/* ---- lists ------------------------------------------------------------------
 */

static void on_scripts(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListScriptsResponse out =
		YINHU__V1__LIST_SCRIPTS_RESPONSE__INIT;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token);

	out.n_scripts = (size_t)n;
	out.scripts = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.scripts));
	for (int i = 0; i < n; i++)
		out.scripts[i] = cmp_script_of(r, res, i);
	cmp_reply(r, &out.base);
}

/* $1 after, $2 rows, $3 of this id, $4 packs, $5 in force only. */
static const char list_sql[] = "SELECT " CMP_SCRIPT_COLUMNS_BUT_SOURCE(
	"''") " FROM scripts s "
	      "WHERE ($1::bigint = 0 OR seq < $1::bigint) "
	      "AND ($3 = '' OR script_id = $3) "
	      "AND starts_with(script_id, 'packs/') = $4::bool "
	      "AND (NOT $5::bool OR " CMP_SCRIPT_IN_FORCE " > 0) "
	      "ORDER BY seq DESC LIMIT $2::int";

static void list(service_t *s, const Yinhu__V1__ListScriptsRequest *in,
		 Yinhu__V1__ListScriptsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const struct cmp_page *p =
		cmp_page_new(r, "scripts", in->page_token, in->page_size);
	bool packs = !strcmp(in->collection, "packs");

	if (!p)
		return;
	cmp_query(r, on_scripts, list_sql, cmp_page_after(r, p),
		  cmp_page_limit(r, p),
		  *in->script_id ? cmp_fmt(&r->arena, "%s%s",
					   packs ? PACKS : "", in->script_id)
				 : "",
		  packs ? "t" : "f", in->in_force ? "t" : "f");
}

static Yinhu__V1__ScriptEvent *event_of(struct cmp_req *r, const PGresult *res,
					int i)
{
	Yinhu__V1__ScriptEvent *e =
		cmp_new(r, Yinhu__V1__ScriptEvent, yinhu__v1__script_event);

	e->name = cmp_fmt(
		&r->arena, "%s/events/%s",
		cmp_script_name(r, cmp_col(res, i, 1), (int)cmp_int(res, i, 2)),
		cmp_col(res, i, 0));
	e->step = (Yinhu__V1__ScriptEvent__Step)cmp_int(res, i, 3);
	e->actor = cmp_text(r, res, i, 4);
	e->reason = cmp_text(r, res, i, 5);
	e->sha256 = cmp_text(r, res, i, 6);
	e->check = cmp_text(r, res, i, 7);
	if (*cmp_col(res, i, 8))
		e->campaign =
			cmp_fmt(&r->arena, "campaigns/%s", cmp_col(res, i, 8));
	e->replaced_version = (uint32_t)cmp_int(res, i, 9);
	e->create_time = cmp_time(r, res, i, 10);

	return e;
}

static void on_events(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListScriptEventsResponse out =
		YINHU__V1__LIST_SCRIPT_EVENTS_RESPONSE__INIT;
	const Yinhu__V1__ListScriptEventsRequest *in = r->in;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token), version;

	if (!n) {
		cmp_reply_none(r, "SELECT 1 FROM scripts WHERE script_id = $1",
			       cmp_script_id(r, in->parent, &version),
			       out.base.descriptor);
		return;
	}
	out.n_events = (size_t)n;
	out.events = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.events));
	for (int i = 0; i < n; i++)
		out.events[i] = event_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list_events(service_t *s,
			const Yinhu__V1__ListScriptEventsRequest *in,
			Yinhu__V1__ListScriptEventsResponse_Closure closure,
			void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_page *p = cmp_alloc(&r->arena, sizeof(*p));
	int version;
	char *id = cmp_script_id(r, in->parent, &version);

	r->state = p;
	if (!id || !cmp_page_read(r, p, "script_events", in->page_token,
				  in->page_size)) {
		cmp_fail(r, YH_INVALID_ARGUMENT, "%s",
			 id ? "page_size must be 0 or more, page_token of this "
			      "list"
			    : "parent must be \"scripts/<id>\" or "
			      "\"scripts/<id>@<version>\", \"packs/...\" of "
			      "a rule pack");
		return;
	}
	cmp_query(r, on_events,
		  "SELECT id, script_id, version, step, actor, reason, sha256, "
		  "found, campaign_id, replaced, "
		  "(extract(epoch from created_at) * 1000000)::bigint "
		  "FROM script_events WHERE script_id = $1 AND ($2::int = 0 OR "
		  "version = $2::int) AND ($3::bigint = 0 OR id < $3::bigint) "
		  "ORDER BY id DESC LIMIT $4::int",
		  id, cmp_fmt(&r->arena, "%d", version), cmp_page_after(r, p),
		  cmp_page_limit(r, p));
}

void cmp_scripts_bind(service_t *s)
{
	s->create_script = create;
	s->get_script = get;
	s->list_scripts = list;
	s->list_script_events = list_events;
	cmp_script_steps_bind(s);
	cmp_script_force_bind(s);
}
