/**
 * @file pacer.h  How many calls to start now, for human agents.
 *
 * Told what happens (an agent's state, a dial, its end, an answer's fate), it
 * knows each agent's time in call and each ringing dial's age, learns talk,
 * wrap-up and ring times and the answer rate while it works, and buys dials
 * one by one: at each horizon it has the exact distribution of answers against
 * that of free agents, and starts another dial while
 *
 *  - its price, the abandoned calls that it adds by answer that it adds, is
 *    under a limit which follows the abandonment seen, and
 *  - the chance that this and the ringing dials together abandon more than the
 *    budget has left (budget.h) is negligible, and small even if the answer
 *    rate jumps right after it.
 *
 * A dial is no promise: each moment the same chance, at the nearest horizon, is
 * looked at for what rings already, and dials are taken back until it is
 * negligible again. So neither agents who talk longer than expected nor a burst
 * of answers can break the budget.
 *
 * Pure: no clock, no I/O; times are milliseconds of any clock that does not
 * go back. One thread. No allocation after create.
 *
 * Source: own design. The limit's rule is that of I. Gibbs, E. Candes,
 * "Adaptive conformal inference under distribution shift", 2021: whatever the
 * forecast's faults, the long-run ratio goes to the target.
 */
#ifndef YH_PACER_H
#define YH_PACER_H

#include <stdbool.h>
#include <stdint.h>

enum yh_pacing {
	YH_PACING_PREVIEW,     /**< The agent starts each dial by hand */
	YH_PACING_PROGRESSIVE, /**< A dial for each free agent, no more */
	YH_PACING_PREDICTIVE,  /**< For agents who will be free, too */
};

enum yh_agent_state {
	YH_AGENT_AWAY = 0, /**< Not logged in, or on a break */
	YH_AGENT_IDLE,	   /**< Waits for a call */
	YH_AGENT_TALK,
	YH_AGENT_WRAP, /**< Work after the call */
};

struct yh_pacer_conf {
	enum yh_pacing mode;
	unsigned max_agents;	   /**< [1..2000] */
	unsigned max_dials;	   /**< Ringing at once [1..4000] */
	double cap;		   /**< Abandoned of live answers [0..0.2] */
	uint32_t grace_ms;	   /**< Wait for an agent, then abandoned */
	uint32_t ring_timeout_ms;  /**< [ms, at most 60000] */
	double answer_rate;	   /**< First guess [0..1] */
	uint32_t talk_ms, wrap_ms; /**< First guesses of the means [ms, > 0] */
	uint32_t wrap_limit_ms;	   /**< Wrap-up ends by itself; 0 = never */
};

struct yh_pacer;

/** A bank's defaults: predictive, 3 %, 2 s, ring 35 s, answers 0.35, talk
 * 150 s, wrap-up 20 s that never ends by itself. */
struct yh_pacer_conf yh_pacer_defaults(unsigned max_agents);
/** @param out  Owned by the caller; untouched on error
 * @param conf Borrowed, copied
 * @return 0, -EINVAL (a value out of range), -ENOMEM */
int yh_pacer_create(struct yh_pacer **out, const struct yh_pacer_conf *conf,
		    uint64_t now_ms);
/** @param p Taken, may be NULL */
void yh_pacer_destroy(struct yh_pacer *p);

/** An agent's state. TALK means that an answer was connected, unless the
 * agent had no waiting answer (a call that came otherwise). AWAY in a talk
 * means: not to be counted on after it.
 * @param agent [0..max_agents-1]
 * @return 0, -EINVAL */
int yh_pacer_agent(struct yh_pacer *p, unsigned agent,
		   enum yh_agent_state state, uint64_t now_ms);
/** The hour of the day by the callees' clock, when it changes [0..23]. */
void yh_pacer_hour(struct yh_pacer *p, unsigned hour);
/** A new day has begun: the day's budget starts again. */
void yh_pacer_day(struct yh_pacer *p);

/** A dial was started.
 * @param list Any number; alike modulo 16 is alike
 * @return Its handle >= 0; -ENOBUFS: max_dials ring */
int yh_pacer_dialled(struct yh_pacer *p, unsigned list, uint64_t now_ms);
/** A live person has answered; the dial's handle is gone.
 * @return 0, -EINVAL: no such dial */
int yh_pacer_answered(struct yh_pacer *p, int dial, uint64_t now_ms);
/** It was not answered, or by a machine; the handle is gone.
 * @return 0, -EINVAL: no such dial */
int yh_pacer_failed(struct yh_pacer *p, int dial, uint64_t now_ms);
/** It was taken back before it was answered; the handle is gone.
 * @return 0, -EINVAL: no such dial */
int yh_pacer_withdrawn(struct yh_pacer *p, int dial, uint64_t now_ms);
/** An answer got no agent within the grace. */
void yh_pacer_abandoned(struct yh_pacer *p, uint64_t now_ms);
/** An answered callee hung up before an agent or the grace's end. */
void yh_pacer_left(struct yh_pacer *p);

/** How many dials to start now; ask after each event, and each second.
 * Cost: O(agents + dials) short vector operations.
 * @param list The list that they would come from */
unsigned yh_pacer_ask(struct yh_pacer *p, unsigned list, uint64_t now_ms);

/** After yh_pacer_ask(): a dial to hang up now, though it rings. It is told
 * once, and may still be answered on the way.
 * @return Its handle >= 0, -ENOENT: none (more) */
int yh_pacer_excess(struct yh_pacer *p);

/** What the pacer knows, for dashboards. */
struct yh_pacer_view {
	unsigned idle, talk, wrap, ringing, waiting;
	double answer_rate;	 /**< Of the list asked for last, now [0..1] */
	double price_limit;	 /**< [abandoned by answer] */
	unsigned budget_left;	 /**< [abandoned calls] */
	double abandoned_window; /**< Of live answers, 30 minutes [0..1] */
	double abandoned_day;	 /**< [0..1] */
};
void yh_pacer_view(struct yh_pacer *p, uint64_t now_ms,
		   struct yh_pacer_view *out);

#endif
