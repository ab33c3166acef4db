/**
 * @file besthour.h  When a number is most likely answered.
 *
 * Pure. Source: the posterior mean of a beta prior of 1 answer in 3 dials for
 * each hour of the callee's day; the earliest of equals wins.
 */
#ifndef CMP_BESTHOUR_H
#define CMP_BESTHOUR_H

#include <stdint.h>

/** What a number's earlier dials found, by hour of the callee's day. */
struct cmp_hour_counts {
	unsigned dials[24], answers[24];
};

/** Read "hour dials answers,...", hours by UTC.
 * @param zone_min The callee's clock is so far ahead of UTC [min] */
void cmp_hour_counts_read(struct cmp_hour_counts *c, const char *text,
			  int64_t zone_min);
/** The best time within a day from `earliest_s` on: itself, or the begin of a
 * better hour inside the hours of calling. Without any answer so far, or when
 * the hours are unknown, it is `earliest_s`.
 * @param from_min, until_min Hours of calling [minute of the callee's day] */
int64_t cmp_best_time(const struct cmp_hour_counts *c, int64_t earliest_s,
		      int64_t zone_min, int64_t from_min, int64_t until_min);

#endif
