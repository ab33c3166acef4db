/**
 * @file plain.h  A sentence without what adds no meaning: particles and polite
 *                words are left out, words that say the same are one. Pure.
 */
#ifndef YH_PLAIN_H
#define YH_PLAIN_H

#include <stddef.h>

/** @param text Borrowed, normalised UTF-8
 * @param out Receives UTF-8 (size bytes), cut at a character */
void yh_plain(const char *text, char *out, size_t size);

#endif
