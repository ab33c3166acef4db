/**
 * @file callerid.h  Is a caller id worn out?
 *
 * Pure. Numbers that callees or their telephones have marked are answered less
 * than the bank's others at the same time: such a number rests.
 *
 * Source: the one-sided test of two proportions at 3 deviations, and a loss of
 * at least a third, so that a large sample does not rest a number for little.
 */
#ifndef CMP_CALLERID_H
#define CMP_CALLERID_H

#include <stdbool.h>

struct cmp_answers {
	unsigned dials, answers;
};

/** @param one    What the number had lately: callers.h says how long
 * @param others What the bank's other numbers had in the same time */
bool cmp_caller_is_worn(struct cmp_answers one, struct cmp_answers others);

#endif
