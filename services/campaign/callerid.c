/** @file callerid.c  Health of caller ids, contract in callerid.h */
#include <math.h>

#include "callerid.h"

enum { DIALS_MIN = 50 };
static const double DEVIATIONS = 3, LOSS = 1.0 / 3;

static double rate(struct cmp_answers a)
{
	return (double)a.answers / a.dials;
}

bool cmp_caller_is_worn(struct cmp_answers one, struct cmp_answers others)
{
	double both, deviation;

	if (one.dials < DIALS_MIN || others.dials < DIALS_MIN)
		return false;
	both = (double)(one.answers + others.answers) /
	       (one.dials + others.dials);
	deviation = sqrt(both * (1 - both) *
			 (1.0 / one.dials + 1.0 / others.dials));

	return rate(one) < (1 - LOSS) * rate(others) &&
	       rate(others) - rate(one) > DEVIATIONS * deviation;
}
