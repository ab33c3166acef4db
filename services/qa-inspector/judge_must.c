/** @file judge_must.c  What must be said, and by when; see judge.h */
#include <string.h>

#include "judge.h"

/* What a rule asks for: `patterns` is one part, each of `parts` another. */
enum { MAX_PARTS = 31 };

static unsigned need_of(const struct qa_rule *r)
{
	unsigned all = (r->patterns.n || r->bank_name ? 1u : 0u) + r->n_parts;

	return r->need && r->need < all ? r->need : all;
}

/* A normalised name, without the marks at its ends, in a normalised text; a
 * pause inside it does not count. */
static const char *find_name(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (; n > 2 && *text; text++) {
		const char *t = text, *x = name + 1;

		while (x < name + n - 1 && (*t == *x || *t == ','))
			x += *t++ == *x;
		if (x == name + n - 1)
			return text;
	}

	return NULL;
}

/* @return Byte after which it is said in turn i, or QA_NONE */
static uint32_t said_at(const struct qa_view *v, const struct qa_rule *r,
			size_t i)
{
	const struct qa_hit *h;
	const char *p;

	if (r->bank_name && v->bank_name) {
		p = find_name(v->scans[i].text, v->bank_name);
		return p ? (uint32_t)(p - v->scans[i].text) : QA_NONE;
	}
	h = qa_meant(v, i, r->patterns.group, r->unless.group, 0);

	return h ? h->from : QA_NONE;
}

/* The parts that turn i says, as bits. */
static uint32_t parts_in(const struct qa_view *v, const struct qa_rule *r,
			 size_t i)
{
	uint32_t bits = said_at(v, r, i) != QA_NONE;

	for (unsigned k = 0; k < r->n_parts && k < MAX_PARTS; k++) {
		if (qa_meant(v, i, r->parts[k].group, r->unless.group, 0))
			bits |= 2u << k;
	}

	return bits;
}

static bool enough(const struct qa_rule *r, uint32_t bits)
{
	return (unsigned)__builtin_popcount(bits) >= need_of(r);
}

/* ---- within so many turns after a trigger -------------------------------- */

/* @return Is it said in time? @param[out] decided The time is over */
static bool is_answered(const struct qa_view *v, const struct qa_rule *r,
			size_t trigger, bool *decided)
{
	bool own = qa_is_judged(r, &v->d->turns[trigger]);
	uint32_t n = 0, bits = 0;

	for (size_t i = r->earlier ? 0 : trigger;
	     i < v->d->n_turns && n <= r->turns && !enough(r, bits); i++) {
		if (!qa_is_judged(r, &v->d->turns[i]))
			continue;
		if (i > trigger && ++n > r->turns)
			break;
		bits |= parts_in(v, r, i);
	}
	/* A callee that hung up at once left no turn to answer in. */
	*decided = n >= r->turns || (v->d->ended && !r->full && (n || own));

	return enough(r, bits);
}

static void must_after(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_view *v = &j->view;
	bool decided;
	size_t i = 0;

	while ((i = qa_first_turn(v, r->trigger, i)) != QA_NONE) {
		if (!is_answered(v, r, i, &decided) && decided) {
			qa_found(j, r, i);
			return;
		}
		if (r->once)
			return;
		i++;
	}
}

/* ---- at a place in the call ---------------------------------------------- */

static void must_before(struct qa_judge *j, const struct qa_rule *r,
			size_t said, uint32_t said_byte)
{
	size_t due = qa_first_turn(&j->view, r->before, 0);
	uint32_t due_byte;

	if (due == QA_NONE || said < due)
		return;
	if (said == due && qa_fulfils(&j->view, r->before, due, &due_byte) &&
	    said_byte <= due_byte)
		return;
	qa_found(j, r, due);
}

/* Said neither by turn r->turns nor by r->by_ms. */
static void must_by(struct qa_judge *j, const struct qa_rule *r, size_t said)
{
	const struct qa_dialog *d = j->view.d;
	uint32_t n = 0;

	for (size_t i = 0; i < d->n_turns && i <= said; i++) {
		const struct qa_turn *t = &d->turns[i];

		if (!qa_is_judged(r, t))
			continue;
		if (++n > r->turns && t->start_ms >= r->by_ms) {
			qa_found(j, r, i);
			return;
		}
	}
}

static uint32_t own_turns(const struct qa_dialog *d, const struct qa_rule *r)
{
	uint32_t n = 0;

	for (size_t i = 0; i < d->n_turns; i++)
		n += qa_is_judged(r, &d->turns[i]);

	return n;
}

static void must_at_close(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_view *v = &j->view;
	uint32_t bits = 0;

	if (!v->d->ended || own_turns(v->d, r) < r->min_turns)
		return;
	if (r->trigger && qa_first_turn(v, r->trigger, 0) == QA_NONE)
		return;
	for (size_t i = 0; i < v->d->n_turns; i++) {
		if (qa_is_judged(r, &v->d->turns[i]))
			bits |= parts_in(v, r, i);
	}
	if (!enough(r, bits))
		qa_found(j, r, QA_NONE);
}

static void must_in_place(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_view *v = &j->view;
	size_t said = QA_NONE, before = j->out->n;
	uint32_t said_byte = QA_NONE;

	for (size_t i = 0; i < v->d->n_turns && said == QA_NONE; i++) {
		if (!qa_is_judged(r, &v->d->turns[i]))
			continue;
		said_byte = said_at(v, r, i);
		if (said_byte != QA_NONE)
			said = i;
	}
	if (r->before)
		must_before(j, r, said, said_byte);
	else
		must_by(j, r, said);
	/* Never said at all, and there was time for it. */
	if (j->out->n == before && said == QA_NONE && v->d->ended &&
	    r->min_turns && own_turns(v->d, r) >= r->min_turns)
		qa_found(j, r, QA_NONE);
}

void qa_judge_must(struct qa_judge *j, const struct qa_rule *r)
{
	if (r->at_close)
		must_at_close(j, r);
	else if (r->trigger)
		must_after(j, r);
	else
		must_in_place(j, r);
}
