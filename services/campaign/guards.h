/**
 * @file guards.h  May this contact be dialled now?
 *
 * Pure: the same inputs and policy give the same verdict for ever, so that an
 * auditor can make a decision again (`yinhuctl audit replay`). Sixteen guards
 * in a fixed order, G01 to G16; the first that refuses is the verdict. What is
 * not known denies.
 *
 * Source: the guards' table C10 of the compliance rules; GB/T 45251-2025 for
 * the hours and counts of collection.
 */
#ifndef CMP_GUARDS_H
#define CMP_GUARDS_H

#include "policy.h"

enum { CMP_UNKNOWN = -1 };
enum { CMP_INPUTS_TEXT = 2048 }; /**< Room for the inputs as text [bytes] */
enum { CMP_GUARDS = 16 };

enum cmp_day { CMP_WORKDAY = 1, CMP_WEEKEND = 2, CMP_HOLIDAY = 3 };
enum cmp_relation { CMP_SELF = 1, CMP_THIRD_PARTY = 2 };

/** What one decision rests on, see inputs.def. */
struct cmp_inputs {
#define INPUT(name, text) int64_t name;
#include "inputs.def"
#undef INPUT
};

struct cmp_verdict {
	bool allowed;
	const char *guard;	 /**< "G01"; NULL when allowed; static */
	const char *disposition; /**< Of a refusal for good; static */
	int64_t retry_at_s;	 /**< Look again then; 0 = never */
};

/** Calling hours, minutes of the callee's day. */
struct cmp_hours {
	int from_min;
	int until_min;
};

/** Preset hours of a kind; both unknown for an unknown kind. */
struct cmp_hours cmp_hours_default(enum cmp_kind kind);
/** Are these hours legal for the kind (the hard cap)? */
bool cmp_hours_legal(enum cmp_kind kind, struct cmp_hours hours);
/** "HH:MM" as minutes [0..1440]. @return CMP_UNKNOWN when it is no time */
int cmp_minutes(const char *text);

enum { CMP_SKEW_S = 5 }; /**< Clocks that differ by less agree */
/** The time, if two clocks agree on it: one that was set wrong would let the
 * windows of caps slip. @return here_s, or 0 when nobody knows */
int64_t cmp_agreed_now_s(int64_t here_s, int64_t there_s);

/** Decide. @param in Borrowed @param policy Borrowed; NULL denies */
struct cmp_verdict cmp_guards(const struct cmp_inputs *in,
			      const struct cmp_policy *policy);
/** "G01" .. "G16" in the order of evaluation. @param i [0..CMP_GUARDS) */
const char *cmp_guard_id(unsigned i);

/** Is a rate over, of enough answered calls to mean something? One that is not
 * known is. @param in Borrowed @param policy Borrowed @param rate [permille]
 * @param most [permille] */
bool cmp_rate_is_over(const struct cmp_inputs *in,
		      const struct cmp_policy *policy, int64_t rate,
		      int64_t most);

/** Inputs as text; those of 0 are left out. @param out CMP_INPUTS_TEXT bytes */
void cmp_inputs_print(const struct cmp_inputs *in, char *out);
/** Read "name=value ..." over what is there. @return 0, -EINVAL */
int cmp_inputs_read(struct cmp_inputs *in, const char *text);

/** A purpose as a number, never 0; blanks and case at the edges count. */
int64_t cmp_purpose_key(const char *text);

#endif
