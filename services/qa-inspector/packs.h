/**
 * @file packs.h  The bank's packs that are in force together: a set that never
 *                changes once it is whole. Pure; counted by the loop thread
 *                alone, read by any.
 */
#ifndef QA_PACKS_H
#define QA_PACKS_H

#include "crypto/crypto.h"
#include "rules.h"

enum { QA_MAX_IN_FORCE = 32 };

struct qa_packs {
	unsigned refs;
	char digest[YH_SHA256_HEX]; /**< Of names and hashes; tells sets apart
				     */
	size_t n;
	struct qa_pack_text list[QA_MAX_IN_FORCE]; /**< Owned */
};

/** @return An empty set with one reference, NULL when out of memory */
struct qa_packs *qa_packs_create(void);
/** Add one whose text will follow.
 * @param name "packs/<id>@<version>" @param sha256 Of the text, hexadecimal
 * @return 0, -ENOSPC, -ENOMEM */
int qa_packs_add(struct qa_packs *p, const char *name, const char *sha256);
/** Take over the texts that another set has too. @return 0, -ENOMEM */
int qa_packs_reuse(struct qa_packs *p, const struct qa_packs *from);
/** @return The index of one that has no text yet; p->n when all have */
size_t qa_packs_missing(const struct qa_packs *p);

struct qa_packs *qa_packs_ref(struct qa_packs *p);
/** @param p One reference is taken; may be NULL */
void qa_packs_unref(struct qa_packs *p);

#endif
