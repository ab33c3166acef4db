/**
 * @file reading.h  A prompt as a person would read it aloud. Pure.
 *
 * What came through clean.h, in Chinese: amounts (1,200.50元 ->
 * 一千二百元五角), percentages, dates (2026-11-28), times (14:30), ranges
 * (3-6期), fractions; digit by digit, 幺 for 1, what is no number: card tails
 * (尾号3071), telephone numbers in groups (13812345678 ->
 * 幺三八，幺二三四，五六七八), hotlines, codes. No digit and no sign is left:
 * letters, characters, blanks and ，。！？；：、 only. A text that was read is
 * not changed by a second reading.
 *
 * lib/text/numbers.h is the inverse. Source: GB/T 15835-2011; GB/T 7408 (forms
 * of dates and times); own observation of how bank staff read numbers.
 */
#ifndef TTS_READING_H
#define TTS_READING_H

#include <stdbool.h>
#include <stddef.h>

/** @param in UTF-8 that tts_clean() gave, borrowed @param out Receives UTF-8,
 * up to 8 times as long @return 0, -ENOSPC */
int tts_reading(const char *in, char *out, size_t size);
/** Is there more than blanks and marks in it? @param reading Borrowed */
bool tts_can_be_said(const char *reading);

#endif
