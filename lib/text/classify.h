/**
 * @file classify.h  From a sentence to an intent.
 *
 * Pure after training. An example that is said word for word is certain; else
 * character 1- to 3-grams and L2-regularised logistic regression decide, with
 * `none` below the floor. Training takes some 10 ms for 1000 examples.
 *
 * Source: LIBLINEAR (Fan et al. 2008), solver L2R_LR.
 */
#ifndef YH_CLASSIFY_H
#define YH_CLASSIFY_H

#include <stddef.h>

#include "text/intents.h"

enum { YH_SENTENCE_MAX = 512 };

struct yh_classifier;

/** Train.
 * @param sets Borrowed, shape (n): the general and the script's own; an
 * example that stands in two sets belongs to the later one
 * @return 0, -EINVAL (fewer than 2 intents), -ENOMEM */
int yh_classifier_create(struct yh_classifier **out,
			 const struct yh_intents *const *sets, size_t n);
/** @param c Taken, may be NULL */
void yh_classifier_destroy(struct yh_classifier *c);

/** Classify.
 * @param text Borrowed UTF-8
 * @param[out] confidence [0..1]
 * @return Id, borrowed from the classifier; "none" when nothing fits */
const char *yh_classify(const struct yh_classifier *c, const char *text,
			float *confidence);

/** Strip punctuation, blanks and fillers (嗯 啊 呃 喂 at the edges of a longer
 * sentence). @param out Receives UTF-8 (size bytes), cut at a character */
void yh_sentence_normalise(const char *text, char *out, size_t size);

#endif
