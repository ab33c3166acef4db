/** @file pool.c  Agents and their calls, contract in pool.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pool.h"

struct agent {
	char id[DIAL_AGENT_ID], address[DIAL_AGENT_ADDRESS];
	bool used, listed;
	bool ready;
	uint64_t ready_seq, done_seq; /* the last "ready"; that of its call */
	uint64_t dial_seq, dials;     /* "dial" said; calls started for it */
	enum yh_agent_state state;
	bool leaves; /* after this call: the pacer counts on it no more */
	uint64_t since_ms;
	uint32_t call; /* it is in, or that was started for it */
};

enum call_state { RINGS, WAITS, TALKS, GIVEN_UP };

struct call {
	uint32_t id; /* 0 = a free place */
	enum call_state state;
	int dial; /* the pacer's */
	bool withdrawn;
	int agent; /* index; -1 = none yet */
	uint64_t answered_ms;
};

struct dial_pool {
	enum yh_pacing mode;
	struct yh_pacer *pacer;
	struct agent agents[DIAL_POOL_AGENTS];
	unsigned n_agents; /* places in use, holes included */
	struct call *calls;
	unsigned n_calls, room;
	int64_t day;
};

int dial_pool_create(struct dial_pool **out, enum yh_pacing mode,
		     uint32_t ring_timeout_ms, uint64_t now_ms)
{
	struct yh_pacer_conf conf = yh_pacer_defaults(DIAL_POOL_AGENTS);
	struct dial_pool *p = yh_zalloc(sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->mode = mode;
	conf.mode = mode;
	conf.grace_ms = DIAL_POOL_GRACE_MS;
	conf.ring_timeout_ms = ring_timeout_ms;
	err = yh_pacer_create(&p->pacer, &conf, now_ms);
	if (err) {
		yh_free(p);
		return err;
	}
	*out = p;

	return 0;
}

void dial_pool_destroy(struct dial_pool *p)
{
	if (!p)
		return;
	yh_pacer_destroy(p->pacer);
	yh_free(p->calls);
	yh_free(p);
}

/* ---- agents ----------------------------------------------------------------
 */

static void set_state(struct dial_pool *p, struct agent *a,
		      enum yh_agent_state state, uint64_t now_ms)
{
	if (a->state == state)
		return;
	a->state = state;
	a->since_ms = now_ms;
	(void)yh_pacer_agent(p->pacer, (unsigned)(a - p->agents), state,
			     now_ms);
}

static void leave(struct dial_pool *p, struct agent *a, uint64_t now_ms)
{
	a->leaves = true;
	(void)yh_pacer_agent(p->pacer, (unsigned)(a - p->agents), YH_AGENT_AWAY,
			     now_ms);
}

/* Who is not in a call is as the agent says; wrap-up lasts until a new
 * "ready", or until the agent goes. */
static void settle(struct dial_pool *p, struct agent *a, uint64_t now_ms)
{
	if (a->call && a->state == YH_AGENT_TALK && !a->leaves &&
	    (!a->ready || !a->listed))
		leave(p, a, now_ms);
	if (a->call)
		return;
	if (!a->ready || !a->listed)
		set_state(p, a, YH_AGENT_AWAY, now_ms);
	else if (a->state != YH_AGENT_WRAP || a->ready_seq > a->done_seq)
		set_state(p, a, YH_AGENT_IDLE, now_ms);
}

static struct agent *find_agent(struct dial_pool *p, const char *id)
{
	struct agent *hole = NULL;

	for (unsigned i = 0; i < p->n_agents; i++) {
		struct agent *a = &p->agents[i];

		if (a->used && !strcmp(a->id, id))
			return a;
		if (!a->used && !hole)
			hole = a;
	}
	if (!hole && p->n_agents < DIAL_POOL_AGENTS)
		hole = &p->agents[p->n_agents++];

	return hole;
}

static void hear(struct dial_pool *p, const struct dial_pool_word *w,
		 uint64_t now_ms)
{
	struct agent *a = find_agent(p, w->id);

	if (!a)
		return;
	if (!a->used) {
		*a = (struct agent){.used = true, .dials = w->dial_seq};
		snprintf(a->id, sizeof(a->id), "%s", w->id);
	}
	snprintf(a->address, sizeof(a->address), "%s", w->address);
	a->listed = true;
	a->ready = w->ready;
	a->ready_seq = w->ready_seq;
	a->dial_seq = w->dial_seq;
	settle(p, a, now_ms);
}

void dial_pool_sync(struct dial_pool *p, const struct dial_pool_word *words,
		    size_t n, uint64_t now_ms)
{
	for (unsigned i = 0; i < p->n_agents; i++)
		p->agents[i].listed = false;
	for (size_t i = 0; i < n; i++)
		hear(p, &words[i], now_ms);
	for (unsigned i = 0; i < p->n_agents; i++) {
		struct agent *a = &p->agents[i];

		if (!a->used || a->listed)
			continue;
		settle(p, a, now_ms);
		a->used = a->call != 0; /* a call that is up goes on */
	}
}

void dial_pool_clock(struct dial_pool *p, unsigned hour, int64_t day)
{
	yh_pacer_hour(p->pacer, hour);
	if (p->day && day != p->day)
		yh_pacer_day(p->pacer);
	p->day = day;
}

/* Preview: an idle agent whose "dial" has not been done. */
static struct agent *who_dials(struct dial_pool *p)
{
	for (unsigned i = 0; i < p->n_agents; i++) {
		struct agent *a = &p->agents[i];

		if (a->used && a->state == YH_AGENT_IDLE && !a->call &&
		    a->dial_seq > a->dials)
			return a;
	}

	return NULL;
}

/* Who has waited longest. */
static struct agent *who_is_free(struct dial_pool *p)
{
	struct agent *best = NULL;

	for (unsigned i = 0; i < p->n_agents; i++) {
		struct agent *a = &p->agents[i];

		if (a->used && a->state == YH_AGENT_IDLE && !a->call &&
		    (!best || a->since_ms < best->since_ms))
			best = a;
	}

	return best;
}

/* ---- calls -----------------------------------------------------------------
 */

static struct call *find_call(struct dial_pool *p, uint32_t id)
{
	for (unsigned i = 0; i < p->n_calls; i++)
		if (p->calls[i].id == id)
			return &p->calls[i];

	return NULL;
}

static struct call *add_call(struct dial_pool *p)
{
	struct call *c = find_call(p, 0);
	unsigned room = p->room ? p->room * 2 : 64;

	if (c)
		return c;
	if (p->n_calls == p->room) {
		c = yh_realloc(p->calls, room * sizeof(*c));
		if (!c)
			return NULL;
		p->calls = c;
		p->room = room;
	}

	return &p->calls[p->n_calls++];
}

unsigned dial_pool_wants(struct dial_pool *p, uint64_t now_ms)
{
	unsigned n = 0;

	if (p->mode != YH_PACING_PREVIEW)
		return yh_pacer_ask(p->pacer, 0, now_ms);
	for (unsigned i = 0; i < p->n_agents; i++) {
		const struct agent *a = &p->agents[i];

		n += a->used && a->state == YH_AGENT_IDLE && !a->call &&
		     a->dial_seq > a->dials;
	}

	return n;
}

int dial_pool_dialled(struct dial_pool *p, uint32_t call, uint64_t now_ms)
{
	struct agent *a = p->mode == YH_PACING_PREVIEW ? who_dials(p) : NULL;
	struct call *c = add_call(p);

	if (!c)
		return -ENOMEM;
	*c = (struct call){.id = call, .agent = -1};
	c->dial = yh_pacer_dialled(p->pacer, 0, now_ms);
	if (a) {
		c->agent = (int)(a - p->agents);
		a->call = call;
		a->dials = a->dial_seq;
	}

	return c->dial < 0 ? c->dial : 0;
}

void dial_pool_answered(struct dial_pool *p, uint32_t call, uint64_t now_ms)
{
	struct call *c = find_call(p, call);

	if (!c || c->state != RINGS)
		return;
	(void)yh_pacer_answered(p->pacer, c->dial, now_ms);
	c->state = WAITS;
	c->answered_ms = now_ms;
}

static void let_go(struct dial_pool *p, struct call *c, uint64_t now_ms)
{
	struct agent *a = c->agent >= 0 ? &p->agents[c->agent] : NULL;

	if (!a)
		return;
	a->call = 0;
	a->leaves = false;
	a->done_seq = a->ready_seq;
	if (c->state == TALKS)
		set_state(p, a, YH_AGENT_WRAP, now_ms);
	settle(p, a, now_ms);
}

void dial_pool_ended(struct dial_pool *p, uint32_t call, uint64_t now_ms)
{
	struct call *c = find_call(p, call);

	if (!c)
		return;
	if (c->state == RINGS && c->withdrawn)
		(void)yh_pacer_withdrawn(p->pacer, c->dial, now_ms);
	else if (c->state == RINGS)
		(void)yh_pacer_failed(p->pacer, c->dial, now_ms);
	else if (c->state == WAITS)
		yh_pacer_left(p->pacer);
	let_go(p, c, now_ms);
	c->id = 0;
	while (p->n_calls && !p->calls[p->n_calls - 1].id)
		p->n_calls--;
}

/* ---- orders ----------------------------------------------------------------
 */

static struct call *who_waits_longest(struct dial_pool *p)
{
	struct call *best = NULL;

	for (unsigned i = 0; i < p->n_calls; i++) {
		struct call *c = &p->calls[i];

		if (c->id && c->state == WAITS &&
		    (!best || c->answered_ms < best->answered_ms))
			best = c;
	}

	return best;
}

static void connect(struct dial_pool *p, struct call *c, struct agent *a,
		    uint64_t now_ms)
{
	c->state = TALKS;
	c->agent = (int)(a - p->agents);
	a->call = c->id;
	set_state(p, a, YH_AGENT_TALK, now_ms);
}

static struct call *who_is_excess(struct dial_pool *p)
{
	int dial = yh_pacer_excess(p->pacer);

	for (unsigned i = 0; dial >= 0 && i < p->n_calls; i++)
		if (p->calls[i].id && p->calls[i].state == RINGS &&
		    p->calls[i].dial == dial)
			return &p->calls[i];

	return NULL;
}

static bool withdraw(struct dial_pool *p, struct dial_pool_order *out)
{
	struct call *c = who_is_excess(p);

	if (!c)
		return false;
	c->withdrawn = true;
	*out = (struct dial_pool_order){.what = DIAL_POOL_WITHDRAW,
					.call = c->id};

	return true;
}

/* @return false: whoever waits can wait on */
static bool serve(struct dial_pool *p, struct dial_pool_order *out,
		  uint64_t now_ms)
{
	struct call *c = who_waits_longest(p);
	struct agent *a;

	if (!c)
		return false;
	*out = (struct dial_pool_order){
		.call = c->id,
		.waited_ms = (uint32_t)(now_ms - c->answered_ms)};
	a = c->agent >= 0 ? &p->agents[c->agent] : who_is_free(p);
	if (a && out->waited_ms <= DIAL_POOL_GRACE_MS) {
		connect(p, c, a, now_ms);
		out->what = DIAL_POOL_CONNECT;
		out->agent = a->id;
		out->address = a->address;
		return true;
	}
	if (out->waited_ms < DIAL_POOL_GRACE_MS)
		return false;
	yh_pacer_abandoned(p->pacer, now_ms);
	c->state = GIVEN_UP;
	out->what = DIAL_POOL_ABANDON;

	return true;
}

bool dial_pool_order(struct dial_pool *p, struct dial_pool_order *out,
		     uint64_t now_ms)
{
	return serve(p, out, now_ms) || withdraw(p, out);
}

/* ---- looking ---------------------------------------------------------------
 */

bool dial_pool_agent(const struct dial_pool *p, unsigned i,
		     struct dial_pool_agent *out)
{
	for (unsigned k = 0; k < p->n_agents; k++) {
		const struct agent *a = &p->agents[k];

		if (!a->used || i--)
			continue;
		*out = (struct dial_pool_agent){
			a->id, a->state,
			a->state == YH_AGENT_TALK ? a->call : 0};
		return true;
	}

	return false;
}

bool dial_pool_is_empty(const struct dial_pool *p)
{
	struct dial_pool_agent a;

	return !p->n_calls && !dial_pool_agent(p, 0, &a);
}

void dial_pool_view(struct dial_pool *p, uint64_t now_ms,
		    struct yh_pacer_view *out)
{
	yh_pacer_view(p->pacer, now_ms, out);
}
