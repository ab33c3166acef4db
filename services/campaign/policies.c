/** @file policies.c  PolicyService: versions of dial policies. */
#include <string.h>

#include "base/log.h"
#include "page.h"
#include "policy.h"
#include "req.h"

typedef Yinhu__V1__PolicyService_Service service_t;
typedef Yinhu__V1__Policy__ValuesEntry value_t;

#define COLUMNS                                                                \
	"seq, kind, version, body, author, "                                   \
	"(extract(epoch from created_at) * 1000000)::bigint"

/* ---- the first version -----------------------------------------------------
 */

static void on_ensured(struct cmp_req *r, const ProtobufCMessage *output,
		       enum yh_status_code code, const char *text)
{
	(void)r;
	(void)output;
	if (code != YH_OK)
		yh_error("policy.store", "error=\"%s\"", text);
}

static void ensured(struct cmp_req *r, const PGresult *res)
{
	(void)res;
	cmp_reply(r, NULL);
}

int cmp_policies_start(struct cmp_app *app)
{
	const char *kinds[CMP_KINDS], *bodies[CMP_KINDS];
	struct cmp_req *r = cmp_work(app, on_ensured);
	const char *fault = NULL;
	size_t n = 0;

	for (int k = 1; k < CMP_KINDS && !fault; k++) {
		enum cmp_kind kind = (enum cmp_kind)k;
		char *body = cmp_alloc(&r->arena, CMP_POLICY_TEXT);
		struct cmp_policy p;

		cmp_policy_preset(kind, &p);
		if (cmp_policy_adjust(kind, &p, app->conf->policy))
			fault = "not like name=value of policy.def";
		else
			fault = cmp_policy_fault(kind, &p);
		cmp_policy_print(&p, body);
		kinds[n] = cmp_fmt(&r->arena, "%d", k);
		bodies[n++] = body;
	}
	if (fault) {
		yh_error("policy.bad", "error=\"%s\"", fault);
		cmp_fail(r, YH_INVALID_ARGUMENT, "%s", fault);
		return YH_ERR_BAD_CONFIG;
	}
	cmp_query(r, ensured,
		  "INSERT INTO policies (kind, version, body, author) "
		  "SELECT kind, 1, body, 'preset' FROM unnest($1::smallint[], "
		  "$2::text[]) AS n (kind, body) WHERE NOT EXISTS (SELECT 1 "
		  "FROM policies p WHERE p.kind = n.kind) "
		  "ON CONFLICT DO NOTHING",
		  cmp_array(&r->arena, kinds, n),
		  cmp_array(&r->arena, bodies, n));

	return 0;
}

/* ---- create and list -------------------------------------------------------
 */

static Yinhu__V1__Policy *policy_of(struct cmp_req *r, const PGresult *res,
				    int i)
{
	Yinhu__V1__Policy *out =
		cmp_new(r, Yinhu__V1__Policy, yinhu__v1__policy);
	enum cmp_kind kind = (enum cmp_kind)cmp_int(res, i, 1);
	struct cmp_policy p = {0};

	out->kind = (Yinhu__V1__Campaign__Kind)kind;
	out->version = (uint32_t)cmp_int(res, i, 2);
	out->name = cmp_fmt(&r->arena, "policies/%s@%u", cmp_kind_name(kind),
			    out->version);
	out->author = cmp_text(r, res, i, 4);
	out->create_time = cmp_time(r, res, i, 5);
	if (cmp_policy_read(&p, cmp_col(res, i, 3)))
		return out; /* of a later release */
	out->values = cmp_alloc(&r->arena, cmp_policy_n * sizeof(*out->values));
	for (size_t k = 0; k < cmp_policy_n; k++) {
		value_t *v = cmp_new_msg(
			r, &yinhu__v1__policy__values_entry__descriptor);

		v->key = cmp_strdup(&r->arena, cmp_policy_fields[k].name);
		v->value = (int32_t)((const int64_t *)&p)[k];
		out->values[out->n_values++] = v;
	}

	return out;
}

