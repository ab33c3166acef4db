/**
 * @file wav_out.h  A prompt as a file: mono A-law WAV with the label of
 *                  synthetic audio. Pure.
 *
 * Source: RIFF WAVE (Microsoft, 1994); label: audio/aigc.h.
 */
#ifndef TTS_WAV_OUT_H
#define TTS_WAV_OUT_H

#include "audio/aigc.h"
#include "line.h"

/** @param label NULL: people have spoken all of it
 * @param[out] n Bytes @return To yh_free(); NULL: no memory, or the label's
 * texts must not stand in one */
uint8_t *tts_wav(const struct tts_sound *sound, const struct yh_aigc *label,
		 size_t *n);

#endif
