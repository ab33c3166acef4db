/**
 * @file trial_rpc.h  RuleTrialService: packs on trial, on a worker, away from
 *                    live calls.
 */
#ifndef QA_TRIAL_RPC_H
#define QA_TRIAL_RPC_H

#include <uv.h>

#include "force.h"
#include "rpc/rpc.h"

struct qa_trials;

/** Serve it.
 * @param[out] out Closed with qa_trials_close
 * @param force Kept: knows the packs in force
 * @return 0, -ENOMEM, the bus's or the pool's error */
int qa_trials_serve(struct qa_trials **out, struct yh_bus *bus, uv_loop_t *loop,
		    const struct qa_force *force);
/** What is under way is finished first. @param t Taken, may be NULL */
void qa_trials_close(struct qa_trials *t);

#endif
