/**
 * @file augment.h  Changed copies of a recording, to train on. Pure.
 *
 * What lines do to voices: other levels, noise, the band of a telephone, the
 * steps of A-law.
 */
#ifndef YH_EMOTION_AUGMENT_H
#define YH_EMOTION_AUGMENT_H

#include <stddef.h>
#include <stdint.h>

enum { YH_VARIANTS = 3 };

/** Change a recording as a line might.
 * @param variant 0: not at all; 1: quiet, with noise; 2: 300..3400 Hz, some
 * noise; A-law after each
 * @param pcm Borrowed, shape (n) @param[out] out The same shape */
void yh_augment(unsigned variant, const int16_t *pcm, size_t n, int16_t *out);

#endif
