/** @file history.c  Random histories, contract in history.h */
#include <stddef.h>
#include <string.h>

#include "history.h"
/* The dialer's rule, not a copy of it. */
#include "../../../../services/dialer/fresh.h"

enum {
	SITES = 2,
	CALLS = 32,
	EVENTS = 256,
	STEPS_MIN = 60,
	STEPS_MORE = 100,
	TALK_MAX_MS = 590000,	/* the dialer's longest call */
	ORPHAN_MAX_MS = 600000, /* a callee whose dialer has died hangs up */
	SHANGHAI_MS = 8 * 3600000,
	DAY_MS = 86400000,
	MIN5_MS = 300000,
	LATE_MS = 60000, /* how exact a count of answers is, see docs */
};
static const int64_t MONTH_MS = 30ll * DAY_MS;
/* 2026-03-02 10:00 in Shanghai, a Monday. */
static const int64_t BEGIN_MS = 1772416800000;

/* What the telephone of an attempt's callee sees. */
struct line {
	bool invited, up, held; /* held: by a dialer that lives */
	bool answers, answered, rang, counted;
	enum cmp_outcome outcome; /* when it does not answer */
	int64_t invited_ms, answer_ms, until_ms;
};

enum kind { DIALLING, ANSWERED, ENDED, DIALOG_ENDED };

struct event {
	enum kind kind;
	int attempt;
	enum cmp_outcome outcome;
	bool rang;
	int64_t told_ms, talk_ms;
};

struct site {
	int64_t skew_ms, started_ms, sent_ms;
	unsigned request;   /* that is not answered; 0 = none */
	int ids[DBL_BATCH]; /* an answer that is under way */
	uint32_t lease_ms[DBL_BATCH];
	unsigned n_ids;
	bool answer_waits;
};

struct world {
	struct dbl led;
	uint64_t random;
	int64_t now_ms, db_skew_ms, stepped_ms;
	struct site sites[SITES];
	struct line lines[DBL_ATTEMPTS];
	struct event events[EVENTS];
	unsigned n_events, requests;
	int64_t halted_ms, dnc_ms[DBL_PHONES];
	bool ever_stepped;
	const char *violation;
	struct history_sum *sum;
};

static uint64_t draw(struct world *w)
{
	uint64_t z = w->random += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;

	return z ^ (z >> 31);
}

/* [0..n) */
static int64_t below(struct world *w, int64_t n)
{
	return (int64_t)(draw(w) % (uint64_t)n);
}

static bool chance(struct world *w, unsigned percent)
{
	return draw(w) % 100 < percent;
}

static void violated(struct world *w, const char *what)
{
	if (!w->violation)
		w->violation = what;
}

/* ---- the telephones --------------------------------------------------------
 */

static void tell(struct world *w, int attempt, struct event e)
{
	const struct site *s = &w->sites[w->led.attempts[attempt].site];

	e.attempt = attempt;
	e.told_ms += s->skew_ms;
	if (w->n_events < EVENTS)
		w->events[w->n_events++] = e;
}

static void hang_up(struct world *w, int i, int64_t at_ms,
		    enum cmp_outcome outcome)
{
	struct line *x = &w->lines[i];

	x->up = false;
	if (!x->held)
		return;
	x->held = false;
	tell(w, i,
	     (struct event){.kind = ENDED,
			    .outcome = outcome,
			    .rang = x->rang,
			    .told_ms = at_ms,
			    .talk_ms = x->answered ? at_ms - x->answer_ms : 0});
	if (x->answered && chance(w, 80))
		tell(w, i,
		     (struct event){.kind = DIALOG_ENDED, .told_ms = at_ms});
}

static void line_tick(struct world *w, int i)
{
	struct line *x = &w->lines[i];

	if (x->up && x->held && x->answers && !x->answered &&
	    w->now_ms >= x->answer_ms && x->answer_ms <= x->until_ms) {
		x->answered = true;
		w->sum->answers++;
		tell(w, i,
		     (struct event){.kind = ANSWERED, .told_ms = x->answer_ms});
	}
	if (x->up && w->now_ms >= x->until_ms)
		hang_up(w, i, x->until_ms,
			x->answered ? CMP_ANSWERED : x->outcome);
}

