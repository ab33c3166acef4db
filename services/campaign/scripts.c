/** @file scripts.c  ScriptService: immutable versions of scripts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "req.h"
#include "script_check.h"

typedef Yinhu__V1__ScriptService_Service service_t;

enum { MAX_SOURCE = 1 << 20 };

#define COLUMNS                                                                \
	"seq, script_id, version, source, sha256, title, "                     \
	"(extract(epoch from created_at) * 1000000)::bigint"

static Yinhu__V1__Script *script_of(struct cmp_req *r, const PGresult *res,
				    int i)
{
	Yinhu__V1__Script *s = cmp_new(r, Yinhu__V1__Script, yinhu__v1__script);

	s->name = cmp_fmt(&r->arena, "scripts/%s@%s", cmp_col(res, i, 1),
			  cmp_col(res, i, 2));
	s->script_id = cmp_text(r, res, i, 1);
	s->version = (uint32_t)cmp_int(res, i, 2);
	s->source = cmp_text(r, res, i, 3);
	s->sha256 = cmp_text(r, res, i, 4);
	s->title = cmp_text(r, res, i, 5);
	s->create_time = cmp_time(r, res, i, 6);

	return s;
}

static void on_created(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &script_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_ABORTED,
			 "the same script is created now; try again");
}

static void create(service_t *s, const Yinhu__V1__CreateScriptRequest *in,
		   Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *source = in->script ? in->script->source : "";
	size_t len = strlen(source);
	struct cmp_script_info info = {0};
	char sha256[YH_SHA256_HEX];
	int err;

	if (!len || len > MAX_SOURCE || !cmp_is_utf8(source, len)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "script.source must be YAML in UTF-8, at most 1 MiB");
		return;
	}
	err = cmp_script_check(source, len, &info);
	if (err || yh_sha256_hex(source, len, sha256)) {
		cmp_fail(r, err == -EINVAL ? YH_INVALID_ARGUMENT : YH_INTERNAL,
			 "script.source: %s",
			 *info.error ? info.error : "could not be checked");
		return;
	}
	cmp_query(r, on_created,
		  "WITH old AS (SELECT " COLUMNS " FROM scripts WHERE "
		  " script_id = $1 AND sha256 = $2), "
		  "i AS (INSERT INTO scripts (script_id, version, source, "
		  "  sha256, title) SELECT $1, coalesce(max(version), 0) + 1, "
		  "  $3, $2, $4 FROM scripts WHERE script_id = $1 "
		  "  HAVING NOT EXISTS (SELECT 1 FROM old) "
		  "  ON CONFLICT DO NOTHING RETURNING " COLUMNS ") "
		  "SELECT * FROM old UNION ALL SELECT * FROM i",
		  info.id, sha256, source, info.title);
}

static void on_script(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &script_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_NOT_FOUND, "there is no such script");
}

static void get(service_t *s, const Yinhu__V1__GetScriptRequest *in,
		Yinhu__V1__Script_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	char *id = cmp_id(r, in->name, "scripts", NULL), *version;

	if (!id) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"scripts/<id>@<version>\" or "
			 "\"scripts/<id>\"");
		return;
	}
	version = strchr(id, '@');
	if (version)
		*version++ = '\0';
	cmp_query(r, on_script,
		  "SELECT " COLUMNS " FROM scripts WHERE script_id = $1 AND "
		  "($2::int = 0 OR version = $2::int) "
		  "ORDER BY version DESC LIMIT 1",
		  id, cmp_fmt(&r->arena, "%d", version ? atoi(version) : 0));
}

static void on_rows(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListScriptsResponse out =
		YINHU__V1__LIST_SCRIPTS_RESPONSE__INIT;
	int size = *(int *)r->state, n = PQntuples(res);

	if (n > size) {
		n = size;
		out.next_page_token =
			cmp_page_token(r, "scripts", cmp_int(res, n - 1, 0));
	}
	out.n_scripts = (size_t)n;
	out.scripts = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.scripts));
	for (int i = 0; i < n; i++)
		out.scripts[i] = script_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListScriptsRequest *in,
		 Yinhu__V1__ListScriptsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	int *size = cmp_alloc(&r->arena, sizeof(*size));
	int64_t after;

	*size = cmp_page_size(in->page_size);
	r->state = size;
	if (!cmp_page_open(r, "scripts", in->page_token, &after)) {
		cmp_fail(r, YH_INVALID_ARGUMENT, "page_token is not ours");
		return;
	}
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS " FROM scripts "
		  "WHERE $1::bigint = 0 OR seq < $1::bigint "
		  "ORDER BY seq DESC LIMIT $2::int",
		  cmp_fmt(&r->arena, "%lld", (long long)after),
		  cmp_fmt(&r->arena, "%d", *size + 1));
}

void cmp_scripts_bind(service_t *s)
{
	s->create_script = create;
	s->get_script = get;
	s->list_scripts = list;
}
