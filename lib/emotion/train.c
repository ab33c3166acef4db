/** @file train.c  Training, contract in train.h */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <linear.h>

#include "base/mem.h"
#include "emotion/speaker.h"
#include "emotion/train.h"

static const double COSTS[] = {0.0018, 0.0036, 0.0075, 0.015};
static const float SCALES[] = {0.5f, 0.7f, 1, 1.4f, 2, 2.8f, 4, 5.6f};
static const double BIAS = 5; /* so large that it costs next to nothing */

enum { NOBODY = -1 };

struct trainer {
	const struct yh_emotion_case *cases;
	size_t n;
	unsigned n_speakers;
	float *z;		    /* normalised, shape (n, YH_FEATURES) */
	struct feature_node *nodes; /* the same for liblinear */
	struct feature_node **x;    /* shape (n) */
	double *y;		    /* shape (n) */
	float *pairs;		    /* shape (n, YH_EMOTION_PAIRS) */
};

static float *row(const struct trainer *t, size_t i)
{
	return t->z + i * YH_FEATURES;
}

/* ---- people in general: all cases but those of one speaker ---- */

static void describe(const struct trainer *t, long without,
		     struct yh_emotion_model *m)
{
	double sum[YH_FEATURES] = {0}, squares[YH_FEATURES] = {0};
	double n = 0, count[YH_EMOTIONS] = {0};

	for (size_t k = 0; k < t->n; k++) {
		const struct yh_emotion_case *c = &t->cases[k];

		if (c->speaker == without || c->variant)
			continue;
		n++;
		count[c->label]++;
		for (unsigned i = 0; i < YH_FEATURES; i++) {
			sum[i] += c->row[i];
			squares[i] += (double)c->row[i] * c->row[i];
		}
	}
	for (unsigned i = 0; i < YH_FEATURES; i++) {
		double mean = sum[i] / n;

		m->mean[i] = (float)mean;
		m->sd[i] =
			(float)sqrt(fmax(squares[i] / n - mean * mean, 1e-12));
	}
	for (int e = 0; e < YH_EMOTIONS; e++)
		m->share[e] = (float)(count[e] / n);
}

/* ---- normalisation with the labels known ---- */

static int same(const struct yh_emotion_case *a,
		const struct yh_emotion_case *b)
{
	return a->speaker == b->speaker && a->variant == b->variant;
}

static void normalise_group(const struct trainer *t, size_t first,
			    const struct yh_emotion_model *m,
			    struct yh_speaker *s)
{
	const struct yh_emotion_case *c = t->cases, *g = &t->cases[first];

	*s = (struct yh_speaker){.prior = YH_SPEAKER_PRIOR};
	for (size_t i = first; i < t->n; i++)
		if (same(&c[i], g))
			s->likely[c[i].label]++;
	for (size_t i = first; i < t->n; i++) {
		float p[YH_EMOTIONS] = {0};

		p[c[i].label] = 1;
		if (same(&c[i], g))
			yh_speaker_add(s, m, c[i].row, p);
	}
	for (size_t i = first; i < t->n; i++)
		if (same(&c[i], g))
			yh_speaker_normalise(s, m, c[i].row, row(t, i));
}

static int normalise(const struct trainer *t, const struct yh_emotion_model *m)
{
	struct yh_speaker *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		size_t k = 0;

		while (!same(&t->cases[k], &t->cases[i]))
			k++;
		if (k == i)
			normalise_group(t, i, m, s);
	}
	yh_free(s);

	return 0;
}

/* Sum of the squared distances from the speaker's own mean. */
static double scatter(const struct trainer *t, unsigned speaker, unsigned i)
{
	double n = 0, sum = 0, squares = 0;

	for (size_t k = 0; k < t->n; k++) {
		const struct yh_emotion_case *c = &t->cases[k];

		if (c->speaker != speaker || c->variant)
			continue;
		n++;
		sum += c->row[i];
		squares += (double)c->row[i] * c->row[i];
	}

	return n > 0 ? fmax(squares - sum * sum / n, 0) : 0;
}

