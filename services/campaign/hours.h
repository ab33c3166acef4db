/** @file hours.h  G01 and G02: the callee's clock. Pure; for guards.c. */
#ifndef CMP_HOURS_H
#define CMP_HOURS_H

#include "guards.h"

/** G01: may it ring, and be talked, from now on? @return 0, or when to look
 * again [s]; CMP_UNKNOWN when it cannot be said */
int64_t cmp_hours_wait(const struct cmp_inputs *in,
		       const struct cmp_policy *policy);
/** The callee's next day begins then, at the latest of its clocks [s]. */
int64_t cmp_next_day(const struct cmp_inputs *in);

#endif
