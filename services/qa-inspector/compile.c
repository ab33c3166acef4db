/** @file compile.c  Patterns to hyperscan, contract in compile.h */
#include "compile.h"

#include <errno.h>
#include <hs/hs.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "expand.h"
#include "literals.h"

enum {
	MAX_PATTERNS = 20000,
	MAX_HITS = 4096,
};

struct pattern {
	uint32_t group;
	bool plain;
	pcre2_code *code;
};

/* A word that some patterns cannot do without. */
struct word {
	char *text;
	unsigned pattern;
};

/* Hyperscan finds in one pass which words of all patterns occur (literals.h);
 * only the patterns of these are tried, with PCRE. */
struct qa_matcher {
	hs_database_t *db;
	hs_scratch_t *scratch;
	pcre2_match_data *match;
	struct pattern *patterns;
	unsigned n;
	struct word *words; /* shape (n_words), by text */
	size_t n_words, room;
	unsigned *first; /* shape (n_different + 1): a literal's words */
	unsigned n_different;
	unsigned *always; /* shape (n_always): patterns without a word */
	unsigned n_always;
	uint32_t *tried; /* shape (n): the scan that tried it last */
	uint32_t scan;
};

struct build {
	struct qa_pack *const *packs;
	size_t n_packs;
	char **list;
	struct pattern *patterns;
	unsigned n;
	uint32_t n_groups;
	char *error;
	size_t size;
};

/* ---- groups -------------------------------------------------------------- */

static int add_pattern(struct build *b, const char *text, uint32_t group)
{
	char exact[QA_MAX_PATTERN];
	bool plain = *text == '!';
	int err = b->n == MAX_PATTERNS ? -ENOSPC
				       : qa_expand(b->packs, b->n_packs,
						   text + plain, exact);

	if (err) {
		snprintf(b->error, b->size, "pattern \"%s\": %s", text,
			 err == -ENOENT ? "no such <word>" : "too long");
		return YH_ERR_BAD_CONFIG;
	}
	b->list[b->n] = yh_strdup(exact);
	b->patterns[b->n] = (struct pattern){group, plain, NULL};
	b->n++;

	return b->list[b->n - 1] ? 0 : -ENOMEM;
}

/* @param group 0: a new one */
static int add_group(struct build *b, struct qa_patterns *p, uint32_t group)
{
	int err = 0;

	if (!p->n)
		return 0;

	p->group = group ? group : ++b->n_groups;
	for (unsigned i = 0; i < p->n && !err; i++)
		err = add_pattern(b, p->list[i], p->group);

	return err;
}

static int add_cond(struct build *b, struct qa_cond *c)
{
	int err;

	if (!c)
		return 0;
	err = add_group(b, &c->patterns, 0);
	err = err ? err : add_group(b, &c->unless, 0);

	return err ? err : add_group(b, &c->follows, 0);
}

static int add_rule(struct build *b, struct qa_rule *r)
{
	int err = add_group(b, &r->patterns, 0);

	err = err ? err : add_group(b, &r->unless, 0);
	err = err ? err : add_group(b, &r->excuse, 0);
	err = err ? err : add_group(b, &r->forbid, 0);
	for (unsigned i = 0; i < r->n_parts && !err; i++)
		err = add_group(b, &r->parts[i], 0);
	err = err ? err : add_cond(b, r->trigger);
	err = err ? err : add_cond(b, r->first);
	err = err ? err : add_cond(b, r->before);

	return err ? err : add_cond(b, r->reset);
}

/* The language's lists: one group each over all packs. All members of
 * struct qa_scopes are struct qa_patterns. */
static int add_scopes(struct build *b, struct qa_scopes *out)
{
	enum { N = sizeof(struct qa_scopes) / sizeof(struct qa_patterns) };
	struct qa_patterns *sum = (struct qa_patterns *)out;
	int err = 0;

	for (unsigned k = 0; k < N; k++) {
		sum[k].group = ++b->n_groups;
		for (size_t i = 0; i < b->n_packs && !err; i++) {
			struct qa_patterns *own =
				(struct qa_patterns *)&b->packs[i]->scopes;

			err = add_group(b, &own[k], sum[k].group);
		}
	}

	return err;
}

static int add_all(struct build *b, struct qa_scopes *scopes)
{
	int err = add_scopes(b, scopes);

	for (size_t i = 0; i < b->n_packs && !err; i++) {
		for (unsigned k = 0; k < b->packs[i]->n_rules && !err; k++)
			err = add_rule(b, &b->packs[i]->rules[k]);
	}

	return err;
}

