/**
 * @file prompt.h  A prompt: its clauses recorded, cached or rendered, then
 *                 joined.
 *
 * All clauses that no person has recorded come from one rung of the voice's
 * ladder, so that nobody's voice changes within a sentence: when the rung
 * cannot give one of them, all are asked of the next. Loop thread.
 */
#ifndef TTS_PROMPT_H
#define TTS_PROMPT_H

#include "recorded.h"
#include "speaker.h"

enum { TTS_PROMPT_MAX = 2000 /**< Of a text [bytes] */ };

/** What prompts are made with; kept by their owner. */
struct tts_studio {
	struct tts_speaker *speaker;
	const struct tts_recorded *recorded;
};

struct tts_said {
	struct tts_sound *sound; /**< Borrowed; NULL with an error */
	const char *engine;	 /**< "recorded" when there is nothing else */
	size_t n_clauses, n_recorded, n_cached;
};

/** @param err 0; -ENODATA (nothing in it can be said), -E2BIG (over 60 s),
 * -EINVAL (no engine can say it), others: of the last engine; -ECANCELED
 * @param said Borrowed */
typedef void tts_said_cb(void *arg, int err, const struct tts_said *said);

/** Say a text. @param studio, voice Kept until cb @param text Borrowed
 * @return 0 and cb comes exactly once, also before this returns; -EMSGSIZE
 * (text is too long), -ENOMEM: it never comes */
int tts_prompt_say(const struct tts_studio *studio,
		   const struct tts_voice *voice, const char *text,
		   tts_said_cb *cb, void *arg);

#endif
