/**
 * @file compile.h  The patterns of packs as one hyperscan database.
 */
#ifndef QA_COMPILE_H
#define QA_COMPILE_H

#include "rules.h"

struct qa_matcher;

/**
 * Compile; sets the groups in the packs.
 *
 * @param packs  Borrowed, shape (n)
 * @param[out] scopes Their lists of the language, as groups over all packs
 * @param error  What is wrong, see qa_pack_load and place.h (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG, -ENOMEM
 */
int qa_matcher_create(struct qa_matcher **out, struct qa_pack *const *packs,
		      size_t n, struct qa_scopes *scopes, char *error,
		      size_t size);
void qa_matcher_destroy(struct qa_matcher *m);

/** Groups are 1 to this minus 1. */
uint32_t qa_matcher_groups(const struct qa_matcher *m);

/** See qa_rules_scan. */
int qa_match(struct qa_matcher *m, const char *text, struct qa_hit **hits,
	     size_t *n);

#endif
