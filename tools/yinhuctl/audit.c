/**
 * @file audit.c  yinhuctl audit replay, audit export: stored dial decisions
 *                made again by the guards' own code, or written as lines.
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "commands.h"

enum { SHOW_MOST = 20 };

struct replay {
	struct cmp_audit *audit;
	uint64_t n, passed, differ;
	bool json;
};

static const char *const words[] = {"", "another verdict", "unknown policy",
				    "unreadable"};

static int on_policy(void *arg, int kind, int version, const char *body)
{
	struct replay *r = arg;
	int err =
		cmp_audit_policy(r->audit, (enum cmp_kind)kind, version, body);

	if (err)
		fprintf(stderr, "yinhuctl: policy %d@%d cannot be read\n", kind,
			version);

	return err ? -ECANCELED : 0;
}

static int on_decision(void *arg, const struct cmp_decision *d)
{
	struct cmp_verdict now = {.allowed = false, .guard = "-"};
	struct replay *r = arg;
	enum cmp_audit_word w = cmp_audit_decision(r->audit, d, &now);

	r->n++;
	r->passed += !strcmp(d->guard, "pass");
	if (w == CMP_AUDIT_SAME)
		return 0;
	if (++r->differ <= SHOW_MOST)
		fprintf(stderr,
			"decision %" PRId64 ": %s: was %s, is %s (policy "
			"version %d)\n  %s\n",
			d->id, words[w], d->guard,
			now.allowed ? "pass" : now.guard, d->policy_version,
			d->inputs);

	return 0;
}

static int read_any(const char *from, const struct yc_audit_sink *sink)
{
	if (!strncmp(from, "postgres", 8) || strchr(from, '='))
		return yc_audit_read_db(from, sink);

	return yc_audit_read_file(from, sink);
}

int yc_audit_replay(int argc, char **argv)
{
	struct replay r = {.audit = cmp_audit_create()};
	const struct yc_audit_sink sink = {on_policy, on_decision, &r};
	int err;

	if (argc > 1 && !strcmp(argv[1], "--json")) {
		r.json = true;
		argc--;
		argv++;
	}
	if (argc != 2 || !r.audit) {
		cmp_audit_destroy(r.audit);
		return YC_USAGE;
	}
	err = read_any(argv[1], &sink);
	cmp_audit_destroy(r.audit);
	if (err)
		return YC_FAILED;
	printf(r.json ? "{\"decisions\": %" PRIu64 ", \"passed\": %" PRIu64
			", \"refused\": %" PRIu64 ", \"different\": %" PRIu64
			"}\n"
		      : "%" PRIu64 " decisions, %" PRIu64 " passed, %" PRIu64
			" refused; %" PRIu64 " come out differently\n",
	       r.n, r.passed, r.n - r.passed, r.differ);

	return r.differ ? YC_FAILED : YC_OK;
}

/* ---- export ----------------------------------------------------------------
 */

static int put(json_t *line)
{
	int err = line ? json_dumpf(line, stdout, JSON_COMPACT) : -1;

	json_decref(line);

	return err || putchar('\n') == EOF ? -EIO : 0;
}

static int put_policy(void *arg, int kind, int version, const char *body)
{
	(void)arg;

	return put(json_pack("{s:{s:i, s:i, s:s}}", "policy", "kind", kind,
			     "version", version, "body", body));
}

static int put_decision(void *arg, const struct cmp_decision *d)
{
	(void)arg;

	return put(json_pack("{s:{s:I, s:s, s:i, s:s, s:I}}", "decision", "id",
			     (json_int_t)d->id, "guard", d->guard,
			     "policy_version", d->policy_version, "inputs",
			     d->inputs, "retry_s", (json_int_t)d->retry_s));
}

int yc_audit_export(int argc, char **argv)
{
	const struct yc_audit_sink sink = {put_policy, put_decision, NULL};

	if (argc != 2)
		return YC_USAGE;

	return yc_audit_read_db(argv[1], &sink) ? YC_FAILED : YC_OK;
}
