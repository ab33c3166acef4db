/** @file expand.h  The notation of patterns (pack.h) to plain expressions. */
#ifndef QA_EXPAND_H
#define QA_EXPAND_H

#include "pack.h"

enum { QA_MAX_PATTERN = 16384 }; /**< Words in place [bytes] */

/** @param packs Borrowed, shape (n): where <words> are looked up
 * @param pattern Borrowed, without the leading "!"
 * @param[out] out QA_MAX_PATTERN bytes
 * @return 0, -ENOENT (no such <word>), -E2BIG */
int qa_expand(struct qa_pack *const *packs, size_t n, const char *pattern,
	      char *out);

#endif
