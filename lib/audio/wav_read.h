/**
 * @file wav_read.h  Recordings of others: WAV in, telephone samples out.
 *
 * Linear PCM of 8, 16, 24 or 32 bits, float of 32 or 64, A-law and mu-law; the
 * first channel (of the product's own recordings: the callee); any rate from 4
 * to 192 kHz, brought to 8000 Hz.
 *
 * Source: RIFF WAVE (Microsoft, 1994; extensible format 2001).
 */
#ifndef YH_WAV_READ_H
#define YH_WAV_READ_H

#include <stddef.h>
#include <stdint.h>

/** Read a file. Blocks: not on a loop.
 * @param[out] pcm Shape (n), 8000 Hz, full scale 32768; to yh_free()
 * @return 0; -errno of the file; -EINVAL (not such a WAV), -EFBIG (over
 * 256 MiB), -ENOMEM */
int yh_wav_read(const char *path, int16_t **pcm, size_t *n);
/** Read from memory; the same. @param file Borrowed, shape (bytes) */
int yh_wav_parse(const uint8_t *file, size_t bytes, int16_t **pcm, size_t *n);

#endif
