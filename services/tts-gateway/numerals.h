/**
 * @file numerals.h  Numbers in Chinese characters. Pure.
 *
 * Source: GB/T 15835-2011 for the cardinal forms; 两 for a leading 2 before
 * 百, 千, 万, 亿 and 幺 for a 1 that is read digit by digit, as people say it.
 */
#ifndef TTS_NUMERALS_H
#define TTS_NUMERALS_H

#include <stdbool.h>
#include <stddef.h>

/** A text that grows in a place of its own. */
struct tts_out {
	char *p; /**< NUL-terminated */
	size_t size, len;
	bool full; /**< Something did not fit */
};

enum { TTS_CARDINAL_DIGITS = 12 };

void tts_put(struct tts_out *o, const char *s);
void tts_put_n(struct tts_out *o, const char *s, size_t n);
/** 12600 -> 一万二千六百. @param d Digits, shape (n), n up to
 * TTS_CARDINAL_DIGITS without leading zeros; more are read one by one */
void tts_put_cardinal(struct tts_out *o, const char *d, size_t n);
/** 3071 -> 三零七一, or 三零七幺. @param d Digits, shape (n) */
void tts_put_digits(struct tts_out *o, const char *d, size_t n, bool yao);

#endif
