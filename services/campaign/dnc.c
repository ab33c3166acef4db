/** @file dnc.c  DncService: the do-not-call list. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "dnc.h"
#include "page.h"
#include "phone.h"
#include "req.h"

typedef Yinhu__V1__DncService_Service service_t;

#define COLUMNS                                                                \
	"id, masked_enc, source, reason, call_id, "                            \
	"(extract(epoch from created_at) * 1000000)::bigint, scope, suppress"

static Yinhu__V1__DncEntry *entry_of(struct cmp_req *r, const PGresult *res,
				     int i)
{
	Yinhu__V1__DncEntry *e =
		cmp_new(r, Yinhu__V1__DncEntry, yinhu__v1__dnc_entry);
	size_t len;
	char *masked = cmp_open(r, "masked", res, i, 1, &len);

	e->name = cmp_fmt(&r->arena, "dncEntries/%s", cmp_col(res, i, 0));
	if (masked)
		e->masked_phone = masked;
	e->source = cmp_text(r, res, i, 2);
	e->reason = cmp_text(r, res, i, 3);
	e->call_id = cmp_text(r, res, i, 4);
	e->create_time = cmp_time(r, res, i, 5);
	if (*cmp_col(res, i, 6))
		e->scope =
			cmp_fmt(&r->arena, "campaigns/%s", cmp_col(res, i, 6));
	e->suppress = cmp_text(r, res, i, 7);

	return e;
}

static void on_created(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &entry_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_ABORTED, "the same number comes in; try again");
}

const char *cmp_dnc_scope(struct cmp_req *r, const char *scope,
			  const char *suppress)
{
	static const char *const reasons[] = {
		"",	     "minor",	     "deceased", "litigation",
		"complaint", "fraud_victim", "staff",	 "vip"};
	bool known = false;

	for (size_t i = 0; i < YH_ARRAY_LEN(reasons); i++)
		known = known || !strcmp(suppress, reasons[i]);
	if (!known)
		return NULL;

	return *scope ? cmp_id(r, scope, "campaigns", NULL) : "";
}

static void create(service_t *s, const Yinhu__V1__CreateDncEntryRequest *in,
		   Yinhu__V1__DncEntry_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const Yinhu__V1__DncEntry *e = in->dnc_entry;
	char phone[CMP_PHONE_SIZE], masked[24];
	uint8_t hash[YH_INDEX_SIZE];
	const char *sealed, *scope;

	if (!e || cmp_phone_normalise(e->phone, phone)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "dnc_entry.phone must be a mainland mobile number");
		return;
	}
	scope = cmp_dnc_scope(r, e->scope, e->suppress);
	if (!scope || strlen(e->reason) > 200 || strlen(e->source) > 32 ||
	    yh_blind_index(r->app->keys, phone, hash)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "dnc_entry.reason or source is too long, or scope or "
			 "suppress is not as documented");
		return;
	}
	yh_mask_phone(phone, masked);
	sealed = cmp_sealed(r, "masked", masked, strlen(masked));
	explicit_bzero(phone, sizeof(phone));
	/* The first entry of a number stays as it is. */
	cmp_query(r, on_created,
		  "WITH i AS (INSERT INTO dnc (phone_hash, masked_enc, source, "
		  " reason, scope, suppress) VALUES ($1::bytea, $2::bytea, $3, "
		  " $4, $5, $6) ON CONFLICT DO NOTHING RETURNING " COLUMNS ") "
		  "SELECT * FROM i UNION ALL SELECT " COLUMNS " FROM dnc "
		  "WHERE phone_hash = $1::bytea AND scope = $5 "
		  "AND suppress = $6 LIMIT 1",
		  cmp_bytea(&r->arena, hash, sizeof(hash)), sealed,
		  *e->source ? e->source : "api", e->reason, scope,
		  e->suppress);
}

static void on_rows(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListDncEntriesResponse out =
		YINHU__V1__LIST_DNC_ENTRIES_RESPONSE__INIT;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token);

	out.n_dnc_entries = (size_t)n;
	out.dnc_entries =
		cmp_alloc(&r->arena, (size_t)n * sizeof(*out.dnc_entries));
	for (int i = 0; i < n; i++)
		out.dnc_entries[i] = entry_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListDncEntriesRequest *in,
		 Yinhu__V1__ListDncEntriesResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const struct cmp_page *p =
		cmp_page_new(r, "dnc", in->page_token, in->page_size);

	if (!p)
		return;
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS " FROM dnc "
		  "WHERE $1::bigint = 0 OR id < $1::bigint "
		  "ORDER BY id DESC LIMIT $2::int",
		  cmp_page_after(r, p), cmp_page_limit(r, p));
}

void cmp_dnc_bind(service_t *s)
{
	s->create_dnc_entry = create;
	s->list_dnc_entries = list;
	s->import_dnc_entries = cmp_dnc_import;
}
