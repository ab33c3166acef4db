/**
 * @file phrases.h  What can be said, and the phones of it: a list that grows.
 *
 * A phrase is found by its text, known by its index, and never leaves. Its
 * phones come from a lexicon if there is one, else from espeak-ng. Not for
 * several threads at once.
 */
#ifndef ASR_PHRASES_H
#define ASR_PHRASES_H

#include <stddef.h>

#include "lexicon.h"

enum { ASR_MAX_PHRASES = 100000, ASR_MAX_WAYS = 8 };

struct asr_phrase {
	char *text;
	char *ways[ASR_MAX_WAYS]; /**< Phones, shape (n_ways) */
	unsigned n_ways;
};

struct asr_phrases {
	struct asr_lexicon *lexicon; /**< Or NULL: espeak-ng */
	struct asr_phrase *list;     /**< Shape (n) */
	size_t n, cap;
	unsigned *table; /* index + 1 by hash, 0 = free; shape (slots) */
	size_t slots;
};

/** @param lexicon File, or NULL: espeak-ng is started
 * @return 0, -ENOENT (no voice data), or as asr_lexicon_open */
int asr_phrases_init(struct asr_phrases *p, const char *lexicon);
void asr_phrases_fini(struct asr_phrases *p);

/** @return Index, or -1 */
long asr_phrases_find(const struct asr_phrases *p, const char *text);
/** Add one that is not there yet.
 * @return Index; -EINVAL (cannot be said),
 * -ENOSPC, -ENOMEM */
long asr_phrases_add(struct asr_phrases *p, const char *text);

#endif
