/**
 * @file engine.h  What every synthesis engine offers.
 *
 * An engine renders one clause at a time for whoever asks, and answers later
 * with sound for the line. Loop thread.
 */
#ifndef TTS_ENGINE_H
#define TTS_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "breaker/breaker.h"
#include "line.h"

enum { TTS_VERSION_MAX = 128 };

/** @param err 0; -EINVAL (this voice or text cannot be said), -E2BIG (over
 * 60 s): the engine is well; -ETIMEDOUT, -ECONNREFUSED, -EMSGSIZE, -EIO,
 * -ENOMEM, -ECANCELED (closed): it is not
 * @param sound Borrowed; NULL with an error */
typedef void tts_sound_cb(void *arg, int err, struct tts_sound *sound);

struct tts_engine;

struct tts_engine_ops {
	/** Render. @param text What tts_reading() gave, borrowed for the call
	 * @param voice The engine's own name of one, borrowed for the call
	 * @return 0 and cb comes exactly once, later; YH_ERR_QUEUE_FULL,
	 * -ENOMEM: it never comes */
	int (*render)(struct tts_engine *e, const char *text, const char *voice,
		      tts_sound_cb *cb, void *arg);
	/** What is under way ends first. @param e Taken */
	void (*destroy)(struct tts_engine *e);
};

/** The common part, first in each engine's own struct. */
struct tts_engine {
	const struct tts_engine_ops *ops;
	const char *name; /**< In metrics and answers; kept */
	/** In the cache's keys with the name: what sounds otherwise has
	 * another. */
	char version[TTS_VERSION_MAX];
	struct yh_breaker breaker;
	struct yh_breaker_conf limits;
	unsigned in_use, max; /**< Clauses at once */
};

#endif
