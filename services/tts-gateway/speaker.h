/**
 * @file speaker.h  One clause by one engine: from the cache, or rendered and
 *                  kept there.
 *
 * A clause that is being rendered is not rendered twice: whoever asks for it
 * meanwhile waits for the same sound. Without Redis everything is rendered.
 * Loop thread.
 */
#ifndef TTS_SPEAKER_H
#define TTS_SPEAKER_H

#include <stdbool.h>

#include "redis/redis.h"
#include "voices.h"

struct tts_speaker;

struct tts_speaker_conf {
	float level_dbov; /**< A part of the key */
	uint32_t ttl_s;	  /**< Of what is kept [s] */
};

/** @param err As tts_sound_cb, and YH_ERR_QUEUE_FULL (too many wait),
 * -EHOSTDOWN (the engine's breaker is open)
 * @param sound Borrowed; keep it by counting refs up */
typedef void tts_clause_cb(void *arg, int err, struct tts_sound *sound,
			   bool cached);

/** @param redis Kept @param conf Borrowed @return 0, -ENOMEM */
int tts_speaker_create(struct tts_speaker **out, struct yh_redis *redis,
		       const struct tts_speaker_conf *conf);
/** Nobody gets anything any more: before engines and Redis are closed.
 * @param s May be NULL */
void tts_speaker_stop(struct tts_speaker *s);
/** Engines and Redis are closed before. @param s Taken, may be NULL */
void tts_speaker_destroy(struct tts_speaker *s);
/** Get a clause. @param rung Kept until cb @param text What tts_reading() gave,
 * borrowed @return 0 and cb comes exactly once, also before this returns;
 * -ENOMEM, -ECANCELED (stopped): it never comes */
int tts_speaker_get(struct tts_speaker *s, const struct tts_rung *rung,
		    const char *text, tts_clause_cb *cb, void *arg);

#endif
