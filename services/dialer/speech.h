/**
 * @file speech.h  Speech of one side on its way to recognition.
 *
 * In a pause it is asked what is understood so far, and what comes after the
 * pause is held back: nobody wants to recognise silence. When the callee goes
 * on it follows; when they have ended it is left out.
 *
 * An utterance is kept whole until it is answered. When no answer comes, the
 * stream is opened anew, at whichever instance, and all of it is sent again,
 * for at most DIAL_SPEECH_TRY_MS after its end. Utterances of a call go one
 * after the other. Loop thread; no timers of its own.
 *
 * Source: the protocol in proto/yinhu/v1/speech.proto.
 */
#ifndef DIAL_SPEECH_H
#define DIAL_SPEECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "bus/bus.h"
#include "text/endpoint.h"

enum {
	DIAL_SPEECH_TRY_MS = 10000,
	DIAL_SPEECH_MAX_BYTES = 21 * 8000, /**< An utterance; 20 s + pre-roll */
	DIAL_SPEECH_QUEUE = 4,		   /**< Utterances of a call */
};

struct dial_speech; /**< All calls' */
struct dial_ears;   /**< One side of a call's */

/** The end of an utterance, once for each. */
struct dial_heard {
	uint32_t utterance;
	bool failed; /**< No transcript is in the stream: publish an empty one
		      */
	bool barge_in;
	bool secret; /**< Its recording is to be left out */
	uint32_t start_ms, end_ms;
	int64_t end_time_us;
	const char *text; /**< UTF-8, borrowed; NULL when failed */
	float confidence; /**< [0..1] */
};
typedef void dial_heard_cb(void *arg, const struct dial_heard *heard);

/** What is understood in a pause. */
struct dial_so_far {
	uint32_t utterance;
	const char *text;      /**< UTF-8, borrowed; empty: nothing */
	enum yh_phrase phrase; /**< Of those that can be said here */
};
typedef void dial_so_far_cb(void *arg, const struct dial_so_far *so_far);

/** One side of a call's; texts are borrowed. */
struct dial_ears_conf {
	const char *call_id, *script;
	bool agent;	    /**< A human agent's words, not the callee's */
	bool for_agent;	    /**< The call is for an agent: no dialog is held */
	const char *region; /**< Of the contact: chooses the dialect; or "" */
	dial_heard_cb *heard;
	dial_so_far_cb *so_far; /**< After a pause, perhaps; or NULL */
	void *arg;
};

/** @param bus Kept @return 0, -ENOMEM */
int dial_speech_open(struct dial_speech **out, struct yh_bus *bus);
/** All ears must be closed. @param sp Taken, may be NULL */
void dial_speech_close(struct dial_speech *sp);

/** The client of SpeechService, for who asks more of it. Borrowed */
ProtobufCService *dial_speech_rpc(struct dial_speech *sp);

/** Begin with a call; opens its stream. @param conf Borrowed for the call
 * @return 0, -ENOMEM */
int dial_ears_open(struct dial_ears **out, struct dial_speech *sp,
		   const struct dial_ears_conf *conf);
/** No callbacks after this; what is under way is let go. @param e Or NULL */
void dial_ears_close(struct dial_ears *e);

/** Phrases that the script expects now. @param hints Copied, shape (n) */
void dial_ears_expect(struct dial_ears *e, char *const *hints, size_t n);
/** An utterance begins. @return 0, -ENOSPC (too many wait; the callback does
 * not come), -ENOMEM */
int dial_ears_begin(struct dial_ears *e, uint32_t utterance, uint32_t start_ms,
		    bool barge_in);
/** Add to the one that has begun. @param alaw Borrowed, whole frames */
void dial_ears_add(struct dial_ears *e, const uint8_t *alaw, size_t len);
/** The callee pauses, and goes on. */
void dial_ears_pause(struct dial_ears *e);
void dial_ears_resume(struct dial_ears *e);
/** It has ended; what came after a pause is left out. @param end_ms Of the
 * speech, since the answer
 * @param end_time_us Same on the wall clock */
void dial_ears_end(struct dial_ears *e, uint32_t end_ms, int64_t end_time_us);
/** Is nothing under way? */
bool dial_ears_idle(const struct dial_ears *e);
/** Retries that are due; every 20 ms. */
void dial_ears_tick(struct dial_ears *e, uint64_t now_ms);

#endif
