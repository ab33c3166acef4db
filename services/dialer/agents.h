/**
 * @file agents.h  The pools of agents that this dialer paces.
 *
 * Syncs with AgentPoolService twice a second, asks each pool (pool.h) how many
 * calls to start, and does its orders: an answered call goes to its agent by
 * event and, where the agent has a telephone, by transfer; one that nobody
 * took hears a message with the bank's name and is ended. Loop thread.
 */
#ifndef DIAL_AGENTS_H
#define DIAL_AGENTS_H

#include "call.h"

enum { DIAL_POOLS = 16 };

struct dial_agents;

/** @return 0, -ENOMEM */
int dial_agents_open(struct dial_app *app);
/** Every 20 ms. */
void dial_agents_tick(struct dial_agents *a, uint64_t now_ms);
/** Tell that this dialer ends: its pools are free for others. */
void dial_agents_leave(struct dial_agents *a);
/** @param a Taken, may be NULL */
void dial_agents_close(struct dial_agents *a);

/** What to lease for whom. @param out Shape (DIAL_POOLS); borrows the
 * campaigns' ids until the next sync @return how many */
size_t dial_agents_quotas(struct dial_agents *a, Yinhu__V1__LeaseQuota *out,
			  uint64_t now_ms);
/** The pool of a campaign. @return Borrowed while calls of it are up; NULL =
 * none here */
struct dial_pool *dial_agents_pool(struct dial_agents *a,
				   const char *campaign_id);

/** The agent's telephone could not be reached: the callee hears the message
 * of an abandoned call, and is one. @param c Of a pool */
void dial_agents_unreached(struct dial_call *c);

#endif
