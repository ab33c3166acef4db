/**
 * @file wav.h  The head of a WAV file: A-law, stereo, 8000 Hz.
 *
 * Pure. The data are bytes of the left and the right channel in turn; the head
 * is of fixed length, so that it can be written over when the length is known.
 * Its LIST/INFO chunk says what the sound is (labels of synthetic audio).
 *
 * Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF),
 * RFC 2361 (format 6).
 */
#ifndef YH_WAV_H
#define YH_WAV_H

#include <stddef.h>
#include <stdint.h>

enum {
	YH_WAV_NOTE = 256, /**< Room for the note, its NUL included */
	YH_WAV_HEAD = 58 + 20 + YH_WAV_NOTE, /**< Length of the head [bytes] */
};

/**
 * Write the head.
 *
 * @param frames Samples a channel [0..2^31)
 * @param note   Borrowed, ASCII or UTF-8, cut at YH_WAV_NOTE - 1 bytes
 * @param head   Receives YH_WAV_HEAD bytes
 */
void yh_wav_head(uint32_t frames, const char *note, uint8_t *head);

#endif
