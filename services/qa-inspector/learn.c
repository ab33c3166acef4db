/** @file learn.c  Meanings by linear models, contract in learn.h */
#include "learn.h"

#include <errno.h>
#include <linear.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "concepts.h"
#include "frames.h"
#include "rules.h"
#include "text.h"

enum {
	WEIGHT_ONE = 2048, /* A weight of 1; they stay well below 16 */
	BIAS_INDEX = 1,	   /* The solver's index of the bias; then features */
};
/* Of an error, against the weights' size; of one on the few sentences that
 * are meant so, against one on the many that are not. Chosen on each source of
 * heard sentences in turn, left out of what was learnt. */
static const double COST = 100, MEANT = 4;
/* What every sentence has beside its features, so that one of which nothing is
 * known is not half meant. */
static const double BIAS = 0.25;

struct qa_learnt {
	const char *names[QA_MAX_MEANINGS];
	size_t n;
	struct qa_concepts *concepts;
	float bias[QA_MAX_MEANINGS]; /* Of a sentence that says nothing known */
	/* Features that were learnt, in the order of their appearance: what
	 * was not costs no look at its weights. */
	uint32_t number[QA_FEATURE_BUCKETS]; /* From 1; 0: not seen */
	uint32_t n_features;
	/* A feature's weights for all meanings are one cache line. */
	int16_t (*weights)[QA_MAX_MEANINGS]; /* shape (n_features), by number */
};

/* ---- learning ------------------------------------------------------------ */

struct learning {
	struct qa_learnt *out;
	struct qa_pack *const *packs;
	size_t n_packs;
	const struct qa_heard_table *heard;
};

struct samples {
	struct feature_node **x;
	double *y;
	int n, room;
};

static int by_index(const void *a, const void *b)
{
	const struct feature_node *x = a, *y = b;

	return x->index - y->index;
}

static int index_of(struct qa_learnt *l, uint32_t feature)
{
	if (!l->number[feature])
		l->number[feature] = ++l->n_features;

	return BIAS_INDEX + (int)l->number[feature];
}

static struct feature_node *nodes_of(struct qa_learnt *l, const char *text,
				     size_t len)
{
	uint32_t features[QA_FEATURES_MAX];
	size_t all = qa_features(l->concepts, text, len, features), n = 1;
	struct feature_node *x = yh_calloc(all + 2, sizeof(*x));

	if (!x)
		return NULL;
	x[0] = (struct feature_node){BIAS_INDEX, BIAS};
	for (size_t i = 1; i <= all; i++)
		x[i] = (struct feature_node){index_of(l, features[i - 1]),
					     1 / sqrt((double)all)};
	qsort(x, all + 1, sizeof(*x), by_index);
	for (size_t i = 1; i <= all; i++) { /* what comes twice counts twice */
		if (x[n - 1].index == x[i].index)
			x[n - 1].value += x[i].value;
		else
			x[n++] = x[i];
	}
	x[n] = (struct feature_node){-1, 0};

	return x;
}

static int reserve(struct samples *s)
{
	int room = s->room ? s->room * 2 : 1024;
	void *x, *y;

	if (s->n < s->room)
		return 0;
	x = yh_realloc(s->x, (size_t)room * sizeof(*s->x));
	if (x)
		s->x = x;
	y = yh_realloc(s->y, (size_t)room * sizeof(*s->y));
	if (y)
		s->y = y;
	if (!x || !y)
		return -ENOMEM;
	s->room = room;

	return 0;
}

static int add_sentence(struct samples *s, const char *text, double y,
			const struct learning *l)
{
	char *norm = qa_normalise(text, l->heard);
	int err = norm ? reserve(s) : -ENOMEM;

	if (!err && strlen(norm) > 2) {
		s->x[s->n] = nodes_of(l->out, norm + 1, strlen(norm) - 2);
		s->y[s->n] = y;
		err = s->x[s->n] ? 0 : -ENOMEM;
		s->n += !err;
	}
	yh_free(norm);

	return err;
}

static int add_frames(struct samples *s, char *const *frames, unsigned n,
		      double y, const struct learning *l)
{
	char text[QA_SENTENCE_MAX];
	int err = 0;

	for (unsigned i = 0; i < n; i++) {
		size_t all = qa_frame_count(frames[i]);

		for (size_t k = 0; k < all && !err; k++) {
			qa_frame_sentence(frames[i], k, text);
			err = add_sentence(s, text, y, l);
		}
	}

	return err;
}

/* Its own sentences against its twins and everybody's innocent ones. These are
 * the same for all meanings and stand first, from 0 on. */
