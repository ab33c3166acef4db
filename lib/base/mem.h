/**
 * @file mem.h  Allocation: zeroed, can be told to fail, counted.
 *
 * All of Yinhu's own code allocates here; malloc and friends are banned
 * (base/banned.h). Thread-safe.
 *
 * Source: own design, after git's and libre's wrappers.
 */
#ifndef YH_MEM_H
#define YH_MEM_H

#include <stddef.h>

/** A function's result must be looked at. */
#define yh_must_check __attribute__((warn_unused_result))

/** Number of elements of an array. */
#define YH_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/** Allocate zeroed memory. @param size [bytes] @return NULL when out of it */
void *yh_zalloc(size_t size) yh_must_check;

/** Allocate a zeroed array; checks n * size for overflow. @return or NULL */
void *yh_calloc(size_t n, size_t size) yh_must_check;

/** Resize. @param p Taken on success, untouched on NULL. @return or NULL */
void *yh_realloc(void *p, size_t size) yh_must_check;

/** Copy a string. @param s Borrowed, may be NULL (gives NULL) */
char *yh_strdup(const char *s) yh_must_check;

/** Copy n bytes and end them with NUL. @param s Borrowed */
char *yh_strndup(const char *s, size_t n) yh_must_check;

/** Formatted string on the heap. @return NULL when out of memory */
char *yh_asprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2))) yh_must_check;

/** Free. @param p Taken, may be NULL */
void yh_free(void *p);

/**
 * Let the allocation after the next n ones fail, once, in this thread.
 *
 * @param n Allocations that still succeed; negative turns it off
 */
void yh_mem_fail_after(long n);

#endif
