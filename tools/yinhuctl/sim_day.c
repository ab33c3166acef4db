/** @file sim_day.c  A day as discrete events, contract in sim_day.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "sim_day.h"

enum { TICK_MS = 500 };

enum kind { TICK, RING_END, CANCELLED, GRACE_END, TALK_END, WRAP_END };

struct event {
	uint64_t at_ms;
	enum kind kind;
	unsigned id; /* of a call, or of an agent */
};

enum call_state { FREE = 0, RINGS, WAITS, SERVED };

struct call {
	enum call_state state;
	struct yc_callee callee;
	int dial;			    /* of the pacer under test */
	uint64_t ring_end_ms, cancelled_ms; /* cancelled: UINT64_MAX = no */
	uint64_t answered_ms;
};

struct agent {
	enum yh_agent_state state;
	uint64_t since_ms;
	unsigned call;
};

struct answer {
	uint64_t at_ms;
	bool abandoned;
};

struct day {
	struct yc_world *world;
	struct yc_pacing *pacing;
	struct yc_scene scene;
	uint64_t now_ms, end_ms, busy_ms;
	struct event *heap;
	unsigned n_events, room_events;
	struct call *calls;
	unsigned room_calls;
	struct agent *agents;
	struct answer *answers; /* all of the day, in order of their fate */
	unsigned n_answers, room_answers, window_from, window_abandoned;
	struct yc_day_result out;
	bool out_of_memory;
};

/* ---- the heap --------------------------------------------------------------
 */

static void *grown(void *p, unsigned *room, size_t size)
{
	unsigned more = *room ? *room * 2 : 1024;
	void *q = yh_realloc(p, more * size);

	if (q)
		*room = more;

	return q;
}

