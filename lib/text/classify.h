/**
 * @file classify.h  From a sentence to an intent.
 *
 * A sentence that is an example word for word is certain. Else a linear
 * support vector machine for each intent against all others judges its
 * features (sentence.h, weighted by how rare they are), with `none` where no
 * intent's margin is wide enough. The general intents are trained once a
 * process (some 0.3 s for 4000 examples); a script's own ones are added to them
 * in milliseconds and leave them as they are.
 *
 * Source: LIBLINEAR (Fan et al. 2008), solver L2R_L2LOSS_SVC_DUAL; confidence
 * by Platt's sigmoid (1999).
 */
#ifndef YH_CLASSIFY_H
#define YH_CLASSIFY_H

#include <stddef.h>

#include "text/intents.h"
#include "text/sentence.h"

struct yh_classifier;

/** Train on the general intents.
 * @param concepts Borrowed until destroyed; NULL = characters alone
 * @param sets Borrowed until destroyed, shape (n); an example that stands in
 * two sets belongs to the later one
 * @return 0, -EINVAL (fewer than 2 intents), -ENOMEM */
int yh_classifier_create(struct yh_classifier **out,
			 const struct yh_intents *concepts,
			 const struct yh_intents *const *sets, size_t n);
/** Add a script's own intents, or more examples of general ones.
 * @param base Borrowed until *out is destroyed, made by yh_classifier_create()
 * @param own  Borrowed until destroyed; may be empty
 * @return 0, -ENOMEM */
int yh_classifier_extend(struct yh_classifier **out,
			 const struct yh_classifier *base,
			 const struct yh_intents *own);
/** @param c Taken, may be NULL */
void yh_classifier_destroy(struct yh_classifier *c);

/** Classify. Thread-safe.
 * @param text Borrowed UTF-8
 * @param[out] confidence [0..1]
 * @return Id, borrowed from the intents; "none" when nothing fits */
const char *yh_classify(const struct yh_classifier *c, const char *text,
			float *confidence);

/** The same as if no example held the sentence word for word: what the
 * machines make of it. @return As yh_classify() */
const char *yh_classify_unseen(const struct yh_classifier *c, const char *text);

#endif
