/**
 * @file sim_world.h  Callees as a trace of calls: what the n-th dial meets.
 *
 * The same seed gives the same callees to every pacer: the n-th dial's draws
 * depend on seed and n alone, the answer rate on seed and time. Pure.
 *
 * The model (docs/pacing.md says why): answer rate 0.40 with the hours' profile
 * 0.32..0.46; an answer after 2 s + gamma(3, 3.2 s), 11.6 s in the mean;
 * without answer 30 % end after 2 s + gamma(2, 2 s) (busy, off, vacant), the
 * rest ring out at 35 s; talk is exponential of 12 s for the 12 % who hang up
 * at once, else log-normal of mean 165 s and sigma 0.7; wrap-up gamma(2, 10 s).
 */
#ifndef YC_SIM_WORLD_H
#define YC_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

enum { YC_RING_OUT_MS = 35000, YC_WORLD_STEP_MS = 10000 };

struct yc_callee {
	bool answers;
	uint64_t ring_ms, talk_ms, wrap_ms;
};

struct yc_world {
	uint64_t seed;
	unsigned n;  /**< Dials so far */
	float *rate; /**< Answer rate by step of time, owned; NULL = a trace */
	unsigned steps;
	struct yc_callee *trace; /**< Shape (n_trace), owned; NULL = drawn */
	unsigned n_trace;
};

/** @param hours Length of the day [1..24]
 * @param drift The rate wanders: 0.6 to 1.5 times itself within the hour
 * @param burst Minutes of 1.7 or 0.4 times the rate, about two an hour
 * @return 0, -ENOMEM */
int yc_world_open(struct yc_world *w, uint64_t seed, unsigned hours, bool drift,
		  bool burst);
/** Callees from a file instead, again from its beginning after its end: a line
 * each, "answers ring_ms talk_ms wrap_ms", the first 0 or 1.
 * @return 0, -ENOENT and the like, -EINVAL (a line), -ENOMEM */
int yc_world_read(struct yc_world *w, const char *path);
void yc_world_close(struct yc_world *w);
/** Whom the next dial meets. */
struct yc_callee yc_world_dial(struct yc_world *w, uint64_t now_ms);
/** The day's mean answer rate [0..1]. */
double yc_world_mean_rate(const struct yc_world *w);
/** Mean of talk and wrap-up [ms]. */
double yc_world_mean_handling_ms(void);

/** A random number, exponential of mean 1. Source: S. Vigna, splitmix64. */
double yc_random_exp(uint64_t *state);

#endif
