/** @file policies.c  PolicyService: versions of dial policies. */
#include <string.h>

#include "base/log.h"
#include "policy.h"
#include "req.h"

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
