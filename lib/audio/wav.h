/**
 * @file wav.h  Stereo A-law WAV of a call.
 *
 * Format 6 (A-law), 8000 Hz, 2 channels: left the callee, right the bot, with
 * a LIST/INFO comment that says that the right one is machine-made.
 * Source: RIFF WAVE (Microsoft, 1994); label: GB 45438-2025.
 */
#ifndef YH_WAV_H
#define YH_WAV_H

#include <stddef.h>
#include <stdint.h>

/** Write a file: to `path`.part first, then renamed. Blocks: not on a loop.
 * @param left, right Borrowed A-law, shape (n)
 * @param sha256 Receives 64 hexadecimal digits of the whole file and NUL
 * @return 0, -errno */
int yh_wav_write(const char *path, const uint8_t *left, const uint8_t *right,
		 size_t n, char sha256[65]);

#endif