/* ---- compilation --------------------------------------------------------- */

static void say(const struct build *b, const char *reason, const char *pattern)
{
	snprintf(b->error, b->size, "%s: pattern \"%s\"", reason, pattern);
}

static int by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->text, y->text);
}

static int add_words(struct qa_matcher *m, const char *pattern, unsigned id)
{
	struct qa_literals l;
	int err = qa_literals_of(pattern, &l);

	if (err)
		return err;
	if (!l.n)
		m->always[m->n_always++] = id;
	if (m->n_words + l.n > m->room) {
		size_t room = 2 * (m->n_words + l.n);
		struct word *words =
			yh_realloc(m->words, room * sizeof(*words));

		if (!words) {
			qa_literals_free(&l);
			return -ENOMEM;
		}
		m->words = words;
		m->room = room;
	}
	for (size_t i = 0; i < l.n; i++)
		m->words[m->n_words++] = (struct word){l.list[i], id};
	yh_free(l.list); /* its words are ours now */

	return 0;
}

static int collect_words(struct qa_matcher *m, const struct build *b)
{
	int err = 0;

	m->always = yh_calloc(b->n + 1, sizeof(*m->always));
	m->tried = yh_calloc(b->n + 1, sizeof(*m->tried));
	if (!m->always || !m->tried)
		return -ENOMEM;
	for (unsigned i = 0; i < b->n && !err; i++)
		err = add_words(m, b->list[i], i);
	if (!err && m->n_words)
		qsort(m->words, m->n_words, sizeof(*m->words), by_text);

	return err;
}

/* The different words, as hyperscan wants them. */
struct literals {
	const char **text;
	unsigned *flags, *ids;
	size_t *len;
};

static void list_literals(struct qa_matcher *m, struct literals *l)
{
	for (size_t i = 0; i < m->n_words; i++) {
		unsigned k = m->n_different;

		if (i && !strcmp(m->words[i].text, m->words[i - 1].text))
			continue;
		l->text[k] = m->words[i].text;
		l->len[k] = strlen(l->text[k]);
		l->flags[k] = HS_FLAG_SINGLEMATCH;
		l->ids[k] = k;
		m->first[k] = (unsigned)i;
		m->n_different++;
	}
	m->first[m->n_different] = (unsigned)m->n_words;
}

static int compile_hs(struct qa_matcher *m, const struct build *b)
{
	struct literals l = {
		yh_calloc(m->n_words + 1, sizeof(char *)),
		yh_calloc(m->n_words + 1, sizeof(unsigned)),
		yh_calloc(m->n_words + 1, sizeof(unsigned)),
		yh_calloc(m->n_words + 1, sizeof(size_t)),
	};
	hs_compile_error_t *fault = NULL;
	int err = 0;

	m->first = yh_calloc(m->n_words + 2, sizeof(*m->first));
	if (!l.text || !l.flags || !l.ids || !l.len || !m->first)
		err = -ENOMEM;
	else
		list_literals(m, &l);
	if (!err && m->n_different &&
	    hs_compile_lit_multi(l.text, l.flags, l.ids, l.len, m->n_different,
				 HS_MODE_BLOCK, NULL, &m->db,
				 &fault) != HS_SUCCESS) {
		say(b, fault->message,
		    fault->expression >= 0 ? l.text[fault->expression] : "?");
		hs_free_compile_error(fault);
		err = YH_ERR_BAD_CONFIG;
	}
	if (!err && m->db && hs_alloc_scratch(m->db, &m->scratch) != HS_SUCCESS)
		err = -ENOMEM;
	yh_free(l.text);
	yh_free(l.flags);
	yh_free(l.ids);
	yh_free(l.len);

	return err;
}

static int compile_pcre(const struct build *b, unsigned i)
{
	int code;
	PCRE2_SIZE at;
	PCRE2_UCHAR reason[128];

	b->patterns[i].code = pcre2_compile(
		(PCRE2_SPTR)b->list[i], PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_NO_AUTO_CAPTURE, &code, &at, NULL);
	if (!b->patterns[i].code) {
		pcre2_get_error_message(code, reason, sizeof(reason));
		say(b, (const char *)reason, b->list[i]);
		return YH_ERR_BAD_CONFIG;
	}
	/* Without JIT it is only slower. */
	pcre2_jit_compile(b->patterns[i].code, PCRE2_JIT_COMPLETE);

	return 0;
}

