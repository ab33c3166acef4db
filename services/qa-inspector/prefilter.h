/**
 * @file prefilter.h  Thousands of patterns, few of which may match a text:
 *                    Hyperscan finds in one pass the words that they cannot do
 *                    without (literals.h), and only these need be tried.
 */
#ifndef QA_PREFILTER_H
#define QA_PREFILTER_H

#include <stddef.h>

struct qa_prefilter;

/** @param list Patterns, borrowed while it is made, shape (n)
 * @return 0, -ENOMEM, -EIO (Hyperscan) */
int qa_prefilter_create(struct qa_prefilter **out, const char *const *list,
			unsigned n);
/** @param m Taken, may be NULL */
void qa_prefilter_destroy(struct qa_prefilter *m);

/** A pattern that may match. @return 0, or negative: the run ends with it */
typedef int qa_prefilter_cb(void *arg, unsigned pattern);

/** Run over a text; a pattern is told once. Not thread-safe.
 * @param text Borrowed, shape (len) bytes
 * @return 0, -EIO (Hyperscan), what cb said */
int qa_prefilter_run(struct qa_prefilter *m, const char *text, size_t len,
		     qa_prefilter_cb *cb, void *arg);

#endif