/* Where calm lies, and how widely one person's utterances do: what a call is
 * judged by. After normalise(). */
static void describe_speech(const struct trainer *t, struct yh_emotion_model *m)
{
	double all = 0, calm = 0;

	for (unsigned i = 0; i < YH_FEATURES; i++) {
		double squares = 0, sum = 0;

		for (unsigned s = 0; s < t->n_speakers; s++)
			squares += scatter(t, s, i);
		all = calm = 0;
		for (size_t k = 0; k < t->n; k++) {
			const struct yh_emotion_case *c = &t->cases[k];

			if (c->variant)
				continue;
			all++;
			if (c->label != YH_CALM)
				continue;
			calm++;
			sum += row(t, k)[i];
		}
		m->spread[i] = (float)sqrt(squares / all) + 1e-6f;
		m->calm[i] = (float)(sum / calm);
	}
}

/* ---- the machines ---- */

static int train_pair(const struct trainer *t, int a, int b, long without,
		      double cost, float *w, float *bias)
{
	const struct parameter param = {
		.solver_type = L2R_L1LOSS_SVC_DUAL, .eps = 0.01, .C = cost};
	struct problem prob = {
		.n = YH_FEATURES + 1, .y = t->y, .x = t->x, .bias = BIAS};
	struct model *m;

	for (size_t i = 0; i < t->n; i++) {
		const struct yh_emotion_case *c = &t->cases[i];

		if (c->speaker == without ||
		    ((int)c->label != a && (int)c->label != b))
			continue;
		t->y[prob.l] = (int)c->label == a ? 1 : -1;
		t->x[prob.l++] = t->nodes + i * (YH_FEATURES + 2);
	}
	srand(1); /* liblinear shuffles with rand() */
	m = train(&prob, &param);
	if (!m)
		return -ENOMEM;
	for (unsigned i = 0; i < YH_FEATURES; i++)
		w[i] = (float)(m->label[0] == 1 ? m->w[i] : -m->w[i]);
	*bias = (float)(BIAS * (m->label[0] == 1 ? m->w[YH_FEATURES]
						 : -m->w[YH_FEATURES]));
	free_and_destroy_model(&m);

	return 0;
}

static void make_nodes(const struct trainer *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct feature_node *x = t->nodes + i * (YH_FEATURES + 2);

		for (int k = 0; k < YH_FEATURES; k++)
			x[k] = (struct feature_node){k + 1, row(t, i)[k]};
		x[YH_FEATURES] = (struct feature_node){YH_FEATURES + 1, BIAS};
		x[YH_FEATURES + 1].index = -1;
	}
}

static int fit(const struct trainer *t, long without, double cost,
	       struct yh_emotion_model *m)
{
	int k = 0, err = 0;

	for (int a = 0; a < YH_EMOTIONS; a++) {
		for (int b = a + 1; b < YH_EMOTIONS && !err; b++, k++)
			err = train_pair(t, a, b, without, cost, m->weight[k],
					 &m->bias[k]);
	}

	return err;
}

/* ---- choice of cost and scale ---- */

/* Verdicts about a speaker who was left out, as a stranger's batch: the
 * labels are not looked at. */
static int test(const struct trainer *t, unsigned speaker,
		const struct yh_emotion_model *m)
{
	struct yh_speaker *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->prior = YH_SPEAKER_PRIOR;
	for (size_t i = 0; i < t->n; i++)
		if (t->cases[i].speaker == speaker && !t->cases[i].variant)
			yh_speaker_add(s, m, t->cases[i].row, m->share);
	for (size_t i = 0; i < t->n; i++) {
		float z[YH_FEATURES];

		if (t->cases[i].speaker != speaker || t->cases[i].variant)
			continue;
		yh_speaker_normalise(s, m, t->cases[i].row, z);
		yh_emotion_pairs(m, z, t->pairs + i * YH_EMOTION_PAIRS);
	}
	yh_free(s);

	return 0;
}

