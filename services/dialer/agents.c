/** @file agents.c  Pools of agents, contract in agents.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agents.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "pool.h"
#include "rpc/rpc.h"
#include "yinhu/v1/agent.pb-c.h"

enum {
	SYNC_MS = 500,
	LOOK_MS = 250, /* the simulator's dialer looks each 500 ms */
	TIMEOUT_MS = 2000,
	RING_TIMEOUT_MS = 30000,
	SHANGHAI_S = 8 * 3600,
};

typedef Yinhu__V1__AgentPool pool_t;
typedef Yinhu__V1__AgentPool__Member member_t;

struct slot {
	char campaign[64], bank[128];
	struct dial_pool *pool; /* NULL = free */
	bool listed;
};

struct dial_agents {
	struct dial_app *app; /* NULL: closed, waits for callbacks */
	ProtobufCService *service;
	struct slot slots[DIAL_POOLS];
	uint64_t sync_ms, look_ms;
	bool syncing;
};

/* ---- orders ----------------------------------------------------------------
 */

static void give_to_agent(struct dial_call *c, const struct dial_pool_order *o)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Transfer transfer = YINHU__V1__TRANSFER__INIT;

	yh_metric_add(&dial_m_agent_calls, 1);
	yh_metric_observe(&dial_m_agent_wait, o->waited_ms / 1000.0);
	dial_tell_agent(c, o->agent, o->waited_ms);
	if (!o->address[0])
		return;
	transfer.agent = (char *)o->address;
	cmd.seq = ++c->last_seq;
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_TRANSFER;
	cmd.transfer = &transfer;
	dial_call_command(c, &cmd);
}

static void sorry(char *out, size_t size, const char *bank)
{
	snprintf(out, size,
		 "您好，这里是%s。非常抱歉，坐席正忙，暂时无法为您服务，"
		 "我们不会在三天内再次来电打扰。再见。",
		 bank);
}

static void abandon(struct dial_call *c, const struct slot *s)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Say say = YINHU__V1__SAY__INIT;
	char text[512];

	yh_metric_add(&dial_m_abandoned, 1);
	c->abandoned = true;
	sorry(text, sizeof(text), s->bank);
	say.text = text;
	say.then_hang_up = true;
	cmd.seq = ++c->last_seq;
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_SAY;
	cmd.say = &say;
	dial_call_command(c, &cmd);
}

static void withdraw(struct dial_call *c)
{
	yh_metric_add(&dial_m_withdrawn, 1);
	c->rang_out = true;
	dial_call_hang_up(c, "bot", false, "no agent would be free");
}

void dial_agents_unreached(struct dial_call *c)
{
	struct dial_agents *a = c->app->agents;

	for (unsigned i = 0; i < DIAL_POOLS; i++)
		if (a->slots[i].pool == c->pool && !c->abandoned)
			abandon(c, &a->slots[i]);
}

static void do_orders(struct dial_agents *a, struct slot *s, uint64_t now_ms)
{
	struct dial_pool_order o;

	while (dial_pool_order(s->pool, &o, now_ms)) {
		struct dial_call *c = dial_call_by_id(a->app, o.call);

		if (!c)
			continue;
		if (o.what == DIAL_POOL_CONNECT)
			give_to_agent(c, &o);
		else if (o.what == DIAL_POOL_ABANDON)
			abandon(c, s);
		else
			withdraw(c);
	}
}

/* ---- pools -----------------------------------------------------------------
 */

static struct slot *find(struct dial_agents *a, const char *campaign)
{
	for (unsigned i = 0; i < DIAL_POOLS; i++)
		if (a->slots[i].pool && !strcmp(a->slots[i].campaign, campaign))
			return &a->slots[i];

	return NULL;
}

struct dial_pool *dial_agents_pool(struct dial_agents *a,
				   const char *campaign_id)
{
	struct slot *s = find(a, campaign_id);

	return s ? s->pool : NULL;
}

