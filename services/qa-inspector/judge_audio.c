/** @file judge_audio.c  How it is said; see judge.h */
#include <string.h>

#include "judge.h"
#include "text.h"

/* Shorter than this a tempo says nothing [characters]. */
enum { MIN_CHARS = 8, MIN_REPEATED = 12 /* bytes */ };

/* How long two turns are spoken at once [ms]. */
static uint32_t overlap(const struct qa_turn *a, const struct qa_turn *b)
{
	uint32_t from = a->start_ms > b->start_ms ? a->start_ms : b->start_ms;
	uint32_t to = a->end_ms < b->end_ms ? a->end_ms : b->end_ms;

	return to > from ? to - from : 0;
}

static bool cuts_in(const struct qa_dialog *d, const struct qa_rule *r,
		    size_t i)
{
	const struct qa_turn *own = &d->turns[i];

	for (size_t k = 0; k < d->n_turns; k++) {
		const struct qa_turn *t = &d->turns[k];
		bool first = t->start_ms < own->start_ms;
		uint32_t limit = first ? r->overlap_ms : r->talk_over_ms;

		if (t->speaker == QA_CALLEE && limit && !own->open &&
		    overlap(own, t) >= limit)
			return true;
	}

	return false;
}

static bool is_too_fast(const struct qa_rule *r, const struct qa_turn *t)
{
	size_t chars = qa_spoken_chars(t->text);

	return r->chars_per_s && t->end_ms > t->start_ms && !t->cut &&
	       chars >= MIN_CHARS &&
	       chars * 1000 >
		       (size_t)r->chars_per_s * (t->end_ms - t->start_ms);
}

static bool is_repeated(const struct qa_view *v, const struct qa_rule *r,
			size_t i)
{
	const char *text = v->scans[i].text;
	uint32_t n = 1;

	if (!r->repeats || strlen(text) < MIN_REPEATED)
		return false;
	for (size_t k = 0; k < i; k++)
		n += qa_is_judged(r, &v->d->turns[k]) &&
		     !strcmp(text, v->scans[k].text);

	return n >= r->repeats;
}

/* Silence before turn i, unless somebody asked to wait (r->unless). */
static bool is_dead_air(const struct qa_view *v, const struct qa_rule *r,
			size_t i)
{
	uint32_t end = 0;

	if (!r->gap_ms || !i)
		return false;
	for (size_t k = 0; k < i; k++) {
		if (v->d->turns[k].end_ms > end)
			end = v->d->turns[k].end_ms;
	}

	return v->d->turns[i].start_ms > end + r->gap_ms &&
	       !qa_has_hit(&v->scans[i - 1], r->unless.group);
}

void qa_judge_audio(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_view *v = &j->view;

	for (size_t i = 0; i < v->d->n_turns; i++) {
		const struct qa_turn *t = &v->d->turns[i];

		if (is_dead_air(v, r, i))
			qa_found(j, r, i);
		if (!qa_is_judged(r, t))
			continue;
		if (cuts_in(v->d, r, i) || is_too_fast(r, t) ||
		    qa_has_emotion(r, t) || is_repeated(v, r, i))
			qa_found(j, r, i);
	}
}

void qa_judge_digits(struct qa_judge *j, const struct qa_rule *r)
{
	const struct qa_dialog *d = j->view.d;

	for (size_t i = 0; i < d->n_turns; i++) {
		if (qa_is_judged(r, &d->turns[i]) &&
		    qa_reads_out_number(d->turns[i].text))
			qa_found(j, r, i);
	}
}
