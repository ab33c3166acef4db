/**
 * @file line.h  From an engine's or a person's samples to the telephone line:
 *               rate, loudness, edges, A-law; and clauses joined. Pure.
 *
 * Each clause is brought to one active speech level (audio/level.h), so that
 * engines, voices and recordings do not differ, and is turned down where its
 * peaks would be clipped. Its edges fade in and out of silence: joined clauses
 * meet at silence, whatever was around them, and nothing clicks.
 */
#ifndef TTS_LINE_H
#define TTS_LINE_H

#include <stddef.h>
#include <stdint.h>

enum {
	TTS_MAX_SECONDS = 60,
	TTS_MAX_BYTES = TTS_MAX_SECONDS * 8000,
	TTS_FADE_SAMPLES = 40, /**< 5 ms */
};

/** Samples of somebody. */
struct tts_pcm {
	int16_t *samples; /**< Shape (n), full scale 32768 */
	size_t n;
	unsigned rate_hz; /**< [8000..48000] */
};

/** A-law, 8000 Hz, whole frames of 160; shared. Loop thread for the counts. */
struct tts_sound {
	unsigned refs;
	size_t n; /**< [bytes] */
	uint8_t alaw[];
};

/** Convert.
 * @param pcm Borrowed @param level_dbov Active speech level wanted [-40..-10]
 * @param[out] out One reference; silence is cut to 40 ms at both ends
 * @return 0, -EINVAL (rate, or nothing in it), -E2BIG (over 60 s), -ENOMEM */
int tts_to_line(const struct tts_pcm *pcm, float level_dbov,
		struct tts_sound **out);
/** A sound from bytes of A-law. @param alaw Borrowed, shape (n)
 * @return NULL: no memory, or n is 0, no multiple of 160 or over 60 s */
struct tts_sound *tts_sound_of(const uint8_t *alaw, size_t n);
/** @param s Taken, may be NULL */
void tts_sound_unref(struct tts_sound *s);

/** Put sounds one behind the other with silence between.
 * @param sounds, pause_ms Borrowed, shape (n); the pause behind each [ms]
 * @return 0, -E2BIG (over 60 s), -ENOMEM */
int tts_join(struct tts_sound *const *sounds, const unsigned *pause_ms,
	     size_t n, struct tts_sound **out);

#endif