static void on_created(struct cmp_req *r, const PGresult *res)
{
	if (PQntuples(res)) {
		yh_info("policy.created", "kind=%s version=%s",
			cmp_col(res, 0, 1), cmp_col(res, 0, 2));
		cmp_reply(r, &policy_of(r, res, 0)->base);
	} else {
		cmp_fail(r, YH_ABORTED, "another version came in; try again");
	}
}

/* The newest version, changed as asked; NULL when it was refused. */
static const char *changed(struct cmp_req *r, const Yinhu__V1__Policy *in,
			   const char *body)
{
	enum cmp_kind kind = (enum cmp_kind)in->kind;
	char *out = cmp_alloc(&r->arena, CMP_POLICY_TEXT);
	struct cmp_policy p = {0};
	const char *fault = NULL;

	if (!cmp_policy_preset(kind, &p) || cmp_policy_read(&p, body))
		fault = "policy.kind must be MARKETING, SERVICE or COLLECTION";
	for (size_t i = 0; i < in->n_values && !fault; i++)
		if (cmp_policy_read(&p, cmp_fmt(&r->arena, "%s=%d",
						in->values[i]->key,
						in->values[i]->value)))
			fault = "policy.values has a name that is not known";
	if (!fault)
		fault = cmp_policy_fault(kind, &p);
	if (fault) {
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "not within its range or the law: %s", fault);
		return NULL;
	}
	cmp_policy_print(&p, out);

	return out;
}

static void on_newest(struct cmp_req *r, const PGresult *res)
{
	const Yinhu__V1__CreatePolicyRequest *req = r->in;
	const Yinhu__V1__Policy *in = req->policy;
	const char *body =
		changed(r, in, PQntuples(res) ? cmp_col(res, 0, 1) : "");

	if (!body)
		return;
	cmp_query(r, on_created,
		  "INSERT INTO policies (kind, version, body, author) "
		  "VALUES ($1::smallint, $2::int + 1, $3, $4) "
		  "ON CONFLICT DO NOTHING RETURNING " COLUMNS,
		  cmp_fmt(&r->arena, "%d", (int)in->kind),
		  PQntuples(res) ? cmp_text(r, res, 0, 0) : "0", body,
		  in->author);
}

static void create(service_t *s, const Yinhu__V1__CreatePolicyRequest *in,
		   Yinhu__V1__Policy_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);

	if (!in->policy || strlen(in->policy->author) > 100)
		cmp_fail(r, YH_INVALID_ARGUMENT,
			 "policy is missing, or its author is too long");
	else
		cmp_query(r, on_newest,
			  "SELECT version, body FROM policies "
			  "WHERE kind = $1::smallint "
			  "ORDER BY version DESC LIMIT 1",
			  cmp_fmt(&r->arena, "%d", (int)in->policy->kind));
}

static void on_rows(struct cmp_req *r, const PGresult *res)
{
	Yinhu__V1__ListPoliciesResponse out =
		YINHU__V1__LIST_POLICIES_RESPONSE__INIT;
	int n = cmp_page_rows(r, r->state, res, &out.next_page_token);

	out.n_policies = (size_t)n;
	out.policies = cmp_alloc(&r->arena, (size_t)n * sizeof(*out.policies));
	for (int i = 0; i < n; i++)
		out.policies[i] = policy_of(r, res, i);
	cmp_reply(r, &out.base);
}

static void list(service_t *s, const Yinhu__V1__ListPoliciesRequest *in,
		 Yinhu__V1__ListPoliciesResponse_Closure closure, void *data)
{
	struct cmp_req *r = CMP_RPC(s, in, closure, data);
	const struct cmp_page *p =
		cmp_page_new(r, "policies", in->page_token, in->page_size);

	if (!p)
		return;
	cmp_query(r, on_rows,
		  "SELECT " COLUMNS " FROM policies "
		  "WHERE $1::bigint = 0 OR seq < $1::bigint "
		  "ORDER BY seq DESC LIMIT $2::int",
		  cmp_page_after(r, p), cmp_page_limit(r, p));
}

void cmp_policies_bind(service_t *s)
{
	s->create_policy = create;
	s->list_policies = list;
}
