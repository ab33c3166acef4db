/** @file reviews.h  Findings on their way from a report into the queue. */
#ifndef CMP_REVIEWS_H
#define CMP_REVIEWS_H

#include "req.h"

/** A report's findings as PostgreSQL's array literals, in the arena. */
struct cmp_finding_rows {
	const char *rule, *severity, *line, *sealed;
};

struct cmp_finding_rows
cmp_finding_rows(struct cmp_req *r, const Yinhu__V1__QualityReport *report);

#endif