static void pass(struct world *w, int64_t ms)
{
	w->now_ms += ms;
	w->led.now_ms = w->now_ms + w->db_skew_ms;
	for (int i = 0; i < w->led.n_attempts; i++)
		line_tick(w, i);
}

/* What the callee will do. */
static void cast(struct world *w, struct line *x)
{
	static const struct {
		enum cmp_outcome outcome;
		int ms;
		bool rang;
	} fates[] = {
		{CMP_LINE_BUSY, 1000, false},
		{CMP_NO_ANSWER, DBL_RING_MS, true},
		{CMP_DECLINED, 5000, true},
		{CMP_VACANT_NUMBER, 1500, false},
		{CMP_POWERED_OFF, 2000, false},
		{CMP_TRUNK_FAILURE, 500, false},
		{CMP_TRUNK_FAILURE, 9000, true},
	};
	unsigned f = (unsigned)below(w, 14);

	if (f >= 7) {
		x->answers = true;
		x->rang = true;
		x->outcome = CMP_NO_ANSWER;
		x->answer_ms = w->now_ms + 1000 + below(w, 24000);
		x->until_ms = x->answer_ms + 1000 + below(w, TALK_MAX_MS);
		x->counted = true;
		return;
	}
	x->outcome = fates[f].outcome;
	x->rang = fates[f].rang;
	x->until_ms = w->now_ms + fates[f].ms;
	x->counted = x->outcome != CMP_TRUNK_FAILURE || x->rang;
}

/* ---- what must hold at an INVITE -------------------------------------------
 */

static void count(const struct world *w, int64_t window_ms, int64_t slack_ms,
		  int64_t at_ms, int64_t *n)
{
	if (at_ms > w->now_ms - window_ms + slack_ms)
		++*n;
}

static void check_caps(struct world *w, const struct dbl_attempt *a)
{
	const struct cmp_policy *p = &w->led.policy[w->led.kind[a->campaign]];
	int64_t slack = w->ever_stepped ? LATE_MS : 0;
	int64_t n5 = 0, n24 = 0, n30 = 0, missed = 0, met = 0, product = 0;

	for (int i = 0; i < w->led.n_attempts; i++) {
		const struct dbl_attempt *b = &w->led.attempts[i];
		const struct line *x = &w->lines[i];

		if (b == a || !x->invited)
			continue;
		if (b->phone == a->phone && x->counted) {
			count(w, MIN5_MS, slack, x->invited_ms, &n5);
			count(w, DAY_MS, slack, x->invited_ms, &n24);
			count(w, MONTH_MS, slack, x->invited_ms, &n30);
			if (!x->answered)
				count(w, DAY_MS, slack, x->invited_ms, &missed);
		}
		if (b->person != a->person || !x->answered)
			continue;
		count(w, DAY_MS, LATE_MS, x->answer_ms, &met);
		if (b->campaign == a->campaign)
			count(w, MONTH_MS, LATE_MS, x->answer_ms, &product);
	}
	if (n5 >= p->attempts_5min || n24 >= p->attempts_24h ||
	    n30 >= p->attempts_30d || missed >= p->unanswered_24h)
		violated(w, "a cap of attempts is exceeded");
	if (met >= p->connected_24h ||
	    (p->product_30d && product >= p->product_30d))
		violated(w, "a cap of answered calls is exceeded");
}

static void check_hours(struct world *w, const struct dbl_attempt *a)
{
	const struct cmp_policy *p = &w->led.policy[w->led.kind[a->campaign]];
	int64_t day_ms = (w->now_ms + SHANGHAI_MS) % DAY_MS;

	if (day_ms + CMP_SKEW_S * 1000 < p->call_from_min * 60000 ||
	    day_ms + DBL_RING_MS - CMP_SKEW_S * 1000 >
		    p->call_until_min * 60000)
		violated(w, "it rings in a forbidden hour");
}

