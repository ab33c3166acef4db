/** @file reply.c  Short answers in full, contract in reply.h. Pure. */
#include "reply.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

enum {
	CHAR = 3,	    /* Bytes of an ideograph */
	MAX_QUESTION = 120, /* Of a sentence [bytes] */
	MAX_ANSWER = 45,    /* Of the first clause; longer ones say it all */
};

struct piece {
	const char *s;
	size_t n;
};

static bool starts(struct piece p, const char *word)
{
	size_t n = strlen(word);

	return p.n >= n && !memcmp(p.s, word, n);
}

static bool starts_one(struct piece p, const char *const *words)
{
	while (*words && !starts(p, *words))
		words++;

	return *words;
}

/* Where a word stands. @return NULL: nowhere */
static const char *find(struct piece p, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= p.n; i++) {
		if (!memcmp(p.s + i, word, n))
			return p.s + i;
	}

	return NULL;
}

static bool drop_end(struct piece *p, const char *word)
{
	size_t n = strlen(word);

	if (p->n < n || memcmp(p->s + p->n - n, word, n) != 0)
		return false;
	p->n -= n;

	return true;
}

/* ---- question and answer ------------------------------------------------- */

/* Its last sentence. */
static struct piece last_sentence(const char *text)
{
	size_t end = strlen(text), begin;

	while (end && strchr(";?,", text[end - 1]))
		end--;
	for (begin = end; begin && !strchr(";?", text[begin - 1]);)
		begin--;

	return (struct piece){text + begin, end - begin};
}

static struct piece first_clause(const char *text)
{
	text += strspn(text, ";?,");

	return (struct piece){text, strcspn(text, ";?,")};
}

enum answer { NEITHER, YES, NO };

static enum answer answer_of(struct piece p)
{
	static const char *const no[] = {
		"不",	    "没",   "哪会",   "哪能",	"怎么会", "怎么可能",
		"怎么能",   "绝不", "绝对不", "肯定不", "当然不", "放心不",
		"当然没有", "无需", "用不着", "那不",	"这不",	  NULL};
	static const char *const yes[] = {
		"对",	"是",	"当然",	  "可以",   "能",   "会",     "行",
		"有",	"要",	"一样",	  "肯定",   "没错", "没问题", "绝对",
		"必须", "那是", "那当然", "差不多", "必然", "确实",   "嗯",
		"就是", "自然", "您说对", "放心",   NULL};

	static const char *const unsure[] = {"不一定", "不好说",   "不敢",
					     "不确定", "不见得",   "不清楚",
					     "不知道", "不能这么", "不能保证",
					     "不能说", "不是必须", NULL};

	if (starts(p, "对不") || starts_one(p, unsure))
		return NEITHER; /* "sorry" */
	if (starts(p, "没问题") || starts(p, "没错") || starts(p, "不错"))
		return YES;
	if (starts_one(p, no))
		return NO;

	return starts_one(p, yes) ? YES : NEITHER;
}

/* ---- the answer in full -------------------------------------------------- */

struct text {
	char *s; /* Room for MAX_QUESTION + MAX_ANSWER + 8 */
	size_t n;
};

