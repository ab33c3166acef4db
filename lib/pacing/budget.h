/**
 * @file budget.h  How many calls may still be abandoned.
 *
 * Live answers and abandoned calls of the day and of a rolling window. The
 * allowance is what keeps the ratio under the cap at every later moment, too:
 * as the window moves on, answers leave it, and only a cautious share of the
 * pace seen so far is counted on to come. Pure.
 *
 * Source: own design; the cap is the bank's (docs/pacing.md).
 */
#ifndef YH_BUDGET_H
#define YH_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum {
	YH_BUDGET_WINDOW_MS = 1800000, /**< 30 minutes */
	YH_BUDGET_BIN_MS = 10000,
	/** One more, so that the window is never too short */
	YH_BUDGET_BINS = YH_BUDGET_WINDOW_MS / YH_BUDGET_BIN_MS + 1,
};

struct yh_budget {
	uint32_t answers[YH_BUDGET_BINS], abandoned[YH_BUDGET_BINS];
	uint32_t window_answers, window_abandoned;
	uint32_t day_answers, day_abandoned;
	uint64_t bin;	   /**< Number of the bin that is being filled */
	uint64_t first_ms; /**< Of the day's first answer; 0 = none yet */
	double cap;	   /**< Abandoned of live answers, at most [0..1] */
};

/** @param cap See there; keep a reserve under the legal one */
void yh_budget_init(struct yh_budget *b, double cap, uint64_t now_ms);
/** A new day: its counts begin at 0; the window goes on. */
void yh_budget_day(struct yh_budget *b);
/** A live person has answered. */
void yh_budget_answer(struct yh_budget *b, uint64_t now_ms);
/** One of these answers was abandoned. */
void yh_budget_abandon(struct yh_budget *b, uint64_t now_ms);
/** How many more may be abandoned now.
 * @return >= 0: day, window, and every later window stay under the cap */
unsigned yh_budget_left(struct yh_budget *b, uint64_t now_ms);

/** What a window of the present size allows in all [calls, fraction too]. */
double yh_budget_whole(const struct yh_budget *b);

/** Whether the day can bear one more abandoned call at all. */
bool yh_budget_open(const struct yh_budget *b);

#endif
