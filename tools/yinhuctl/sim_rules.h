/**
 * @file sim_rules.h  The pacers that the simulator compares. Pure.
 *
 * - ours: lib/pacing/pacer.h, as the product runs it.
 * - erlang: open loop. Dials leave at random at the one rate at which Erlang's
 *   B formula loses 3 % of the answers; it is told the day's true mean rate
 *   and handling time.
 * - adaptive: the rule of open-source diallers, from its public description
 *   (VICIdial's manager manual, ADAPT_HARD_LIMIT): lines to hold are a dial
 *   level times the agents; every 15 s the level moves with the last minute's
 *   mean of idle agents less waiting calls, 1.0 to 3.0; when the day's drop
 *   rate is over its limit the level is 1.0.
 */
#ifndef YC_SIM_RULES_H
#define YC_SIM_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "pacing/pacer.h"

enum yc_rule { YC_OURS, YC_ERLANG, YC_ADAPTIVE };

/** What is so at the moment. */
struct yc_scene {
	unsigned agents, idle, talk, wrap, ringing, waiting;
	unsigned answers, abandoned; /**< Of the day */
};

struct yc_pacing {
	enum yc_rule rule;
	struct yh_pacer *ours;	/**< Owned; NULL for the other rules */
	double next_ms, gap_ms; /**< erlang: next dial, mean time between */
	uint64_t random;
	double level, limit; /**< adaptive */
	bool ready_only;     /**< adaptive: tally idle agents only */
	double spare[60];    /**< adaptive: the last minute, by second */
	unsigned second;
};

/** Offered load [erlang] at which n servers lose `loss` of it.
 * Source: A. K. Erlang, 1917; the usual recursion. */
double yc_erlang_load(unsigned n, double loss);
/** Dials to start now; called each 500 ms. */
unsigned yc_pacing_ask(struct yc_pacing *p, const struct yc_scene *s,
		       uint64_t now_ms);

#endif
