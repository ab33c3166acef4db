/** @file match.c  Said and meant, contract in match.h */
#include "match.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "reply.h"

const struct qa_hit *qa_next_hit(const struct qa_scan *s, uint32_t group,
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

bool qa_has_hit(const struct qa_scan *s, uint32_t group)
{
	return qa_next_hit(s, group, NULL);
}

/* ---- negation ------------------------------------------------------------ */

/* Code points in text[from..to). */
static uint32_t distance(const char *text, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	for (uint32_t i = from; i < to; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;

	return n;
}

static bool overlaps(const struct qa_scan *s, uint32_t group,
		     const struct qa_hit *x)
{
	const struct qa_hit *h = NULL;

	while ((h = qa_next_hit(s, group, h))) {
		if (h->from < x->to && x->from < h->to)
			return true;
	}

	return false;
}

static bool has_mark(const struct qa_scan *s, const char *marks, uint32_t from,
		     uint32_t to)
{
	for (uint32_t i = from; i < to; i++) {
		if (strchr(marks, s->text[i]))
			return true;
	}

	return false;
}

/* Does a negation stand before the hit (or after it), in the same clause and
 * not too far? Words that only look like one, and two that cancel each other,
 * do not count. */
static bool negation_near(const struct qa_view *v, const struct qa_scan *s,
			  const struct qa_hit *hit, uint32_t group, bool ahead,
			  uint32_t window)
{
	const struct qa_hit *h = NULL;

	while ((h = qa_next_hit(s, group, h))) {
		uint32_t from = ahead ? h->to : hit->to;
		uint32_t to = ahead ? hit->from : h->from;

		/* What begins within the hit and goes on stands after it. */
		if (!ahead && to < from && h->to > from)
			to = from;
		if (from <= to && !has_mark(s, ",;?", from, to) &&
		    distance(s->text, from, to) <= window &&
		    !overlaps(s, v->scopes->no_negation.group, h))
			return true;
	}

	return false;
}

static bool is_negated_before(const struct qa_view *v, const struct qa_scan *s,
			      const struct qa_hit *h)
{
	const struct qa_scopes *p = v->scopes;

	return negation_near(v, s, h, p->negation.group, true,
			     qa_rules_negation_window(v->rules)) ||
	       negation_near(v, s, h, p->negation_far.group, true, UINT32_MAX);
}

static bool is_negated(const struct qa_view *v, const struct qa_scan *s,
		       const struct qa_hit *h)
{
	const struct qa_scopes *p = v->scopes;
	uint32_t window = qa_rules_negation_window(v->rules);

	return is_negated_before(v, s, h) ||
	       negation_near(v, s, h, p->negation_after.group, false, window);
}

/* ---- quotation and excuses ----------------------------------------------- */

/* A hit of the group in the hit's sentence; `before` it, and then not negated
 * itself. */
static bool in_sentence(const struct qa_view *v, const struct qa_scan *s,
			const struct qa_hit *hit, uint32_t group, bool before)
{
	const struct qa_hit *h = NULL;

	while ((h = qa_next_hit(s, group, h))) {
		uint32_t from = h->to < hit->from ? h->to : hit->to;
		uint32_t to = h->to < hit->from ? hit->from : h->from;

		if (before && h->from >= hit->to)
			continue;
		if ((from >= to || !has_mark(s, ";?", from, to)) &&
		    !(before && is_negated_before(v, s, h)))
			return true;
	}

	return false;
}

/* "Some say …, that is a fraud": told before it, refuted after that. */
static bool is_refuted(const struct qa_view *v, const struct qa_scan *s,
		       const struct qa_hit *hit)
{
	const struct qa_hit *told = NULL, *h;

	while ((told = qa_next_hit(s, v->scopes->reported.group, told))) {
		if (told->from >= hit->to)
			return false;
		h = NULL;
		while ((h = qa_next_hit(s, v->scopes->refuted.group, h))) {
			if (h->from >= told->to &&
			    !overlaps(s, v->scopes->no_negation.group, h))
				return true;
		}
	}

	return false;
}

static bool is_quoted(const struct qa_view *v, const struct qa_scan *s,
		      const struct qa_hit *h)
{
	return in_sentence(v, s, h, v->scopes->warning.group, true) ||
	       is_refuted(v, s, h);
}

const struct qa_hit *qa_meant(const struct qa_view *v, size_t turn,
			      uint32_t group, uint32_t unless, uint32_t excuse)
{
	const struct qa_scan *s = &v->scans[turn];
	const struct qa_hit *h = NULL;

	if (excuse && qa_has_hit(s, excuse))
		return NULL;
	while ((h = qa_next_hit(s, group, h))) {
		if (!h->plain && is_negated(v, s, h))
			continue;
		if (unless && in_sentence(v, s, h, unless, false))
			continue;
		if (!is_quoted(v, s, h))
			return h;
	}

	return NULL;
}

/* ---- meanings ------------------------------------------------------------ */

/* So sure that words which would excuse it do not, and so sure that it is not
 * meant that a pattern errs; the last for its own clause alone. Chosen on sets
 * that were fresh. */
static const float SURE = 0.75f, NEVER = 0.02f, NEVER_ALONE = 0.5f;

/* Split a turn into sentences, and ask once for all meanings. */
static int find_sentences(const struct qa_view *v, struct qa_scan *s)
{
	const char *p = s->text + 1;
	size_t room = 0;

	for (const char *c = p; *c; c++)
		room += *c == ';' || *c == '?';
	if (s->sentences || !room)
		return 0;
	s->sentences = yh_calloc(room, sizeof(*s->sentences));
	if (!s->sentences)
		return -ENOMEM;
	while (*p) {
		size_t n = strcspn(p, ";?");
		uint32_t from = (uint32_t)(p - s->text);
		struct qa_sentence *x = &s->sentences[s->n_sentences];

		x->place = (struct qa_hit){0, from, from + (uint32_t)n, false};
		qa_rules_means(v->rules, p, n, x->scores);
		s->n_sentences++;
		p += n + (p[n] != '\0');
	}

	return 0;
}

/* Is what the rule forbids denied, excused or quoted in this sentence? */
static bool is_excused(const struct qa_view *v, const struct qa_scan *s,
		       const struct qa_rule *r, const struct qa_hit *place)
{
	return in_sentence(v, s, place, r->patterns.group, false) ||
	       in_sentence(v, s, place, r->unless.group, false) ||
	       is_quoted(v, s, place);
}

const struct qa_hit *qa_means(struct qa_view *v, size_t turn,
			      const struct qa_rule *r)
{
	struct qa_scan *s = &v->scans[turn];
	float floor = (float)(r->percent ? r->percent : 50) / 100;

	if (!r->meaning_id || qa_has_hit(s, r->excuse.group))
		return NULL;
	v->err = v->err ? v->err : find_sentences(v, s);
	for (size_t i = 0; i < s->n_sentences; i++) {
		const struct qa_sentence *x = &s->sentences[i];
		float score = x->scores[r->meaning_id - 1];

		if (score >= floor &&
		    (score >= SURE || !is_excused(v, s, r, &x->place)))
			return &x->place;
	}

	return NULL;
}

/* The clauses that the hit touches, and `more` on each side, within place. */
static struct qa_hit clauses(const struct qa_scan *s,
			     const struct qa_hit *place, const struct qa_hit *h,
			     unsigned more)
{
	struct qa_hit near = *h;

	for (unsigned marks = 0; near.from > place->from; near.from--) {
		marks += s->text[near.from - 1] == ',';
		if (marks > more)
			break;
	}
	for (unsigned marks = 0; near.to < place->to; near.to++) {
		marks += s->text[near.to] == ',';
		if (marks > more)
			break;
	}

	return near;
}

static float score_of(const struct qa_view *v, const struct qa_scan *s,
		      const struct qa_rule *r, struct qa_hit place)
{
	float scores[QA_MAX_MEANINGS];

	qa_rules_means(v->rules, s->text + place.from, place.to - place.from,
		       scores);

	return scores[r->meaning_id - 1];
}

bool qa_never_means(struct qa_view *v, size_t turn, const struct qa_rule *r,
		    const struct qa_hit *h)
{
	struct qa_scan *s = &v->scans[turn];

	if (!r->meaning_id)
		return false;
	v->err = v->err ? v->err : find_sentences(v, s);
	for (size_t i = 0; i < s->n_sentences; i++) {
		const struct qa_sentence *x = &s->sentences[i];

		/* A long sentence hides what one clause of it means. */
		if (x->place.to >= h->to)
			return x->scores[r->meaning_id - 1] < NEVER &&
			       score_of(v, s, r, clauses(s, &x->place, h, 1)) <
				       NEVER &&
			       score_of(v, s, r, clauses(s, &x->place, h, 0)) <
				       NEVER_ALONE;
	}

	return false;
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

/* Do the last words of the other side before turn i hold one of them? */
static bool follows(const struct qa_view *v, const struct qa_cond *c, size_t i)
{
	if (!c->follows.group)
		return true;
	while (i--) {
		if (!(c->speaker & v->d->turns[i].speaker))
			return qa_has_hit(&v->scans[i], c->follows.group);
	}

	return false;
}

bool qa_fulfils(const struct qa_view *v, const struct qa_cond *c, size_t i,
		uint32_t *at)
{
	const struct qa_turn *t = &v->d->turns[i];
	const struct qa_hit *h;

	if (at)
		*at = 0;
	if (c->verified &&
	    (i == v->verified_turn || (v->known_person && i == 0)))
		return true;
	if (c->verified && v->person_asked)
		return false; /* the answer counts, nothing else */
	if (!(c->speaker & t->speaker) || !follows(v, c, i))
		return false;
	if (intent_in(t->intent, c->intents, c->n_intents) &&
	    !qa_has_hit(&v->scans[i], c->unless.group))
		return true;
	h = qa_meant(v, i, c->patterns.group, c->unless.group, 0);
	if (h && at)
		*at = h->from;

	return h;
}

size_t qa_first_turn(const struct qa_view *v, const struct qa_cond *c,
		     size_t from)
{
	for (size_t i = from; i < v->d->n_turns; i++) {
		if (qa_fulfils(v, c, i, NULL))
			return i;
	}

	return QA_NONE;
}

/* ---- the right person ---------------------------------------------------- */

/* "嗯": nothing is left of it, and it is no "啊?". */
static bool is_hum(const char *text, const char *normal)
{
	return !strcmp(normal, ";") && strstr(text, "嗯");
}

static bool confirms(const struct qa_view *v, size_t i, bool asked)
{
	const struct qa_turn *t = &v->d->turns[i];
	const struct qa_scan *s = &v->scans[i];

	if (t->speaker != QA_CALLEE)
		return qa_has_hit(s, v->scopes->identity_checked.group) &&
		       qa_meant(v, i, v->scopes->identity_checked.group, 0, 0);
	if (t->intent && !strcmp(t->intent, "is_self"))
		return true;
	if (qa_has_hit(s, v->scopes->identity_no.group))
		return false;
	if (t->intent && asked && !strcmp(t->intent, "affirm"))
		return true;
	if (asked && is_hum(t->text, s->text))
		return true;

	return asked && qa_has_hit(s, v->scopes->identity_yes.group);
}

/* The callee's yes to the last question who they are, or the data agreed. */
static size_t find_verified(const struct qa_view *v)
{
	bool asked = false;

	for (size_t i = 0; i < v->d->n_turns; i++) {
		if (confirms(v, i, asked))
			return i;
		if (v->d->turns[i].speaker != QA_CALLEE)
			asked = qa_has_hit(&v->scans[i],
					   v->scopes->identity_question.group);
	}

	return QA_NONE;
}

/* What is known of the call outweighs words, but for when it was known. */
static void find_person(struct qa_view *v)
{
	double verified;
	bool known = qa_dialog_known(v->d, "verified", &verified);

	for (size_t i = 0; i < v->d->n_turns; i++)
		v->person_asked |=
			v->d->turns[i].speaker != QA_CALLEE &&
			qa_has_hit(&v->scans[i],
				   v->scopes->identity_question.group);
	v->verified_turn = QA_NONE;
	if (!known || verified != 0)
		v->verified_turn = find_verified(v);
	v->known_person = known && verified != 0 && v->verified_turn == QA_NONE;
}

/* ---- the view ------------------------------------------------------------ */

/* Add what a short answer to the callee says beside its own words. */
static int complete(const struct qa_view *v, size_t i)
{
	struct qa_scan *s = &v->scans[i];
	char *more = NULL, *text;

	if (i && v->d->turns[i].speaker != QA_CALLEE &&
	    v->d->turns[i - 1].speaker == QA_CALLEE)
		more = qa_reply(v->scans[i - 1].text, s->text);
	if (!more)
		return 0;
	text = yh_realloc(s->text, strlen(s->text) + strlen(more) + 2);
	if (text) {
		s->text = text;
		strcat(strcat(text, more), ";");
	}
	yh_free(more);

	return text ? 0 : -ENOMEM;
}

static int scan_turn(struct qa_view *v, size_t i)
{
	struct qa_scan *s = &v->scans[i];
	int err;

	s->text = qa_rules_normalise(v->rules, v->d->turns[i].text);
	if (!s->text)
		return -ENOMEM;
	err = complete(v, i);
	if (!err)
		err = qa_rules_scan(v->rules, s->text, &s->hits, &s->n_hits);
	for (size_t k = 0; k < s->n_hits; k++)
		v->present[s->hits[k].group] = true;

	return err;
}

int qa_view_init(struct qa_view *v)
{
	int err = 0;

	v->scopes = qa_rules_scopes(v->rules);
	v->scans = yh_calloc(v->d->n_turns + 1, sizeof(*v->scans));
	v->present = yh_calloc(qa_rules_groups(v->rules), sizeof(bool));
	if (!v->scans || !v->present)
		return -ENOMEM;
	if (v->d->bank_name && v->d->bank_name[0]) {
		v->bank_name = qa_rules_normalise(v->rules, v->d->bank_name);
		err = v->bank_name ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < v->d->n_turns && !err; i++)
		err = scan_turn(v, i);
	if (!err)
		find_person(v);

	return err;
}

void qa_view_fini(struct qa_view *v)
{
	for (size_t i = 0; v->scans && i < v->d->n_turns; i++) {
		yh_free(v->scans[i].text);
		yh_free(v->scans[i].hits);
		yh_free(v->scans[i].sentences);
	}
	yh_free(v->scans);
	yh_free(v->present);
	yh_free(v->bank_name);
}
