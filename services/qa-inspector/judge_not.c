/** @file judge_not.c  What must not be said, and not after; see judge.h */
#include "context.h"
#include "judge.h"

/* Was `first` fulfilled before byte `at` of turn i? */
static bool came_first(const struct qa_view *v, const struct qa_rule *r,
		       size_t i, uint32_t at)
{
	size_t k;
	uint32_t pos;

	if (!r->first)
		return false;
	if (r->first->verified && v->known_person)
		return true;
	k = qa_first_turn(v, r->first, 0);
	if (k != i)
		return k < i;

	return qa_fulfils(v, r->first, i, &pos) && pos < at;
}

/* The turn after which the rule holds: its trigger, unless that was undone. */
static size_t begin(const struct qa_view *v, const struct qa_rule *r,
		    size_t from)
{
	return r->trigger ? qa_first_turn(v, r->trigger, from) : from;
}

void qa_judge_not(struct qa_judge *j, const struct qa_rule *r)
{
	struct qa_view *v = &j->view;
	size_t from;

	if (!v->present[r->patterns.group] && !r->meaning_id)
		return; /* most of them */
	from = begin(v, r, 0);

	for (size_t i = from; i < v->d->n_turns; i++) {
		const struct qa_hit *h;

		if (r->reset && qa_fulfils(v, r->reset, i, NULL)) {
			i = begin(v, r, i + 1);
			if (i >= v->d->n_turns)
				return;
			continue;
		}
		if (!qa_is_judged(r, &v->d->turns[i]) ||
		    (r->n_emotions && !qa_has_emotion(r, &v->d->turns[i])))
			continue;
		h = qa_meant(v, i, r->patterns.group, r->unless.group,
			     r->excuse.group);
		if (h && qa_never_means(v, i, r, h))
			h = NULL;
		h = h ? h : qa_means(v, i, r);
		if ((h || qa_goes_on(v, i, r)) && !qa_denies(v, i, r) &&
		    !came_first(v, r, i, h ? h->from : 0))
			qa_found(j, r, i);
	}
}

/* After the trigger: a farewell, and nothing else. */
void qa_judge_stop(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_view *v = &j->view;
	size_t start = qa_first_turn(v, r->trigger, 0);

	for (size_t i = start; i < v->d->n_turns; i++) {
		if (i == start || qa_fulfils(v, r->trigger, i, NULL))
			continue;
		if (r->reset && qa_fulfils(v, r->reset, i, NULL)) {
			start = qa_first_turn(v, r->trigger, i);
			i = start;
			continue;
		}
		if (!qa_is_judged(r, &v->d->turns[i]))
			continue;
		if (qa_meant(v, i, r->forbid.group, r->unless.group, 0) ||
		    !qa_has_hit(&v->scans[i], r->patterns.group)) {
			qa_found(j, r, i);
			return;
		}
	}
}
