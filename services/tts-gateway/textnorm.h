/**
 * @file textnorm.h  Numbers as a person would read them, in Chinese.
 *
 * 12600.5 -> 一万二千六百点五, 13.2% -> 百分之十三点二, digits behind 尾号 or
 * 号码, with a leading zero, or more than 12 of them one by one with 幺 for 1.
 * Everything that an engine could take for markup becomes a blank.
 *
 * Pure. Source: GB/T 15835-2011 for the cardinal forms.
 */
#ifndef TTS_TEXTNORM_H
#define TTS_TEXTNORM_H

#include <stddef.h>

/** @param in UTF-8, borrowed @param out Receives UTF-8
 * @return 0, -ENOSPC */
int tts_textnorm(const char *in, char *out, size_t size);

#endif
