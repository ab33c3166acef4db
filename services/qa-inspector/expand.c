/** @file expand.c  The notation of patterns, contract in expand.h. Pure. */
#include "expand.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { MAX_DEPTH = 4 }; /* words in words */

struct expansion {
	struct qa_pack *const *packs;
	size_t n_packs;
	char *text;
	size_t n;
	bool missing;
};

static void put(struct expansion *x, const char *s, size_t n)
{
	if (x->n + n < QA_MAX_PATTERN) {
		memcpy(x->text + x->n, s, n);
		x->n += n;
	} else {
		x->n = QA_MAX_PATTERN; /* noticed at the end */
	}
}

static const struct qa_word *word_of(const struct expansion *x,
				     const char *name, size_t n)
{
	for (size_t i = 0; i < x->n_packs; i++) {
		for (unsigned k = 0; k < x->packs[i]->n_words; k++) {
			const struct qa_word *w = &x->packs[i]->words[k];

			if (strlen(w->name) == n && !memcmp(w->name, name, n))
				return w;
		}
	}

	return NULL;
}

static void expand(struct expansion *x, const char *s, int depth);

static void put_word(struct expansion *x, const struct qa_word *w, int depth)
{
	put(x, "(?:", 3);
	if (w->is)
		expand(x, w->is, depth);
	for (unsigned i = 0; i < w->n_of; i++) {
		put(x, "|", i > 0);
		put(x, w->of[i], strlen(w->of[i]));
	}
	put(x, ")", 1);
}

/* @return What stands after "<name>", or NULL if this is none */
static const char *expand_word(struct expansion *x, const char *s, int depth)
{
	const char *end = strchr(s, '>');
	const struct qa_word *word;

	if (!end || depth == MAX_DEPTH)
		return NULL;
	word = word_of(x, s + 1, (size_t)(end - s) - 1);
	if (!word) {
		x->missing = true;
		return NULL;
	}
	put_word(x, word, depth + 1);

	return end + 1;
}

static void expand(struct expansion *x, const char *s, int depth)
{
	bool in_class = false;

	while (*s) {
		const char *next;

		if (*s == '\\' && s[1]) {
			put(x, s, 2);
			s += 2;
			continue;
		}
		next = *s == '<' ? expand_word(x, s, depth) : NULL;
		if (next) {
			s = next;
			continue;
		}
		if (*s == '[' || *s == ']')
			in_class = *s == '[';
		if (*s == '.' && !in_class)
			put(x, "[^,;?]", 6);
		else if (*s == '_' && !in_class)
			put(x, "[^;?]", 5);
		else if ((*s == '$' || *s == '^') && !in_class)
			put(x, "[;?]", 4); /* texts begin and end in one */
		else
			put(x, s, 1);
		s++;
	}
}

int qa_expand(struct qa_pack *const *packs, size_t n, const char *pattern,
	      char *out)
{
	struct expansion x = {.packs = packs, .n_packs = n, .text = out};

	expand(&x, pattern, 0);
	if (x.missing)
		return -ENOENT;
	if (x.n >= QA_MAX_PATTERN)
		return -E2BIG;
	out[x.n] = '\0';

	return 0;
}
