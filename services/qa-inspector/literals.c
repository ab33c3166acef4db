/** @file literals.c  A pattern's necessary words, contract in literals.h */
#include "literals.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum {
	MAX_WORD = 96,	  /* [bytes] */
	MAX_WORDS = 2000, /* of one set */
	MAX_DEPTH = 24,	  /* groups in groups */
	LONG_ENOUGH = 9,  /* three ideographs [bytes] */
	MAX_CLASS = 40,	  /* characters of a class that are worth it */
};

struct parser {
	const char *s;
	int depth;
	int err;
};

void qa_literals_free(struct qa_literals *l)
{
	for (size_t i = 0; i < l->n; i++)
		yh_free(l->list[i]);
	yh_free(l->list);
	*l = (struct qa_literals){NULL, 0};
}

static void add_word(struct parser *p, struct qa_literals *l, const char *word,
		     size_t n)
{
	char **list = yh_realloc(l->list, (l->n + 1) * sizeof(*list));

	if (list) {
		l->list = list;
		list[l->n] = yh_strndup(word, n);
	}
	if (!list || !list[l->n])
		p->err = -ENOMEM;
	else
		l->n++;
}

static size_t shortest(const struct qa_literals *l)
{
	size_t least = LONG_ENOUGH;

	for (size_t i = 0; i < l->n; i++) {
		size_t n = strlen(l->list[i]);

		least = n < least ? n : least;
	}

	return l->n ? least : 0;
}

static bool is_better(const struct qa_literals *a, const struct qa_literals *b)
{
	size_t x = shortest(a), y = shortest(b);

	return x > y || (x == y && a->n < b->n);
}

/* The best two of what a sequence cannot do without. */
struct best {
	struct qa_literals first, second;
};

static void swap(struct qa_literals *a, struct qa_literals *b)
{
	struct qa_literals old = *a;

	*a = *b;
	*b = old;
}

/* Takes `set`. */
static void keep_better(struct best *best, struct qa_literals *set)
{
	if (is_better(set, &best->first))
		swap(set, &best->first);
	if (is_better(set, &best->second))
		swap(set, &best->second);
	qa_literals_free(set);
}

static size_t char_len(const char *s)
{
	size_t n = 1;

	while ((s[n] & 0xc0) == 0x80)
		n++;

	return n;
}

/* @return How often at least; `counted` tells that a count stood there */
static unsigned take_count(struct parser *p, bool *counted)
{
	unsigned least = 1;
	char c = *p->s;

	*counted = c && strchr("?*+{", c);
	if (!*counted)
		return 1;
	if (c == '?' || c == '*')
		least = 0;
	if (c == '{') {
		least = (unsigned)strtoul(p->s + 1, NULL, 10);
		p->s += strcspn(p->s, "}");
	}
	if (*p->s)
		p->s++;
	if (*p->s == '?') /* lazy */
		p->s++;

	return least;
}

/* [abc], not [^abc] and not [a-z]: its characters. */
static void take_class(struct parser *p, struct qa_literals *out)
{
	bool usable = p->s[1] != '^';
	size_t n = 0;

	p->s += usable ? 1 : 2;
	while (*p->s && (*p->s != ']' || !n)) {
		size_t len = char_len(p->s);

		usable = usable && *p->s != '\\' && *p->s != '-' &&
			 ++n <= MAX_CLASS;
		if (usable)
			add_word(p, out, p->s, len);
		else
			n = 1;
		p->s += len;
	}
	if (*p->s)
		p->s++;
	if (!usable)
		qa_literals_free(out);
}

static void take_branches(struct parser *p, struct qa_literals *out);

static void take_group(struct parser *p, struct qa_literals *out)
{
	p->s++;
	if (!strncmp(p->s, "?:", 2))
		p->s += 2;
	if (++p->depth > MAX_DEPTH)
		p->err = -ENOMEM;
	else
		take_branches(p, out);
	p->depth--;
	if (*p->s == ')')
		p->s++;
}

struct run {
	char text[MAX_WORD];
	size_t n;
};

static void end_run(struct parser *p, struct run *r, struct best *best)
{
	struct qa_literals one = {NULL, 0};

	if (r->n)
		add_word(p, &one, r->text, r->n);
	r->n = 0;
	keep_better(best, &one);
}

/* One plain character, perhaps counted. */
static void take_char(struct parser *p, struct run *r, struct best *best)
{
	const char *c = *p->s == '\\' && p->s[1] ? p->s + 1 : p->s;
	size_t n = char_len(c);
	bool counted;
	unsigned least;

	p->s = c + n;
	least = take_count(p, &counted);
	if (*c == '.' && c[-1] != '\\') {
		end_run(p, r, best);
		return;
	}
	if (!least || r->n + n > sizeof(r->text))
		end_run(p, r, best);
	if (least) {
		memcpy(r->text + r->n, c, n);
		r->n += n;
	}
	if (counted)
		end_run(p, r, best);
}

static void take_sequence(struct parser *p, struct best *best)
{
	struct run run = {.n = 0};

	while (!p->err && *p->s && *p->s != '|' && *p->s != ')') {
		struct qa_literals set = {NULL, 0};
		bool counted;

		if (*p->s != '(' && *p->s != '[') {
			take_char(p, &run, best);
			continue;
		}
		end_run(p, &run, best);
		if (*p->s == '(')
			take_group(p, &set);
		else
			take_class(p, &set);
		if (!take_count(p, &counted))
			qa_literals_free(&set);
		keep_better(best, &set);
	}
	end_run(p, &run, best);
}

static void take_branches(struct parser *p, struct qa_literals *out)
{
	bool known = true;

	for (;; p->s++) {
		struct best branch = {{NULL, 0}, {NULL, 0}};
		const struct qa_literals *l = &branch.first;

		take_sequence(p, &branch);
		known = known && l->n && out->n + l->n <= MAX_WORDS;
		for (size_t i = 0; i < l->n && known; i++)
			add_word(p, out, l->list[i], strlen(l->list[i]));
		qa_literals_free(&branch.first);
		qa_literals_free(&branch.second);
		if (p->err || *p->s != '|')
			break;
	}
	if (!known)
		qa_literals_free(out);
}

int qa_literals_of(const char *pattern, struct qa_literals out[2])
{
	struct parser p = {.s = pattern};
	struct best best = {{NULL, 0}, {NULL, 0}};

	take_sequence(&p, &best);
	if (*p.s == '|') { /* branches at the top: what they share */
		qa_literals_free(&best.first);
		qa_literals_free(&best.second);
		p.s = pattern;
		take_branches(&p, &best.first);
	}
	if (p.err) {
		qa_literals_free(&best.first);
		qa_literals_free(&best.second);
	}
	out[0] = best.first;
	out[1] = best.second;

	return p.err;
}
