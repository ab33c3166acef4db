/** @file compile.c  Patterns to expressions, contract in compile.h */
#include "compile.h"

#include <errno.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/heap.h"
#include "base/mem.h"
#include "expand.h"
#include "place.h"
#include "prefilter.h"

enum {
	MAX_PATTERNS = 20000,
	MAX_HITS = 4096,
};

struct pattern {
	uint32_t group;
	bool plain, fast; /* fast: compiled to machine code */
	pcre2_code *code;
};

struct qa_matcher {
	struct qa_prefilter *filter;
	pcre2_match_data *match;
	struct pattern *patterns;
	unsigned n;
	uint32_t n_groups;
};

/* Whose a pattern is: what a fault must name. */
struct origin {
	const struct qa_pack *pack;
	unsigned rule; /* Its entry, from 1; 0: the pack's scopes */
	const char *text;
};

struct build {
	struct qa_pack *const *packs;
	size_t n_packs;
	struct origin from; /* What is added */
	struct origin *origins;
	char **list;
	struct pattern *patterns;
	unsigned n;
	uint32_t n_groups;
	char *error;
	size_t size;
};

/* ---- faults -------------------------------------------------------------- */

static int tell(const struct build *b, const struct origin *o,
		const char *reason)
{
	char about[160] = "scopes";

	if (o->rule)
		snprintf(about, sizeof(about), "rule %s (entry %u)",
			 o->pack->rules[o->rule - 1].id, o->rule);
	snprintf(b->error, b->size, "%s: %s: pattern \"%s\"", about, reason,
		 o->text);
	if (o->pack->path)
		qa_place_in_file(o->pack->path, b->error, b->size);

	return YH_ERR_BAD_CONFIG;
}

/* ---- groups -------------------------------------------------------------- */

/* Where a branch ends: at a "|" outside of groups and classes. */
static const char *end_of_branch(const char *s)
{
	int depth = 0;
	bool in_class = false;

	for (; *s && (*s != '|' || depth || in_class); s++) {
		if (*s == '\\' && s[1])
			s++;
		else if (in_class)
			in_class = *s != ']';
		else if (*s == '[')
			in_class = true;
		else
			depth += (*s == '(') - (*s == ')');
	}

	return s;
}

static int add_branch(struct build *b, const char *s, size_t n,
		      struct pattern p)
{
	if (b->n == MAX_PATTERNS)
		return -ENOSPC;
	b->list[b->n] = yh_strndup(s, n);
	b->origins[b->n] = b->from;
	b->patterns[b->n] = p;

	return b->list[b->n++] ? 0 : -ENOMEM;
}

/* Each branch is tried for itself: of a long list few have their words. */
static int add_pattern(struct build *b, const char *text, uint32_t group)
{
	char exact[QA_MAX_PATTERN];
	bool plain = *text == '!';
	const char *s = exact, *end = exact;
	int err;

	b->from.text = text;
	err = qa_expand(b->packs, b->n_packs, text + plain, exact);

	for (; !err; s = end + 1) {
		end = end_of_branch(s);
		err = add_branch(b, s, (size_t)(end - s),
				 (struct pattern){group, plain, false, NULL});
		if (!*end)
			break;
	}
	if (!err || err == -ENOMEM)
		return err;

	return tell(b, &b->from,
		    err == -ENOENT ? "no such <word>" : "too long");
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

			b->from = (struct origin){.pack = b->packs[i]};
			err = add_group(b, &own[k], sum[k].group);
		}
	}

	return err;
}

static int add_all(struct build *b, struct qa_scopes *scopes)
{
	int err = add_scopes(b, scopes);

	for (size_t i = 0; i < b->n_packs && !err; i++) {
		for (unsigned k = 0; k < b->packs[i]->n_rules && !err; k++) {
			b->from = (struct origin){.pack = b->packs[i],
						  .rule = k + 1};
			err = add_rule(b, &b->packs[i]->rules[k]);
		}
	}

	return err;
}

/* ---- compilation --------------------------------------------------------- */

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
		return tell(b, &b->origins[i], (const char *)reason);
	}
	/* Without JIT it is only slower. */
	b->patterns[i].fast =
		!pcre2_jit_compile(b->patterns[i].code, PCRE2_JIT_COMPLETE);

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
		.origins = yh_calloc(MAX_PATTERNS, sizeof(struct origin)),
		.list = yh_calloc(MAX_PATTERNS, sizeof(char *)),
		.patterns = yh_calloc(MAX_PATTERNS, sizeof(struct pattern)),
		.error = error,
		.size = size,
	};
	int err = m && b.origins && b.list && b.patterns ? add_all(&b, scopes)
							 : -ENOMEM;

	for (unsigned i = 0; i < b.n && !err; i++)
		err = compile_pcre(&b, i);
	yh_heap_huge_code();
	if (!err)
		err = qa_prefilter_create(&m->filter,
					  (const char *const *)b.list, b.n);
	for (unsigned i = 0; i < b.n; i++)
		yh_free(b.list[i]);
	yh_free(b.list);
	yh_free(b.origins);
	if (!m) {
		yh_free(b.patterns);
		return -ENOMEM;
	}
	m->patterns = b.patterns;
	m->n = b.n;
	m->n_groups = b.n_groups + 1;
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
	qa_prefilter_destroy(m->filter);
	yh_free(m->patterns);
	yh_free(m);
}

uint32_t qa_matcher_groups(const struct qa_matcher *m)
{
	return m->n_groups;
}

/* ---- scanning ------------------------------------------------------------ */

struct collect {
	struct qa_matcher *m;
	const char *text;
	size_t len;
	struct qa_hit *hits;
	size_t n, room;
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

/* Is there a match from `next` on? */
static bool find(const struct collect *c, const struct pattern *p, size_t next)
{
	uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;
	PCRE2_SPTR text = (PCRE2_SPTR)c->text;
	int n = p->fast ? pcre2_jit_match(p->code, text, c->len, next,
					  PCRE2_NOTEMPTY, c->m->match, NULL)
			: pcre2_match(p->code, text, c->len, next, options,
				      c->m->match, NULL);

	return n >= 0;
}

/* All places of a pattern, one after the other. */
static int locate(void *arg, unsigned id)
{
	struct collect *c = arg;
	const struct pattern *p = &c->m->patterns[id];
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(c->m->match);
	size_t next = 0;
	int err = 0;

	while (!err && next < c->len && find(c, p, next)) {
		err = add_hit(c, p, at[0], at[1]);
		next = at[1];
	}

	return err;
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
	int err = qa_prefilter_run(m->filter, text, c.len, locate, &c);

	if (err && err != -ENOSPC) {
		yh_free(c.hits);
		return err;
	}
	if (c.n)
		qsort(c.hits, c.n, sizeof(*c.hits), by_from);
	*hits = c.hits;
	*n = c.n;

	return 0;
}
