/** @file learn.c  Meanings by n-grams, contract in learn.h */
#include "learn.h"

#include <errno.h>
#include <linear.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rules.h"
#include "text.h"

enum { BUCKETS = 1 << 15, MAX_CHARS = 256, MAX_GRAM = 3 };
static const double cost = 8; /* of an error, against the weights' size */

struct qa_learnt {
	const char *names[QA_MAX_MEANINGS];
	size_t n;
	/* A gram's weights for all meanings stand together: one cache line
	 * or two. */
	float (*weights)[QA_MAX_MEANINGS]; /* shape (BUCKETS) */
};

/* A sentence's n-grams. */
struct grams {
	uint32_t index[MAX_CHARS * MAX_GRAM];
	size_t n;
};

static bool starts_char(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;

	return (h ^ h >> 15) % BUCKETS;
}

static void grams_of(struct grams *g, const char *text, size_t len)
{
	size_t at[MAX_CHARS + 1], n = 0, i = 0;

	g->n = 0;
	for (; i < len && n < MAX_CHARS; i++) {
		if (starts_char(text[i]))
			at[n++] = i;
	}
	while (i < len && !starts_char(text[i]))
		i++;
	at[n] = i;
	for (size_t size = 1; size <= MAX_GRAM; size++) {
		for (i = 0; i + size <= n; i++)
			g->index[g->n++] =
				hash(text + at[i], at[i + size] - at[i]);
	}
}

/* ---- learning ------------------------------------------------------------ */

struct samples {
	struct feature_node **x;
	double *y;
	int n, room;
	int err;
};

static int by_index(const void *a, const void *b)
{
	const struct feature_node *x = a, *y = b;

	return x->index - y->index;
}

static struct feature_node *nodes_of(const char *text, size_t len)
{
	struct grams g;
	struct feature_node *x;
	size_t n = 0;

	grams_of(&g, text, len);
	x = yh_calloc(g.n + 1, sizeof(*x));
	if (!x)
		return NULL;
	for (size_t i = 0; i < g.n; i++)
		x[i] = (struct feature_node){(int)g.index[i] + 1, 1};
	if (g.n)
		qsort(x, g.n, sizeof(*x), by_index);
	for (size_t i = 0; i < g.n; i++) { /* each once */
		if (!n || x[n - 1].index != x[i].index)
			x[n++] = x[i];
	}
	for (size_t i = 0; i < n; i++)
		x[i].value = 1 / sqrt((double)n);
	x[n] = (struct feature_node){-1, 0};

	return x;
}

static void add_sample(struct samples *s, const char *text, double y,
		       const struct qa_heard_table *heard)
{
	char *norm = qa_normalise(text, heard);

	if (s->n == s->room) {
		int room = s->room ? s->room * 2 : 256;
		void *x = yh_realloc(s->x, (size_t)room * sizeof(*s->x));
		void *ys = yh_realloc(s->y, (size_t)room * sizeof(*s->y));

		s->x = x ? x : s->x;
		s->y = ys ? ys : s->y;
		s->room = x && ys ? room : s->room;
	}
	if (norm && strlen(norm) > 2 && s->n < s->room) {
		s->x[s->n] = nodes_of(norm + 1, strlen(norm) - 2);
		s->y[s->n] = y;
		if (!s->x[s->n])
			s->err = -ENOMEM;
		else
			s->n++;
	} else if (!norm || s->n == s->room) {
		s->err = -ENOMEM;
	}
	yh_free(norm);
}

/* Its own sentences against its twins and everybody's innocent ones. */
static void collect(struct samples *s, struct qa_pack *const *packs, size_t n,
		    const char *name, const struct qa_heard_table *heard)
{
	for (size_t i = 0; i < n; i++) {
		for (unsigned k = 0; k < packs[i]->n_meanings; k++) {
			const struct qa_meaning *m = &packs[i]->meanings[k];

			for (unsigned j = 0; j < m->n_good; j++)
				add_sample(s, m->good[j], 0, heard);
			if (strcmp(m->name, name) != 0)
				continue;
			for (unsigned j = 0; j < m->n_bad; j++)
				add_sample(s, m->bad[j], 1, heard);
		}
	}
}

static void quiet(const char *text)
{
	(void)text;
}

/* Fit meaning k of l. */
static int fit(struct qa_learnt *l, size_t k, const struct samples *s)
{
	struct problem p = {s->n, BUCKETS + 1, s->y, s->x, -1};
	struct parameter param = {
		.solver_type = L2R_LR, .eps = 0.01, .C = cost};
	struct model *m;
	double sign;

	set_print_string_function(quiet);
	m = train(&p, &param);
	if (!m)
		return -ENOMEM;
	sign = m->label[0] == 1 ? 1 : -1;
	for (int i = 0; i < BUCKETS && i < m->nr_feature; i++)
		l->weights[i][k] = (float)(sign * m->w[i]);
	free_and_destroy_model(&m);

	return 0;
}

static int learn(struct qa_learnt *l, struct qa_pack *const *packs, size_t n,
		 const char *name, const struct qa_heard_table *heard)
{
	struct samples s = {0};
	int err;

	l->names[l->n] = name;
	collect(&s, packs, n, name, heard);
	err = s.err;
	if (!err && s.n)
		err = fit(l, l->n, &s);
	l->n++;
	for (int i = 0; i < s.n; i++)
		yh_free(s.x[i]);
	yh_free(s.x);
	yh_free(s.y);

	return err;
}

int qa_learn(struct qa_learnt **out, struct qa_pack *const *packs, size_t n,
	     const struct qa_heard_table *heard)
{
	struct qa_learnt *l = yh_zalloc(sizeof(*l));
	int err = 0;

	if (l)
		l->weights = yh_calloc(BUCKETS, sizeof(*l->weights));
	if (!l || !l->weights) {
		qa_learnt_destroy(l);
		return -ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		for (unsigned k = 0; k < packs[i]->n_meanings && !err; k++) {
			const struct qa_meaning *m = &packs[i]->meanings[k];

			if (m->n_bad && !qa_learnt_id(l, m->name) &&
			    l->n < QA_MAX_MEANINGS)
				err = learn(l, packs, n, m->name, heard);
		}
	}
	if (err)
		qa_learnt_destroy(l);
	else
		*out = l;

	return err;
}

void qa_learnt_destroy(struct qa_learnt *l)
{
	if (l)
		yh_free(l->weights);
	yh_free(l);
}

/* ---- asking -------------------------------------------------------------- */

unsigned qa_learnt_id(const struct qa_learnt *l, const char *meaning)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!strcmp(l->names[i], meaning))
			return (unsigned)i + 1;
	}

	return 0;
}

void qa_learnt_scores(const struct qa_learnt *l, const char *text, size_t len,
		      float *scores)
{
	float sums[QA_MAX_MEANINGS] = {0};
	struct grams g;

	grams_of(&g, text, len);
	for (size_t i = 0; i < g.n; i++) {
		for (size_t k = 0; k < l->n; k++)
			sums[k] += l->weights[g.index[i]][k];
	}
	for (size_t k = 0; k < l->n; k++)
		scores[k] =
			g.n ? 1 / (1 + expf(-sums[k] / sqrtf((float)g.n))) : 0;
}