/* The message is rendered before anybody waits for it. */
static void on_warm(void *arg, struct dial_sound *sound)
{
	(void)arg;
	dial_sound_unref(sound);
}

static void warm(struct dial_agents *a, const struct slot *s)
{
	struct dial_sound *hit = NULL;
	char text[512];

	sorry(text, sizeof(text), s->bank);
	if (!dial_voice_get(a->app->voice, text, on_warm, NULL, &hit))
		dial_sound_unref(hit);
}

static struct slot *open_slot(struct dial_agents *a, const pool_t *pool,
			      uint64_t now_ms)
{
	struct slot *s = NULL;

	for (unsigned i = 0; i < DIAL_POOLS && !s; i++)
		if (!a->slots[i].pool)
			s = &a->slots[i];
	if (!s || pool->pacing < 1 || pool->pacing > 3 ||
	    dial_pool_create(&s->pool, (enum yh_pacing)(pool->pacing - 1),
			     RING_TIMEOUT_MS, now_ms)) {
		yh_warn("agents.pool", "error=\"no room for a campaign's "
				       "agents\"");
		return NULL;
	}
	snprintf(s->campaign, sizeof(s->campaign), "%s", pool->campaign_id);
	snprintf(s->bank, sizeof(s->bank), "%s", pool->bank_name);
	warm(a, s);

	return s;
}

static void hear(struct dial_agents *a, const pool_t *pool, uint64_t now_ms)
{
	struct dial_pool_word *words =
		yh_calloc(pool->n_members + 1, sizeof(*words));
	struct slot *s = find(a, pool->campaign_id);

	if (!s)
		s = open_slot(a, pool, now_ms);
	if (!s || !words) {
		yh_free(words);
		return;
	}
	for (size_t i = 0; i < pool->n_members; i++) {
		const member_t *m = pool->members[i];

		words[i] = (struct dial_pool_word){m->agent_id, m->address,
						   m->ready, m->ready_seq,
						   m->dial_seq};
	}
	dial_pool_sync(s->pool, words, pool->n_members, now_ms);
	s->listed = true;
	yh_free(words);
}

/* Another dialer has it now, or nobody is signed in. */
static void drop_unlisted(struct dial_agents *a, uint64_t now_ms)
{
	for (unsigned i = 0; i < DIAL_POOLS; i++) {
		struct slot *s = &a->slots[i];

		if (!s->pool || s->listed)
			continue;
		dial_pool_sync(s->pool, NULL, 0, now_ms);
		if (!dial_pool_is_empty(s->pool))
			continue;
		dial_pool_destroy(s->pool);
		s->pool = NULL;
	}
}

/* ---- syncing ---------------------------------------------------------------
 */

static void free_if_done(struct dial_agents *a)
{
	if (!a->app && !a->syncing)
		yh_free(a);
}

static void on_synced(const Yinhu__V1__SyncAgentsResponse *res, void *arg)
{
	struct dial_agents *a = arg;
	uint64_t now_ms = yh_now_ms();

	a->syncing = false;
	if (!a->app) {
		free_if_done(a);
		return;
	}
	if (!res)
		return; /* agents stay as they were last told */
	for (unsigned i = 0; i < DIAL_POOLS; i++)
		a->slots[i].listed = false;
	for (size_t i = 0; i < res->n_pools; i++)
		hear(a, res->pools[i], now_ms);
	drop_unlisted(a, now_ms);
}

static Yinhu__V1__Agent__State state_of(enum yh_agent_state state)
{
	switch (state) {
	case YH_AGENT_IDLE:
		return YINHU__V1__AGENT__STATE__READY;
	case YH_AGENT_TALK:
		return YINHU__V1__AGENT__STATE__IN_CALL;
	case YH_AGENT_WRAP:
		return YINHU__V1__AGENT__STATE__WRAP_UP;
	default:
		return YINHU__V1__AGENT__STATE__AWAY;
	}
}

