/** @file pacer.c  Calls for human agents, contract in pacer.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "pacing/budget.h"
#include "pacing/counts.h"
#include "pacing/forecast.h"
#include "pacing/pacer.h"
#include "pacing/ring.h"

enum {
	GUESSES = 2,	 /* of the answer rate: a deviation below and above */
	SHOCK = GUESSES, /* and one of what it may jump to */
	CASES,
	OBSERVE_MS = 500,
};

/* The budget's cap under the real one, and where the ratio is steered to. */
static const double RESERVE = 0.95, TARGET = 0.7, TIGHT = 2;
/* Steps of the price limit: an abandoned call costs a sixth of it. */
static const double GAIN = 0.1, PRICE_FIRST = 0.02;
static const double PRICE_MIN = 0.002, PRICE_MAX = 0.08;
/* Chance that a dial may have to break the budget; the same with none left. */
static const double RISK = 1e-5, RISK_LAST = 1e-3;
/* And that what rings breaks it in the next second: or it is taken back. */
static const double RISK_NOW = 1e-4;
/* The same, if the answer rate jumps by so much right after it. */
static const double SHOCK_FACTOR = 1.8, RISK_SHOCK = 0.05;

struct agent {
	enum yh_agent_state state;
	uint64_t since_ms;
	unsigned bin; /* of its hazard, up to which it is counted */
};

enum dial_state { NONE, RINGS, EXCESS, TAKEN_BACK };

struct dial {
	enum dial_state state; /* EXCESS: nobody was told to take it back yet */
	unsigned list, second; /* up to which its ringing is counted */
	uint64_t start_ms;
};

struct yh_pacer {
	struct yh_pacer_conf conf;
	struct agent *agents;
	struct dial *dials;
	unsigned n_dials; /* slots in use, holes included */
	unsigned in_state[YH_AGENT_WRAP + 1], ringing, waiting;
	struct yh_forecast forecast;
	struct yh_ring ring;
	struct yh_budget budget;
	struct yh_counts free, answers[CASES];
	double price_limit;
	unsigned hour, list;
	uint64_t observed_ms;
	double answers_seen, answers_due; /* since observed_ms */
};

struct yh_pacer_conf yh_pacer_defaults(unsigned max_agents)
{
	return (struct yh_pacer_conf){
		.mode = YH_PACING_PREDICTIVE,
		.max_agents = max_agents,
		.max_dials = max_agents * 2 + 8,
		.cap = 0.03,
		.grace_ms = 2000,
		.ring_timeout_ms = 35000,
		.answer_rate = 0.35,
		.talk_ms = 150000,
		.wrap_ms = 20000,
	};
}

static bool conf_ok(const struct yh_pacer_conf *c)
{
	return c->max_agents && c->max_agents <= 2000 && c->max_dials &&
	       c->max_dials <= 4008 && c->cap >= 0 && c->cap <= 0.2 &&
	       c->ring_timeout_ms <= 60000 && c->grace_ms <= 10000 &&
	       c->answer_rate >= 0 && c->answer_rate <= 1 && c->talk_ms &&
	       c->wrap_ms;
}

static int open_counts(struct yh_pacer *p)
{
	int err = yh_counts_open(&p->free, p->conf.max_agents);

	for (unsigned g = 0; !err && g < CASES; g++)
		err = yh_counts_open(&p->answers[g], p->conf.max_dials);

	return err;
}

