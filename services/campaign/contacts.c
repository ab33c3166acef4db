/** @file contacts.c  CampaignService: import of contacts, lists of them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "csv.h"
#include "import.h"
#include "page.h"
#include "req.h"

typedef Yinhu__V1__CampaignService_Service service_t;

enum { SHOWN_REJECTED = 100, MAX_DOWNLOAD = 6 << 20 };

/* ---- import ----------------------------------------------------------------
 */

struct upload {
	struct cmp_req *r;
	struct cmp_import im;
	struct cmp_arena batch; /* of the statement that runs */
	const char *campaign;
	const char *import_id;
	const uint8_t *data;
	size_t len;
	size_t at;	/* rows given to the database */
	size_t bad_at;	/* bad rows given to it */
	size_t refused; /* rows of `im` that were in the campaign already */
};

static void next_batch(struct cmp_req *r);

static void end_upload(struct upload *u)
{
	cmp_arena_fini(&u->batch);
	cmp_import_fini(&u->im);
	yh_wipe_free(u, sizeof(*u));
}

/* The request owns the upload: it goes with it, however that ends. */
static void upload_end(struct cmp_req *r, const ProtobufCMessage *output,
		       enum yh_status_code code, const char *text)
{
	struct upload *u = r->state;

	cmp_rpc_end(r, output, code, text);
	end_upload(u);
}

static void reply_import(struct cmp_req *r, const PGresult *res)
{
	struct upload *u = r->state;
	Yinhu__V1__ContactImport out = YINHU__V1__CONTACT_IMPORT__INIT;
	size_t n = u->im.n_bad < SHOWN_REJECTED ? u->im.n_bad : SHOWN_REJECTED;

	(void)res;
	out.name = cmp_fmt(&r->arena, "campaigns/%s/imports/%s", u->campaign,
			   u->import_id);
	out.accepted = (uint32_t)(u->im.n_rows - u->refused);
	out.rejected = (uint32_t)u->im.n_bad;
	out.rejected_rows =
		cmp_alloc(&r->arena, n * sizeof(*out.rejected_rows));
	out.n_rejected_rows = n;
	for (size_t i = 0; i < n; i++) {
		Yinhu__V1__RejectedRow *row = cmp_new(r, Yinhu__V1__RejectedRow,
						      yinhu__v1__rejected_row);

		row->line = u->im.bad[i].line;
		row->reason = (char *)u->im.bad[i].reason;
		out.rejected_rows[i] = row;
	}
	cmp_reply(r, &out.base);
}

static void on_counted(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_commit(r, reply_import);
}

static void next_bad(struct cmp_req *r, const PGresult *res)
{
	const char *line[CMP_IMPORT_BATCH], *reason[CMP_IMPORT_BATCH];
	const char *raw[CMP_IMPORT_BATCH];
	struct upload *u = r->state;
	struct cmp_arena *a = &u->batch;
	size_t n = 0;

	(void)res;
	cmp_arena_fini(a);
	for (; n < CMP_IMPORT_BATCH && u->bad_at < u->im.n_bad; n++) {
		struct cmp_import_bad *b = &u->im.bad[u->bad_at++];

		line[n] = cmp_fmt(a, "%u", b->line);
		reason[n] = b->reason;
		raw[n] = cmp_sealed(r, "import.raw", b->raw, b->raw_len);
	}
	if (n)
		cmp_query(r, next_bad,
			  "INSERT INTO rejected_rows (import_id, line, reason, "
			  "raw_enc) SELECT $1::bigint, * FROM unnest($2::int[],"
			  " $3::text[], $4::bytea[]) ON CONFLICT DO NOTHING",
			  u->import_id, cmp_array(a, line, n),
			  cmp_array(a, reason, n), cmp_array(a, raw, n));
	else
		cmp_query(r, on_counted,
			  "UPDATE imports SET accepted = $2::int, "
			  "rejected = $3::int WHERE id = $1::bigint",
			  u->import_id,
			  cmp_fmt(a, "%zu", u->im.n_rows - u->refused),
			  cmp_fmt(a, "%zu", u->im.n_bad));
}

/* Lines of the batch whose number the campaign has already. */
static void on_batch(struct cmp_req *r, const PGresult *res)
{
	struct upload *u = r->state;

	for (int i = 0; i < PQntuples(res); i++) {
		struct cmp_import_row *row = &u->im.rows[cmp_int(res, i, 0)];

		cmp_import_add_bad(&u->im, (unsigned)atoi(row->line),
				   "the phone is in this campaign already",
				   row->raw, row->raw_len);
		u->refused++;
	}
	next_batch(r);
}

