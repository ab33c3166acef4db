/**
 * @file sentence.h  A sentence as the classifier sees it. Pure.
 *
 * Features: characters in rows of 1 to 3 with the sentence's edges, the
 * concepts that its words stand for (yh_concepts), pairs of concepts in their
 * order, and how much of the sentence concepts cover: text about other things
 * is covered little. A feature is a 64-bit hash (FNV-1a).
 */
#ifndef YH_SENTENCE_H
#define YH_SENTENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/intents.h"

enum {
	YH_SENTENCE_MAX = 512,	/**< Bytes, NUL among them */
	YH_SENTENCE_CHARS = 80, /**< Characters that are looked at */
	YH_FEATURES_MAX = 1600,
};

/** Words by concept, for lookup. */
struct yh_concepts;

/** @param words Borrowed until destroyed @return 0, -ENOMEM */
int yh_concepts_create(struct yh_concepts **out,
		       const struct yh_intents *words);
/** @param concepts Taken, may be NULL */
void yh_concepts_destroy(struct yh_concepts *concepts);

/** Strip punctuation, blanks and fillers (嗯 啊 呃 喂 at the edges of a longer
 * sentence). @param out Receives UTF-8 (size bytes), cut at a character */
void yh_sentence_normalise(const char *text, char *out, size_t size);

/** The features of a normalised sentence, each once.
 * @param concepts May be NULL @return how many, at most YH_FEATURES_MAX */
size_t yh_sentence_features(const struct yh_concepts *concepts,
			    const char *text, uint64_t out[YH_FEATURES_MAX]);

#endif
