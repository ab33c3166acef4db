/**
 * @file guards.h  May this contact be dialled now?
 *
 * Pure. The order is fixed: G01 calling hours, G03 attempts, G05 do-not-call,
 * G12 one call at a time. What is not known denies.
 *
 * Source: the guards' table of the compliance rules; GB/T 45251-2025 for the
 * hours of collection.
 */
#ifndef CMP_GUARDS_H
#define CMP_GUARDS_H

#include <stdbool.h>
#include <stdint.h>

/** As yinhu.v1.Campaign.Kind. */
enum cmp_kind {
	CMP_KIND_UNKNOWN = 0,
	CMP_MARKETING = 1,
	CMP_SERVICE = 2,
	CMP_COLLECTION = 3,
};

enum { CMP_UNKNOWN = -1 };

/** Calling hours, minutes of the callee's day. */
struct cmp_hours {
	int from_min;
	int until_min;
};

/** What one decision rests on; CMP_UNKNOWN where it could not be read. */
struct cmp_guard_input {
	int64_t now_s; /**< Since 1970-01-01 UTC [s]; 0 = unknown */
	enum cmp_kind kind;
	struct cmp_hours hours; /**< The campaign's own, or unknown */
	int ring_s;		/**< How long it may ring */
	int attempts_5min;	/**< In all campaigns, the last 5 minutes */
	int attempts_24h;	/**< In all campaigns, the last 24 hours */
	int64_t oldest_5min_s;	/**< The first of them; for the next look */
	int64_t oldest_24h_s;
	int max_5min; /**< The policy's limits */
	int max_24h;
	int on_dnc;    /**< 0, 1 or CMP_UNKNOWN */
	int in_flight; /**< 0, 1 or CMP_UNKNOWN: a call to this callee is up */
};

struct cmp_verdict {
	bool allowed;
	const char *guard;  /**< "G01"; NULL when allowed */
	int64_t retry_at_s; /**< Look again then; 0 = never */
};

/** Preset hours of a kind; both unknown for an unknown kind. */
struct cmp_hours cmp_hours_default(enum cmp_kind kind);

/** Are these hours legal for the kind (the hard cap)? */
bool cmp_hours_legal(enum cmp_kind kind, struct cmp_hours hours);

/** "HH:MM" as minutes [0..1440]. @return CMP_UNKNOWN when it is no time */
int cmp_minutes(const char *text);

/** Decide. @param in Borrowed */
struct cmp_verdict cmp_guards(const struct cmp_guard_input *in);

#endif