int yh_pacer_create(struct yh_pacer **out, const struct yh_pacer_conf *conf,
		    uint64_t now_ms)
{
	struct yh_pacer *p;

	if (!out || !conf || !conf_ok(conf))
		return -EINVAL;
	p = yh_zalloc(sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->conf = *conf;
	p->agents = yh_calloc(conf->max_agents, sizeof(*p->agents));
	p->dials = yh_calloc(conf->max_dials, sizeof(*p->dials));
	if (!p->agents || !p->dials || open_counts(p)) {
		yh_pacer_destroy(p);
		return -ENOMEM;
	}
	p->in_state[YH_AGENT_AWAY] = conf->max_agents;
	p->price_limit = PRICE_FIRST;
	p->observed_ms = now_ms;
	yh_forecast_init(&p->forecast, conf->talk_ms, conf->wrap_ms,
			 conf->wrap_limit_ms, conf->grace_ms);
	yh_ring_init(&p->ring, conf->answer_rate, conf->ring_timeout_ms);
	yh_budget_init(&p->budget, conf->cap * RESERVE, now_ms);
	*out = p;

	return 0;
}

void yh_pacer_destroy(struct yh_pacer *p)
{
	if (!p)
		return;
	for (unsigned g = 0; g < CASES; g++)
		yh_counts_close(&p->answers[g]);
	yh_counts_close(&p->free);
	yh_free(p->dials);
	yh_free(p->agents);
	yh_free(p);
}

/* ---- what happens ----------------------------------------------------------
 */

static struct yh_hazard *hazard_of(struct yh_pacer *p, const struct agent *a)
{
	if (a->state == YH_AGENT_TALK)
		return &p->forecast.talk;
	if (a->state == YH_AGENT_WRAP)
		return &p->forecast.wrap;

	return NULL;
}

/* Let the time that it has lasted count. */
static void pass(struct yh_pacer *p, struct agent *a, uint64_t now_ms)
{
	struct yh_hazard *z = hazard_of(p, a);
	unsigned bin;

	if (!z)
		return;
	bin = yh_hazard_bin(z, now_ms - a->since_ms);
	yh_hazard_pass(z, a->bin, bin);
	a->bin = bin;
}

int yh_pacer_agent(struct yh_pacer *p, unsigned agent,
		   enum yh_agent_state state, uint64_t now_ms)
{
	struct yh_hazard *z;
	struct agent *a;

	if (agent >= p->conf.max_agents || state > YH_AGENT_WRAP)
		return -EINVAL;
	a = &p->agents[agent];
	if (a->state == state)
		return 0;
	pass(p, a, now_ms);
	z = hazard_of(p, a);
	if (z && state != YH_AGENT_AWAY) /* else nobody knows how long */
		yh_hazard_end(z, a->bin);
	if (state == YH_AGENT_TALK && p->waiting)
		p->waiting--;
	p->in_state[a->state]--;
	p->in_state[state]++;
	*a = (struct agent){.state = state, .since_ms = now_ms};
	z = hazard_of(p, a);
	if (z)
		yh_hazard_begin(z);

	return 0;
}

void yh_pacer_hour(struct yh_pacer *p, unsigned hour)
{
	p->hour = hour % 24;
}

void yh_pacer_day(struct yh_pacer *p)
{
	yh_budget_day(&p->budget);
}

int yh_pacer_dialled(struct yh_pacer *p, unsigned list, uint64_t now_ms)
{
	unsigned i = 0;

	while (i < p->n_dials && p->dials[i].state)
		i++;
	if (i == p->conf.max_dials)
		return -ENOBUFS;
	if (i == p->n_dials)
		p->n_dials++;
	p->dials[i] = (struct dial){RINGS, list, 0, now_ms};
	p->ringing++;
	yh_ring_begin(&p->ring);

	return (int)i;
}

static double rate_of(const struct yh_pacer *p, const struct dial *d)
{
	return yh_ring_rate(&p->ring, d->list, p->hour);
}

/* Answers that were due from a dial since the last look, at factor 1. */
static double due(const struct yh_pacer *p, const struct dial *d,
		  uint64_t now_ms)
{
	double factor = yh_ring_factor(&p->ring, NULL);
	double rate = factor * rate_of(p, d);
	uint64_t from =
		p->observed_ms > d->start_ms ? p->observed_ms : d->start_ms;

	return yh_ring_due(&p->ring, rate, from - d->start_ms, now_ms - from) /
	       factor;
}

/* Let what has passed of a dial count. */
static void ring(struct yh_pacer *p, struct dial *d, uint64_t now_ms)
{
	unsigned second = yh_ring_second(now_ms - d->start_ms);

	p->answers_due += due(p, d, now_ms);
	yh_ring_pass(&p->ring, d->second, second);
	d->second = second;
}

/* @return NULL: there is no such dial */
static struct dial *take(struct yh_pacer *p, int dial, uint64_t now_ms)
{
	struct dial *d;

	if (dial < 0 || (unsigned)dial >= p->n_dials || !p->dials[dial].state)
		return NULL;
	d = &p->dials[dial];
	ring(p, d, now_ms);
	d->state = NONE;
	p->ringing--;
	while (p->n_dials && !p->dials[p->n_dials - 1].state)
		p->n_dials--;

	return d;
}

static int end(struct yh_pacer *p, int dial, int answered, uint64_t now_ms)
{
	const struct dial *d = take(p, dial, now_ms);

	if (!d)
		return -EINVAL;
	yh_ring_end(&p->ring, d->list, p->hour, d->second, answered);

	return 0;
}

int yh_pacer_failed(struct yh_pacer *p, int dial, uint64_t now_ms)
{
	return end(p, dial, 0, now_ms);
}

/* It says nothing of the answer rate. */
int yh_pacer_withdrawn(struct yh_pacer *p, int dial, uint64_t now_ms)
{
	return take(p, dial, now_ms) ? 0 : -EINVAL;
}

int yh_pacer_excess(struct yh_pacer *p)
{
	for (unsigned i = 0; i < p->n_dials; i++) {
		if (p->dials[i].state != EXCESS)
			continue;
		p->dials[i].state = TAKEN_BACK;
		return (int)i;
	}

	return -ENOENT;
}

static void steer(struct yh_pacer *p, double abandoned)
{
	double error = p->conf.cap * TARGET - abandoned;

	p->price_limit = fmin(
		fmax(p->price_limit * exp(GAIN * error), PRICE_MIN), PRICE_MAX);
}

int yh_pacer_answered(struct yh_pacer *p, int dial, uint64_t now_ms)
{
	int err = end(p, dial, 1, now_ms);

	if (err)
		return err;
	yh_budget_answer(&p->budget, now_ms);
	p->waiting++;
	p->answers_seen++;
	steer(p, 0);

	return 0;
}

void yh_pacer_left(struct yh_pacer *p)
{
	p->waiting -= p->waiting > 0;
}

void yh_pacer_abandoned(struct yh_pacer *p, uint64_t now_ms)
{
	yh_pacer_left(p);
	yh_budget_abandon(&p->budget, now_ms);
	steer(p, 1);
}

/* ---- what to do ------------------------------------------------------------
 */

/* Compare the answers since the last look with those that were due. */
static void observe(struct yh_pacer *p, uint64_t now_ms)
{
	uint64_t dt_ms = now_ms - p->observed_ms;

	if (dt_ms < OBSERVE_MS)
		return;
	for (unsigned i = 0; i < p->n_dials; i++)
		if (p->dials[i].state)
			ring(p, &p->dials[i], now_ms);
	yh_ring_observe(&p->ring, dt_ms, p->answers_seen, p->answers_due);
	yh_ring_fold(&p->ring);
	p->answers_seen = p->answers_due = 0;
	p->observed_ms = now_ms;
}

/* The answer rate's factor, as some equally likely guesses. */
static double guess(const struct yh_pacer *p, unsigned g)
{
	double deviation, mean = yh_ring_factor(&p->ring, &deviation);

	if (g == SHOCK)
		return mean * SHOCK_FACTOR;

	return fmax(mean + (g ? deviation : -deviation), 0.05);
}

static void add_dial(const struct yh_pacer *p, struct yh_counts *answers,
		     double rate, uint64_t age_ms)
{
	float q[YH_LANES];

	yh_ring_forecast(&p->ring, rate, age_ms, q);
	yh_counts_add(answers, q);
}

static void forecast_answers(struct yh_pacer *p, uint64_t now_ms)
{
	for (unsigned g = 0; g < CASES; g++) {
		double factor = guess(p, g);

		yh_counts_reset(&p->answers[g]);
		for (unsigned i = 0; i < p->n_dials; i++) {
			const struct dial *d = &p->dials[i];

			if (d->state == RINGS)
				add_dial(p, &p->answers[g],
					 factor * rate_of(p, d),
					 now_ms - d->start_ms);
		}
	}
}

static void forecast_free(struct yh_pacer *p, uint64_t now_ms)
{
	yh_forecast_fold(&p->forecast, now_ms);
	yh_counts_reset(&p->free);
	for (unsigned i = 0; i < p->conf.max_agents; i++) {
		struct agent *a = &p->agents[i];

		pass(p, a, now_ms);
		if (a->state == YH_AGENT_TALK)
			yh_counts_add(&p->free, p->forecast.talk_free[a->bin]);
		else if (a->state == YH_AGENT_WRAP)
			yh_counts_add(&p->free, p->forecast.wrap_free[a->bin]);
	}
	yh_counts_cumulate(&p->free);
}

/* What one more dial would do. */
struct offer {
	double price; /* abandoned calls by answer, at the worst horizon */
	double risk;  /* chance that more than `left` are abandoned, same */
	double shock; /* the same after a jump of the answer rate */
};

static struct offer weigh(const struct yh_pacer *p, const float (*q)[YH_LANES],
			  int spare, unsigned left)
{
	float lost[YH_LANES] = {0}, over[YH_LANES] = {0}, answers = 0;
	float shock[YH_LANES] = {0};
	struct offer o = {0};

	yh_counts_reach(&p->answers[SHOCK], &p->free, spare + (int)left + 1,
			shock);
	for (unsigned g = 0; g < GUESSES; g++) {
		float none[YH_LANES], at[YH_LANES], past[YH_LANES];
		const struct yh_counts *c = &p->answers[g];

		yh_counts_reach(c, &p->free, spare, none);
		yh_counts_reach(c, &p->free, spare + (int)left, at);
		yh_counts_reach(c, &p->free, spare + (int)left + 1, past);
		for (unsigned h = 0; h < YH_LANES; h++) {
			lost[h] += q[g][h] * none[h];
			over[h] += past[h] + q[g][h] * (at[h] - past[h]);
		}
		answers += q[g][YH_LANES - 1];
	}
	for (unsigned h = 0; h < YH_LANES; h++) {
		o.price = fmax(o.price, (double)(lost[h] / answers));
		o.risk = fmax(o.risk, (double)(over[h] / GUESSES));
		o.shock = fmax(o.shock, (double)shock[h]);
	}

	return o;
}

/* The less budget is left, the dearer. */
static double limit_of(struct yh_pacer *p, unsigned left)
{
	double whole = yh_budget_whole(&p->budget);

	return p->price_limit * fmin(1, TIGHT * (left + 0.5) / (whole + 0.5));
}

/* Chance that what rings breaks the budget at the nearest horizon. */
static double risk_now(const struct yh_pacer *p, int spare, unsigned left)
{
	float past[YH_LANES];
	double risk = 0;

	for (unsigned g = 0; g < GUESSES; g++) {
		yh_counts_reach(&p->answers[g], &p->free, spare + (int)left + 1,
				past);
		risk += (double)past[0] / GUESSES;
	}

	return risk;
}

static bool anyone(const struct yh_pacer *p)
{
	return p->in_state[YH_AGENT_AWAY] < p->conf.max_agents;
}

/* The dial that is most likely answered at the nearest horizon; one that cannot
 * be yet does no harm while there are agents. */
static struct dial *likeliest(struct yh_pacer *p, uint64_t now_ms)
{
	struct dial *best = NULL;
	float most = anyone(p) ? 0 : -1;

	for (unsigned i = 0; i < p->n_dials; i++) {
		struct dial *d = &p->dials[i];
		float q[YH_LANES];

		if (d->state != RINGS)
			continue;
		yh_ring_forecast(&p->ring, rate_of(p, d), now_ms - d->start_ms,
				 q);
		if (q[0] > most) {
			most = q[0];
			best = d;
		}
	}

	return best;
}

/* What must not ring on: agents are not free when they were expected, or more
 * is answered, or everybody has left. */
static void take_back(struct yh_pacer *p, int spare, unsigned left,
		      uint64_t now_ms)
{
	while (!anyone(p) || risk_now(p, spare, left) > RISK_NOW) {
		struct dial *d = likeliest(p, now_ms);

		if (!d)
			return;
		d->state = EXCESS;
		forecast_answers(p, now_ms);
	}
}

/* A dial for each agent who waits: none of them can be abandoned. */
static unsigned progress(const struct yh_pacer *p)
{
	unsigned taken = p->ringing + p->waiting;
	unsigned room = p->conf.max_dials - p->ringing;
	unsigned idle = p->in_state[YH_AGENT_IDLE];

	idle = idle > taken ? idle - taken : 0;

	return idle < room ? idle : room;
}

static unsigned predict(struct yh_pacer *p, unsigned list, uint64_t now_ms)
{
	int spare = (int)p->in_state[YH_AGENT_IDLE] - (int)p->waiting;
	unsigned left = yh_budget_left(&p->budget, now_ms), n = 0;
	double rate = yh_ring_rate(&p->ring, list, p->hour);
	double limit = left ? limit_of(p, left) : PRICE_MIN;
	double risk = left ? RISK : RISK_LAST;
	float q[CASES][YH_LANES];

	forecast_free(p, now_ms);
	forecast_answers(p, now_ms);
	take_back(p, spare, left, now_ms);
	if (!yh_budget_open(&p->budget))
		return progress(p);
	for (unsigned g = 0; g < CASES; g++)
		yh_ring_forecast(&p->ring, rate * guess(p, g), 0, q[g]);
	for (; n < p->conf.max_dials - p->ringing; n++) {
		struct offer o =
			weigh(p, (const float(*)[YH_LANES])q, spare, left);

		if (o.price > limit || o.risk > risk ||
		    (left && o.shock > RISK_SHOCK))
			break;
		for (unsigned g = 0; g < CASES; g++)
			yh_counts_add(&p->answers[g], q[g]);
	}

	return n;
}

unsigned yh_pacer_ask(struct yh_pacer *p, unsigned list, uint64_t now_ms)
{
	p->list = list;
	observe(p, now_ms);
	if (p->conf.mode == YH_PACING_PREVIEW)
		return 0;
	if (p->conf.mode == YH_PACING_PROGRESSIVE)
		return progress(p);

	return predict(p, list, now_ms);
}

void yh_pacer_view(struct yh_pacer *p, uint64_t now_ms,
		   struct yh_pacer_view *out)
{
	const struct yh_budget *b = &p->budget;

	*out = (struct yh_pacer_view){
		.idle = p->in_state[YH_AGENT_IDLE],
		.talk = p->in_state[YH_AGENT_TALK],
		.wrap = p->in_state[YH_AGENT_WRAP],
		.ringing = p->ringing,
		.waiting = p->waiting,
		.answer_rate = yh_ring_rate(&p->ring, p->list, p->hour) *
			       yh_ring_factor(&p->ring, NULL),
		.price_limit = p->price_limit,
		.budget_left = yh_budget_left(&p->budget, now_ms),
	};
	if (b->window_answers)
		out->abandoned_window =
			(double)b->window_abandoned / b->window_answers;
	if (b->day_answers)
		out->abandoned_day = (double)b->day_abandoned / b->day_answers;
}
