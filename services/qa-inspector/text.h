/**
 * @file text.h  Text in the form that the rules are written for. Pure.
 */
#ifndef QA_TEXT_H
#define QA_TEXT_H

#include <stddef.h>
#include <stdint.h>

/**
 * Normalise: full width to half width, ASCII to lower case, every mark of a
 * clause's end to ',', other marks and spaces and fillers (呃 嗯 啊) removed.
 *
 * @param text Borrowed, UTF-8; bytes that are not are left out
 * @return Heap string or NULL when out of memory
 */
char *qa_normalise(const char *text);

/**
 * The longest run of digits (0-9, 零〇一幺二三四五六七八九) as they are read
 * out, spaces and dashes between them ignored.
 *
 * @param text Borrowed, UTF-8, as spoken (not normalised)
 * @param[out] first The run's first two digits as a number, e.g. 40
 * @return Its length [digits]
 */
size_t qa_longest_digits(const char *text, unsigned *first);

#endif
