/**
 * @file recognizer.h  What the loop sees of any engine: streams of speech.
 *
 * A recognizer is shared by all calls; a stream is one utterance of one call:
 * open, feed while it is spoken, finish when it has ended, then one `final`.
 * A CPU engine (engine.h) is one through rec_batch.h; a server on the network
 * through rec_ws.h; the ladder (ladder.h) goes from one to the next.
 *
 * Threads: every function and callback on the loop thread. Nothing blocks. No
 * callback is made from inside open, feed, finish or close: an error there is
 * the return value. Audio: 8000 Hz, mono, int16 host order, full scale 32768.
 */
#ifndef ASR_RECOGNIZER_H
#define ASR_RECOGNIZER_H

#include "engine.h"

/** What an utterance is expected to be. */
struct asr_hints {
	const char *const *list; /**< Phrases of the script's state; borrowed */
	size_t n;
};

/** Who listens to a stream. */
struct asr_listener {
	/** What is understood so far, replacing what was said before. May be
	 * NULL. @param so_far Borrowed; confidence 1 = the engine tells none */
	void (*partial)(void *arg, const struct asr_result *so_far);
	/** The end, once: after finish, or earlier when the engine is lost.
	 * Only close() may follow.
	 * @param err 0, or negative: result is NULL
	 * @param result Borrowed */
	void (*final)(void *arg, int err, const struct asr_result *result);
	void *arg;
};

struct asr_recognizer;
struct asr_stream;

struct asr_recognizer_ops {
	/** @param hints Borrowed for the call only
	 * @return 0, -ENOMEM, YH_ERR_QUEUE_FULL, or the engine's error */
	int (*open)(struct asr_recognizer *rec, const struct asr_hints *hints,
		    const struct asr_listener *listener,
		    struct asr_stream **out);
	/** @param pcm Borrowed, shape (n) @return 0, -ENOMEM,
	 * YH_ERR_QUEUE_FULL (the engine does not keep up) */
	int (*feed)(struct asr_stream *s, const int16_t *pcm, size_t n);
	/** The speaker is silent for now: `partial` comes. May be NULL: of an
	 * engine that tells partials all the time. @return 0, or as feed */
	int (*pause)(struct asr_stream *s);
	/** What is understood of all that was fed, when a pause has told it
	 * already: no finish is needed. May be NULL.
	 * @return Borrowed until close; NULL: not known yet */
	const struct asr_result *(*settled)(const struct asr_stream *s);
	/** No more speech. @return 0, or as feed */
	int (*finish)(struct asr_stream *s);
	/** No callbacks after this. @param s Taken */
	void (*close)(struct asr_stream *s);
	/** Its streams must be closed. @param rec Taken */
	void (*destroy)(struct asr_recognizer *rec);
};

/** First member of every recognizer. */
struct asr_recognizer {
	const struct asr_recognizer_ops *ops;
	const char *engine; /**< "funasr", "vosk", "pocketsphinx", ... */
};

/** First member of every stream. */
struct asr_stream {
	const struct asr_recognizer_ops *ops;
	struct asr_listener listener;
};

#endif
