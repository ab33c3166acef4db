/**
 * @file line.h  From an engine's samples to the telephone line: rate, band,
 *               loudness, A-law. Pure.
 *
 * Source: windowed-sinc rate conversion (Smith, "Digital Audio Resampling");
 * speech level -20 dBov as ITU-T G.100.1 advises for the digital network.
 */
#ifndef TTS_LINE_H
#define TTS_LINE_H

#include <stddef.h>
#include <stdint.h>

/** Convert.
 * @param pcm  Borrowed, shape (n), int16, full scale 32768
 * @param rate Of pcm [Hz, 8000..48000]
 * @param[out] alaw Owned by the caller, whole frames of 160, silence cut to
 * 40 ms at both ends
 * @return 0, -EINVAL, -ENOMEM */
int tts_to_line(const int16_t *pcm, size_t n, unsigned rate, uint8_t **alaw,
		size_t *len);

#endif
