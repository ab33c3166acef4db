/**
 * @file policy.h  The numbers that the guards compare with.
 *
 * Pure. A policy belongs to a kind of campaign and has a version; a version
 * never changes, so that a decision can be made again. policy.def lists the
 * numbers and their presets.
 *
 * Source: compliance table C10; GB/T 45251-2025 and the banking association's
 * guide of 2026 for the legal caps of collection.
 */
#ifndef CMP_POLICY_H
#define CMP_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** As yinhu.v1.Campaign.Kind. */
enum cmp_kind {
	CMP_KIND_UNKNOWN = 0,
	CMP_MARKETING = 1,
	CMP_SERVICE = 2,
	CMP_COLLECTION = 3,
	CMP_KINDS = 4, /**< How many, with unknown */
};

enum { CMP_POLICY_TEXT = 1200 }; /**< Room for one as text [bytes] */

struct cmp_policy {
#define POLICY(name, m, s, c, least, most, text) int64_t name;
#include "policy.def"
#undef POLICY
};

/** What a bank may know of a number. */
struct cmp_policy_field {
	const char *name, *text;
	int64_t least, most;
};

extern const struct cmp_policy_field cmp_policy_fields[];
extern const size_t cmp_policy_n;

/** "marketing", ...; NULL for an unknown kind. */
const char *cmp_kind_name(enum cmp_kind kind);
/** The presets. @return false: there is no such kind */
bool cmp_policy_preset(enum cmp_kind kind, struct cmp_policy *out);
/** Is it within its ranges and the law? @return NULL, or what is wrong */
const char *cmp_policy_fault(enum cmp_kind kind, const struct cmp_policy *p);
/** Read "name=value ..." over what is there. @return 0, -EINVAL */
int cmp_policy_read(struct cmp_policy *p, const char *text);
/** As text. @param out CMP_POLICY_TEXT bytes */
void cmp_policy_print(const struct cmp_policy *p, char *out);
/**
 * Change what a list says for a kind: words "name=value", for all kinds, or
 * "marketing.name=value".
 *
 * @return 0, -EINVAL (no such name or kind, no number)
 */
int cmp_policy_adjust(enum cmp_kind kind, struct cmp_policy *p,
		      const char *list);

#endif
