/**
 * @file engine.h  What every recognition engine offers.
 *
 * An engine is shared by all calls; a stream is one utterance of one call.
 * A stream's functions run on one worker thread at a time; different streams
 * may run on different workers at once. Audio: 8000 Hz, mono, int16 host
 * order, full scale 32768.
 */
#ifndef ASR_ENGINE_H
#define ASR_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ASR_TEXT_MAX = 512, ASR_MAX_SAMPLES = 30 * 8000 };

struct asr_engine_conf {
	const char *model_dir; /**< The engine's model */
	const char *lexicon;   /**< Its dictionary; NULL: it needs none */
	/** JSGF that hints name; NULL: the model's own spoken.jsgf, if it has
	 * one */
	const char *rules;
	const char *const *phrases; /**< Always listened for, shape (n) */
	size_t n_phrases;
	/** Hear what has only begun as such: every beginning of what can be
	 * said can be said. Else a pause within it is heard as something
	 * that is as short. */
	bool beginnings;
	unsigned workers; /**< Threads that will decode [1..64] */
};

struct asr_result {
	char text[ASR_TEXT_MAX]; /**< UTF-8; empty: not understood */
	float confidence;	 /**< [0..1]; 0: rather no speech than this */
	bool secret; /**< Digits were taken out of it, text/redact.h */
};

/** One utterance to decode. */
struct asr_utterance {
	const int16_t *pcm; /**< Borrowed, shape (n) */
	size_t n;	    /**< [samples], at most ASR_MAX_SAMPLES */
	/** Phrases of the script's state, beside the engine's own, and rules as
	 * "<amount>"; borrowed. */
	const char *const *hints;
	size_t n_hints;
};

struct asr_engine;

/** The functions of an engine; one static object each. */
struct asr_engine_ops {
	const char *name;
	/** @return 0; -ENOENT (model, logged), -EINVAL, -ENOMEM */
	int (*create)(struct asr_engine **out,
		      const struct asr_engine_conf *conf);
	void (*destroy)(struct asr_engine *engine);
	/** Decode on a worker thread.
	 * @param worker Its number [0..workers)
	 * @return 0, -EINVAL, -EIO */
	int (*decode)(struct asr_engine *engine, unsigned worker,
		      const struct asr_utterance *utt,
		      struct asr_result *result);
};

/** The embedded offline engine: PocketSphinx with the project's own model. */
extern const struct asr_engine_ops asr_engine_pocketsphinx;

#endif
