/** @file ledger.h  Parts of the ledger that have files of their own. */
#ifndef CMP_LEDGER_H
#define CMP_LEDGER_H

#include "req.h"

/** Reasons for a trunk pause, shown to people, at most this long [bytes]. */
enum { CMP_REASON_MAX = 200 };

/** Advisory lock: shared while attempts are leased, alone to halt them. */
#define CMP_DIALING_LOCK "7309454"

/** Note the trunk's state with the statements that are sent next. @param trunk
 * Has a name */
void cmp_trunk_note(struct cmp_req *r, const Yinhu__V1__TrunkState *trunk);
/** Note the trunk's state; RUNNING campaigns pause when it has been down for
 * long. `next` follows in any case. */
void cmp_trunk_report(struct cmp_req *r, const Yinhu__V1__TrunkState *trunk,
		      cmp_step *next);

/**
 * Close the record of a call that has ended, if all is known; exactly once.
 * The contact becomes due again or done, failures of the trunk are counted.
 *
 * @param r In a transaction; `next` follows in it in any case
 * @param call_id Borrowed, in the arena
 */
void cmp_settle(struct cmp_req *r, const char *call_id, cmp_step *next);

#endif
