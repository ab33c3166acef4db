/** @file reviews.c  ReviewService: findings wait for a person's verdict. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "page.h"
#include "review.h"
#include "reviews.h"

typedef Yinhu__V1__ReviewService_Service service_t;
typedef Yinhu__V1__ReviewedFinding found_t;

/* ---- in --------------------------------------------------------------------
 */

struct cmp_finding_rows cmp_finding_rows(struct cmp_req *r,
					 const Yinhu__V1__QualityReport *report)
{
	size_t n = report->n_findings;
	struct cmp_arena *a = &r->arena;
	const char **list = cmp_alloc(a, (4 * n + 1) * sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		const Yinhu__V1__Finding *f = report->findings[i];

		list[i] = f->rule;
		list[n + i] = cmp_fmt(a, "%u", f->severity);
		list[2 * n + i] = cmp_fmt(a, "%u", f->line);
		list[3 * n + i] = cmp_sealed_msg(r, "finding", &f->base);
	}

	return (struct cmp_finding_rows){
		cmp_array(a, list, n), cmp_array(a, list + n, n),
		cmp_array(a, list + 2 * n, n), cmp_array(a, list + 3 * n, n)};
}

/* ---- out -------------------------------------------------------------------
 */

#define COLUMNS                                                                \
	"f.id, f.state, f.finding_enc, f.call_id, f.campaign_id, "             \
	"(extract(epoch from f.created_at) * 1000000)::bigint, v.actor, "      \
	"v.note_enc, (extract(epoch from v.created_at) * 1000000)::bigint "
#define VERDICT                                                                \
	"LEFT JOIN LATERAL (SELECT * FROM finding_verdicts v WHERE "           \
	" v.finding_id = f.id ORDER BY v.id DESC LIMIT 1) v ON true "

/* A page, a finding or a verdict under way. */
struct reading {
	struct cmp_page page;
	Yinhu__V1__Finding **kept; /* shape (n), freed after the answer */
	size_t n;
	int64_t id;
	struct cmp_review review;
	found_t *out;
};

static void read_end(struct cmp_req *r, const ProtobufCMessage *output,
		     enum yh_status_code code, const char *text)
{
	struct reading *rd = r->state;

	cmp_rpc_end(r, output, code, text);
	for (size_t i = 0; i < rd->n; i++)
		yinhu__v1__finding__free_unpacked(rd->kept[i], NULL);
}

static struct reading *reading_new(struct cmp_req *r, int rows)
{
	struct reading *rd = cmp_alloc(&r->arena, sizeof(*rd));

	rd->kept = cmp_alloc(&r->arena, (size_t)rows * sizeof(*rd->kept));
	r->state = rd;
	r->end = read_end;

	return rd;
}

static Yinhu__V1__Finding *open_finding(struct cmp_req *r, const PGresult *res,
					int i)
{
	struct reading *rd = r->state;
	size_t len;
	char *packed = cmp_open(r, "finding", res, i, 2, &len);
	Yinhu__V1__Finding *f = NULL;

	if (packed)
		f = yinhu__v1__finding__unpack(NULL, len, (uint8_t *)packed);
	if (f)
		rd->kept[rd->n++] = f;

	return f;
}

static char *open_note(struct cmp_req *r, const PGresult *res, int row, int col)
{
	size_t len;
	char *note = cmp_open(r, "note", res, row, col, &len);

	return note ? note : (char *)protobuf_c_empty_string;
}

static found_t *found_of(struct cmp_req *r, const PGresult *res, int i)
{
	found_t *f = cmp_new(r, Yinhu__V1__ReviewedFinding,
			     yinhu__v1__reviewed_finding);

	f->name = cmp_fmt(&r->arena, "findings/%s", cmp_col(res, i, 0));
	f->state = (Yinhu__V1__ReviewedFinding__State)cmp_int(res, i, 1);
	f->finding = open_finding(r, res, i);
	f->call = cmp_fmt(&r->arena, "calls/%s", cmp_col(res, i, 3));
	f->campaign = cmp_fmt(&r->arena, "campaigns/%s", cmp_col(res, i, 4));
	f->create_time = cmp_time(r, res, i, 5);
	f->reviewer = cmp_text(r, res, i, 6);
	f->note = open_note(r, res, i, 7);
	f->review_time = cmp_time(r, res, i, 8);

	return f;
}

