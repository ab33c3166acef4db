/** @file inspect.c  The rules' meaning, contract in inspect.h */
#include "inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text.h"

enum { MAX_FINDINGS = 500, NONE = UINT32_MAX };

/* One turn, scanned. */
struct scan {
	char *text;
	struct qa_hit *hits; /* by `from` */
	size_t n_hits;
};

struct view {
	const struct qa_pack *pack;
	const struct qa_dialog *d;
	struct scan *scans;   /* shape (d->n_turns) */
	char *bank_name;      /* normalised, or NULL */
	size_t verified_turn; /* the turn that confirmed, NONE = none yet */
	struct qa_report *out;
	int err;
};

/* ---- one turn ------------------------------------------------------------ */

static const struct qa_hit *next_hit(const struct scan *s, uint32_t group,
				     const struct qa_hit *after)
{
	const struct qa_hit *h = after ? after + 1 : s->hits;

	if (!group)
		return NULL;
	for (; h < s->hits + s->n_hits; h++) {
		if (h->group == group)
			return h;
	}

	return NULL;
}

static bool has_hit(const struct scan *s, uint32_t group)
{
	return next_hit(s, group, NULL);
}

/* Code points in text[from..to). */
static uint32_t distance(const char *text, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	for (uint32_t i = from; i < to; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;

	return n;
}

static bool overlaps(const struct scan *s, uint32_t group,
		     const struct qa_hit *x)
{
	const struct qa_hit *h = NULL;

	while ((h = next_hit(s, group, h))) {
		if (h->from < x->to && x->from < h->to)
			return true;
	}

	return false;
}

/* Does a negation stand near the hit, in the same clause? Words that only
 * look like one, and two that cancel each other, do not count. */
static bool negation_near(const struct view *v, const struct scan *s,
			  const struct qa_hit *hit, uint32_t group, bool ahead)
{
	const struct qa_hit *h = NULL;

	while ((h = next_hit(s, group, h))) {
		uint32_t from = ahead ? h->to : hit->to;
		uint32_t to = ahead ? hit->from : h->from;

		if (from <= to && !memchr(s->text + from, ',', to - from) &&
		    distance(s->text, from, to) <= v->pack->negation_window &&
		    !overlaps(s, v->pack->negation_not.group, h))
			return true;
	}

	return false;
}

static bool is_negated(const struct view *v, const struct scan *s,
		       const struct qa_hit *h)
{
	const struct qa_pack *p = v->pack;

	return negation_near(v, s, h, p->negation_before.group, true) ||
	       negation_near(v, s, h, p->negation_after.group, false);
}

/* @return The first hit that is meant as it is said, or NULL */
static const struct qa_hit *asserted(const struct view *v, const struct scan *s,
				     const struct qa_rule *r, uint32_t group)
{
	const struct qa_hit *h = NULL;

	while ((h = next_hit(s, group, h))) {
		if (r->plain || !is_negated(v, s, h))
			return h;
	}

	return NULL;
}

static bool is_bot(const struct qa_rule *r, const struct qa_turn *t)
{
	return r->speaker & t->speaker;
}

/* ---- conditions ---------------------------------------------------------- */

static bool intent_in(const char *intent, char **list, unsigned n)
{
	for (unsigned i = 0; intent && i < n; i++) {
		if (!strcmp(intent, list[i]))
			return true;
	}

	return false;
}

/* Does turn i fulfil the condition? @param[out] at Byte of the hit, or 0 */
static bool fulfils(const struct view *v, const struct qa_cond *c, size_t i,
		    uint32_t *at)
{
	const struct qa_turn *t = &v->d->turns[i];
	const struct qa_hit *h;

	if (at)
		*at = 0;
	if (c->verified && i == v->verified_turn)
		return true;
	if (!(c->speaker & t->speaker))
		return false;
	if (intent_in(t->intent, c->intents, c->n_intents))
		return true;
	h = next_hit(&v->scans[i], c->patterns.group, NULL);
	if (h && at)
		*at = h->from;

	return h;
}

/* The first turn from `from` on that fulfils it, or NONE. */
static size_t first_turn(const struct view *v, const struct qa_cond *c,
			 size_t from)
{
	for (size_t i = from; i < v->d->n_turns; i++) {
		if (fulfils(v, c, i, NULL))
			return i;
	}

	return NONE;
}

static bool confirms(const struct view *v, size_t i, bool asked)
{
	const struct qa_turn *t = &v->d->turns[i];
	const struct scan *s = &v->scans[i];

	if (t->speaker != QA_CALLEE)
		return false;
	if (t->intent && !strcmp(t->intent, "is_self"))
		return true;
	if (has_hit(s, v->pack->identity_no.group))
		return false;
	if (t->intent && asked && !strcmp(t->intent, "affirm"))
		return true;

	return asked && has_hit(s, v->pack->identity_yes.group);
}

/* The callee's yes to the last question who they are. */
static size_t find_verified(const struct view *v)
{
	bool asked = false;

	for (size_t i = 0; i < v->d->n_turns; i++) {
		if (confirms(v, i, asked))
			return i;
		if (v->d->turns[i].speaker != QA_CALLEE)
			asked = has_hit(&v->scans[i],
					v->pack->identity_question.group);
	}

	return NONE;
}

/* ---- findings ------------------------------------------------------------ */

static void add_finding(struct view *v, const struct qa_rule *r, uint32_t line)
{
	struct qa_report *out = v->out;
	struct qa_finding *list;

	for (size_t i = 0; i < out->n; i++) {
		if (out->findings[i].line == line &&
		    !strcmp(out->findings[i].rule->id, r->id))
			return;
	}
	if (out->n == MAX_FINDINGS)
		return;
	list = yh_realloc(out->findings, (out->n + 1) * sizeof(*list));
	if (!list) {
		v->err = -ENOMEM;
		return;
	}
	out->findings = list;
	list[out->n++] = (struct qa_finding){r, line};
}

static void add_at(struct view *v, const struct qa_rule *r, size_t turn)
{
	add_finding(v, r, (uint32_t)turn + 1);
}

/* ---- NOT ----------------------------------------------------------------- */

static bool is_fact(const struct qa_dialog *d, const char *name, bool is)
{
	double value;

	return qa_dialog_known(d, name, &value) && (value != 0) == is;
}

/* Was `first` fulfilled before byte `at` of turn i? */
static bool came_first(const struct view *v, const struct qa_rule *r, size_t i,
		       uint32_t at)
{
	size_t k;
	uint32_t pos;

	if (!r->first)
		return false;
	if (r->first->verified && is_fact(v->d, "verified", false))
		return false;
	if (r->first->verified && is_fact(v->d, "verified", true) &&
	    v->verified_turn == NONE)
		return true; /* by other means than words */
	k = first_turn(v, r->first, 0);
	if (k != i)
		return k < i;

	return fulfils(v, r->first, i, &pos) && pos < at;
}

static void judge_not(struct view *v, const struct qa_rule *r)
{
	size_t from = r->trigger ? first_turn(v, r->trigger, 0) : 0;
	const struct qa_hit *h;

	for (size_t i = from; i < v->d->n_turns; i++) {
		if (!is_bot(r, &v->d->turns[i]))
			continue;
		if (has_hit(&v->scans[i], r->unless.group))
			continue;
		h = asserted(v, &v->scans[i], r, r->patterns.group);
		if (h && !came_first(v, r, i, h->from))
			add_at(v, r, i);
	}
}

static void judge_digits(struct view *v, const struct qa_rule *r)
{
	unsigned first;

	for (size_t i = 0; i < v->d->n_turns; i++) {
		if (!is_bot(r, &v->d->turns[i]) ||
		    qa_longest_digits(v->d->turns[i].text, &first) < r->digits)
			continue;
		/* Hotlines: 400, 800 and area codes. */
		if (first != 40 && first != 80 && first >= 10)
			add_at(v, r, i);
	}
}

/* ---- MUST ---------------------------------------------------------------- */

/* @return Byte after which it is said in turn i, or NONE */
static uint32_t said_at(const struct view *v, const struct qa_rule *r, size_t i)
{
	const struct scan *s = &v->scans[i];
	const struct qa_hit *h;
	const char *p;

	if (!is_bot(r, &v->d->turns[i]))
		return NONE;
	if (r->bank_name && v->bank_name) {
		p = strstr(s->text, v->bank_name);
		return p ? (uint32_t)(p - s->text) : NONE;
	}
	h = next_hit(s, r->patterns.group, NULL);

	return h ? h->from : NONE;
}

/* Judge one trigger: said within r->turns own turns after it? */
static bool trigger_answered(const struct view *v, const struct qa_rule *r,
			     size_t trigger, bool *decided)
{
	uint32_t n = 0;
	size_t i = trigger + 1;

	*decided = true;
	if (is_bot(r, &v->d->turns[trigger]) && said_at(v, r, trigger) != NONE)
		return true;
	for (; i < v->d->n_turns && n < r->turns; i++) {
		if (!is_bot(r, &v->d->turns[i]))
			continue;
		n++;
		if (said_at(v, r, i) != NONE)
			return true;
	}
	/* A callee that hung up at once left no turn to answer in. */
	if (n < r->turns)
		*decided =
			v->d->ended && (n || is_bot(r, &v->d->turns[trigger]));

	return false;
}

static void must_after(struct view *v, const struct qa_rule *r)
{
	bool decided;
	size_t i = 0;

	while ((i = first_turn(v, r->trigger, i)) != NONE) {
		if (!trigger_answered(v, r, i, &decided) && decided) {
			add_at(v, r, i);
			return;
		}
		i++;
	}
}

static void must_before(struct view *v, const struct qa_rule *r, size_t said,
			uint32_t said_byte)
{
	size_t due = first_turn(v, r->before, 0);
	uint32_t due_byte;

	if (due == NONE || said < due)
		return;
	if (said == due && fulfils(v, r->before, due, &due_byte) &&
	    said_byte <= due_byte)
		return;
	add_at(v, r, due);
}

/* Said neither by turn r->turns nor by r->by_ms. */
static void must_by(struct view *v, const struct qa_rule *r, size_t said)
{
	uint32_t n = 0;

	for (size_t i = 0; i < v->d->n_turns && i < said; i++) {
		const struct qa_turn *t = &v->d->turns[i];

		if (!is_bot(r, t))
			continue;
		if (++n > r->turns && t->start_ms >= r->by_ms) {
			add_at(v, r, i);
			return;
		}
	}
	if (said != NONE && is_bot(r, &v->d->turns[said]) && n >= r->turns &&
	    v->d->turns[said].start_ms > r->by_ms)
		add_at(v, r, said);
}

static uint32_t own_turns(const struct view *v, const struct qa_rule *r)
{
	uint32_t n = 0;

	for (size_t i = 0; i < v->d->n_turns; i++)
		n += is_bot(r, &v->d->turns[i]);

	return n;
}

static void judge_must(struct view *v, const struct qa_rule *r)
{
	uint32_t said_byte = NONE;
	size_t said = NONE, before = v->out->n;

	if (r->trigger) {
		must_after(v, r);
		return;
	}
	for (size_t i = 0; i < v->d->n_turns && said == NONE; i++) {
		said_byte = said_at(v, r, i);
		if (said_byte != NONE)
			said = i;
	}
	if (r->before)
		must_before(v, r, said, said_byte);
	else if (!r->at_close)
		must_by(v, r, said);
	/* Never said at all, and there was time for it. */
	if (v->out->n == before && said == NONE && v->d->ended &&
	    r->min_turns && own_turns(v, r) >= r->min_turns)
		add_finding(v, r, 0);
}

/* ---- STOP ---------------------------------------------------------------- */

static void judge_stop(struct view *v, const struct qa_rule *r)
{
	size_t start = first_turn(v, r->trigger, 0);
	uint32_t n = 0;

	for (size_t i = start; i < v->d->n_turns && start != NONE; i++) {
		const struct scan *s = &v->scans[i];

		if (i == start)
			continue;
		if (fulfils(v, r->trigger, i, NULL))
			continue;
		if (r->reset && fulfils(v, r->reset, i, NULL)) {
			start = first_turn(v, r->trigger, i);
			i = start == NONE ? v->d->n_turns : start;
			n = 0;
			continue;
		}
		if (!is_bot(r, &v->d->turns[i]))
			continue;
		n++;
		if (n > r->turns || asserted(v, s, r, r->forbid.group) ||
		    (n == 1 && !has_hit(s, r->patterns.group))) {
			add_at(v, r, i);
			return;
		}
	}
}

/* ---- all of them --------------------------------------------------------- */

static bool applies(const struct qa_rule *r, const struct qa_dialog *d)
{
	double a, b;

	if (!(r->scope & d->kind))
		return false;
	if ((r->when & QA_WHEN_AGE65) &&
	    (!qa_dialog_known(d, "age", &a) || a < 65))
		return false;
	if ((r->when & QA_WHEN_RISK_TOO_HIGH) &&
	    (!qa_dialog_known(d, "product_risk", &a) ||
	     !qa_dialog_known(d, "customer_risk", &b) || a <= b))
		return false;
	if ((r->when & QA_WHEN_NOT_FREE) && is_fact(d, "free_interest", true))
		return false;

	return true;
}

static void judge(struct view *v, const struct qa_rule *r)
{
	switch (r->kind) {
	case QA_NOT:
		judge_not(v, r);
		break;
	case QA_MUST:
		judge_must(v, r);
		break;
	case QA_STOP:
		judge_stop(v, r);
		break;
	case QA_DIGITS:
		judge_digits(v, r);
		break;
	}
}

static int by_line(const void *a, const void *b)
{
	const struct qa_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;

	return strcmp(x->rule->id, y->rule->id);
}

/* A severe finding costs 40, a failed one 15, a lesser one 5. */
static uint32_t score_of(const struct qa_report *r)
{
	static const uint32_t cost[] = {0, 40, 15, 5};
	uint32_t sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += cost[r->findings[i].rule->severity];

	return sum > 100 ? 0 : 100 - sum;
}

static int scan_all(struct view *v, struct qa_rules *rules)
{
	int err = 0;

	for (size_t i = 0; i < v->d->n_turns && !err; i++) {
		struct scan *s = &v->scans[i];

		s->text = qa_normalise(v->d->turns[i].text);
		err = s->text ? qa_rules_scan(rules, s->text, &s->hits,
					      &s->n_hits)
			      : -ENOMEM;
	}

	return err;
}

static void judge_all(struct view *v)
{
	const char *last = "";

	v->verified_turn = find_verified(v);
	for (unsigned i = 0; i < v->pack->n_rules; i++) {
		const struct qa_rule *r = &v->pack->rules[i];

		if (!applies(r, v->d))
			continue;
		judge(v, r);
		/* Entries of one id stand together. */
		v->out->rules_checked += strcmp(last, r->id) != 0;
		last = r->id;
	}
	if (v->out->n)
		qsort(v->out->findings, v->out->n, sizeof(struct qa_finding),
		      by_line);
	v->out->score = score_of(v->out);
}

int qa_inspect(struct qa_rules *rules, const struct qa_dialog *d,
	       struct qa_report *report)
{
	struct qa_report out = {0};
	struct view v = {.pack = qa_rules_pack(rules), .d = d, .out = &out};

	v.scans = yh_calloc(d->n_turns + 1, sizeof(*v.scans));
	if (!v.scans)
		return -ENOMEM;
	if (d->bank_name && d->bank_name[0]) {
		v.bank_name = qa_normalise(d->bank_name);
		if (!v.bank_name)
			v.err = -ENOMEM;
	}
	if (!v.err)
		v.err = scan_all(&v, rules);
	if (!v.err)
		judge_all(&v);

	for (size_t i = 0; i < d->n_turns; i++) {
		yh_free(v.scans[i].text);
		yh_free(v.scans[i].hits);
	}
	yh_free(v.scans);
	yh_free(v.bank_name);
	if (v.err)
		qa_report_fini(&out);
	else
		*report = out;

	return v.err;
}

void qa_report_fini(struct qa_report *report)
{
	yh_free(report->findings);
	memset(report, 0, sizeof(*report));
}
