/**
 * @file ladder.h  Recognition that never goes silent: one engine after the
 *                 other until one has heard.
 *
 * An utterance (a hearing) is kept whole in memory while it is spoken and
 * recognised. When its engine fails, stalls or is late, the next one gets all
 * of it from the beginning, in the middle of a word if need be: within a pool
 * the healthiest server, then the secondary pool, then the embedded engine. If
 * nothing is left, the outcome's level is ASR_DTMF: the callee is asked to
 * press keys.
 *
 * Loop thread.
 */
#ifndef ASR_LADDER_H
#define ASR_LADDER_H

#include <uv.h>

#include "breaker/breaker.h"
#include "recognizer.h"
#include "text/endpoint.h"

/** The same numbers as yinhu.v1.RecognitionLevel. */
enum asr_level {
	ASR_PRIMARY = 1,
	ASR_SECONDARY,
	ASR_EMBEDDED,
	ASR_DTMF,
};
enum { ASR_RUNGS = 3 };

/** One server (or library) of a pool. */
struct asr_end {
	struct asr_recognizer *rec;
	struct yh_breaker breaker;
	unsigned in_use; /**< Streams */
};

struct asr_pool {
	const char *name;
	struct asr_end *ends; /**< Shape (n_ends) */
	unsigned n_ends;
	uint32_t final_ms;    /**< Longest wait after the speech's end [ms] */
	uint32_t max_streams; /**< Of one server */
	struct yh_breaker_conf breaker;
};

/** The rungs of a dialect: primary, secondary, embedded; NULL = has none. */
struct asr_route {
	const char *dialect;
	struct asr_pool *rungs[ASR_RUNGS];
};

struct asr_outcome {
	int err; /**< When level is ASR_DTMF: of the last engine */
	struct asr_result result;
	enum asr_level level;
	const char *pool, *engine; /**< "" when level is ASR_DTMF */
};

struct asr_ladder;
struct asr_hearing;

/** Who hears of a hearing; none is called from inside the functions below.
 */
struct asr_hearing_cb {
	/** After a pause: what is understood so far, perhaps nothing. May be
	 * NULL. @param so_far Borrowed; confidence 1 = not told */
	void (*paused)(void *arg, const struct asr_result *so_far);
	/** Once, after finish (or earlier: the speech was kept too long). Close
	 * the hearing. */
	void (*done)(void *arg, const struct asr_outcome *outcome);
	void *arg;
};

/** @param keep_ms Speech is wiped at this age whatever happens [ms]
 * @return 0, -ENOMEM */
int asr_ladder_open(struct asr_ladder **out, uv_loop_t *loop, uint32_t keep_ms);
/** All hearings must be closed. @param ladder Taken, may be NULL */
void asr_ladder_close(struct asr_ladder *ladder);

/** An utterance begins. @param route Kept @param hints Borrowed for the call
 * @return 0, -ENOMEM */
int asr_hearing_open(struct asr_hearing **out, struct asr_ladder *ladder,
		     const struct asr_route *route,
		     const struct asr_hints *hints,
		     const struct asr_hearing_cb *cb);
/** Change who hears of it. */
void asr_hearing_give(struct asr_hearing *h, const struct asr_hearing_cb *cb);
/** More of it. @param pcm Borrowed, 8000 Hz, shape (n) @return 0, -ENOMEM */
int asr_hearing_feed(struct asr_hearing *h, const int16_t *pcm, size_t n);
/** All of it so far. @param[out] n [samples] @return Borrowed until the next
 * call, shape (n) */
const int16_t *asr_hearing_pcm(const struct asr_hearing *h, size_t *n);
/** Look for a text among its hints. @param spoken Without punctuation */
enum yh_phrase asr_hearing_find(const struct asr_hearing *h,
				const char *spoken);
/** The speaker is silent for now: `paused` comes, once, unless the speech goes
 * on or ends before. */
void asr_hearing_pause(struct asr_hearing *h);
/** It has ended. */
void asr_hearing_finish(struct asr_hearing *h);
/** Forget it. @param h Taken, may be NULL */
void asr_hearing_close(struct asr_hearing *h);

#endif
