/**
 * @file engine.h  What every synthesis engine offers.
 *
 * Called on one worker thread at a time. Output: A-law, 8000 Hz, mono, whole
 * frames of 20 ms.
 */
#ifndef TTS_ENGINE_H
#define TTS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

enum { TTS_MAX_SECONDS = 60, TTS_MAX_BYTES = TTS_MAX_SECONDS * 8000 };

struct tts_engine_ops {
	const char *name; /**< Part of the cache's key, with its version */
	/** Once. @return 0, -ENOENT (voice data is missing) */
	int (*open)(void);
	/** Render. @param text Borrowed, plain UTF-8 @param voice "" = default
	 * @param[out] alaw Owned by the caller (yh_free), shape (n)
	 * @return 0, -EINVAL (voice), -E2BIG (over 60 s), -ENOMEM, -EIO */
	int (*render)(const char *text, const char *voice, uint8_t **alaw,
		      size_t *n);
};

/** espeak-ng, voice cmn-latn-pinyin: understandable, and always there. */
extern const struct tts_engine_ops tts_engine_espeak;

#endif
