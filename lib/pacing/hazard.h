/**
 * @file hazard.h  How long something that runs will still last, learnt while
 * it happens.
 *
 * A life table in equal bins: how many were still running when a bin began
 * (exposure) and how many ended in it. What still runs counts as exposure as
 * it passes (right censoring), so that a morning's first calls do not make all
 * calls look short. Old experience fades by halving. Pure.
 *
 * Source: E. Kaplan, P. Meier, "Nonparametric estimation from incomplete
 * observations", 1958, with a constant-hazard prior.
 */
#ifndef YH_HAZARD_H
#define YH_HAZARD_H

#include <stdint.h>

enum { YH_HAZARD_BINS = 128 };

struct yh_hazard {
	float ended[YH_HAZARD_BINS];   /**< Ends in the bin [fading count] */
	float exposed[YH_HAZARD_BINS]; /**< Running at its begin [same] */
	float prior;		       /**< Ends a bin, before any is seen */
	float seen;		       /**< Ends in all [fading count] */
	uint32_t bin_ms;	       /**< Length of a bin [ms] */
	uint32_t limit_ms;	       /**< None lasts longer [ms]; 0 = any */
};

/** @param bin_ms   [ms, > 0]; the last bin is open
 * @param mean_ms  Expected before anything is seen [ms, > 0]
 * @param limit_ms See there */
void yh_hazard_init(struct yh_hazard *z, uint32_t bin_ms, uint32_t mean_ms,
		    uint32_t limit_ms);
/** The bin of an age. */
unsigned yh_hazard_bin(const struct yh_hazard *z, uint64_t age_ms);
/** Something begins to run, in bin 0. */
void yh_hazard_begin(struct yh_hazard *z);
/** Something that runs has passed from bin `from` to bin `to`. */
void yh_hazard_pass(struct yh_hazard *z, unsigned from, unsigned to);
/** Something has ended in a bin that was told with yh_hazard_pass(). */
void yh_hazard_end(struct yh_hazard *z, unsigned bin);
/** Probability that what has lasted age_ms ends within the next dt_ms [0..1].
 * @param dt_ms At most one bin */
double yh_hazard_ends(const struct yh_hazard *z, uint64_t age_ms,
		      uint32_t dt_ms);

#endif