static void put(struct text *t, const char *s, size_t n)
{
	memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

/* "X不X" or "有没有": the place of the middle. @return NULL: there is none */
static const char *choice_in(struct piece q)
{
	for (size_t i = CHAR; i + 2 * CHAR <= q.n; i++) {
		const char *m = q.s + i;

		if ((!memcmp(m, "不", CHAR) || !memcmp(m, "没", CHAR)) &&
		    !memcmp(m - CHAR, m + CHAR, CHAR))
			return m;
	}

	return NULL;
}

/* 会不会亏: the first 会 goes, and for a yes the 不 too. */
static void put_choice(struct text *t, struct piece q, const char *middle,
		       bool yes)
{
	const char *rest = middle + (yes ? CHAR : 0);

	put(t, q.s, (size_t)(middle - CHAR - q.s));
	put(t, rest, (size_t)(q.s + q.n - rest));
}

/* 会亏 to 不会亏, by the word that a negation stands before. */
static bool put_negated(struct text *t, struct piece q)
{
	static const char *const verbs[] = {"一样", "会", "能", "需要", "要",
					    "有",   "算", "收", "保",	"亏",
					    "赔",   "看", "查", NULL};
	const char *const *v = verbs, *at = NULL;

	while (*v && !(at = find(q, *v)))
		v++;
	if (!at)
		return false;
	put(t, q.s, (size_t)(at - q.s));
	put(t, strcmp(*v, "有") ? "不" : "没", CHAR);
	put(t, at, (size_t)(q.s + q.n - at));

	return true;
}

/* 一年多少收益, 百分之四: the number in its place. */
static bool put_number(struct text *t, struct piece q, struct piece a)
{
	static const char *const words[] = {"多少钱", "多少", "几个点", "几",
					    NULL};
	const char *const *w = words, *at = NULL;
	const char *rest;

	while (*w && !(at = find(q, *w)))
		w++;
	if (!at || !(find(a, "百") || find(a, "点") || find(a, "%") ||
		     find(a, "万") || find(a, "千") || find(a, "块")))
		return false;
	rest = at + strlen(*w);
	put(t, q.s, (size_t)(at - q.s));
	put(t, a.s, a.n);
	put(t, rest, (size_t)(q.s + q.n - rest));

	return true;
}

/* "是不是没利息?" "有的": it repeats the verb, and so contradicts a question
 * that denies it. */
static bool contradicts(struct piece q, struct piece a)
{
	static const char *const echoes[] = {"有", "要", "会", "收", NULL};
	static const char *const denied[] = {"没",   "免",   "不用", "不收",
					     "不看", "不查", "不审", "不需",
					     "零",   "无",   NULL};
	const char *const *d = denied;

	while (*d && (find(q, "有没有") || !find(q, *d)))
		d++;

	return *d && starts_one(a, echoes);
}

/* A no to "is it so?" or "may I?" leaves nothing that is meant; "没有" does. */
static bool denies_all(const char *middle, struct piece a)
{
	return middle && !starts(a, "没") &&
	       (!memcmp(middle - CHAR, "是", CHAR) ||
		!memcmp(middle - CHAR, "行", CHAR));
}

/* What makes a question for yes or no of it; 什么 asks for more. */
static bool drop_mark(struct piece *q)
{
	static const char *const marks[] = {"吗",   "么", "吧", "嘛",
					    "没有", "没", "不", NULL};
	const char *const *m = marks;
	struct piece rest = *q;

	if (drop_end(&rest, "什么") || drop_end(&rest, "怎么"))
		return false;
	while (*m && !drop_end(q, *m))
		m++;

	return *m;
}

static bool put_statement(struct text *t, struct piece q, struct piece a)
{
	const char *middle = choice_in(q);
	enum answer answer = answer_of(a);
	bool asked = drop_mark(&q);

	if (put_number(t, q, a))
		return true;
	if (answer == NEITHER || !(middle || asked))
		return false;
	if (answer == YES ? contradicts(q, a) : denies_all(middle, a))
		return false;
	if (middle)
		put_choice(t, q, middle, answer == YES);
	else if (answer == NO)
		return put_negated(t, q);
	else
		put(t, q.s, q.n);

	return true;
}

char *qa_reply(const char *question, const char *answer)
{
	struct piece q = last_sentence(question), a = first_clause(answer);
	struct text t = {.n = 0};

	if (!q.n || q.n > MAX_QUESTION || !a.n || a.n > MAX_ANSWER)
		return NULL;
	t.s = yh_zalloc(MAX_QUESTION + MAX_ANSWER + 8);
	if (t.s && put_statement(&t, q, a))
		return t.s;
	yh_free(t.s);

	return NULL;
}