static int collect_good(struct samples *s, const struct learning *l)
{
	int err = 0;

	for (size_t i = 0; i < l->n_packs; i++) {
		for (unsigned k = 0; k < l->packs[i]->n_meanings && !err; k++) {
			const struct qa_meaning *m = &l->packs[i]->meanings[k];

			err = add_frames(s, m->good, m->n_good, 0, l);
		}
	}

	return err;
}

static int collect_bad(struct samples *s, const struct learning *l,
		       const char *name)
{
	int err = 0;

	for (size_t i = 0; i < l->n_packs; i++) {
		for (unsigned k = 0; k < l->packs[i]->n_meanings && !err; k++) {
			const struct qa_meaning *m = &l->packs[i]->meanings[k];

			if (!strcmp(m->name, name))
				err = add_frames(s, m->bad, m->n_bad, 1, l);
		}
	}

	return err;
}

static void cut_samples(struct samples *s, int n)
{
	while (s->n > n)
		yh_free(s->x[--s->n]);
}

static void quiet(const char *text)
{
	(void)text;
}

static int16_t fixed(double weight)
{
	double w = round(weight * WEIGHT_ONE);

	return (int16_t)(w > INT16_MAX	 ? INT16_MAX
			 : w < INT16_MIN ? INT16_MIN
					 : w);
}

/* Fit meaning k of l. */
static int fit(struct qa_learnt *l, size_t k, const struct samples *s)
{
	struct problem p = {.l = s->n,
			    .n = BIAS_INDEX + (int)l->n_features,
			    .y = s->y,
			    .x = s->x,
			    .bias = -1};
	int label = 1;
	double weight = MEANT;
	struct parameter param = {.solver_type = L2R_LR,
				  .eps = 0.01,
				  .C = COST,
				  .nr_weight = 1,
				  .weight_label = &label,
				  .weight = &weight};
	struct model *m;
	double sign;

	set_print_string_function(quiet);
	m = train(&p, &param);
	if (!m)
		return -ENOMEM;
	sign = m->label[0] == 1 ? 1 : -1;
	for (size_t i = 0; i < l->n_features; i++)
		l->weights[i][k] = fixed(sign * m->w[BIAS_INDEX + i]);
	l->bias[k] = (float)(sign * m->w[BIAS_INDEX - 1] * BIAS);
	free_and_destroy_model(&m);

	return 0;
}

static int learn_all(const struct learning *l, struct samples *s)
{
	struct qa_learnt *out = l->out;
	int n_good, err = collect_good(s, l);

	n_good = s->n;
	for (size_t i = 0; i < l->n_packs; i++) {
		for (unsigned k = 0; k < l->packs[i]->n_meanings && !err; k++) {
			const struct qa_meaning *m = &l->packs[i]->meanings[k];

			if (!m->n_bad || qa_learnt_id(out, m->name) ||
			    out->n == QA_MAX_MEANINGS)
				continue;
			err = collect_bad(s, l, m->name);
			if (!err)
				err = fit(out, out->n, s);
			out->names[out->n++] = m->name;
			cut_samples(s, n_good);
		}
	}

	return err;
}

int qa_learn(struct qa_learnt **out, struct qa_pack *const *packs, size_t n,
	     const struct qa_heard_table *heard)
{
	struct learning l = {yh_zalloc(sizeof(*l.out)), packs, n, heard};
	struct samples s = {0};
	int err = -ENOMEM;

	if (l.out)
		l.out->weights =
			yh_calloc(QA_FEATURE_BUCKETS, sizeof(*l.out->weights));
	if (l.out && l.out->weights)
		err = qa_concepts_create(&l.out->concepts, packs, n);
	if (!err)
		err = learn_all(&l, &s);
	cut_samples(&s, 0);
	yh_free(s.x);
	yh_free(s.y);
	if (err)
		qa_learnt_destroy(l.out);
	else
		*out = l.out;

	return err;
}

void qa_learnt_destroy(struct qa_learnt *l)
{
	if (!l)
		return;
	qa_concepts_destroy(l->concepts);
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

static float sigmoid(float x)
{
	return 1 / (1 + expf(-x));
}

void qa_learnt_scores(const struct qa_learnt *l, const char *text, size_t len,
		      float *scores)
{
	uint32_t features[QA_FEATURES_MAX];
	int32_t sums[QA_MAX_MEANINGS] = {0};
	size_t n = qa_features(l->concepts, text, len, features);
	float scale = n ? 1.0f / WEIGHT_ONE / sqrtf((float)n) : 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t number = l->number[features[i]];
		const int16_t *w;

		if (!number)
			continue;
		w = l->weights[number - 1];
		for (size_t k = 0; k < QA_MAX_MEANINGS; k++)
			sums[k] += w[k];
	}
	for (size_t k = 0; k < l->n; k++)
		scores[k] =
			n ? sigmoid(scale * (float)sums[k] + l->bias[k]) : 0;
}