static void check_flight(struct world *w, int attempt)
{
	const struct dbl_attempt *a = &w->led.attempts[attempt];

	for (int i = 0; i < w->led.n_attempts; i++)
		if (w->lines[i].up && w->led.attempts[i].person == a->person)
			violated(w, "one callee is in two calls");
	if (w->lines[attempt].invited)
		violated(w, "an attempt is dialled twice");
	/* A database whose clock jumps may end a lease before its time. */
	if (!a->live && !w->ever_stepped)
		violated(w, "a lease that has ended is dialled");
	if ((w->led.halted && w->now_ms - w->halted_ms > DIAL_FRESH_MS) ||
	    (w->led.dnc[a->phone] &&
	     w->now_ms - w->dnc_ms[a->phone] > DIAL_FRESH_MS))
		violated(w, "dialled after a halt or a do-not-call");
}

static void invite(struct world *w, int attempt)
{
	const struct dbl_attempt *a = &w->led.attempts[attempt];
	struct line *x = &w->lines[attempt];

	w->sum->invites++;
	if (a->person < 0) { /* the ledger has forgotten it: a seeded bug */
		violated(w, "an INVITE without its attempt");
		return;
	}
	check_flight(w, attempt);
	check_caps(w, a);
	check_hours(w, a);
	*x = (struct line){.invited = true,
			   .up = true,
			   .held = true,
			   .invited_ms = w->now_ms};
	cast(w, x);
	tell(w, attempt,
	     (struct event){.kind = DIALLING, .told_ms = w->now_ms});
}

/* ---- steps: a site ---------------------------------------------------------
 */

static struct site *any_site(struct world *w, int *number)
{
	*number = (int)below(w, SITES);

	return &w->sites[*number];
}

static int64_t clock_s(const struct world *w, const struct site *s)
{
	return (w->now_ms + s->skew_ms) / 1000;
}

/* The transaction is done; its answer may never come. */
static void answer(struct world *w, struct site *s, int number)
{
	if (chance(w, 15))
		return;
	s->n_ids = dbl_readback(&w->led, clock_s(w, s), number, s->request,
				s->ids);
	for (unsigned i = 0; i < s->n_ids; i++) {
		const struct dbl_attempt *a = &w->led.attempts[s->ids[i]];
		int64_t left = a->lease_until_ms - w->led.now_ms;

		s->lease_ms[i] = left > 1 ? (uint32_t)left : 1;
	}
	s->answer_waits = true;
}

static void receive(struct world *w, struct site *s)
{
	uint64_t waited = (uint64_t)(w->now_ms - s->sent_ms);

	if (!s->request || !s->answer_waits)
		return;
	s->answer_waits = false;
	if (s->n_ids && dial_answer_is_stale(waited) &&
	    w->led.bug != BUG_FRESH) {
		w->sum->stale_answers++;
		return; /* asked for again */
	}
	s->request = 0;
	for (unsigned i = 0; i < s->n_ids; i++)
		if (w->led.bug == BUG_FENCE ||
		    dial_lease_holds(waited, s->lease_ms[i]))
			invite(w, s->ids[i]);
}

static void ask(struct world *w)
{
	int number;
	struct site *s = any_site(w, &number);

	if (!s->request)
		s->request = ++w->requests;
	s->sent_ms = w->now_ms;
	s->answer_waits = false;
	if (chance(w, 10))
		pass(w, below(w, 1500)); /* on its way */
	dbl_lease(&w->led, clock_s(w, s), number, s->request,
		  1 + (unsigned)below(w, DBL_BATCH));
	answer(w, s, number);
	if (chance(w, 60)) {
		pass(w, below(w, 300));
		receive(w, s);
	}
}

static void receive_late(struct world *w)
{
	int number;

	receive(w, any_site(w, &number));
}

static void renew(struct world *w)
{
	int number;

	(void)any_site(w, &number);
	for (int i = 0; i < w->led.n_attempts; i++)
		if (w->lines[i].held && w->led.attempts[i].site == number &&
		    !dbl_renew(&w->led, number, i))
			hang_up(w, i, w->now_ms, CMP_INTERRUPTED);
}

