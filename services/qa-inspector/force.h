/**
 * @file force.h  The rules in force: the product's files and the bank's packs,
 *                which campaign publishes.
 *
 * The list of packs is asked for again and again. When it is another one, what
 * is new is fetched (campaign vouches for hash and approval) and all is
 * compiled on a worker, while calls are inspected with the rules that were
 * there. What cannot be fetched or compiled leaves them as they are, told by
 * log and metric. Loop thread.
 */
#ifndef QA_FORCE_H
#define QA_FORCE_H

#include <uv.h>

#include "bus/bus.h"
#include "packs.h"

struct qa_force;

struct qa_force_conf {
	const char *const *paths; /**< Kept: the product's files */
	size_t n_paths;
	const char *key;   /**< Kept: as in qa_rules_conf */
	uint32_t every_ms; /**< Ask so often [ms] */
};

/** Comes after the first round, and then whenever the rules are others.
 * @param rules Taken; NULL: the first round has changed nothing */
typedef void qa_force_cb(void *arg, struct qa_rules *rules);

/** Begin to ask.
 * @param[out] out Closed with qa_force_close
 * @param conf Borrowed, copied
 * @return 0, -ENOMEM, the pool's error */
int qa_force_open(struct qa_force **out, struct yh_bus *bus, uv_loop_t *loop,
		  const struct qa_force_conf *conf, qa_force_cb *cb, void *arg);
/** No callbacks after this. @param f Taken, may be NULL */
void qa_force_close(struct qa_force *f);

/** The packs that are loaded; borrowed. */
struct qa_packs *qa_force_packs(const struct qa_force *f);
const struct qa_force_conf *qa_force_conf(const struct qa_force *f);

#endif
