/** @file classify.c  Intents by n-grams, contract in classify.h */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <linear.h>

#include "base/mem.h"
#include "text/classify.h"

enum { BUCKETS = 1 << 15, MAX_CHARS = YH_SENTENCE_MAX, MAX_GRAM = 3 };
static const double floor_confidence = 0.35;

struct example {
	char text[96];
	uint32_t intent;
};

struct yh_classifier {
	char **ids; /* shape (n_ids) */
	uint32_t n_ids;
	struct example *examples; /* shape (n_examples) */
	uint32_t n_examples;
	struct model *model;
};

/* ---- text
 * ------------------------------------------------------------------------ */

/* Length of the UTF-8 character at s [bytes]; 1 for a broken one. */
static size_t char_len(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
	}

	return n;
}

static bool is_one_of(const char *s, size_t n, const char *const list[],
		      size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strlen(list[i]) == n && !memcmp(s, list[i], n))
			return true;
	}

	return false;
}

static bool is_noise(const char *s, size_t n)
{
	static const char *const marks[] = {"，", "。", "！", "？", "、",
					    "；", "：", "…",  "“",  "”",
					    "（", "）", "　"};

	if (n == 1)
		return strchr(" \t\r\n,.!?;:'\"()-", *s);

	return is_one_of(s, n, marks, YH_ARRAY_LEN(marks));
}

static bool is_filler(const char *s, size_t n)
{
	static const char *const fillers[] = {"嗯", "啊", "呃", "喂",
					      "哎", "额", "诶"};

	return is_one_of(s, n, fillers, YH_ARRAY_LEN(fillers));
}

void yh_sentence_normalise(const char *text, char *out, size_t size)
{
	size_t at[MAX_CHARS], n = 0, len = 0, begin = 0, end;

	for (; *text && n < MAX_CHARS;) {
		size_t k = char_len(text);

		if (!is_noise(text, k)) {
			if (len + k + 1 > size)
				break;
			at[n++] = len;
			memcpy(out + len, text, k);
			len += k;
		}
		text += k;
	}
	out[len] = '\0';
	end = n;
	while (end - begin > 1 &&
	       is_filler(out + at[begin], char_len(out + at[begin])))
		begin++;
	while (end - begin > 1 &&
	       is_filler(out + at[end - 1], char_len(out + at[end - 1])))
		end--;
	if (!n)
		return;
	if (end < n)
		out[at[end]] = '\0';
	memmove(out, out + at[begin], strlen(out + at[begin]) + 1);
}

/* ---- features
 * ------------------------------------------------------------------------ */

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;

	return h % BUCKETS;
}

/* liblinear wants ascending indices from 1; ends with -1. */
static size_t features(const char *text, struct feature_node *out, size_t max)
{
	size_t at[YH_SENTENCE_MAX + 1], n = 0, m = 0;
	double norm;

	for (size_t i = 0; text[i] && n < YH_SENTENCE_MAX;) {
		at[n++] = i;
		i += char_len(text + i);
	}
	at[n] = strlen(text);
	for (size_t g = 1; g <= MAX_GRAM; g++) {
		for (size_t i = 0; i + g <= n && m + 1 < max; i++) {
			int index =
				(int)hash(text + at[i], at[i + g] - at[i]) + 1;
			size_t k = m;

			while (k && out[k - 1].index > index) {
				out[k] = out[k - 1];
				k--;
			}
			if (k && out[k - 1].index == index) {
				memmove(&out[k], &out[k + 1],
					(m - k) * sizeof(*out));
				continue;
			}
			out[k] = (struct feature_node){index, 1};
			m++;
		}
	}
	norm = m ? 1 / sqrt((double)m) : 0;
	for (size_t i = 0; i < m; i++)
		out[i].value = norm;
	out[m].index = -1;

	return m;
}

/* ---- training
 * -------------------------------------------------------------------------- */

static void quiet(const char *s)
{
	(void)s;
}

