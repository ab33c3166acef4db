/**
 * @file pool.h  The agents of a campaign and the calls that are for them.
 *
 * Knows who is free, gives an answered call to the agent who has waited
 * longest, gives up on one that got none within the grace, and asks the pacer
 * (lib/pacing) how many more to start. Pure: time is given, what is to be done
 * is fetched as orders.
 *
 * Source: own design; the grace of 2 s is the rule for abandoned calls
 * (docs/pacing.md).
 */
#ifndef DIAL_POOL_H
#define DIAL_POOL_H

#include "pacing/pacer.h"

enum {
	DIAL_POOL_AGENTS = 500,
	DIAL_POOL_GRACE_MS = 2000,
	DIAL_AGENT_ID = 64, /**< Room for an id [bytes] */
	DIAL_AGENT_ADDRESS = 128,
};

struct dial_pool;

/** What is known of an agent from outside. */
struct dial_pool_word {
	const char *id;	     /**< Up to DIAL_AGENT_ID - 1 bytes */
	const char *address; /**< Of the telephone, or "" */
	bool ready;
	uint64_t ready_seq, dial_seq; /**< Count "ready" and "dial" */
};

enum dial_pool_what {
	DIAL_POOL_CONNECT,  /**< Give the call to the agent */
	DIAL_POOL_ABANDON,  /**< Nobody was free in time */
	DIAL_POOL_WITHDRAW, /**< Nobody would be: let it ring no longer */
};

struct dial_pool_order {
	enum dial_pool_what what;
	uint32_t call;
	uint32_t waited_ms;
	const char *agent, *address; /**< CONNECT: borrowed until the next
					  function */
};

/** How an agent is, for reports. */
struct dial_pool_agent {
	const char *id; /**< Borrowed */
	enum yh_agent_state state;
	uint32_t call; /**< 0 = none */
};

/** @param mode     How calls are started
 * @param ring_timeout_ms When a dial is given up [ms, at most 60000]
 * @return 0, -EINVAL, -ENOMEM */
int dial_pool_create(struct dial_pool **out, enum yh_pacing mode,
		     uint32_t ring_timeout_ms, uint64_t now_ms);
/** @param p Taken, may be NULL */
void dial_pool_destroy(struct dial_pool *p);

/** The agents now, all of them: who is missing has signed out.
 * @param words Borrowed, shape (n); more than DIAL_POOL_AGENTS are left out */
void dial_pool_sync(struct dial_pool *p, const struct dial_pool_word *words,
		    size_t n, uint64_t now_ms);
/** The hour [0..23] and day by the callees' clock. */
void dial_pool_clock(struct dial_pool *p, unsigned hour, int64_t day);

/** How many calls to start now. Ask twice a second at least: it also finds
 * what must not ring on. */
unsigned dial_pool_wants(struct dial_pool *p, uint64_t now_ms);
/** One was started. @param call Not 0 @return 0, -ENOMEM, -ENOBUFS */
int dial_pool_dialled(struct dial_pool *p, uint32_t call, uint64_t now_ms);
/** It was answered. */
void dial_pool_answered(struct dial_pool *p, uint32_t call, uint64_t now_ms);
/** Its line is down: it failed, the callee left, or the talk is over. */
void dial_pool_ended(struct dial_pool *p, uint32_t call, uint64_t now_ms);
/** What is to be done; ask until it gives none.
 * @return false: nothing more */
bool dial_pool_order(struct dial_pool *p, struct dial_pool_order *out,
		     uint64_t now_ms);

/** The i-th agent. @return false: there are no more */
bool dial_pool_agent(const struct dial_pool *p, unsigned i,
		     struct dial_pool_agent *out);
bool dial_pool_is_empty(const struct dial_pool *p);
void dial_pool_view(struct dial_pool *p, uint64_t now_ms,
		    struct yh_pacer_view *out);

#endif
