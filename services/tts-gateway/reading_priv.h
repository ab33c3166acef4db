/** @file reading_priv.h  What reading.c and its two kinds of numbers share. */
#ifndef TTS_READING_PRIV_H
#define TTS_READING_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "numerals.h"

struct tts_reader {
	struct tts_out *o;
	const char *begin; /**< Of the text */
	const char *p;	   /**< What is read next */
	const char *code;  /**< Behind the last one read digit by digit */
};

/** What begins at p, a digit, is read; p moves behind it.
 * @return false: it is none of these, nothing was done */
bool tts_read_code(struct tts_reader *r);
/** Dates, times, fractions, percentages, amounts, any other number. */
void tts_read_quantity(struct tts_reader *r);

bool tts_starts(const char *p, const char *with);
/** Does what is from begin to end end so? */
bool tts_ends(const char *begin, const char *end, const char *with);
/** @param words Shape (n) @return Does p begin with one? */
bool tts_starts_any(const char *p, const char *const *words, size_t n);
/** Digits at p. */
size_t tts_n_digits(const char *p);

#endif