static void crash_dialer(struct world *w)
{
	int number;
	struct site *s = any_site(w, &number);

	w->sum->crashes++;
	s->request = 0;
	s->answer_waits = false;
	for (int i = 0; i < w->led.n_attempts; i++) {
		struct line *x = &w->lines[i];

		if (!x->held || w->led.attempts[i].site != number)
			continue;
		x->held = false; /* nobody hangs up but the callee */
		if (x->until_ms > w->now_ms + ORPHAN_MAX_MS)
			x->until_ms = w->now_ms + ORPHAN_MAX_MS;
	}
}

static void crash_campaign(struct world *w)
{
	int number;
	struct site *s = any_site(w, &number);

	w->sum->crashes++;
	s->started_ms = w->now_ms;
	s->answer_waits = false;
}

static void reconcile(struct world *w)
{
	int number;
	struct site *s = any_site(w, &number);

	dbl_reconcile(&w->led, w->now_ms - s->started_ms > DBL_LEASE_MS);
}

/* ---- steps: the world ------------------------------------------------------
 */

/* Any of those that wait; often twice, since it is acknowledged late. */
static void deliver(struct world *w)
{
	unsigned i;
	struct event e;

	if (!w->n_events)
		return;
	i = (unsigned)below(w, w->n_events);
	e = w->events[i];
	if (chance(w, 85))
		w->events[i] = w->events[--w->n_events];
	if (e.kind == DIALLING)
		dbl_dialling(&w->led, e.attempt, e.told_ms);
	else if (e.kind == ANSWERED)
		dbl_answered(&w->led, e.attempt, e.told_ms);
	else if (e.kind == DIALOG_ENDED)
		dbl_dialog_ended(&w->led, e.attempt);
	else
		dbl_ended(&w->led, e.attempt, e.told_ms, e.outcome, e.rang,
			  e.talk_ms);
}

static void deliver_some(struct world *w)
{
	for (int64_t n = below(w, 6); n >= 0; n--)
		deliver(w);
}

static void import(struct world *w)
{
	dbl_import(&w->led, (int)below(w, DBL_CAMPAIGNS),
		   (int)below(w, DBL_PHONES));
}

static void operate(struct world *w)
{
	int c = (int)below(w, DBL_CAMPAIGNS), phone;

	switch (below(w, 6)) {
	case 0:
		w->led.halted = true;
		w->halted_ms = w->now_ms;
		break;
	case 1:
		phone = (int)below(w, DBL_PHONES);
		if (!w->led.dnc[phone])
			w->dnc_ms[phone] = w->now_ms;
		w->led.dnc[phone] = true;
		break;
	case 2:
		w->led.running[c] = !w->led.running[c];
		break;
	default:
		w->led.halted = false;
		break;
	}
}

/* One clock is wrong at a time; what all clocks agree on is the time. */
static void step_clock(struct world *w)
{
	int64_t by = 10000 + below(w, 2 * DAY_MS);
	int64_t *clocks[] = {&w->db_skew_ms, &w->sites[0].skew_ms,
			     &w->sites[1].skew_ms};

	w->sum->clock_steps++;
	w->ever_stepped = true;
	w->db_skew_ms = w->sites[0].skew_ms = w->sites[1].skew_ms = 0;
	if (chance(w, 60))
		*clocks[below(w, 3)] = chance(w, 50) ? by : -by;
	pass(w, 0);
}

/* Most interesting: the moment when a lease ends. */
static int64_t to_a_leases_end(struct world *w)
{
	for (int i = w->led.n_attempts - 1; i >= 0; i--) {
		const struct dbl_attempt *a = &w->led.attempts[i];
		int64_t left = a->lease_until_ms - w->led.now_ms;

		if (a->live && left > 600 && left < DAY_MS)
			return left - 500 + below(w, 1500);
	}

	return 0;
}

static void wait(struct world *w)
{
	static const int64_t most[] = {500,   500,   3000,   3000,    3000,
				       20000, 20000, 300000, 1800000, 28800000};
	int64_t kind = below(w, 24);

	if (kind < 20)
		pass(w, below(w, most[kind / 2]));
	else if (kind < 23)
		pass(w, to_a_leases_end(w));
	else
		pass(w, below(w, 2 * DAY_MS));
}

