/**
 * @file concepts.h  What a meaning's model sees of a sentence: its characters
 *                   in ones and twos, its concepts (words of a list
 *                   `of` same meaning), and pairs of concepts in their order.
 *                   Pure.
 */
#ifndef QA_CONCEPTS_H
#define QA_CONCEPTS_H

#include <stdint.h>

#include "pack.h"

enum { QA_FEATURE_BUCKETS = 1 << 16, QA_FEATURES_MAX = 1024 };

struct qa_concepts;

/** @param packs Borrowed while it is made, shape (n)
 * @return 0, -ENOMEM */
int qa_concepts_create(struct qa_concepts **out, struct qa_pack *const *packs,
		       size_t n);
/** @param c Taken, may be NULL */
void qa_concepts_destroy(struct qa_concepts *c);

/** The features of a normalised sentence, shape (len) bytes: buckets below
 * QA_FEATURE_BUCKETS, not sorted; one may come twice.
 * @return How many, at most QA_FEATURES_MAX */
size_t qa_features(const struct qa_concepts *c, const char *text, size_t len,
		   uint32_t out[QA_FEATURES_MAX]);

#endif
