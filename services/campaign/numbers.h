/**
 * @file numbers.h  A struct of int64_t as text, "name=value name=value".
 *
 * Pure. Policies and the inputs of decisions are kept like this: short, in a
 * fixed order, readable by people, and the same again when read.
 */
#ifndef CMP_NUMBERS_H
#define CMP_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Read pairs into a struct; fields that are not named stay as they are.
 *
 * @param names  Borrowed, shape (n), of the fields in order
 * @param values The struct, shape (n)
 * @param text   Borrowed
 * @return 0, -EINVAL (a name that is not known, no number; values may be
 * changed in part)
 */
int cmp_numbers_read(const char *const *names, size_t n, int64_t *values,
		     const char *text);
/**
 * Write them.
 *
 * @param zeros Those that are 0 too, else they are left out
 * @param[out] out Receives the text, NUL at the end
 * @return 0, -ENOSPC (out is too small; its text is not whole)
 */
int cmp_numbers_print(const char *const *names, size_t n, const int64_t *values,
		      bool zeros, char *out, size_t size);

#endif
