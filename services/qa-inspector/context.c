/** @file context.c  Turns beside each other, contract in context.h. Pure. */
#include "context.h"

#include <string.h>

/* A word between, and what of the turns around it is read with it [bytes]. */
enum { WORD = 36, BEGUN = 90, GONE_ON = 72 };

static const float SURE = 0.75f;

static bool starts_with(const char *s, const char *const *words)
{
	while (*words && strncmp(s, *words, strlen(*words)) != 0)
		words++;

	return *words;
}

static bool has_one(const char *s, size_t n, const char *const *words)
{
	for (; *words; words++) {
		if (memmem(s, n, *words, strlen(*words)))
			return true;
	}

	return false;
}

static const char *const NOT[] = {"不", "没", "无",   "零",
				  "免", "别", "算了", NULL};

/* Its first words are a no, and not "没问题" or "不用担心". */
static bool says_no(const struct qa_view *v, const struct qa_scan *s)
{
	static const char *const no[] = {"不",	   "没",     "哪有",   "哪能",
					 "怎么会", "怎么可", "绝不",   "那不",
					 "那可不", "这不",   "当然不", "肯定不",
					 "真不",   "真没",   "绝对不", NULL};
	uint32_t from = (uint32_t)strspn(s->text, ";?,");
	const struct qa_hit *h = NULL;

	while ((h = qa_next_hit(s, v->scopes->no_negation.group, h))) {
		if (h->from <= from)
			return false;
	}

	return starts_with(s->text + from, no);
}

/* The last sentence of a text. @return Its length */
static size_t last_sentence(const char *text, const char **from)
{
	size_t end = strlen(text), begin;

	while (end && strchr(";?,", text[end - 1]))
		end--;
	for (begin = end; begin && !strchr(";?", text[begin - 1]);)
		begin--;
	*from = text + begin;

	return end - begin;
}

static float score(const struct qa_view *v, const struct qa_rule *r,
		   const char *text, size_t n)
{
	float scores[QA_MAX_MEANINGS];

	qa_rules_means(v->rules, text, n, scores);

	return scores[r->meaning_id - 1];
}

/* Does the question hold what the rule forbids, and no negation in it? */
static bool asks_whether(const struct qa_view *v, const struct qa_scan *s,
			 const struct qa_rule *r)
{
	const struct qa_hit *h = NULL;
	const char *asked;
	size_t n;

	if (!qa_has_hit(s, r->patterns.group)) {
		n = last_sentence(s->text, &asked);
		return r->meaning_id && n && !has_one(asked, n, NOT) &&
		       score(v, r, asked, n) >= SURE;
	}
	while ((h = qa_next_hit(s, r->patterns.group, h))) {
		if (has_one(s->text + h->from, h->to - h->from, NOT))
			return false;
	}

	return true;
}

bool qa_denies(const struct qa_view *v, size_t turn, const struct qa_rule *r)
{
	static const char *const but[] = {"不过",   "但",   "可是", "其实",
					  "实际上", "只是", "而是", NULL};
	const struct qa_scan *s = &v->scans[turn];

	return turn && v->d->turns[turn - 1].speaker == QA_CALLEE &&
	       says_no(v, s) && !has_one(s->text, strlen(s->text), but) &&
	       asks_whether(v, &v->scans[turn - 1], r);
}

static bool is_word_between(const struct qa_view *v, size_t turn)
{
	const struct qa_turn *t = v->d->turns;
	const char *word;

	if (turn < 2 || t[turn - 1].speaker != QA_CALLEE ||
	    t[turn - 2].speaker != t[turn].speaker)
		return false;
	word = v->scans[turn - 1].text;

	return strlen(word) <= WORD && !has_one(word, strlen(word), NOT);
}

bool qa_goes_on(const struct qa_view *v, size_t turn, const struct qa_rule *r)
{
	char both[BEGUN + GONE_ON + 1];
	const char *begun, *more;
	size_t n, m;

	if (!r->meaning_id || !is_word_between(v, turn) ||
	    qa_has_hit(&v->scans[turn], r->excuse.group) ||
	    qa_has_hit(&v->scans[turn], r->unless.group))
		return false;
	n = last_sentence(v->scans[turn - 2].text, &begun);
	more = v->scans[turn].text + strspn(v->scans[turn].text, ";?,");
	m = strcspn(more, ";?");
	if (!n || n > BEGUN || !m || m > GONE_ON)
		return false;
	memcpy(both, begun, n);
	both[n] = ',';
	memcpy(both + n + 1, more, m);

	return score(v, r, both, n + 1 + m) >= SURE &&
	       score(v, r, begun, n) < SURE && score(v, r, more, m) < SURE;
}
