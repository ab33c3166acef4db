/**
 * @file scores.h  Counts of a classifier's verdicts, and what they say. Pure.
 *
 * Micro average over the classes that are counted: precision = tp / (tp + fp),
 * recall = tp / (tp + fn), f1 their harmonic mean; a ratio of nothing is 0.
 * Source: Manning, Raghavan, Schuetze, Introduction to Information Retrieval,
 * chapter 13.6.
 */
#ifndef YC_SCORES_H
#define YC_SCORES_H

#include <jansson.h>
#include <stdio.h>

struct yc_class {
	char *name;
	unsigned tp, fp, fn;
};

struct yc_scores {
	struct yc_class *classes; /**< Shape (n_classes), by first sight */
	unsigned n_classes;
	unsigned n, right; /**< Cases, and those judged right */
};

/** Count one case of a set where each has one label.
 * @return 0, -ENOMEM */
int yc_scores_label(struct yc_scores *s, const char *truth,
		    const char *verdict);
/** Count one yes-or-no verdict about a class (sets of many labels).
 * @return 0, -ENOMEM */
int yc_scores_verdict(struct yc_scores *s, const char *name, int truth,
		      int verdict);
/** {n, accuracy, precision, recall, f1, classes: {name: {n, precision, recall,
 * f1}}}. @return New reference, NULL = no memory */
json_t *yc_scores_json(const struct yc_scores *s);
/** Was there anything to judge? @param path Of the set, for the message
 * @return 0, -ENODATA (told on stderr): figures of nothing mislead */
int yc_scores_any(const struct yc_scores *s, const char *path);
/** A table for people, classes sorted by name, the whole last. */
void yc_scores_print(const struct yc_scores *s, FILE *f);
void yc_scores_clear(struct yc_scores *s);

#endif