static void on_page(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListFindingsResponse out =
		YINHU__V1__LIST_FINDINGS_RESPONSE__INIT;
	const struct reading *rd = r->state;
	int n = cmp_page_rows(r, &rd->page, res, &out.next_page_token);

	out.n_findings = (size_t)n;
	out.findings = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.findings));
	for (int i = 0; i < n; i++)
		out.findings[i] = found_of(r, res, i);
	cmp_reply(r, &out.base);
}

/* $1 state, $2 severity, $3 rule, $4 campaign, $5 after, $6 how many. */
static const char list_sql[] =
	"SELECT " COLUMNS "FROM findings f " VERDICT
	"WHERE ($1::int = 0 OR f.state = $1::int) "
	"AND ($2::int = 0 OR f.severity = $2::int) "
	"AND ($3 = '' OR f.rule = $3) AND ($4 = '' OR f.campaign_id = $4) "
	"AND ($5::bigint = 0 OR (f.severity, -f.id) > "
	" (SELECT p.severity, -p.id FROM findings p WHERE p.id = $5::bigint)) "
	"ORDER BY f.severity, f.id DESC LIMIT $6::int";

static void list(service_t *s, const Yinhu__V1__ListFindingsRequest *in,
		 Yinhu__V1__ListFindingsResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	struct cmp_arena *a = &r->arena;
	struct reading *rd;
	struct cmp_page page;
	char *campaign = *in->campaign
				 ? cmp_id(r, in->campaign, "campaigns", NULL)
				 : cmp_strdup(a, "");

	if (!campaign || !cmp_page_read(r, &page, "findings", in->page_token,
					in->page_size)) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "campaign must be \"campaigns/<id>\", "
			 "page_size 0 or more, page_token of this list");
		return;
	}
	rd = reading_new(r, page.size);
	rd->page = page;
	cmp_query(r, on_page, list_sql, cmp_fmt(a, "%d", (int)in->state),
		  cmp_fmt(a, "%u", in->severity), in->rule, campaign,
		  cmp_page_after(r, &page), cmp_page_limit(r, &page));
}

/* ---- one -------------------------------------------------------------------
 */

/* @return the number behind "findings/", or 0 when it is no such name; the
 * request has been answered then */
static int64_t number_of(struct cmp_req *r, const char *name)
{
	char *id = cmp_id(r, name, "findings", NULL);
	char *end = NULL;
	int64_t number = id ? strtoll(id, &end, 10) : 0;

	if (number > 0 && !*end)
		return number;
	cmp_fail(r, YH_INVALID_ARGUMENT, "name must be \"findings/<number>\"");

	return 0;
}

static const char one_sql[] =
	"SELECT " COLUMNS "FROM findings f " VERDICT "WHERE f.id = $1::bigint";

static void on_one(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res))
		cmp_reply(r, &found_of(r, res, 0)->base);
	else
		cmp_fail(r, YH_NOT_FOUND, "there is no such finding");
}

static void get(service_t *s, const Yinhu__V1__GetFindingRequest *in,
		Yinhu__V1__ReviewedFinding_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	int64_t id;

	reading_new(r, 1);
	id = number_of(r, in->name);
	if (id)
		cmp_query(r, on_one, one_sql,
			  cmp_fmt(&r->arena, "%lld", (long long)id));
}

static void on_verdicts(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListVerdictsResponse out =
		YINHU__V1__LIST_VERDICTS_RESPONSE__INIT;
	const Yinhu__V1__ListVerdictsRequest *in = r->in;

	if (!PQntuples(res)) {
		cmp_reply_none(
			r, "SELECT 1 FROM findings WHERE id = $1::bigint",
			in->parent + strlen("findings/"), out.base.descriptor);
		return;
	}
	out.n_verdicts = (size_t)PQntuples(res);
	out.verdicts =
		cmp_alloc(&r->arena, out.n_verdicts * sizeof(*out.verdicts));
	for (int i = 0; i < PQntuples(res); i++) {
		Yinhu__V1__ReviewVerdict *v = cmp_new(
			r, Yinhu__V1__ReviewVerdict, yinhu__v1__review_verdict);

		v->name = cmp_fmt(&r->arena, "findings/%s/verdicts/%s",
				  cmp_col(res, i, 0), cmp_col(res, i, 1));
		v->state =
			(Yinhu__V1__ReviewedFinding__State)cmp_int(res, i, 2);
		v->actor = cmp_text(r, res, i, 3);
		v->note = open_note(r, res, i, 4);
		v->create_time = cmp_time(r, res, i, 5);
		out.verdicts[i] = v;
	}
	cmp_reply(r, &out.base);
}

