/**
 * @file text.h  Text in the form that the rules are written for. Pure.
 */
#ifndef QA_TEXT_H
#define QA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qa_pack;
struct qa_heard_table;

/**
 * What is misheard, of all packs.
 *
 * @param packs Borrowed, shape (n), outlive the table
 * @return 0, -ENOMEM, -EINVAL (what is meant is longer than what is heard)
 */
int qa_heard_create(struct qa_heard_table **out, struct qa_pack *const *packs,
		    size_t n);
/** @param t Taken, may be NULL */
void qa_heard_destroy(struct qa_heard_table *t);

/**
 * Normalise: full width to half width, ASCII to lower case, a sentence's end
 * to ';' or '?' (a text always begins and ends in one), a clause's end to ',',
 * other marks, spaces and fillers (呃 嗯 啊) removed, three or more digits read
 * one by one (一二三) to 123, and what is misheard to what is meant.
 *
 * @param text  Borrowed, UTF-8; bytes that are not are left out
 * @param heard Borrowed, may be NULL
 * @return Heap string or NULL when out of memory
 */
char *qa_normalise(const char *text, const struct qa_heard_table *heard);

/**
 * Is a full phone, card or identity number read out? Digits as 0-9 or
 * 零〇一幺二三四五六七八九, spaces, dashes and short pauses between them
 * ignored. A phone is 1[3-9] and 9 more, the others 15 to 19 digits; hotlines,
 * area codes and numbers that are called an order's are none.
 *
 * @param text Borrowed, UTF-8, as spoken (not normalised)
 */
bool qa_reads_out_number(const char *text);

/** Characters that are spoken: letters, digits, ideographs; not marks. */
size_t qa_spoken_chars(const char *text);

#endif