static void push(struct day *d, uint64_t at_ms, enum kind kind, unsigned id)
{
	unsigned i = d->n_events;
	struct event *heap = d->heap;

	if (i == d->room_events) {
		heap = grown(heap, &d->room_events, sizeof(*heap));
		if (!heap) {
			d->out_of_memory = true;
			return;
		}
		d->heap = heap;
	}
	for (; i && heap[(i - 1) / 2].at_ms > at_ms; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = (struct event){at_ms, kind, id};
	d->n_events++;
}

static struct event pop(struct day *d)
{
	struct event *heap = d->heap, first = heap[0];
	struct event last = heap[--d->n_events];
	unsigned i = 0;

	for (;;) {
		unsigned c = 2 * i + 1;

		if (c >= d->n_events)
			break;
		c += c + 1 < d->n_events && heap[c + 1].at_ms < heap[c].at_ms;
		if (heap[c].at_ms >= last.at_ms)
			break;
		heap[i] = heap[c];
		i = c;
	}
	heap[i] = last;

	return first;
}

/* ---- what is counted -------------------------------------------------------
 */

/* Of the last 30 minutes, both before and after something is counted. */
static void look(struct day *d)
{
	unsigned n = d->n_answers - d->window_from;
	double ratio = n ? (double)d->window_abandoned / n : 0;

	if (ratio <= d->out.window_max)
		return;
	d->out.window_max = ratio;
	d->out.window_max_at_ms = d->now_ms;
}

static void fate(struct day *d, uint64_t answered_ms, bool abandoned)
{
	struct answer *a = d->answers;

	if (d->n_answers == d->room_answers) {
		a = grown(a, &d->room_answers, sizeof(*a));
		if (!a) {
			d->out_of_memory = true;
			return;
		}
		d->answers = a;
	}
	while (d->window_from < d->n_answers &&
	       a[d->window_from].at_ms + YC_WINDOW_MS < answered_ms)
		d->window_abandoned -= a[d->window_from++].abandoned;
	look(d);
	a[d->n_answers++] = (struct answer){answered_ms, abandoned};
	d->out.answers++;
	d->out.abandoned += abandoned;
	d->window_abandoned += abandoned;
	look(d);
}

static void set_agent(struct day *d, unsigned i, enum yh_agent_state state)
{
	struct agent *a = &d->agents[i];
	unsigned *count[] = {
		[YH_AGENT_AWAY] = NULL,
		[YH_AGENT_IDLE] = &d->scene.idle,
		[YH_AGENT_TALK] = &d->scene.talk,
		[YH_AGENT_WRAP] = &d->scene.wrap,
	};

	if (count[a->state])
		--*count[a->state];
	++*count[state];
	if (a->state == YH_AGENT_TALK || a->state == YH_AGENT_WRAP)
		d->busy_ms += d->now_ms - a->since_ms;
	a->state = state;
	a->since_ms = d->now_ms;
	if (d->pacing->ours)
		(void)yh_pacer_agent(d->pacing->ours, i, state, d->now_ms);
}

/* ---- what happens ----------------------------------------------------------
 */

static void serve(struct day *d, unsigned call, unsigned agent)
{
	struct call *c = &d->calls[call];

	c->state = SERVED;
	d->agents[agent].call = call;
	d->scene.waiting--;
	d->out.calls++;
	fate(d, c->answered_ms, false);
	set_agent(d, agent, YH_AGENT_TALK);
	push(d, d->now_ms + c->callee.talk_ms, TALK_END, agent);
}

/* Longest idle agent and longest waiting answer meet. */
static void connect(struct day *d)
{
	while (d->scene.waiting && d->scene.idle) {
		unsigned agent = 0, call = 0;
		uint64_t first = UINT64_MAX;

		for (unsigned i = 0; i < d->scene.agents; i++)
			if (d->agents[i].state == YH_AGENT_IDLE &&
			    d->agents[i].since_ms < first) {
				first = d->agents[i].since_ms;
				agent = i;
			}
		first = UINT64_MAX;
		for (unsigned i = 0; i < d->room_calls; i++)
			if (d->calls[i].state == WAITS &&
			    d->calls[i].answered_ms < first) {
				first = d->calls[i].answered_ms;
				call = i;
			}
		serve(d, call, agent);
	}
}

static unsigned free_call(struct day *d)
{
	unsigned i = 0, old = d->room_calls;
	struct call *calls;

	while (i < old && d->calls[i].state != FREE)
		i++;
	if (i < old)
		return i;
	calls = grown(d->calls, &d->room_calls, sizeof(*calls));
	if (!calls) {
		d->out_of_memory = true;
		return 0;
	}
	d->calls = calls;
	memset(&calls[old], 0, (d->room_calls - old) * sizeof(*calls));

	return old;
}

static void dial(struct day *d)
{
	unsigned i = free_call(d);
	struct call *c;

	if (d->out_of_memory)
		return;
	c = &d->calls[i];
	*c = (struct call){.state = RINGS,
			   .dial = -1,
			   .cancelled_ms = UINT64_MAX,
			   .callee = yc_world_dial(d->world, d->now_ms)};
	if (d->pacing->ours)
		c->dial = yh_pacer_dialled(d->pacing->ours, 0, d->now_ms);
	d->scene.ringing++;
	d->out.dials++;
	c->ring_end_ms = d->now_ms + c->callee.ring_ms;
	push(d, c->ring_end_ms, RING_END, i);
}

/* What the pacer takes back still rings until the CANCEL has arrived. */
static void withdraw(struct day *d)
{
	int dial;

	while (d->pacing->ours &&
	       (dial = yh_pacer_excess(d->pacing->ours)) >= 0)
		for (unsigned i = 0; i < d->room_calls; i++) {
			struct call *c = &d->calls[i];

			if (c->state != RINGS || c->dial != dial)
				continue;
			c->cancelled_ms = d->now_ms + YC_CANCEL_MS;
			push(d, c->cancelled_ms, CANCELLED, i);
		}
}

static void cancelled(struct day *d, unsigned call)
{
	struct call *c = &d->calls[call];

	if (c->state != RINGS || c->cancelled_ms != d->now_ms)
		return;
	c->state = FREE;
	d->scene.ringing--;
	d->out.withdrawn++;
	(void)yh_pacer_withdrawn(d->pacing->ours, c->dial, d->now_ms);
}

static void ring_end(struct day *d, unsigned call)
{
	struct call *c = &d->calls[call];
	struct yh_pacer *ours = d->pacing->ours;

	/* The slot may have met another callee since. */
	if (c->state != RINGS || c->ring_end_ms != d->now_ms)
		return;
	d->scene.ringing--;
	if (!c->callee.answers) {
		c->state = FREE;
		if (ours)
			(void)yh_pacer_failed(ours, c->dial, d->now_ms);
		return;
	}
	c->state = WAITS;
	c->answered_ms = d->now_ms;
	d->scene.waiting++;
	d->scene.answers++;
	if (ours)
		(void)yh_pacer_answered(ours, c->dial, d->now_ms);
	push(d, d->now_ms + YC_GRACE_MS, GRACE_END, call);
}

static void grace_end(struct day *d, unsigned call)
{
	struct call *c = &d->calls[call];

	if (c->state != WAITS || c->answered_ms + YC_GRACE_MS != d->now_ms)
		return;
	c->state = FREE;
	d->scene.waiting--;
	d->scene.abandoned++;
	fate(d, c->answered_ms, true);
	if (d->pacing->ours)
		yh_pacer_abandoned(d->pacing->ours, d->now_ms);
}

static void handle(struct day *d, struct event e)
{
	switch (e.kind) {
	case RING_END:
		ring_end(d, e.id);
		break;
	case CANCELLED:
		cancelled(d, e.id);
		break;
	case GRACE_END:
		grace_end(d, e.id);
		break;
	case TALK_END:
		set_agent(d, e.id, YH_AGENT_WRAP);
		push(d,
		     d->now_ms + d->calls[d->agents[e.id].call].callee.wrap_ms,
		     WRAP_END, e.id);
		d->calls[d->agents[e.id].call].state = FREE;
		break;
	case WRAP_END:
		set_agent(d, e.id, YH_AGENT_IDLE);
		break;
	case TICK:
		push(d, d->now_ms + TICK_MS, TICK, 0);
		if (d->pacing->ours && d->now_ms % 3600000 == 0)
			yh_pacer_hour(d->pacing->ours,
				      (unsigned)(d->now_ms / 3600000 + 9));
		break;
	}
	connect(d);
}

static void begin(struct day *d)
{
	for (unsigned i = 0; i < d->scene.agents; i++) {
		d->agents[i].state = YH_AGENT_AWAY;
		set_agent(d, i, YH_AGENT_IDLE);
	}
	push(d, 0, TICK, 0);
}

static void run(struct day *d)
{
	while (!d->out_of_memory && d->heap[0].at_ms < d->end_ms) {
		struct event e = pop(d);
		unsigned n;

		d->now_ms = e.at_ms;
		handle(d, e);
		if (e.kind != TICK)
			continue;
		n = yc_pacing_ask(d->pacing, &d->scene, d->now_ms);
		withdraw(d);
		while (n--)
			dial(d);
	}
	d->now_ms = d->end_ms;
	for (unsigned i = 0; i < d->scene.agents; i++)
		if (d->agents[i].state > YH_AGENT_IDLE)
			d->busy_ms += d->now_ms - d->agents[i].since_ms;
	d->out.utilisation =
		(double)d->busy_ms / ((double)d->end_ms * d->scene.agents);
	d->out.abandoned_ratio =
		d->out.answers ? (double)d->out.abandoned / d->out.answers : 0;
}

int yc_day_run(struct yc_world *w, struct yc_pacing *p, unsigned agents,
	       uint64_t length_ms, struct yc_day_result *out)
{
	struct day d = {.world = w,
			.pacing = p,
			.scene = {.agents = agents},
			.end_ms = length_ms};

	d.agents = yh_calloc(agents, sizeof(*d.agents));
	d.out_of_memory = !d.agents;
	if (!d.out_of_memory)
		begin(&d);
	if (!d.out_of_memory)
		run(&d);
	*out = d.out;
	yh_free(d.agents);
	yh_free(d.heap);
	yh_free(d.calls);
	yh_free(d.answers);

	return d.out_of_memory ? -ENOMEM : 0;
}
