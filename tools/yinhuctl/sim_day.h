/**
 * @file sim_day.h  A day of a call centre as discrete events. Pure.
 *
 * An answer goes to the agent who has been idle longest; without one it waits
 * for the grace of 2 s and is then abandoned.
 */
#ifndef YC_SIM_DAY_H
#define YC_SIM_DAY_H

#include "sim_rules.h"
#include "sim_world.h"

enum {
	YC_GRACE_MS = 2000,
	YC_CANCEL_MS = 300, /* from hanging up until it does not ring */
	YC_WINDOW_MS = 1800000,
};

struct yc_day_result {
	unsigned dials, answers, calls, abandoned;
	unsigned withdrawn;	/**< Dials taken back while they rang */
	double utilisation;	/**< Talk and wrap-up of the agents' time */
	double abandoned_ratio; /**< Of live answers */
	uint64_t window_max_at_ms;
	double window_max; /**< Worst ratio of 30 minutes, at any moment */
};

/** @param w   Fresh; what it tells is used up
 * @param p   Fresh
 * @param out Set on success
 * @return 0, -ENOMEM */
int yc_day_run(struct yc_world *w, struct yc_pacing *p, unsigned agents,
	       uint64_t length_ms, struct yc_day_result *out);

#endif
