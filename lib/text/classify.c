/** @file classify.c  Intents by linear machines, contract in classify.h */
#include <errno.h>
#include <linear.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/classify.h"

enum { MAX_INTENTS = 512 };

/* Chosen by five-fold cross-validation over the project's own examples. */
static const double COST = 2.0, FLOOR = -0.8, SLOPE = 4.0, MIDDLE = -0.35;

struct example {
	uint64_t hash; /* Of the normalised sentence */
	unsigned intent;
	unsigned n;
	struct feature_node *x; /* n + 1 nodes, the last index is -1 */
};

/* Features by number, from 1; open addressing. */
struct vocabulary {
	size_t mask;
	uint64_t *keys; /* 0 = free */
	int *index;
	float *weight; /* By index; how rare */
	int n, most;
};

struct yh_classifier {
	const struct yh_classifier *base; /* NULL in the base itself */
	struct yh_concepts *concepts;
	const char *ids[MAX_INTENTS]; /* Into the intents */
	unsigned n_ids;
	struct example *examples;
	size_t n_examples;
	size_t *by_hash; /* Open addressing, example + 1; 0 = free */
	size_t hash_mask;
	struct vocabulary words;
	struct model *all;    /* Of the base: every intent */
	struct model **own;   /* Of an extension: an intent each */
	unsigned *own_intent; /* Its index in ids, shape (n_own) */
	unsigned n_own;
};

/* ---- vocabulary ---- */

static int vocabulary_init(struct vocabulary *v, size_t most)
{
	size_t size = 1024;

	while (size < 2 * most)
		size *= 2;
	v->mask = size - 1;
	v->most = (int)most;
	v->keys = yh_calloc(size, sizeof(*v->keys));
	v->index = yh_calloc(size, sizeof(*v->index));
	v->weight = yh_calloc(most + 1, sizeof(*v->weight));

	return v->keys && v->index && v->weight ? 0 : -ENOMEM;
}

static void vocabulary_fini(struct vocabulary *v)
{
	yh_free(v->keys);
	yh_free(v->index);
	yh_free(v->weight);
}

static size_t place(const struct vocabulary *v, uint64_t key)
{
	size_t i = key & v->mask;

	while (v->keys[i] && v->keys[i] != key)
		i = (i + 1) & v->mask;

	return i;
}

/* @return Index of a feature, 0 = not known */
static int look_up(const struct vocabulary *v, uint64_t key)
{
	size_t i = place(v, key);

	return v->keys[i] ? v->index[i] : 0;
}