int qa_matcher_create(struct qa_matcher **out, struct qa_pack *const *packs,
		      size_t n, struct qa_scopes *scopes, char *error,
		      size_t size)
{
	struct qa_matcher *m = yh_zalloc(sizeof(*m));
	struct build b = {
		.packs = packs,
		.n_packs = n,
		.list = yh_calloc(MAX_PATTERNS, sizeof(char *)),
		.patterns = yh_calloc(MAX_PATTERNS, sizeof(struct pattern)),
		.error = error,
		.size = size,
	};
	int err = m && b.list && b.patterns ? add_all(&b, scopes) : -ENOMEM;

	for (unsigned i = 0; i < b.n && !err; i++)
		err = compile_pcre(&b, i);
	if (!err)
		err = collect_words(m, &b);
	if (!err)
		err = compile_hs(m, &b);
	for (unsigned i = 0; i < b.n; i++)
		yh_free(b.list[i]);
	yh_free(b.list);
	if (!m) {
		yh_free(b.patterns);
		return err;
	}
	m->patterns = b.patterns;
	m->n = b.n;
	m->match = pcre2_match_data_create(1, NULL);
	if (!err && !m->match)
		err = -ENOMEM;
	if (err)
		qa_matcher_destroy(m);
	else
		*out = m;

	return err;
}

void qa_matcher_destroy(struct qa_matcher *m)
{
	if (!m)
		return;

	for (unsigned i = 0; m->patterns && i < m->n; i++)
		pcre2_code_free(m->patterns[i].code);
	pcre2_match_data_free(m->match);
	hs_free_scratch(m->scratch);
	hs_free_database(m->db);
	for (size_t i = 0; i < m->n_words; i++)
		yh_free(m->words[i].text);
	yh_free(m->words);
	yh_free(m->first);
	yh_free(m->always);
	yh_free(m->tried);
	yh_free(m->patterns);
	yh_free(m);
}

/* ---- scanning ------------------------------------------------------------ */

struct collect {
	struct qa_matcher *m;
	const char *text;
	size_t len;
	struct qa_hit *hits;
	size_t n, room;
	int err;
};

static int add_hit(struct collect *c, const struct pattern *p, size_t from,
		   size_t to)
{
	struct qa_hit *hits;

	if (c->n == MAX_HITS)
		return -ENOSPC; /* bounded: enough is known of this text */
	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 32;
		hits = yh_realloc(c->hits, c->room * sizeof(*hits));
		if (!hits)
			return -ENOMEM;
		c->hits = hits;
	}
	c->hits[c->n++] = (struct qa_hit){p->group, (uint32_t)from,
					  (uint32_t)to, p->plain};

	return 0;
}

/* All places of a pattern, one after the other; once a scan. */
static int locate(struct collect *c, unsigned id)
{
	const struct pattern *p = &c->m->patterns[id];
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(c->m->match);
	size_t next = 0;

	if (c->m->tried[id] == c->m->scan)
		return 0;
	c->m->tried[id] = c->m->scan;
	while (next < c->len &&
	       pcre2_match(p->code, (PCRE2_SPTR)c->text, c->len, next,
			   PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, c->m->match,
			   NULL) >= 0) {
		c->err = add_hit(c, p, at[0], at[1]);
		if (c->err)
			return 1;
		next = at[1];
	}

	return 0;
}

static int on_word(unsigned id, unsigned long long from, unsigned long long to,
		   unsigned flags, void *arg)
{
	struct collect *c = arg;

	(void)from, (void)to, (void)flags;
	for (unsigned i = c->m->first[id]; i < c->m->first[id + 1]; i++) {
		if (locate(c, c->m->words[i].pattern))
			return 1;
	}

	return 0;
}

static int by_from(const void *a, const void *b)
{
	const struct qa_hit *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;

	return x->to < y->to ? -1 : x->to > y->to;
}

int qa_match(struct qa_matcher *m, const char *text, struct qa_hit **hits,
	     size_t *n)
{
	struct collect c = {.m = m, .text = text, .len = strlen(text)};
	hs_error_t s = HS_SUCCESS;

	m->scan++;
	if (m->db)
		s = hs_scan(m->db, text, (unsigned)c.len, 0, m->scratch,
			    on_word, &c);
	for (unsigned i = 0; i < m->n_always && !c.err; i++)
		locate(&c, m->always[i]);

	if (c.err == -ENOSPC)
		c.err = 0;
	if (!c.err && s != HS_SUCCESS && s != HS_SCAN_TERMINATED)
		c.err = -EIO;
	if (c.err) {
		yh_free(c.hits);
		return c.err;
	}
	if (c.n)
		qsort(c.hits, c.n, sizeof(*c.hits), by_from);
	*hits = c.hits;
	*n = c.n;

	return 0;
}