static long id_of(struct yh_classifier *c, const char *id)
{
	for (uint32_t i = 0; i < c->n_ids; i++) {
		if (!strcmp(c->ids[i], id))
			return i;
	}
	c->ids[c->n_ids] = yh_strdup(id);
	if (!c->ids[c->n_ids])
		return -ENOMEM;

	return c->n_ids++;
}

static int collect(struct yh_classifier *c,
		   const struct yh_intents *const *sets, size_t n)
{
	size_t ids = 0, total = 0;

	for (size_t s = 0; s < n; s++) {
		ids += sets[s]->n;
		for (unsigned i = 0; i < sets[s]->n; i++)
			total += sets[s]->list[i].n_examples;
	}
	c->ids = yh_calloc(ids, sizeof(char *));
	c->examples = yh_calloc(total, sizeof(*c->examples));
	if (!c->ids || !c->examples)
		return -ENOMEM;
	for (size_t s = n; s-- > 0;) { /* later sets first: they win */
		for (unsigned i = 0; i < sets[s]->n; i++) {
			const struct yh_intent *in = &sets[s]->list[i];
			long id = id_of(c, in->id);

			if (id < 0)
				return -ENOMEM;
			for (unsigned k = 0; k < in->n_examples; k++) {
				struct example *e =
					&c->examples[c->n_examples++];

				yh_sentence_normalise(in->examples[k], e->text,
						      sizeof(e->text));
				e->intent = (uint32_t)id;
			}
		}
	}

	return c->n_ids < 2 ? -EINVAL : 0;
}

static int train_model(struct yh_classifier *c)
{
	const struct parameter param = {
		.solver_type = L2R_LR, .eps = 0.05, .C = 30};
	struct feature_node **x = yh_calloc(c->n_examples, sizeof(*x));
	double *y = yh_calloc(c->n_examples, sizeof(*y));
	struct problem prob = {.l = (int)c->n_examples,
			       .n = BUCKETS,
			       .y = y,
			       .x = x,
			       .bias = -1};
	int err = x && y ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < c->n_examples && !err; i++) {
		enum { MAX = 3 * 96 + 1 };

		x[i] = yh_calloc(MAX, sizeof(**x));
		y[i] = c->examples[i].intent;
		if (x[i])
			features(c->examples[i].text, x[i], MAX);
		else
			err = -ENOMEM;
	}
	if (!err) {
		set_print_string_function(quiet);
		c->model = train(&prob, &param);
	}
	for (uint32_t i = 0; x && i < c->n_examples; i++)
		yh_free(x[i]);
	yh_free(x);
	yh_free(y);

	return err;
}

int yh_classifier_create(struct yh_classifier **out,
			 const struct yh_intents *const *sets, size_t n)
{
	struct yh_classifier *c = yh_zalloc(sizeof(*c));
	int err = c ? collect(c, sets, n) : -ENOMEM;

	if (!err)
		err = train_model(c);
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
	for (uint32_t i = 0; i < c->n_ids; i++)
		yh_free(c->ids[i]);
	if (c->model)
		free_and_destroy_model(&c->model);
	yh_free(c->ids);
	yh_free(c->examples);
	yh_free(c);
}

const char *yh_classify(const struct yh_classifier *c, const char *text,
			float *confidence)
{
	struct feature_node x[3 * YH_SENTENCE_MAX + 1];
	char sentence[YH_SENTENCE_MAX];
	double p[256];
	int best = 0;

	yh_sentence_normalise(text, sentence, sizeof(sentence));
	*confidence = 0;
	if (!sentence[0])
		return "none";
	for (uint32_t i = 0; i < c->n_examples; i++) {
		if (!strcmp(c->examples[i].text, sentence)) {
			*confidence = 1;
			return c->ids[c->examples[i].intent];
		}
	}
	if (c->model->nr_class > 256)
		return "none";
	features(sentence, x, YH_ARRAY_LEN(x));
	predict_probability(c->model, x, p);
	for (int i = 1; i < c->model->nr_class; i++) {
		if (p[i] > p[best])
			best = i;
	}
	*confidence = (float)p[best];

	return p[best] < floor_confidence ? "none"
					  : c->ids[c->model->label[best]];
}
