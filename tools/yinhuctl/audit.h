/** @file audit.h  Where stored decisions are read from. */
#ifndef YC_AUDIT_H
#define YC_AUDIT_H

#include "../../services/campaign/audit.h"

/** What a source tells, in this order: policies before their decisions.
 * @return 0, or negative: reading ends with it */
struct yc_audit_sink {
	int (*policy)(void *arg, int kind, int version, const char *body);
	int (*decision)(void *arg, const struct cmp_decision *d);
	void *arg;
};

/** Lines of JSON, an object each: {"policy": {"kind", "version", "body"}} and
 * {"decision": {"id", "guard", "policy_version", "inputs", "retry_s"}}.
 * @param path Borrowed, "-" = standard input
 * @return 0; -EINVAL and a message on stderr; what the sink said */
int yc_audit_read_file(const char *path, const struct yc_audit_sink *sink);
/** The campaign service's database, read in pieces.
 * @param url Borrowed, a libpq connection string
 * @return 0; -EIO and a message on stderr; what the sink said */
int yc_audit_read_db(const char *url, const struct yc_audit_sink *sink);

#endif
