/**
 * @file sherpa_worker.h  A thread that decodes the live streams given to it.
 *
 * Letters go in (open, samples, end, close), events come out through an inbox
 * on the loop. In each round all streams that have enough samples are decoded
 * as one batch.
 */
#ifndef ASR_SHERPA_WORKER_H
#define ASR_SHERPA_WORKER_H

#include <stdbool.h>

#include "loop/inbox.h"
#include "sherpa_api.h"
#include "wire.h"

enum sherpa_what {
	/* letters */
	SHERPA_OPEN,
	SHERPA_SAMPLES,
	SHERPA_END,
	SHERPA_CLOSE,
	/* events */
	SHERPA_PARTIAL,
	SHERPA_FINAL,
	SHERPA_FAILED,
	SHERPA_GONE, /**< The worker has let go of the stream */
};

/** What the worker has of a stream; its owner keeps it from OPEN to GONE. */
struct sherpa_live {
	struct sherpa_live *next;
	void *owner;
	const struct sherpa_stream *stream;
	struct asr_wire wire;
	bool ended, told, fresh;
};

struct sherpa_letter {
	struct sherpa_letter *next;
	enum sherpa_what what;
	struct sherpa_live *live;
	char *hotwords; /**< Of OPEN; or NULL */
	struct asr_result result;
	size_t n;	 /**< Samples */
	float samples[]; /**< 16000 Hz, full scale 1 */
};

struct sherpa_worker;

/** @param api, rec, events Kept @return 0, -ENOMEM, a thread's error */
int sherpa_worker_start(struct sherpa_worker **out,
			const struct sherpa_api *api,
			const struct sherpa_recognizer *rec,
			struct yh_inbox *events);
/** @param n Samples of room @return NULL: out of memory */
struct sherpa_letter *sherpa_letter_new(enum sherpa_what what,
					struct sherpa_live *live, size_t n);
/** Wipe and free. @param letter Taken, may be NULL */
void sherpa_letter_free(struct sherpa_letter *letter);
/** Any thread. @param letter Taken */
void sherpa_worker_put(struct sherpa_worker *w, struct sherpa_letter *letter);
/** Read what is in the box, then end. @param w Taken, may be NULL */
void sherpa_worker_stop(struct sherpa_worker *w);

#endif
