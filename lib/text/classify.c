/** @file classify.c  Intents by linear machines, contract in classify.h */
#include <errno.h>
#include <linear.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/classify.h"
#include "text/examples.h"
#include "text/vocabulary.h"

enum { MAX_INTENTS = 512 };

/* Chosen by five-fold cross-validation over the project's own examples. */
static const double COST = 2.0, FLOOR = -0.8, SLOPE = 4.0, MIDDLE = -0.35;

struct yh_classifier {
	const struct yh_classifier *base; /* NULL in the base itself */
	struct yh_concepts *concepts;
	const char *ids[MAX_INTENTS]; /* Into the intents */
	unsigned n_ids;
	struct yh_examples examples;
	struct yh_vocabulary words;
	struct model *all;    /* Of the base: every intent */
	struct model **own;   /* Of an extension: an intent each */
	unsigned *own_intent; /* Its index in ids, shape (n_own) */
	unsigned n_own;
};

/* ---- vectors ---- */

static int by_index(const void *a, const void *b)
{
	const struct feature_node *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* Weigh and scale to length 1, in ascending order. */
static void finish(struct feature_node *x, unsigned n)
{
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += x[i].value * x[i].value;
	for (unsigned i = 0; i < n; i++)
		x[i].value /= sqrt(sum);
	qsort(x, n, sizeof(*x), by_index);
	x[n].index = -1;
}

/* A sentence as a vector over the base's features and the classifier's own,
 * which come after them; what is not known is left out. */
static unsigned vector(const struct yh_classifier *c, const char *text,
		       struct feature_node x[YH_FEATURES_MAX + 1])
{
	const struct yh_classifier *b = c->base ? c->base : c;
	uint64_t keys[YH_FEATURES_MAX];
	size_t n = yh_sentence_features(b->concepts, text, keys);
	unsigned used = 0;

	for (size_t i = 0; i < n; i++) {
		int index = yh_vocabulary_find(&b->words, keys[i]);
		float weight = index ? b->words.weight[index] : 0;

		if (!index && c->base) {
			index = yh_vocabulary_find(&c->words, keys[i]);
			weight = index ? c->words.weight[index] : 0;
			index += index ? b->words.n : 0;
		}
		if (index) {
			x[used].index = index;
			x[used++].value = (double)weight;
		}
	}
	finish(x, used);

	return used;
}

/* ---- examples ---- */

static int id_of(struct yh_classifier *c, const char *id)
{
	for (unsigned i = 0; i < c->n_ids; i++)
		if (!strcmp(c->ids[i], id))
			return (int)i;
	if (c->n_ids == MAX_INTENTS)
		return -EINVAL;
	c->ids[c->n_ids] = id;

	return (int)c->n_ids++;
}

static void add_example(struct yh_classifier *c, const char *text, int intent)
{
	const struct yh_classifier *b = c->base;
	char sentence[YH_SENTENCE_MAX];
	uint64_t keys[YH_FEATURES_MAX], hash;
	struct yh_example *same;
	size_t n;

	yh_sentence_normalise(text, sentence, sizeof(sentence));
	hash = yh_example_hash(sentence);
	same = yh_examples_find(&c->examples, hash);
	if (same) { /* the later one wins */
		same->intent = (unsigned)intent;
		return;
	}
	yh_examples_add(&c->examples, hash, (unsigned)intent);
	n = yh_sentence_features(b ? b->concepts : c->concepts, sentence, keys);
	for (size_t i = 0; i < n; i++)
		if (!b || !yh_vocabulary_find(&b->words, keys[i]))
			yh_vocabulary_count(&c->words, keys[i]);
}

static int collect(struct yh_classifier *c,
		   const struct yh_intents *const *sets, size_t n)
{
	size_t total = 1;

	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < sets[s]->n; i++)
			total += sets[s]->list[i].n_examples;
	if (yh_examples_init(&c->examples, total) ||
	    yh_vocabulary_init(&c->words, 1024 + 120 * total))
		return -ENOMEM;
	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < sets[s]->n; i++) {
			const struct yh_intent *in = &sets[s]->list[i];
			int id = id_of(c, in->id);

			if (id < 0)
				return id;
			for (unsigned k = 0; k < in->n_examples; k++)
				add_example(c, in->examples[k], id);
		}

	return 0;
}

