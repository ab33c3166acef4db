/** @file req.c  Work in steps, contract in req.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "req.h"

struct cmp_req *cmp_work(struct cmp_app *app, cmp_end_cb *end)
{
	struct cmp_req *r = yh_zalloc(sizeof(*r));

	if (!r)
		abort(); /* see arena.h */
	r->app = app;
	r->end = end;
	app->running++;

	return r;
}

static const char *const code_names[32] = {
	[YH_INVALID_ARGUMENT] = "invalid_argument",
	[YH_NOT_FOUND] = "not_found",
	[YH_FAILED_PRECONDITION] = "failed_precondition",
	[YH_ABORTED] = "aborted",
	[YH_UNAVAILABLE] = "unavailable",
	[YH_RESOURCE_EXHAUSTED] = "resource_exhausted",
};

static const char *code_name(enum yh_status_code code)
{
	unsigned i = (unsigned)code;

	return i < 32 && code_names[i] ? code_names[i] : "internal";
}

void cmp_rpc_end(struct cmp_req *r, const ProtobufCMessage *output,
		 enum yh_status_code code, const char *text)
{
	if (output) {
		r->closure(output, r->closure_data);
		return;
	}
	yh_metric_add_l(&cmp_m_rpc_failed, code_name(code), 1);
	yh_rpc_fail(r->closure, r->closure_data, code, "%s", text);
}

struct cmp_req *cmp_rpc(const void *service, size_t service_size,
			const void *in, ProtobufCClosure closure, void *data)
{
	/* The app stands behind the service, see CMP_SERVICE. */
	struct cmp_app *app;
	struct cmp_req *r;

	memcpy(&app, (const char *)service + service_size, sizeof(app));
	r = cmp_work(app, cmp_rpc_end);
	r->in = in;
	r->closure = closure;
	r->closure_data = data;

	return r;
}

static void done(struct cmp_req *r)
{
	r->app->running--;
	cmp_arena_fini(&r->arena);
	yh_free(r);
}

void cmp_reply(struct cmp_req *r, const ProtobufCMessage *output)
{
	yh_pg_rollback(r->tx);
	r->end(r, output, YH_OK, "");
	done(r);
}

void cmp_fail(struct cmp_req *r, enum yh_status_code code, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	yh_pg_rollback(r->tx);
	r->tx = NULL;
	r->end(r, NULL, code, text);
	done(r);
}

static void fail_db(struct cmp_req *r, int err)
{
	if (err == -ETIMEDOUT)
		cmp_fail(r, YH_UNAVAILABLE, "the database did not answer");
	else if (err == -ECANCELED)
		cmp_fail(r, YH_UNAVAILABLE, "the service is shutting down");
	else if (err == -EEXIST)
		cmp_fail(r, YH_ABORTED, "%s", yh_err_text(YH_ERR_CONFLICT));
	else
		cmp_fail(r, yh_err_status(err), "%s", yh_err_text(err));
}

static void on_results(void *arg, int err, struct yh_pg_tx *tx,
		       const PGresult *const *res)
{
	struct cmp_req *r = arg;
	unsigned last = r->n_batch - 1;

	r->tx = tx;
	r->n_batch = 0;
	r->results = res;
	if (err)
		fail_db(r, err);
	else
		r->step(r, res[last]);
}

void cmp_add_n(struct cmp_req *r, const char *sql, int n,
	       const char *const *params)
{
	const char **kept =
		cmp_alloc(&r->arena, ((size_t)n + 1) * sizeof(*kept));

	if (r->n_batch == YH_PG_BATCH)
		abort(); /* no request adds that many */
	for (int i = 0; i < n; i++)
		kept[i] = params[i];
	r->batch[r->n_batch++] = (struct yh_pg_stmt){sql, n, kept};
}

void cmp_run(struct cmp_req *r, cmp_step *step)
{
	struct yh_pg_tx *tx = r->tx;

	r->step = step;
	r->tx = NULL;
	yh_pg_batch(r->app->pg, tx, r->batch, r->n_batch, on_results, r);
}

void cmp_query_n(struct cmp_req *r, cmp_step *step, const char *sql, int n,
		 const char *const *params)
{
	cmp_add_n(r, sql, n, params);
	cmp_run(r, step);
}

void cmp_begin(struct cmp_req *r, cmp_step *step)
{
	cmp_query_n(r, step, "BEGIN", 0, NULL);
}

void cmp_commit(struct cmp_req *r, cmp_step *step)
{
	cmp_query_n(r, step, "COMMIT", 0, NULL);
}

