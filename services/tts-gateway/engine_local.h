/**
 * @file engine_local.h  An engine in this process: one worker thread, which
 *                       renders one clause after the other.
 */
#ifndef TTS_ENGINE_LOCAL_H
#define TTS_ENGINE_LOCAL_H

#include <uv.h>

#include "engine.h"

/** What renders; called on the worker only. */
struct tts_local_ops {
	/** @param[out] out To free by the caller
	 * @return 0, -EINVAL (voice, text), -E2BIG, -ENOMEM, -EIO */
	int (*render)(void *state, const char *text, const char *voice,
		      struct tts_pcm *out);
	void (*destroy)(void *state);
};

struct tts_local {
	const struct tts_local_ops *ops;
	void *state;	     /**< Taken, also on error */
	const char *version; /**< Borrowed */
};

struct tts_local_conf {
	const char *name; /**< Kept */
	float level_dbov;
	size_t max_jobs; /**< That wait */
};

/** @param conf, local Borrowed @return 0, -ENOMEM, a thread's error */
int tts_engine_local_create(struct tts_engine **out, uv_loop_t *loop,
			    const struct tts_local *local,
			    const struct tts_local_conf *conf);

/** espeak-ng; once a process. Voices by its own names: cmn-latn-pinyin reads
 * Mandarin, yue Cantonese. @return 0, -ENOENT (its data is missing) */
int tts_espeak_open(struct tts_local *out);

#endif