/* @param list NULL: only count @return how many agents */
static size_t report(struct dial_agents *a, Yinhu__V1__AgentReport *list)
{
	struct dial_pool_agent agent;
	size_t n = 0;

	for (unsigned s = 0; s < DIAL_POOLS; s++)
		for (unsigned i = 0;
		     a->slots[s].pool &&
		     dial_pool_agent(a->slots[s].pool, i, &agent);
		     i++, n++) {
			struct dial_call *c =
				list ? dial_call_by_id(a->app, agent.call)
				     : NULL;

			if (!list)
				continue;
			yinhu__v1__agent_report__init(&list[n]);
			list[n].agent_id = (char *)agent.id;
			list[n].state = state_of(agent.state);
			if (c)
				list[n].call_id = c->lease->call_id;
		}

	return n;
}

static void sync_pools(struct dial_agents *a, bool leaves)
{
	Yinhu__V1__SyncAgentsRequest req = YINHU__V1__SYNC_AGENTS_REQUEST__INIT;
	size_t n = report(a, NULL);
	Yinhu__V1__AgentReport *list = yh_calloc(n + 1, sizeof(*list));

	req.reports = yh_calloc(n + 1, sizeof(*req.reports));
	if (list && req.reports) {
		(void)report(a, list);
		for (size_t i = 0; i < n; i++)
			req.reports[req.n_reports++] = &list[i];
		req.instance = a->app->conf->common.instance;
		req.leaves = leaves;
		a->syncing = true;
		yinhu__v1__agent_pool_service__sync_agents(a->service, &req,
							   on_synced, a);
	}
	yh_free(req.reports);
	yh_free(list);
}

void dial_agents_tick(struct dial_agents *a, uint64_t now_ms)
{
	int64_t day_s = yh_wall_us() / 1000000 + SHANGHAI_S;
	bool look = now_ms >= a->look_ms;

	if (look)
		a->look_ms = now_ms + LOOK_MS;
	for (unsigned i = 0; i < DIAL_POOLS; i++) {
		if (!a->slots[i].pool)
			continue;
		dial_pool_clock(a->slots[i].pool, (unsigned)(day_s / 3600 % 24),
				day_s / 86400);
		if (look)
			(void)dial_pool_wants(a->slots[i].pool, now_ms);
		do_orders(a, &a->slots[i], now_ms);
	}
	if (a->syncing || now_ms < a->sync_ms || a->app->draining)
		return;
	a->sync_ms = now_ms + SYNC_MS;
	sync_pools(a, false);
}

void dial_agents_leave(struct dial_agents *a)
{
	if (!a->syncing)
		sync_pools(a, true);
}

size_t dial_agents_quotas(struct dial_agents *a, Yinhu__V1__LeaseQuota *out,
			  uint64_t now_ms)
{
	size_t n = 0;

	for (unsigned i = 0; i < DIAL_POOLS; i++) {
		struct slot *s = &a->slots[i];
		unsigned wants = s->pool && s->listed
					 ? dial_pool_wants(s->pool, now_ms)
					 : 0;

		if (!wants)
			continue;
		yinhu__v1__lease_quota__init(&out[n]);
		out[n].campaign_id = s->campaign;
		out[n++].max_leases = wants;
	}

	return n;
}

/* ---- life ------------------------------------------------------------------
 */

int dial_agents_open(struct dial_app *app)
{
	struct dial_agents *a = yh_zalloc(sizeof(*a));

	if (!a)
		return -ENOMEM;
	a->app = app;
	a->service = yh_rpc_client_create(
		app->svc->bus, &yinhu__v1__agent_pool_service__descriptor,
		TIMEOUT_MS);
	if (!a->service) {
		yh_free(a);
		return -ENOMEM;
	}
	app->agents = a;

	return 0;
}

void dial_agents_close(struct dial_agents *a)
{
	if (!a)
		return;
	for (unsigned i = 0; i < DIAL_POOLS; i++)
		dial_pool_destroy(a->slots[i].pool);
	protobuf_c_service_destroy(a->service);
	a->app = NULL;
	free_if_done(a);
}
