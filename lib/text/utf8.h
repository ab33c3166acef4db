/**
 * @file utf8.h  Texts as rows of characters.
 *
 * Pure. Bytes that are no UTF-8 count as a character each. Source: RFC 3629.
 */
#ifndef YH_UTF8_H
#define YH_UTF8_H

#include <stddef.h>
#include <stdint.h>

/** The character at *p, and *p moved behind it. @return 0 at the end */
uint32_t yh_utf8_next(const char **p);
/** What of a text is said: without blanks and punctuation, ASCII's, Chinese
 * and full-width. @param out Receives UTF-8 (size bytes), cut at a character */
void yh_utf8_spoken(const char *text, char *out, size_t size);
/** Fewest characters to change, add or leave out to make b of a.
 * Source: Levenshtein 1966, Wagner & Fischer 1974.
 * @return The distance; -ENOMEM. Time: their product */
long yh_utf8_distance(const char *a, const char *b);

#endif
