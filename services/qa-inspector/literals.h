/**
 * @file literals.h  Which words must a text hold for a pattern to match?
 *
 * Of the parts that every match has, the two with the longest words; an
 * alternation needs one word of each branch. Understands what packs use:
 * alternation, groups, classes, ? * + {n,m}. Pure.
 *
 * Source: Cox, "Regular Expression Matching with a Trigram Index", 2012, from
 * which the idea is; ours keeps whole words instead of trigrams.
 */
#ifndef QA_LITERALS_H
#define QA_LITERALS_H

#include <stddef.h>

struct qa_literals {
	char **list; /**< shape (n), heap */
	size_t n;    /**< 0: nothing is known, the pattern must be tried */
};

/** @param pattern Borrowed, a valid one @param[out] out Two sets, of each one
 * word; the second may be empty; each freed by qa_literals_free
 * @return 0, -ENOMEM */
int qa_literals_of(const char *pattern, struct qa_literals out[2]);
void qa_literals_free(struct qa_literals *l);

#endif