/* An example that stands twice has its vector already. */
static int vectorise_one(struct yh_classifier *c, const char *example)
{
	struct feature_node x[YH_FEATURES_MAX + 1];
	char text[YH_SENTENCE_MAX];
	struct yh_example *e;

	yh_sentence_normalise(example, text, sizeof(text));
	e = yh_examples_find(&c->examples, yh_example_hash(text));
	if (e->x)
		return 0;
	e->n = vector(c, text, x);
	e->x = yh_calloc(e->n + 1, sizeof(*x));
	if (!e->x)
		return -ENOMEM;
	memcpy(e->x, x, (e->n + 1) * sizeof(*x));

	return 0;
}

static int vectorise(struct yh_classifier *c,
		     const struct yh_intents *const *sets, size_t n)
{
	int err = 0;

	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < sets[s]->n; i++) {
			const struct yh_intent *in = &sets[s]->list[i];

			for (unsigned k = 0; k < in->n_examples && !err; k++)
				err = vectorise_one(c, in->examples[k]);
		}

	return err;
}

/* ---- training ---- */

static void quiet(const char *s)
{
	(void)s;
}

static pthread_mutex_t solver = PTHREAD_MUTEX_INITIALIZER;

static struct model *fit(struct feature_node **x, double *y, size_t n,
			 int features)
{
	const struct parameter param = {
		.solver_type = L2R_L2LOSS_SVC_DUAL, .eps = 0.1, .C = COST};
	const struct problem problem = {
		.l = (int)n, .n = features, .y = y, .x = x, .bias = -1};

	struct model *model;

	/* The solver draws from rand(): the same examples must give the same
	 * machine in every replica, and for a replay. */
	pthread_mutex_lock(&solver);
	set_print_string_function(quiet);
	srand(1);
	model = train(&problem, &param);
	pthread_mutex_unlock(&solver);

	return model;
}

static int train_all(struct yh_classifier *c)
{
	const struct yh_examples *e = &c->examples;
	struct feature_node **x = yh_calloc(e->n, sizeof(*x));
	double *y = yh_calloc(e->n, sizeof(*y));

	for (size_t i = 0; x && y && i < e->n; i++) {
		x[i] = e->list[i].x;
		y[i] = e->list[i].intent;
	}
	if (x && y)
		c->all = fit(x, y, e->n, c->words.n);
	yh_free(x);
	yh_free(y);

	return c->all ? 0 : -ENOMEM;
}

/* One intent of the script against all that is general and the script's
 * others. General examples of the same intent are with it. */
static struct model *train_one(const struct yh_classifier *c, unsigned intent)
{
	const struct yh_classifier *b = c->base;
	const struct yh_examples *own = &c->examples, *all = &b->examples;
	struct feature_node **x = yh_calloc(all->n + own->n, sizeof(*x));
	double *y = yh_calloc(all->n + own->n, sizeof(*y));
	struct model *model = NULL;
	size_t n = 0;

	for (size_t i = 0; x && y && i < own->n; i++) {
		x[n] = own->list[i].x;
		y[n++] = own->list[i].intent == intent ? 1 : -1;
	}
	for (size_t i = 0; x && y && i < all->n; i++) {
		const char *id = b->ids[all->list[i].intent];

		if (yh_examples_find(own, all->list[i].hash))
			continue; /* the script's word on it holds */
		x[n] = all->list[i].x;
		y[n++] = strcmp(id, c->ids[intent]) ? -1 : 1;
	}
	if (x && y)
		model = fit(x, y, n, b->words.n + c->words.n);
	yh_free(x);
	yh_free(y);

	return model;
}

static int train_own(struct yh_classifier *c)
{
	c->own = yh_calloc(c->n_ids + 1, sizeof(struct model *));
	c->own_intent = yh_calloc(c->n_ids + 1, sizeof(*c->own_intent));
	if (!c->own || !c->own_intent)
		return -ENOMEM;
	for (unsigned i = 0; i < c->n_ids; i++) {
		c->own[c->n_own] = train_one(c, i);
		if (!c->own[c->n_own])
			return -ENOMEM;
		c->own_intent[c->n_own++] = i;
	}

	return 0;
}

static int prepare(struct yh_classifier *c,
		   const struct yh_intents *const *sets, size_t n)
{
	int err = collect(c, sets, n);

	if (err)
		return err;
	yh_vocabulary_weigh(
		&c->words, c->examples.n + (c->base ? c->base->examples.n : 0));

	return vectorise(c, sets, n);
}