static const char insert_sql[] =
	"WITH n AS (SELECT * FROM unnest($2::int[], $3::bytea[], $4::bytea[], "
	"  $5::bytea[], $6::bytea[], $7::text[], $8::bytea[]) "
	"  AS n (at, hash, phone, masked, vars, facts, person)), "
	"i AS (INSERT INTO contacts (state, campaign_id, phone_hash, "
	"  phone_enc, masked_enc, variables_enc, person_hash, facts) "
	"  SELECT 1, $1, hash, phone, masked, vars, person, "
	/* A list that names no purpose came for the campaign's. */
	"  CASE WHEN strpos(facts, 'contact_purpose=') > 0 THEN facts ELSE "
	"   facts || ' contact_purpose=' || c.purpose_key END "
	"  FROM n JOIN campaigns c ON c.id = $1 "
	"  ORDER BY at ON CONFLICT (campaign_id, phone_hash) DO NOTHING "
	"  RETURNING phone_hash, id), "
	"d AS (INSERT INTO due (contact_id, campaign_id) SELECT id, $1 FROM i) "
	"SELECT at FROM n WHERE NOT EXISTS (SELECT 1 FROM i "
	" WHERE i.phone_hash = n.hash) ORDER BY at";

static void next_batch(struct cmp_req *r)
{
	const char *at[CMP_IMPORT_BATCH], *hash[CMP_IMPORT_BATCH];
	const char *phone[CMP_IMPORT_BATCH], *masked[CMP_IMPORT_BATCH];
	const char *vars[CMP_IMPORT_BATCH], *facts[CMP_IMPORT_BATCH];
	const char *person[CMP_IMPORT_BATCH];
	struct upload *u = r->state;
	struct cmp_arena *a = &u->batch;
	size_t n = 0;

	cmp_arena_fini(a);
	for (; n < CMP_IMPORT_BATCH && u->at < u->im.n_rows; n++, u->at++) {
		const struct cmp_import_row *row = &u->im.rows[u->at];

		at[n] = cmp_fmt(a, "%zu", u->at);
		hash[n] = row->phone_hash;
		phone[n] = row->phone;
		masked[n] = row->masked;
		vars[n] = row->variables;
		facts[n] = row->facts;
		person[n] = row->person_hash;
	}
	if (n)
		cmp_query(r, on_batch, insert_sql, u->campaign,
			  cmp_array(a, at, n), cmp_array(a, hash, n),
			  cmp_array(a, phone, n), cmp_array(a, masked, n),
			  cmp_array(a, vars, n), cmp_array(a, facts, n),
			  cmp_array(a, person, n));
	else
		next_bad(r, NULL);
}

static void on_import_row(struct cmp_req *r, const PGresult *res)
{
	struct upload *u = r->state;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_FAILED_PRECONDITION,
			 "the campaign has ended or does not exist");
		return;
	}
	u->import_id = cmp_text(r, res, 0, 0);
	next_batch(r);
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	struct upload *u = r->state;

	(void)res;
	cmp_query(r, on_import_row,
		  "INSERT INTO imports (campaign_id, header) "
		  "SELECT id, $2 FROM campaigns WHERE id = $1 AND state <= 3 "
		  "FOR KEY SHARE RETURNING id",
		  u->campaign, u->im.header);
}

static void work(void *job, unsigned worker)
{
	struct upload *u = job;

	(void)worker;
	cmp_import_read(&u->im, u->r->app->keys, u->r->app->areas,
			(const char *)u->data, u->len);
}

static void worked(void *job)
{
	struct upload *u = job;

	if (u->im.error)
		cmp_fail(u->r, YH_INVALID_ARGUMENT, "%s", u->im.error);
	else
		cmp_begin(u->r, on_begun);
}

