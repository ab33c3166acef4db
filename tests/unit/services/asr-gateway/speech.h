/** @file speech.h  Telephone speech for tests, rendered by espeak-ng. */
#ifndef TEST_SPEECH_H
#define TEST_SPEECH_H

#include <stddef.h>
#include <stdint.h>

enum { SPEECH_MAX = 10 * 8000 };

/** Say a text. @param variant Of espeak-ng, e.g. "m4" @param pcm Shape
 * (SPEECH_MAX), 8000 Hz, after A-law @return [samples], 0 = it did not work */
size_t speech(const char *text, const char *variant, int16_t *pcm);

#endif