int yh_classifier_create(struct yh_classifier **out,
			 const struct yh_intents *concepts,
			 const struct yh_intents *const *sets, size_t n)
{
	struct yh_classifier *c = yh_zalloc(sizeof(*c));
	int err = c ? 0 : -ENOMEM;

	if (!err && concepts)
		err = yh_concepts_create(&c->concepts, concepts);
	if (!err)
		err = prepare(c, sets, n);
	if (!err)
		err = c->n_ids < 2 ? -EINVAL : train_all(c);
	if (err)
		yh_classifier_destroy(c);
	else
		*out = c;

	return err;
}

int yh_classifier_extend(struct yh_classifier **out,
			 const struct yh_classifier *base,
			 const struct yh_intents *own)
{
	struct yh_classifier *c = yh_zalloc(sizeof(*c));
	int err = c ? 0 : -ENOMEM;

	if (!err) {
		c->base = base;
		err = prepare(c, &own, 1);
	}
	if (!err)
		err = train_own(c);
	if (err)
		yh_classifier_destroy(c);
	else
		*out = c;

	return err;
}

void yh_classifier_destroy(struct yh_classifier *c)
{
	if (!c)
		return;
	if (c->all)
		free_and_destroy_model(&c->all);
	for (unsigned i = 0; i < c->n_own; i++)
		free_and_destroy_model(&c->own[i]);
	yh_concepts_destroy(c->concepts);
	yh_examples_fini(&c->examples);
	yh_vocabulary_fini(&c->words);
	yh_free(c->own);
	yh_free(c->own_intent);
	yh_free(c);
}

/* ---- judging ---- */

struct verdict {
	const char *id;
	double margin;
};

static bool replaced(const struct yh_classifier *c, const char *id)
{
	for (unsigned i = 0; c->base && i < c->n_ids; i++)
		if (!strcmp(c->ids[i], id))
			return true;

	return false;
}

static void judge_all(const struct yh_classifier *c,
		      const struct yh_classifier *b,
		      const struct feature_node *x, struct verdict *best)
{
	double margin[MAX_INTENTS];

	predict_values(b->all, x, margin);
	if (b->all->nr_class == 2) /* one machine for both */
		margin[1] = -margin[0];
	for (int i = 0; i < b->all->nr_class; i++) {
		const char *id = b->ids[b->all->label[i]];

		if (margin[i] <= best->margin || replaced(c, id))
			continue;
		best->id = id;
		best->margin = margin[i];
	}
}

static void judge_own(const struct yh_classifier *c,
		      const struct feature_node *x, struct verdict *best)
{
	for (unsigned i = 0; i < c->n_own; i++) {
		double margin;

		predict_values(c->own[i], x, &margin);
		if (c->own[i]->label[0] != 1)
			margin = -margin;
		if (margin <= best->margin)
			continue;
		best->id = c->ids[c->own_intent[i]];
		best->margin = margin;
	}
}

/* @return Intent of the example that a sentence is word for word, or NULL */
static const char *look_up_example(const struct yh_classifier *c,
				   const char *sentence)
{
	uint64_t hash = yh_example_hash(sentence);

	for (; c; c = c->base) {
		const struct yh_example *same =
			yh_examples_find(&c->examples, hash);

		if (same)
			return c->ids[same->intent];
	}

	return NULL;
}

static struct verdict judge(const struct yh_classifier *c, const char *sentence)
{
	const struct yh_classifier *b = c->base ? c->base : c;
	struct feature_node x[YH_FEATURES_MAX + 1];
	struct verdict best = {"none", -1e9};

	if (vector(c, sentence, x))
		judge_all(c, b, x, &best);
	judge_own(c, x, &best);
	if (best.margin < FLOOR)
		best.id = "none";

	return best;
}

const char *yh_classify_unseen(const struct yh_classifier *c, const char *text)
{
	char sentence[YH_SENTENCE_MAX];

	yh_sentence_normalise(text, sentence, sizeof(sentence));

	return sentence[0] ? judge(c, sentence).id : "none";
}

const char *yh_classify(const struct yh_classifier *c, const char *text,
			float *confidence)
{
	char sentence[YH_SENTENCE_MAX];
	struct verdict best;
	const char *same;

	yh_sentence_normalise(text, sentence, sizeof(sentence));
	*confidence = 0;
	if (!sentence[0])
		return "none";
	*confidence = 1;
	same = look_up_example(c, sentence);
	if (same)
		return same;
	best = judge(c, sentence);
	*confidence = (float)(1 / (1 + exp(-SLOPE * (best.margin - MIDDLE))));

	return best.id;
}
