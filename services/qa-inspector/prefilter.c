/** @file prefilter.c  Which patterns may match, contract in prefilter.h */
#include "prefilter.h"

#include <errno.h>
#include <hs/hs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "literals.h"

/* Of words that a pattern cannot do without there are one or two sets. */
enum { SET_1 = 1, SET_2 = 2, TRIED = 4, STATES = 8 };

struct word {
	char *text;
	unsigned pattern;
	unsigned set;
};

struct qa_prefilter {
	hs_database_t *db;
	hs_scratch_t *scratch;
	struct word *words; /* shape (n_words), by text */
	size_t n_words, room;
	unsigned *first; /* shape (n_different + 1): a literal's words */
	unsigned n_different;
	unsigned *always; /* shape (n_always): patterns without a word */
	unsigned n_always;
	unsigned *sets; /* shape (n): bits of a pattern's sets */
	uint64_t *seen; /* shape (n): scan * STATES + what it has seen */
	uint64_t scan;
};

static int by_text(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Takes the words of l. */
static int add_words(struct qa_prefilter *m, struct qa_literals *l, unsigned id,
		     unsigned set)
{
	if (m->n_words + l->n > m->room) {
		size_t room = 2 * (m->n_words + l->n);
		struct word *words =
			yh_realloc(m->words, room * sizeof(*words));

		if (!words) {
			qa_literals_free(l);
			return -ENOMEM;
		}
		m->words = words;
		m->room = room;
	}
	for (size_t i = 0; i < l->n; i++)
		m->words[m->n_words++] = (struct word){l->list[i], id, set};
	if (l->n)
		m->sets[id] |= set;
	yh_free(l->list);

	return 0;
}

static int add_sets(struct qa_prefilter *m, const char *pattern, unsigned id)
{
	struct qa_literals l[2];
	int err = qa_literals_of(pattern, l), more;

	if (err)
		return err;
	if (!l[0].n)
		m->always[m->n_always++] = id;
	err = add_words(m, &l[0], id, SET_1);
	more = add_words(m, &l[1], id, SET_2);

	return err ? err : more;
}

static int collect_words(struct qa_prefilter *m, const char *const *list,
			 unsigned n)
{
	int err = 0;

	m->always = yh_calloc(n + 1, sizeof(*m->always));
	m->sets = yh_calloc(n + 1, sizeof(*m->sets));
	m->seen = yh_calloc(n + 1, sizeof(*m->seen));
	if (!m->always || !m->sets || !m->seen)
		return -ENOMEM;
	for (unsigned i = 0; i < n && !err; i++)
		err = add_sets(m, list[i], i);
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

static void list_literals(struct qa_prefilter *m, struct literals *l)
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

static int compile_hs(struct qa_prefilter *m)
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
		hs_free_compile_error(fault);
		err = -EIO;
	}
	if (!err && m->db && hs_alloc_scratch(m->db, &m->scratch) != HS_SUCCESS)
		err = -ENOMEM;
	yh_free(l.text);
	yh_free(l.flags);
	yh_free(l.ids);
	yh_free(l.len);

	return err;
}

int qa_prefilter_create(struct qa_prefilter **out, const char *const *list,
			unsigned n)
{
	struct qa_prefilter *m = yh_zalloc(sizeof(*m));
	int err = m ? collect_words(m, list, n) : -ENOMEM;

	if (!err)
		err = compile_hs(m);
	if (err)
		qa_prefilter_destroy(m);
	else
		*out = m;

	return err;
}

void qa_prefilter_destroy(struct qa_prefilter *m)
{
	if (!m)
		return;

	hs_free_scratch(m->scratch);
	hs_free_database(m->db);
	for (size_t i = 0; i < m->n_words; i++)
		yh_free(m->words[i].text);
	yh_free(m->words);
	yh_free(m->first);
	yh_free(m->always);
	yh_free(m->sets);
	yh_free(m->seen);
	yh_free(m);
}

/* ---- running ------------------------------------------------------------- */

struct run {
	struct qa_prefilter *filter;
	qa_prefilter_cb *cb;
	void *arg;
	int err;
};

/* Is this the last word that the pattern waited for in this scan? */
static bool is_due(struct qa_prefilter *m, const struct word *w)
{
	uint64_t *seen = &m->seen[w->pattern];
	unsigned sets = m->sets[w->pattern];

	if (*seen / STATES != m->scan)
		*seen = m->scan * STATES;
	*seen |= w->set;
	if (*seen & TRIED || (*seen & sets) != sets)
		return false;
	*seen |= TRIED;

	return true;
}

static int on_word(unsigned id, unsigned long long from, unsigned long long to,
		   unsigned flags, void *arg)
{
	struct run *r = arg;
	const struct qa_prefilter *m = r->filter;

	(void)from, (void)to, (void)flags;
	for (unsigned i = m->first[id]; i < m->first[id + 1]; i++) {
		const struct word *w = &m->words[i];

		if (is_due(r->filter, w))
			r->err = r->cb(r->arg, w->pattern);
		if (r->err)
			return 1;
	}

	return 0;
}

int qa_prefilter_run(struct qa_prefilter *m, const char *text, size_t len,
		     qa_prefilter_cb *cb, void *arg)
{
	struct run r = {m, cb, arg, 0};
	hs_error_t s = HS_SUCCESS;

	m->scan++;
	if (m->db)
		s = hs_scan(m->db, text, (unsigned)len, 0, m->scratch, on_word,
			    &r);
	for (unsigned i = 0; i < m->n_always && !r.err; i++)
		r.err = cb(arg, m->always[i]);
	if (!r.err && s != HS_SUCCESS && s != HS_SCAN_TERMINATED)
		r.err = -EIO;

	return r.err;
}