static int leave_each_out(const struct trainer *t, double cost)
{
	struct yh_emotion_model *m = yh_zalloc(sizeof(*m));
	int err = m ? 0 : -ENOMEM;

	for (unsigned s = 0; s < t->n_speakers && !err; s++) {
		describe(t, s, m);
		err = normalise(t, m);
		if (!err) {
			make_nodes(t);
			err = fit(t, s, cost, m);
		}
		if (!err)
			err = test(t, s, m);
	}
	yh_free(m);

	return err;
}

/* Mean log-likelihood of the truth [nats]. */
static double likelihood(const struct trainer *t, float scale)
{
	double sum = 0, n = 0;

	for (size_t i = 0; i < t->n; i++) {
		float p[YH_EMOTIONS];

		if (t->cases[i].variant)
			continue;
		yh_emotion_couple(t->pairs + i * YH_EMOTION_PAIRS, scale, p);
		sum += log(p[t->cases[i].label] + 1e-9);
		n++;
	}

	return sum / n;
}

static int choose(const struct trainer *t, double *cost, float *scale)
{
	double best = -INFINITY;

	for (size_t c = 0; c < YH_ARRAY_LEN(COSTS); c++) {
		int err = leave_each_out(t, COSTS[c]);

		if (err)
			return err;
		for (size_t s = 0; s < YH_ARRAY_LEN(SCALES); s++) {
			double l = likelihood(t, SCALES[s]);

			if (l <= best)
				continue;
			best = l;
			*cost = COSTS[c];
			*scale = SCALES[s];
		}
	}

	return 0;
}

/* ---- all ---- */

static void quiet(const char *s)
{
	(void)s;
}

/* @return Speakers, -EINVAL: too few, or too few of them for an emotion */
static int check(const struct yh_emotion_case *cases, size_t n)
{
	unsigned speakers = 0;

	for (int e = 0; e < YH_EMOTIONS; e++) {
		unsigned first = 0, others = 0, seen = 0;

		for (size_t i = 0; i < n; i++) {
			if (cases[i].speaker >= speakers)
				speakers = cases[i].speaker + 1;
			if ((int)cases[i].label != e)
				continue;
			if (!seen++)
				first = cases[i].speaker;
			others += cases[i].speaker != first;
		}
		if (!others)
			return -EINVAL;
	}

	return speakers < 3 ? -EINVAL : (int)speakers;
}

static int run(const struct trainer *t, struct yh_emotion_model *m)
{
	double cost = COSTS[0];
	int err = choose(t, &cost, &m->scale);

	if (err)
		return err;
	describe(t, NOBODY, m);
	err = normalise(t, m);
	if (err)
		return err;
	describe_speech(t, m);
	make_nodes(t);

	return fit(t, NOBODY, cost, m);
}

int yh_emotion_train(struct yh_emotion_model *model,
		     const struct yh_emotion_case *cases, size_t n)
{
	struct yh_emotion_model *m = yh_zalloc(sizeof(*m));
	struct trainer t = {
		.cases = cases,
		.n = n,
		.z = yh_calloc(n, YH_FEATURES * sizeof(*t.z)),
		.nodes = yh_calloc(n, (YH_FEATURES + 2) * sizeof(*t.nodes)),
		.x = yh_calloc(n, sizeof(struct feature_node *)),
		.y = yh_calloc(n, sizeof(*t.y)),
		.pairs = yh_calloc(n, YH_EMOTION_PAIRS * sizeof(*t.pairs)),
	};
	int speakers = check(cases, n);
	int err = speakers < 0 ? speakers : 0;

	if (!err && (!m || !t.z || !t.nodes || !t.x || !t.y || !t.pairs))
		err = -ENOMEM;
	if (!err) {
		set_print_string_function(quiet);
		t.n_speakers = (unsigned)speakers;
		err = run(&t, m);
	}
	if (!err)
		*model = *m;
	yh_free(m);
	yh_free(t.z);
	yh_free(t.nodes);
	yh_free(t.x);
	yh_free(t.y);
	yh_free(t.pairs);

	return err;
}
