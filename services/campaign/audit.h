/**
 * @file audit.h  Make stored decisions again. Pure.
 *
 * A decision is its inputs, the version of the policy and the guard that
 * refused ("pass": none). The same code on the same inputs must come to the
 * same word, today and in three years.
 */
#ifndef CMP_AUDIT_H
#define CMP_AUDIT_H

#include "guards.h"

struct cmp_audit;

/** A decision as it was stored. Texts borrowed. */
struct cmp_decision {
	int64_t id;
	const char *guard;
	int policy_version;
	const char *inputs;
	int64_t retry_s; /**< On the wall's clock; 0 = never, or passed */
};

/** What was found of one. */
enum cmp_audit_word {
	CMP_AUDIT_SAME = 0,
	CMP_AUDIT_OTHER,      /**< Another guard speaks now */
	CMP_AUDIT_NO_POLICY,  /**< Its policy's version is not known */
	CMP_AUDIT_UNREADABLE, /**< Inputs or guard are no such thing */
};

/** @return NULL: no memory */
struct cmp_audit *cmp_audit_create(void);
/** Add a policy's version. @param body As stored
 * @return 0, -EINVAL (kind, or the body cannot be read), -ENOMEM */
int cmp_audit_policy(struct cmp_audit *a, enum cmp_kind kind, int version,
		     const char *body);
/** Decide again. @param[out] now The verdict of today; set unless it is
 * UNREADABLE or NO_POLICY */
enum cmp_audit_word cmp_audit_decision(const struct cmp_audit *a,
				       const struct cmp_decision *d,
				       struct cmp_verdict *now);
/** @param a Taken, may be NULL */
void cmp_audit_destroy(struct cmp_audit *a);

#endif
