/**
 * @file prerender.h  A script's clauses rendered before anybody is called.
 *
 * One clause after the other, so that a live prompt waits for one of them at
 * most; by the first rung of the voice, for the usual day, and by espeak-ng,
 * for the day when the first one is down. Loop thread.
 */
#ifndef TTS_PRERENDER_H
#define TTS_PRERENDER_H

#include "prompt.h"
#include "script_texts.h"

struct tts_prerendered {
	size_t n_clauses; /**< Of the script, but those with a variable */
	size_t n_variable;
	size_t rendered, cached, recorded, failed; /**< Of n_clauses, by the
						      first rung */
};

/** @param err 0, -ECANCELED @param done Borrowed */
typedef void tts_prerender_cb(void *arg, int err,
			      const struct tts_prerendered *done);

/** Begin. @param studio, voice Kept until cb @param texts Taken on success
 * @return 0 and cb comes exactly once, also before this returns; -ENOMEM */
int tts_prerender(const struct tts_studio *studio,
		  const struct tts_voice *voice, struct tts_texts *texts,
		  tts_prerender_cb *cb, void *arg);

#endif
