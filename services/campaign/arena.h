/**
 * @file arena.h  Memory of one request, dropped in one step.
 *
 * Never gives NULL: out of memory ends the process. That is safe here, and
 * only here: everything that this service knows is in PostgreSQL, and a
 * restart goes on from there.
 */
#ifndef CMP_ARENA_H
#define CMP_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct cmp_arena {
	struct cmp_chunk *chunks;
};

/** Zeroed memory that lives as long as the arena. */
void *cmp_alloc(struct cmp_arena *a, size_t size);
/** A copy of n bytes with a NUL behind. */
char *cmp_strndup(struct cmp_arena *a, const char *s, size_t n);
char *cmp_strdup(struct cmp_arena *a, const char *s);
char *cmp_fmt(struct cmp_arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/** Bytes as PostgreSQL's bytea text, "\x...". */
char *cmp_bytea(struct cmp_arena *a, const void *data, size_t len);
/** Texts as PostgreSQL's array literal. @param items Shape (n), NULL = NULL */
char *cmp_array(struct cmp_arena *a, const char *const *items, size_t n);
/** Wipe and free all. The arena can be used again. */
void cmp_arena_fini(struct cmp_arena *a);

#endif
