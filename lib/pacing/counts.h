/**
 * @file counts.h  How many of some independent events happen: exactly.
 *
 * The Poisson-binomial distribution by convolution, at all horizons of a
 * forecast at once: a row a count, a lane a horizon, so that adding an event
 * is one pass of short vectors. Pure; no allocation after create.
 *
 * Source: Y. Hong, "On computing the distribution function for the Poisson
 * binomial distribution", 2013 (the recursive form).
 */
#ifndef YH_COUNTS_H
#define YH_COUNTS_H

#include "pacing/horizon.h"

/** P(count = k) by horizon; rows over n are 0. */
struct yh_counts {
	float (*p)[YH_LANES]; /**< Shape (max + 1, YH_LANES), owned */
	unsigned n;	      /**< Rows in use: counts 0..n-1 */
	unsigned max;	      /**< Highest count kept; what is above is in it */
};

/** Room for counts 0..max, at count 0 for sure.
 * @param c   Storage, zeroed or once closed
 * @param max [events, 1..65535]
 * @return 0, -EINVAL, -ENOMEM */
int yh_counts_open(struct yh_counts *c, unsigned max);
/** @param c NULL is fine */
void yh_counts_close(struct yh_counts *c);
/** Back to count 0 for sure. */
void yh_counts_reset(struct yh_counts *c);
/** One more event. @param q Borrowed, shape (YH_LANES), its probability at
 * each horizon [0..1] */
void yh_counts_add(struct yh_counts *c, const float *q);
/** Make each row the sum of the rows up to it: P(count <= k). Only reading is
 * allowed until reset. */
void yh_counts_cumulate(struct yh_counts *c);
/** P(a >= b + more) by horizon, for independent a and b.
 * @param a    Borrowed
 * @param b    Borrowed, cumulated
 * @param more Offset [events], may be negative
 * @param out  Shape (YH_LANES) */
void yh_counts_reach(const struct yh_counts *a, const struct yh_counts *b,
		     int more, float *out);

#endif