/* @return Its index, 0 = there is no more room */
static int look_up_or_add(struct vocabulary *v, uint64_t key)
{
	size_t i = place(v, key);

	if (!v->keys[i] && v->n == v->most)
		return 0;
	if (!v->keys[i]) {
		v->keys[i] = key;
		v->index[i] = ++v->n;
	}

	return v->index[i];
}

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
		int index = look_up(&b->words, keys[i]);
		float weight = index ? b->words.weight[index] : 0;

		if (!index && c->base) {
			index = look_up(&c->words, keys[i]);
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

static uint64_t sentence_hash(const char *s)
{
	uint64_t h = 14695981039346656037u;

	while (*s)
		h = (h ^ (unsigned char)*s++) * 1099511628211u;

	return h;
}

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

/* @return The example of a sentence, -1 = it is none */
static long find_example(const struct yh_classifier *c, uint64_t hash)
{
	for (size_t i = hash & c->hash_mask; c->by_hash[i];
	     i = (i + 1) & c->hash_mask)
		if (c->examples[c->by_hash[i] - 1].hash == hash)
			return (long)c->by_hash[i] - 1;

	return -1;
}

static void add_example(struct yh_classifier *c, const char *text, int intent)
{
	char sentence[YH_SENTENCE_MAX];
	struct example *e = &c->examples[c->n_examples];
	uint64_t keys[YH_FEATURES_MAX];
	const struct yh_classifier *b = c->base;
	size_t i, n;
	long same;

	yh_sentence_normalise(text, sentence, sizeof(sentence));
	e->hash = sentence_hash(sentence);
	e->intent = (unsigned)intent;
	same = find_example(c, e->hash);
	if (same >= 0) { /* the later one wins */
		c->examples[same].intent = (unsigned)intent;
		return;
	}
	for (i = e->hash & c->hash_mask; c->by_hash[i];)
		i = (i + 1) & c->hash_mask;
	c->by_hash[i] = ++c->n_examples;
	n = yh_sentence_features(b ? b->concepts : c->concepts, sentence, keys);
	for (i = 0; i < n; i++) /* count, for the weights */
		if (!b || !look_up(&b->words, keys[i]))
			c->words.weight[look_up_or_add(&c->words, keys[i])]++;
}

static int collect(struct yh_classifier *c,
		   const struct yh_intents *const *sets, size_t n)
{
	size_t total = 1, size = 64;

	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < sets[s]->n; i++)
			total += sets[s]->list[i].n_examples;
	while (size < 2 * total)
		size *= 2;
	c->hash_mask = size - 1;
	c->by_hash = yh_calloc(size, sizeof(*c->by_hash));
	c->examples = yh_calloc(total, sizeof(*c->examples));
	if (!c->by_hash || !c->examples ||
	    vocabulary_init(&c->words, 1024 + 120 * total))
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

/* From counts to inverse document frequency. */
static void weigh(struct vocabulary *v, size_t documents)
{
	for (int i = 1; i <= v->n; i++)
		v->weight[i] = (float)(log((1 + (double)documents) /
					   (1 + (double)v->weight[i])) +
				       1);
}

static int vectorise(struct yh_classifier *c,
		     const struct yh_intents *const *sets, size_t n)
{
	struct feature_node x[YH_FEATURES_MAX + 1];
	char text[YH_SENTENCE_MAX];

	for (size_t s = 0; s < n; s++)
		for (unsigned i = 0; i < sets[s]->n; i++)
			for (unsigned k = 0; k < sets[s]->list[i].n_examples;
			     k++) {
				struct example *e;

				yh_sentence_normalise(
					sets[s]->list[i].examples[k], text,
					sizeof(text));
				e = &c->examples[find_example(
					c, sentence_hash(text))];
				if (e->x)
					continue;
				e->n = vector(c, text, x);
				e->x = yh_calloc(e->n + 1, sizeof(*x));
				if (!e->x)
					return -ENOMEM;
				memcpy(e->x, x, (e->n + 1) * sizeof(*x));
			}

	return 0;
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
	struct feature_node **x = yh_calloc(c->n_examples, sizeof(*x));
	double *y = yh_calloc(c->n_examples, sizeof(*y));

	for (size_t i = 0; x && y && i < c->n_examples; i++) {
		x[i] = c->examples[i].x;
		y[i] = c->examples[i].intent;
	}
	if (x && y)
		c->all = fit(x, y, c->n_examples, c->words.n);
	yh_free(x);
	yh_free(y);

	return c->all ? 0 : -ENOMEM;
}

/* One intent of the script against all that is general and the script's
 * others. General examples of the same intent are with it. */
static struct model *train_one(const struct yh_classifier *c, unsigned intent)
{
	const struct yh_classifier *b = c->base;
	size_t n = 0, most = b->n_examples + c->n_examples;
	struct feature_node **x = yh_calloc(most, sizeof(*x));
	double *y = yh_calloc(most, sizeof(*y));
	struct model *model = NULL;

	for (size_t i = 0; x && y && i < c->n_examples; i++) {
		x[n] = c->examples[i].x;
		y[n++] = c->examples[i].intent == intent ? 1 : -1;
	}
	for (size_t i = 0; x && y && i < b->n_examples; i++) {
		const char *id = b->ids[b->examples[i].intent];

		if (find_example(c, b->examples[i].hash) >= 0)
			continue; /* the script's word on it holds */
		x[n] = b->examples[i].x;
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
	weigh(&c->words, c->n_examples + (c->base ? c->base->n_examples : 0));

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
	for (size_t i = 0; c->examples && i < c->n_examples; i++)
		yh_free(c->examples[i].x);
	if (c->all)
		free_and_destroy_model(&c->all);
	for (unsigned i = 0; i < c->n_own; i++)
		free_and_destroy_model(&c->own[i]);
	yh_concepts_destroy(c->concepts);
	vocabulary_fini(&c->words);
	yh_free(c->own);
	yh_free(c->own_intent);
	yh_free(c->examples);
	yh_free(c->by_hash);
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
	const struct yh_classifier *b = c->base ? c->base : c;
	uint64_t hash = sentence_hash(sentence);
	long same = find_example(c, hash);

	if (same >= 0)
		return c->ids[c->examples[same].intent];
	same = c->base ? find_example(b, hash) : -1;

	return same >= 0 ? b->ids[b->examples[same].intent] : NULL;
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