static void step(struct world *w)
{
	static const struct {
		void (*run)(struct world *w);
		unsigned weight;
	} steps[] = {
		{wait, 24},	    {ask, 18},	       {receive_late, 12},
		{deliver_some, 20}, {renew, 12},       {reconcile, 10},
		{import, 5},	    {crash_dialer, 2}, {crash_campaign, 1},
		{operate, 2},	    {step_clock, 1},
	};
	unsigned total = 0, at;

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		total += steps[i].weight;
	at = (unsigned)below(w, total);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (at < steps[i].weight) {
			steps[i].run(w);
			return;
		}
		at -= steps[i].weight;
	}
}

/* ---- the end ---------------------------------------------------------------
 */

/* Clocks are right, lines go down, what waits comes, nobody asks. */
static void settle_all(struct world *w)
{
	w->db_skew_ms = w->sites[0].skew_ms = w->sites[1].skew_ms = 0;
	pass(w, ORPHAN_MAX_MS + DBL_RING_MS + TALK_MAX_MS);
	while (w->n_events)
		deliver(w);
	pass(w, 3ll * DAY_MS); /* what a wrong clock had put off */
	dbl_reconcile(&w->led, true);
	pass(w, DBL_DIALOG_WAIT_MS + 1000);
	dbl_reconcile(&w->led, true);
	dbl_reconcile(&w->led, true);
}

static void check_end(struct world *w)
{
	for (int i = 0; i < w->led.n_attempts; i++) {
		const struct dbl_attempt *a = &w->led.attempts[i];

		if (!a->terminal || a->live || a->records != 1)
			violated(w, "an attempt has not exactly one record");
		w->sum->interruptions += a->outcome == CMP_INTERRUPTED;
	}
	for (int i = 0; i < DBL_CONTACTS; i++) {
		const struct dbl_contact *k = &w->led.contacts[i];

		if (k->imported && k->state != DBL_DUE && k->state != DBL_DONE)
			violated(w, "a contact is lost");
	}
}

/* Some banks try again at once, some numbers have few attempts. */
static void choose_policies(struct world *w)
{
	bool at_once = chance(w, 60);

	w->led.max_attempts = 1 + (unsigned)below(w, 10);
	for (int k = 1; k < CMP_KINDS; k++) {
		struct cmp_policy *p = &w->led.policy[k];

		if (chance(w, 30))
			p->attempts_24h = 1 + below(w, p->attempts_24h + 1);
		if (!at_once)
			continue;
		p->retry_busy_s = p->retry_no_answer_s = p->retry_declined_s =
			p->retry_powered_off_s = p->retry_trunk_s = 1;
		p->retry_interrupted_s = 900;
	}
}

const char *history_run(uint64_t seed, enum dbl_bug bug,
			struct history_sum *sum)
{
	static _Thread_local struct world w;
	int64_t steps;

	memset(&w, 0, offsetof(struct world, lines));
	memset(w.lines, 0, sizeof(w.lines));
	w.n_events = w.requests = 0;
	w.halted_ms = 0;
	memset(w.dnc_ms, 0, sizeof(w.dnc_ms));
	w.ever_stepped = false;
	w.violation = NULL;
	w.random = seed * 0x2545f4914f6cdd1du;
	w.now_ms = BEGIN_MS + below(&w, DAY_MS);
	w.sum = sum;
	dbl_init(&w.led, w.now_ms);
	w.led.bug = bug;
	choose_policies(&w);
	for (int i = 0; i < 4; i++)
		import(&w);
	steps = STEPS_MIN + below(&w, STEPS_MORE);
	for (int64_t i = 0; i < steps && !w.violation; i++)
		step(&w);
	sum->steps += (uint64_t)steps;
	settle_all(&w);
	check_end(&w);
	sum->histories++;
	sum->leases += w.led.granted;
	sum->refusals += w.led.refused;

	return w.violation;
}
