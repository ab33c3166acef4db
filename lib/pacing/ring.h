/**
 * @file ring.h  What becomes of a dial that rings: when, and whether, it is
 * answered.
 *
 * Two learnt distributions (time to the answer, time to any other end), an
 * answer rate by hour and list, and one fast factor for all of them that
 * follows drift and bursts: a discounted gamma-Poisson filter that compares
 * the answers of each moment with those that were expected in it. Dials that
 * still ring count in both, so that neither is fooled by answers that come
 * sooner than failures. Pure.
 *
 * Source: O. Aalen, S. Johansen, 1978, for incidence under competing ends;
 * M. West, J. Harrison, Bayesian Forecasting and Dynamic Models, 1997,
 * chapter 10.8 (discount factors).
 */
#ifndef YH_RING_H
#define YH_RING_H

#include <stdint.h>

#include "pacing/horizon.h"

enum {
	YH_RING_S = 64,	     /**< Longest ring [s] */
	YH_RING_TABLE = 112, /**< With what a forecast looks beyond it */
	YH_RING_LISTS = 16,  /**< Lists told apart; list l is l % 16 */
	YH_RING_HOURS = 24,
};

struct yh_ring {
	/** By second of age: rang at its begin, answered in it, failed in it
	 * [fading counts] */
	float rang[YH_RING_S], answered[YH_RING_S], failed[YH_RING_S];
	float answered_by[YH_RING_TABLE]; /**< P(time <= s), given answered */
	float failed_by[YH_RING_TABLE];	  /**< Same, given not answered */
	float answers[YH_RING_LISTS][YH_RING_HOURS]; /**< [fading count] */
	float ends[YH_RING_LISTS][YH_RING_HOURS];
	float prior_rate;   /**< Before anything is seen [0..1] */
	double alpha, beta; /**< Of the fast factor's gamma distribution */
};

/** @param answer_rate     Expected before anything is seen [0..1]
 * @param ring_timeout_ms When a dial is given up [ms, at most 64 s] */
void yh_ring_init(struct yh_ring *r, double answer_rate,
		  uint32_t ring_timeout_ms);
/** The second of an age. */
unsigned yh_ring_second(uint64_t age_ms);
/** A dial begins to ring, at second 0. */
void yh_ring_begin(struct yh_ring *r);
/** A dial has rung from second `from` to second `to`. */
void yh_ring_pass(struct yh_ring *r, unsigned from, unsigned to);
/** A dial has ended. @param second Up to which it was told to ring */
void yh_ring_end(struct yh_ring *r, unsigned list, unsigned hour,
		 unsigned second, int answered);
/** Fold what was told into the distributions. */
void yh_ring_fold(struct yh_ring *r);
/** Time has passed: move the fast factor.
 * @param dt_ms    Since the last call [ms]
 * @param answers  Seen in it
 * @param expected Sum over the ringing of yh_ring_due() at factor 1 */
void yh_ring_observe(struct yh_ring *r, uint64_t dt_ms, double answers,
		     double expected);
/** Answer rate of a list at an hour, the fast factor left out [0..1]. */
double yh_ring_rate(const struct yh_ring *r, unsigned list, unsigned hour);
/** The fast factor's mean, and its standard deviation. */
double yh_ring_factor(const struct yh_ring *r, double *deviation);
/** P(answered within dt_ms more | rings since age_ms) when its answer rate is
 * `rate` [0..1]. */
double yh_ring_due(const struct yh_ring *r, double rate, uint64_t age_ms,
		   uint64_t dt_ms);

/** The same at all horizons. @param q Receives shape (YH_LANES) */
void yh_ring_forecast(const struct yh_ring *r, double rate, uint64_t age_ms,
		      float *q);

#endif
