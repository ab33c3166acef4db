/**
 * @file phones.h  Mandarin phones from espeak-ng's phoneme names: an initial
 *                 and a final a syllable, no tone.
 *
 * The same rule as tools/asr-model/phones.py, with which the acoustic model
 * was trained; a test holds the two together. Pure but for asr_phones_of,
 * which asks libespeak-ng and is for one thread.
 */
#ifndef ASR_PHONES_H
#define ASR_PHONES_H

#include <stddef.h>

/** Rewrite espeak-ng's names (separator '_').
 * @param espeak Borrowed, e.g. "X_'Au21_| t_@44" @param out Phones divided by
 * blanks @return 0, -ENOSPC */
int asr_phones_parse(const char *espeak, char *out, size_t size);

/** Start libespeak-ng, once. @return 0, -ENOENT (no voice data) */
int asr_phones_open(void);
/** Phones of a text. @return 0, -EINVAL (nothing to say), -ENOSPC */
int asr_phones_of(const char *text, char *out, size_t size);

#endif
