/**
 * @file voices.h  The voices of the configuration and the ladder of engines
 *                 behind each.
 *
 * The last rung of every ladder is espeak-ng in this process. Without a file
 * there are two voices, `mandarin` (the usual one) and `cantonese`, of
 * espeak-ng alone.
 */
#ifndef TTS_VOICES_H
#define TTS_VOICES_H

#include <uv.h>

#include "engine.h"
#include "voices_conf.h"

struct tts_rung {
	struct tts_engine *engine;
	const char *voice; /**< By the engine's own name */
};

struct tts_voice {
	const char *name;
	struct tts_rung rungs[TTS_RUNGS_MAX]; /**< Shape (n), n > 0 */
	unsigned n;
};

struct tts_voices;

struct tts_voices_conf {
	const char *file; /**< YAML, or "" */
	float level_dbov;
	size_t max_jobs; /**< Clauses that wait for an engine in the process */
};

/** Read the file and open what it names. @param conf Borrowed
 * @return 0, YH_ERR_BAD_CONFIG, -ENOENT (a library, a model, espeak-ng's data
 * is missing): logged; -ENOMEM */
int tts_voices_open(struct tts_voices **out, uv_loop_t *loop,
		    const struct tts_voices_conf *conf);
/** What is being rendered ends before it returns. @param v Taken or NULL */
void tts_voices_close(struct tts_voices *v);
/** @param name "" is the usual one @return NULL: there is no such voice */
const struct tts_voice *tts_voices_find(const struct tts_voices *v,
					const char *name);

#endif
