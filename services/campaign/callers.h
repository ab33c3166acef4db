/**
 * @file callers.h  Caller ids that callees have come to know and refuse rest.
 *
 * Who answers which id is counted over the last hour, or the newest 10,000
 * calls of it: so many tell the ids apart (callerid.h). They are read a slice
 * at a time, newest first, since one statement over all of them would keep the
 * database's core from the decisions for a tenth of a second.
 */
#ifndef CMP_CALLERS_H
#define CMP_CALLERS_H

#include "callerid.h"
#include "req.h"

enum { CMP_CALLERS_MAX = 1000 }; /**< Ids that are told apart */

/** Counts so far; zeroed at first. Its memory goes with the arena. */
struct cmp_callers {
	struct cmp_arena arena;
	struct cmp_caller {
		const char *number;
		struct cmp_answers had;
	} * list; /* shape (CMP_CALLERS_MAX), NULL: a new count begins */
	size_t n;
	struct cmp_answers all;
	const char *before; /* what is read next was created before that */
	unsigned slices;
};

/** Read the next slice; behind the last one judge, and begin again.
 * @param r Taken @param c Borrowed; the reconciler's, one slice at a time */
void cmp_callers(struct cmp_req *r, struct cmp_callers *c);

#endif
