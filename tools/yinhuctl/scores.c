#include "scores.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct ratios {
	double precision, recall, f1;
};

static double ratio(unsigned part, unsigned whole)
{
	return whole ? (double)part / whole : 0;
}

static struct ratios ratios(unsigned tp, unsigned fp, unsigned fn)
{
	struct ratios r = {.precision = ratio(tp, tp + fp),
			   .recall = ratio(tp, tp + fn)};

	if (r.precision + r.recall > 0)
		r.f1 = 2 * r.precision * r.recall / (r.precision + r.recall);

	return r;
}

static struct ratios micro(const struct yc_scores *s)
{
	unsigned tp = 0, fp = 0, fn = 0;

	for (unsigned i = 0; i < s->n_classes; i++) {
		tp += s->classes[i].tp;
		fp += s->classes[i].fp;
		fn += s->classes[i].fn;
	}

	return ratios(tp, fp, fn);
}

static struct yc_class *class_of(struct yc_scores *s, const char *name)
{
	struct yc_class *grown;

	for (unsigned i = 0; i < s->n_classes; i++)
		if (!strcmp(s->classes[i].name, name))
			return &s->classes[i];
	grown = realloc(s->classes, (s->n_classes + 1) * sizeof(*grown));
	if (!grown)
		return NULL;
	s->classes = grown;
	grown += s->n_classes;
	*grown = (struct yc_class){.name = yh_strdup(name)};
	if (!grown->name)
		return NULL;
	s->n_classes++;

	return grown;
}

int yc_scores_verdict(struct yc_scores *s, const char *name, int truth,
		      int verdict)
{
	struct yc_class *c = class_of(s, name);

	if (!c)
		return -ENOMEM;
	s->n++;
	if (!truth == !verdict)
		s->right++;
	if (truth && verdict)
		c->tp++;
	else if (verdict)
		c->fp++;
	else if (truth)
		c->fn++;

	return 0;
}

int yc_scores_label(struct yc_scores *s, const char *truth, const char *verdict)
{
	struct yc_class *c = class_of(s, truth);

	if (!c)
		return -ENOMEM;
	s->n++;
	if (!strcmp(truth, verdict)) {
		s->right++;
		c->tp++;
		return 0;
	}
	c->fn++;
	c = class_of(s, verdict);
	if (!c)
		return -ENOMEM;
	c->fp++;

	return 0;
}

int yc_scores_any(const struct yc_scores *s, const char *path)
{
	if (s->n)
		return 0;
	fprintf(stderr, "%s: nothing to judge in it\n", path);

	return -ENODATA;
}

json_t *yc_scores_json(const struct yc_scores *s)
{
	struct ratios all = micro(s);
	json_t *classes = json_object();

	for (unsigned i = 0; i < s->n_classes; i++) {
		const struct yc_class *c = &s->classes[i];
		struct ratios r = ratios(c->tp, c->fp, c->fn);

		json_object_set_new(classes, c->name,
				    json_pack("{s:i, s:f, s:f, s:f}", "n",
					      (int)(c->tp + c->fn), "precision",
					      r.precision, "recall", r.recall,
					      "f1", r.f1));
	}

	return json_pack("{s:i, s:f, s:f, s:f, s:f, s:o}", "n", (int)s->n,
			 "accuracy", ratio(s->right, s->n), "precision",
			 all.precision, "recall", all.recall, "f1", all.f1,
			 "classes", classes);
}

static int by_name(const void *a, const void *b)
{
	const struct yc_class *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

void yc_scores_print(const struct yc_scores *s, FILE *f)
{
	const struct yc_class **sorted =
		calloc(s->n_classes + 1, sizeof(struct yc_class *));
	struct ratios r = micro(s);

	if (!sorted)
		return;
	for (unsigned i = 0; i < s->n_classes; i++)
		sorted[i] = &s->classes[i];
	qsort(sorted, s->n_classes, sizeof(struct yc_class *), by_name);
	fprintf(f, "%-24s %6s %9s %9s %9s\n", "class", "n", "precision",
		"recall", "f1");
	for (unsigned i = 0; i < s->n_classes; i++) {
		const struct yc_class *c = sorted[i];
		struct ratios x = ratios(c->tp, c->fp, c->fn);

		fprintf(f, "%-24s %6u %9.3f %9.3f %9.3f\n", c->name,
			c->tp + c->fn, x.precision, x.recall, x.f1);
	}
	fprintf(f, "%-24s %6u %9.3f %9.3f %9.3f\n", "all (micro)", s->n,
		r.precision, r.recall, r.f1);
	fprintf(f, "accuracy %.4f\n", ratio(s->right, s->n));
	free(sorted);
}

void yc_scores_clear(struct yc_scores *s)
{
	for (unsigned i = 0; i < s->n_classes; i++)
		yh_free(s->classes[i].name);
	free(s->classes);
	*s = (struct yc_scores){0};
}
