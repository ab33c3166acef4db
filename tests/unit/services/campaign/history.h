/**
 * @file history.h  A random history of the ledger: two sites, crashes, clocks.
 *
 * Each site is a campaign replica and its dialer, before one ledger
 * (double.h): three campaigns of the three kinds, four numbers of three people.
 * Random steps: imports, leases, answers that are lost, late or repeated,
 * renewals, calls that are refused, answered, cut; events late, twice and out
 * of order; crashes of either half of a site; a halt, do-not-call; a clock that
 * is set wrong, of a site or of the database, and right again.
 *
 * The invariants are those of tests/model/ledger.pml, and caps and hours by
 * the true clock, as the callee's telephone sees them: nobody in two calls; no
 * INVITE without its live attempt, none twice; no cap exceeded; nothing new a
 * second after a halt or a do-not-call; no ringing in a forbidden hour; at the
 * end one record an attempt and every contact due or done.
 *
 * Pure: a seed gives the same history for ever.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "double.h"

struct history_sum {
	uint64_t histories, steps, leases, refusals, invites, answers;
	uint64_t interruptions, crashes, clock_steps, stale_answers;
};

/** Run one. @param sum Counts are added to it
 * @return NULL, or the violated invariant (static) */
const char *history_run(uint64_t seed, enum dbl_bug bug,
			struct history_sum *sum);

#endif
