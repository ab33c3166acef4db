/**
 * @file dnc_import.c  DncService.ImportDncEntries: a list as CSV.
 *
 * Read on a worker, written in one transaction: the list holds as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "csv.h"
#include "dnc.h"
#include "phone.h"

enum { BATCH = 2000, MAX_ROWS = 500000 };

struct entry {
	const char *hash, *masked, *reason;
};

struct upload {
	struct cmp_req *r;
	struct cmp_arena arena; /* of the worker */

	size_t len;
	const char *error;
	struct entry *list;
	size_t n, room, at;
	uint32_t rejected, added;
	const char *source, *scope, *suppress;
	const uint8_t *data; /* lives until the answer */
};

/* ---- reading: worker thread ------------------------------------------------
 */

static const char *sealed(struct upload *u, const char *text)
{
	size_t len = strlen(text);
	uint8_t *out = cmp_alloc(&u->arena, len + YH_SEAL_OVERHEAD);

	if (yh_seal(u->r->app->keys, "masked", text, len, out))
		abort(); /* no randomness or no OpenSSL: nothing is safe */

	return cmp_bytea(&u->arena, out, len + YH_SEAL_OVERHEAD);
}

static void add(struct upload *u, const char *text, const char *reason)
{
	char phone[CMP_PHONE_SIZE], masked[24];
	uint8_t hash[YH_INDEX_SIZE];

	if (cmp_phone_normalise(text, phone) ||
	    yh_blind_index(u->r->app->keys, phone, hash) ||
	    strlen(reason) > 200) {
		u->rejected++;
		return;
	}
	yh_mask_phone(phone, masked);
	explicit_bzero(phone, sizeof(phone));
	if (u->n == u->room) {
		size_t room = u->room ? 2 * u->room : 1024;
		struct entry *list = cmp_alloc(&u->arena, room * sizeof(*list));

		if (u->n)
			memcpy(list, u->list, u->n * sizeof(*list));
		u->list = list;
		u->room = room;
	}
	u->list[u->n++] = (struct entry){
		cmp_bytea(&u->arena, hash, sizeof(hash)), sealed(u, masked),
		cmp_strdup(&u->arena, reason)};
}

static void work(void *job, unsigned worker)
{
	struct upload *u = job;
	struct cmp_csv *csv = cmp_alloc(&u->arena, sizeof(*csv));
	size_t phone = SIZE_MAX, reason = SIZE_MAX;
	struct cmp_csv_row row;

	(void)worker;
	cmp_csv_init(csv, (const char *)u->data, u->len);
	if (!cmp_csv_next(csv, &row) || row.error) {
		u->error = "the file has no header line";
		return;
	}
	for (size_t i = 0; i < row.n; i++) {
		if (!strcmp(row.fields[i], "phone"))
			phone = i;
		else if (!strcmp(row.fields[i], "reason"))
			reason = i;
	}
	if (phone == SIZE_MAX)
		u->error = "the first line must name a column `phone`";
	while (!u->error && cmp_csv_next(csv, &row)) {
		if (u->n + u->rejected == MAX_ROWS)
			u->error = "more than 500000 rows; split the file";
		else if (row.error || phone >= row.n)
			u->rejected++;
		else
			add(u, row.fields[phone],
			    reason < row.n ? row.fields[reason] : "");
	}
}

/* ---- writing ---------------------------------------------------------------
 */

static void upload_end(struct cmp_req *r, const ProtobufCMessage *output,
		       enum yh_status_code code, const char *text)
{
	struct upload *u = r->state;

	cmp_rpc_end(r, output, code, text);
	cmp_arena_fini(&u->arena);
	yh_free(u);
}

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__DncImport out = YINHU__V1__DNC_IMPORT__INIT;
	const struct upload *u = r->state;

	(void)res;
	out.added = u->added;
	out.known = (uint32_t)u->n - u->added;
	out.rejected = u->rejected;
	yh_info("dnc.imported", "source=%s added=%u known=%u rejected=%u",
		u->source, out.added, out.known, out.rejected);
	cmp_reply(r, &out.base);
}

static void on_listed(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, on_committed);
}

static void next_batch(struct cmp_req *r, const PGresult *res)
{
	const char *hash[BATCH], *masked[BATCH], *reason[BATCH];
	struct upload *u = r->state;
	struct cmp_arena *a = &r->arena;
	size_t n = 0;

	if (res && PQntuples(res))
		u->added += (uint32_t)cmp_int(res, 0, 0);
	for (; n < BATCH && u->at < u->n; n++, u->at++) {
		hash[n] = u->list[u->at].hash;
		masked[n] = u->list[u->at].masked;
		reason[n] = u->list[u->at].reason;
	}
	if (n)
		cmp_query(r, next_batch,
			  "WITH i AS (INSERT INTO dnc (phone_hash, masked_enc, "
			  " reason, source, scope, suppress) SELECT n.*, $4, "
			  " $5, $6 FROM unnest($1::bytea[], $2::bytea[], "
			  " $3::text[]) AS n (hash, masked, reason) "
			  " ON CONFLICT DO NOTHING RETURNING 1) "
			  "SELECT count(*) FROM i",
			  cmp_array(a, hash, n), cmp_array(a, masked, n),
			  cmp_array(a, reason, n), u->source, u->scope,
			  u->suppress);
	else if (!strcmp(u->source, "regulator"))
		cmp_query(r, on_listed,
			  "INSERT INTO dnc_lists (source, entries) "
			  "VALUES ($1, $2::int) ON CONFLICT (source) DO UPDATE "
			  "SET entries = excluded.entries, loaded_at = now()",
			  u->source, cmp_fmt(a, "%zu", u->n));
	else
		cmp_commit(r, on_committed);
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	next_batch(r, NULL);
}

static void worked(void *job)
{
	struct upload *u = job;

	if (u->error)
		cmp_fail(u->r, YH_INVALID_ARGUMENT, "%s", u->error);
	else
		cmp_begin(u->r, on_begun);
}

static const char *source_of(const char *source)
{
	if (!*source || !strcmp(source, "import"))
		return "import";

	return strcmp(source, "regulator") ? NULL : "regulator";
}

void cmp_dnc_import(Yinhu__V1__DncService_Service *s,
		    const Yinhu__V1__ImportDncEntriesRequest *in,
		    Yinhu__V1__DncImport_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *scope = cmp_dnc_scope(r, in->scope, in->suppress);
	const char *source = source_of(in->source);
	struct upload *u;

	if (!scope || !source || !in->body || !in->body->data.len) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "the body is empty, or source, scope or suppress is "
			 "not as documented");
		return;
	}
	u = yh_zalloc(sizeof(*u));
	if (!u) {
		cmp_fail(r, YH_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	u->data = in->body->data.data;
	u->len = in->body->data.len;
	u->r = r;
	u->source = source;
	u->scope = scope;
	u->suppress = in->suppress;
	r->state = u;
	r->end = upload_end;
	if (yh_pool_submit(r->app->pool, u, work, worked))
		cmp_fail(r, YH_RESOURCE_EXHAUSTED,
			 "too many imports at once; try again");
}