static void list_verdicts(service_t *s,
			  const Yinhu__V1__ListVerdictsRequest *in,
			  Yinhu__V1__ListVerdictsResponse_Closure closure,
			  void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	int64_t id = number_of(r, in->parent);

	if (id)
		cmp_query(r, on_verdicts,
			  "SELECT finding_id, id, state, actor, note_enc, "
			  "(extract(epoch from created_at) * 1000000)::bigint "
			  "FROM finding_verdicts WHERE finding_id = $1::bigint "
			  "ORDER BY id DESC LIMIT 1000",
			  cmp_fmt(&r->arena, "%lld", (long long)id));
}

/* ---- verdicts --------------------------------------------------------------
 */

static void on_committed(struct cmp_req *r, const PGresult *res)
{
	const struct reading *rd = r->state;

	(void)res;
	yh_info("finding.reviewed", "finding=%s state=%d", rd->out->name,
		(int)rd->out->state);
	cmp_reply(r, &rd->out->base);
}

static void on_read_again(struct cmp_req *r, const PGresult *res)
{
	struct reading *rd = r->state;

	rd->out = found_of(r, res, 0);
	cmp_commit(r, on_committed);
}

static void on_given(struct cmp_req *r, const PGresult *res)
{
	const struct reading *rd = r->state;

	(void)res;
	cmp_query(r, on_read_again, one_sql,
		  cmp_fmt(&r->arena, "%lld", (long long)rd->id));
}

/* $1 finding, $2 verdict, $3 who, $4 why. */
static const char give_sql[] =
	"WITH f AS (UPDATE findings SET state = $2::smallint "
	" WHERE id = $1::bigint RETURNING id) "
	"INSERT INTO finding_verdicts (finding_id, state, actor, note_enc) "
	"SELECT id, $2::smallint, $3, $4::bytea FROM f";

static void on_locked(struct cmp_req *r, const PGresult *res)
{
	const struct reading *rd = r->state;
	const struct cmp_review *v = &rd->review;
	struct cmp_refusal no;

	if (!PQntuples(res)) {
		cmp_fail(r, YH_NOT_FOUND, "there is no such finding");
		return;
	}
	no = cmp_review_may(v, (enum cmp_finding_state)cmp_int(res, 0, 0));
	if (no.code) {
		cmp_fail(r, no.code, "findings/%lld: %s", (long long)rd->id,
			 no.why);
		return;
	}
	cmp_query(r, on_given, give_sql,
		  cmp_fmt(&r->arena, "%lld", (long long)rd->id),
		  cmp_fmt(&r->arena, "%d", (int)v->verdict), v->actor,
		  cmp_sealed(r, "note", v->note, strlen(v->note)));
}

static void on_begun(struct cmp_req *r, const PGresult *res)
{
	const struct reading *rd = r->state;

	(void)res;
	cmp_query(r, on_locked,
		  "SELECT state FROM findings WHERE id = $1::bigint FOR UPDATE",
		  cmp_fmt(&r->arena, "%lld", (long long)rd->id));
}

static void give(struct cmp_req *r, const Yinhu__V1__ReviewFindingRequest *in,
		 enum cmp_finding_state verdict)
{
	struct reading *rd = reading_new(r, 1);

	rd->review =
		(struct cmp_review){verdict, in->actor, in->note, in->change};
	rd->id = number_of(r, in->name);
	if (rd->id)
		cmp_begin(r, on_begun);
}

static void confirm(service_t *s, const Yinhu__V1__ReviewFindingRequest *in,
		    Yinhu__V1__ReviewedFinding_Closure closure, void *data)
{
	give(CMP_RPC(s, in, closure, data), in, CMP_CONFIRMED);
}

static void reject(service_t *s, const Yinhu__V1__ReviewFindingRequest *in,
		   Yinhu__V1__ReviewedFinding_Closure closure, void *data)
{
	give(CMP_RPC(s, in, closure, data), in, CMP_REFUTED);
}

void cmp_reviews_bind(service_t *s)
{
	s->list_findings = list;
	s->get_finding = get;
	s->confirm_finding = confirm;
	s->reject_finding = reject;
	s->list_verdicts = list_verdicts;
}
