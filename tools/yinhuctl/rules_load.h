/** @file rules_load.h  The product's rule packs, and others beside them. */
#ifndef YC_RULES_LOAD_H
#define YC_RULES_LOAD_H

#include "../../services/qa-inspector/rules.h"

enum { YC_MAX_PACKS = 16 };

/** @param paths Borrowed, shape (n), at most YC_MAX_PACKS
 * @return Freed with qa_rules_destroy; NULL with a message on stderr */
struct qa_rules *yc_rules_load(const char *const *paths, size_t n);

#endif