static void import(service_t *s, const Yinhu__V1__ImportContactsRequest *in,
		   Yinhu__V1__ContactImport_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct upload *u;
	char *id = cmp_id(r, in->parent, "campaigns", NULL);

	if (!id || !in->body || !in->body->data.len) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 id ? "the body is empty"
			    : "parent must be \"campaigns/<id>\"");
		return;
	}
	u = yh_zalloc(sizeof(*u));
	if (!u) {
		cmp_fail(r, YH_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	u->r = r;
	u->campaign = id;
	u->data = in->body->data.data;
	u->len = in->body->data.len;
	r->state = u;
	r->end = upload_end;
	if (yh_pool_submit(r->app->pool, u, work, worked))
		cmp_fail(r, YH_RESOURCE_EXHAUSTED,
			 "too many imports at once; try again");
}

/* ---- rejected rows ---------------------------------------------------------
 */

struct text {
	char *p;
	size_t n, max;
};

static void put(struct text *t, const char *s, size_t n)
{
	if (t->n + n <= t->max) {
		memcpy(t->p + t->n, s, n);
		t->n += n;
	}
}

static void put_field(struct cmp_req *r, struct text *t, const char *s)
{
	size_t n = strlen(s);
	char *q = cmp_alloc(&r->arena, 2 * n + 3);

	put(t, q, cmp_csv_quote(s, n, q));
}

/* A row's own fields; one that cannot be read goes in one field as it is. */
static void put_raw(struct cmp_req *r, struct cmp_csv *csv, struct text *t,
		    const char *raw, size_t len)
{
	struct cmp_csv_row row;

	cmp_csv_init(csv, raw, len);
	if (cmp_csv_next(csv, &row) && !row.error) {
		for (size_t i = 0; i < row.n; i++) {
			put(t, ",", 1);
			put_field(r, t, row.fields[i]);
		}
	} else {
		put(t, ",", 1);
		put_field(r, t, raw);
	}
	put(t, "\r\n", 2);
}

static void on_rejected(struct cmp_req *r, const PGresult *res)
{
	Google__Api__HttpBody out = GOOGLE__API__HTTP_BODY__INIT;
	struct cmp_csv *csv = cmp_alloc(&r->arena, sizeof(*csv));
	struct text t = {.max = MAX_DOWNLOAD};
	const char *header;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such import");
		return;
	}
	t.p = cmp_alloc(&r->arena, t.max);
	header = cmp_col(res, 0, 0);
	put(&t, "line,reason", 11);
	put_raw(r, csv, &t, header, strlen(header));
	for (int i = 0; i < PQntuples(res); i++) {
		size_t len;
		char *raw = cmp_open(r, "import.raw", res, i, 3, &len);

		if (!raw)
			continue;
		put(&t, cmp_col(res, i, 1), strlen(cmp_col(res, i, 1)));
		put(&t, ",", 1);
		put_field(r, &t, cmp_col(res, i, 2));
		put_raw(r, csv, &t, raw, len);
	}
	out.content_type = (char *)"text/csv; charset=utf-8";
	out.data.data = (uint8_t *)t.p;
	out.data.len = t.n;
	cmp_reply(r, &out.base);
}

static void rejected(service_t *s, const Yinhu__V1__GetRejectedRowsRequest *in,
		     Google__Api__HttpBody_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const char *rest = "";
	char *campaign = cmp_id(r, in->name, "campaigns", &rest);
	char *id = campaign ? cmp_id(r, rest, "imports", NULL) : NULL;

	if (!id || id[strspn(id, "0123456789")] || strlen(id) > 18) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "name must be \"campaigns/<id>/imports/<id>\"");
		return;
	}
	cmp_query(r, on_rejected,
		  "SELECT i.header, b.line, b.reason, b.raw_enc "
		  "FROM imports i LEFT JOIN rejected_rows b ON "
		  "b.import_id = i.id WHERE i.id = $1::bigint "
		  "AND i.campaign_id = $2 ORDER BY b.line",
		  id, campaign);
}

/* ---- list ------------------------------------------------------------------
 */

static Yinhu__V1__Contact *contact_of(struct cmp_req *r, const char *parent,
				      const PGresult *res, int i)
{
	Yinhu__V1__Contact *c =
		cmp_new(r, Yinhu__V1__Contact, yinhu__v1__contact);
	size_t len;
	char *masked = cmp_open(r, "masked", res, i, 1, &len);

	c->name = cmp_fmt(&r->arena, "%s/contacts/%s", parent,
			  cmp_col(res, i, 0));
	if (masked)
		c->masked_phone = masked;
	c->state = (Yinhu__V1__Contact__State)cmp_int(res, i, 2);
	c->attempts = (uint32_t)cmp_int(res, i, 3);
	c->disposition = cmp_text(r, res, i, 4);
	c->next_attempt_time = cmp_time(r, res, i, 5);

	return c;
}

static void on_contacts(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListContactsResponse out =
		YINHU__V1__LIST_CONTACTS_RESPONSE__INIT;
	const Yinhu__V1__ListContactsRequest *in = r->in;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token);

	if (!n) {
		cmp_reply_none(r, CMP_THE_CAMPAIGN,
			       in->parent + strlen("campaigns/"),
			       out.base.descriptor);
		return;
	}
	out.n_contacts = (size_t)n;
	out.contacts = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.contacts));
	for (int i = 0; i < n; i++)
		out.contacts[i] = contact_of(r, in->parent, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListContactsRequest *in,
		 Yinhu__V1__ListContactsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_page *p = cmp_alloc(&r->arena, sizeof(*p));
	char *id = cmp_id(r, in->parent, "campaigns", NULL);

	r->state = p;
	if (!id ||
	    !cmp_page_read(r, p, in->parent, in->page_token, in->page_size)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "parent must be \"campaigns/<id>\", "
			 "page_size 0 or more, page_token of this list");
		return;
	}
	cmp_query(r, on_contacts,
		  "SELECT id, masked_enc, state, attempts, disposition, "
		  "(SELECT (extract(epoch from next_attempt_at) * 1000000)"
		  "::bigint FROM due WHERE contact_id = id) "
		  "FROM contacts WHERE campaign_id = $1 AND id > $2::bigint "
		  "ORDER BY id LIMIT $3::int",
		  id, cmp_page_after(r, p), cmp_page_limit(r, p));
}

void cmp_contacts_bind(service_t *s)
{
	s->import_contacts = import;
	s->get_rejected_rows = rejected;
	s->list_contacts = list;
}
