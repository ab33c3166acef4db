/**
 * @file forecast.h  When agents will be free: from their time in call.
 *
 * Two hazards, talk and wrap-up, folded into tables by bin of age and horizon.
 * Pure.
 */
#ifndef YH_FORECAST_H
#define YH_FORECAST_H

#include "pacing/hazard.h"
#include "pacing/horizon.h"

struct yh_forecast {
	struct yh_hazard talk, wrap;
	uint32_t grace_s; /**< An agent is in time that much later [s] */
	/** P(free by horizon + grace | in that bin), shape (bins, lanes) */
	float talk_free[YH_HAZARD_BINS][YH_LANES];
	float wrap_free[YH_HAZARD_BINS][YH_LANES];
	uint64_t folded_ms; /**< When the tables were made */
};

/** @param wrap_limit_ms See yh_hazard.limit_ms */
void yh_forecast_init(struct yh_forecast *f, uint32_t talk_ms, uint32_t wrap_ms,
		      uint32_t wrap_limit_ms, uint32_t grace_ms);
/** Make the tables again, if they are some seconds old. */
void yh_forecast_fold(struct yh_forecast *f, uint64_t now_ms);

#endif
