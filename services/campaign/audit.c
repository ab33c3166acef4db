/** @file audit.c  Decisions again, contract in audit.h */
#include <errno.h>
#include <string.h>

#include "audit.h"
#include "base/mem.h"

struct version {
	enum cmp_kind kind;
	int version;
	struct cmp_policy policy;
};

struct cmp_audit {
	struct version *list;
	size_t n, room;
};

struct cmp_audit *cmp_audit_create(void)
{
	return yh_zalloc(sizeof(struct cmp_audit));
}

int cmp_audit_policy(struct cmp_audit *a, enum cmp_kind kind, int version,
		     const char *body)
{
	struct version v = {.kind = kind, .version = version};

	if (!cmp_kind_name(kind) || version <= 0 ||
	    cmp_policy_read(&v.policy, body))
		return -EINVAL;
	if (a->n == a->room) {
		size_t room = a->room ? a->room * 2 : 16;
		struct version *list = yh_calloc(room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		if (a->n)
			memcpy(list, a->list, a->n * sizeof(*list));
		yh_free(a->list);
		a->list = list;
		a->room = room;
	}
	a->list[a->n++] = v;

	return 0;
}

static const struct cmp_policy *find(const struct cmp_audit *a, int64_t kind,
				     int version)
{
	for (size_t i = 0; i < a->n; i++)
		if ((int64_t)a->list[i].kind == kind &&
		    a->list[i].version == version)
			return &a->list[i].policy;

	return NULL;
}

static bool is_word(const char *guard)
{
	for (unsigned i = 0; i < CMP_GUARDS; i++)
		if (!strcmp(guard, cmp_guard_id(i)))
			return true;

	return !strcmp(guard, "pass");
}

enum cmp_audit_word cmp_audit_decision(const struct cmp_audit *a,
				       const struct cmp_decision *d,
				       struct cmp_verdict *now)
{
	const struct cmp_policy *policy;
	struct cmp_inputs in = {0};

	if (!is_word(d->guard) || cmp_inputs_read(&in, d->inputs))
		return CMP_AUDIT_UNREADABLE;
	/* The version is told twice, by the row and in the inputs. */
	policy = find(a, in.kind, d->policy_version);
	if (d->policy_version > 0 &&
	    (!policy || in.policy_version != d->policy_version))
		return CMP_AUDIT_NO_POLICY;
	*now = cmp_guards(&in, policy);
	if (strcmp(now->allowed ? "pass" : now->guard, d->guard) != 0)
		return CMP_AUDIT_OTHER;
	/* For good then is for good now. */
	if (!now->allowed && (d->retry_s == 0) != (now->retry_at_s == 0))
		return CMP_AUDIT_OTHER;

	return CMP_AUDIT_SAME;
}

void cmp_audit_destroy(struct cmp_audit *a)
{
	if (!a)
		return;
	yh_free(a->list);
	yh_free(a);
}