/* ---- results --------------------------------------------------------------*/

const char *cmp_col(const PGresult *res, int row, int col)
{
	return PQgetvalue(res, row, col);
}

char *cmp_text(struct cmp_req *r, const PGresult *res, int row, int col)
{
	return cmp_strdup(&r->arena, PQgetvalue(res, row, col));
}

int64_t cmp_int(const PGresult *res, int row, int col)
{
	return strtoll(PQgetvalue(res, row, col), NULL, 10);
}

bool cmp_bool(const PGresult *res, int row, int col)
{
	return PQgetvalue(res, row, col)[0] == 't';
}

/* Bytes of a bytea, in the arena; NULL for NULL. */
static uint8_t *bytes(struct cmp_req *r, const PGresult *res, int row, int col,
		      size_t *len)
{
	const char *hex = PQgetvalue(res, row, col);
	uint8_t *out;

	*len = 0;
	if (hex[0] != '\\' || hex[1] != 'x')
		return NULL;
	*len = strlen(hex + 2) / 2;
	out = cmp_alloc(&r->arena, *len + 1);

	return yh_unhex(hex + 2, out, *len) ? NULL : out;
}

char *cmp_open(struct cmp_req *r, const char *label, const PGresult *res,
	       int row, int col, size_t *len)
{
	uint8_t *sealed = bytes(r, res, row, col, len);
	char *plain, *out;
	size_t n;

	if (!sealed)
		return NULL;
	if (yh_unseal(r->app->keys, label, sealed, *len, &plain, &n)) {
		yh_error("seal.wrong", "field=%s", label);
		return NULL;
	}
	out = cmp_strndup(&r->arena, plain, n);
	yh_wipe_free(plain, n);
	*len = n;

	return out;
}

char *cmp_sealed(struct cmp_req *r, const char *label, const void *data,
		 size_t len)
{
	uint8_t *out = cmp_alloc(&r->arena, len + YH_SEAL_OVERHEAD);

	if (yh_seal(r->app->keys, label, data, len, out))
		abort(); /* no randomness or no OpenSSL: nothing is safe */

	return cmp_bytea(&r->arena, out, len + YH_SEAL_OVERHEAD);
}

char *cmp_sealed_msg(struct cmp_req *r, const char *label,
		     const ProtobufCMessage *msg)
{
	size_t len = protobuf_c_message_get_packed_size(msg);
	uint8_t *buf = cmp_alloc(&r->arena, len + 1);

	protobuf_c_message_pack(msg, buf);

	return cmp_sealed(r, label, buf, len);
}

Google__Protobuf__Timestamp *cmp_time(struct cmp_req *r, const PGresult *res,
				      int row, int col)
{
	Google__Protobuf__Timestamp *t;
	int64_t us = cmp_int(res, row, col);

	if (!us)
		return NULL;
	t = cmp_new(r, Google__Protobuf__Timestamp,
		    google__protobuf__timestamp);
	t->seconds = us / 1000000;
	t->nanos = (int32_t)(us % 1000000) * 1000;

	return t;
}

void *cmp_new_msg(struct cmp_req *r, const ProtobufCMessageDescriptor *d)
{
	ProtobufCMessage *m = cmp_alloc(&r->arena, d->sizeof_message);

	protobuf_c_message_init(d, m);

	return m;
}

char *cmp_new_id(struct cmp_req *r, const char *prefix)
{
	uint64_t now_s = (uint64_t)yh_wall_us() / 1000000;
	uint8_t id[12];
	char hex[25];

	/* What is made together stands together in the indexes. */
	for (unsigned i = 0; i < 4; i++)
		id[i] = (uint8_t)(now_s >> (24 - 8 * i));
	if (yh_random(id + 4, sizeof(id) - 4))
		abort();
	yh_hex(id, sizeof(id), hex);

	return cmp_fmt(&r->arena, "%s%s", prefix, hex);
}

/* ---- names ----------------------------------------------------------------*/

char *cmp_id(struct cmp_req *r, const char *name, const char *collection,
	     const char **rest)
{
	size_t n = strlen(collection);
	size_t id;

	if (strncmp(name, collection, n) || name[n] != '/')
		return NULL;
	name += n + 1;
	id = strcspn(name, "/");
	if (!id || id > 128 || (name[id] && !rest))
		return NULL;
	if (rest)
		*rest = name[id] ? name + id + 1 : name + id;

	return cmp_strndup(&r->arena, name, id);
}
