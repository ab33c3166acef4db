/**
 * @file session.h  A call whose speech this instance owns, and the parts of its
 *                  way: sessions.c has the calls, utterance.c takes what is
 *                  said, heard.c tells what was understood.
 *
 * A session is the utterance that comes in of one side of a call, and its
 * dialect; the speech itself is in its hearing (ladder.h). When the instance
 * dies, the dialer opens another one and sends the utterance again. Loop
 * thread.
 */
#ifndef ASR_SESSION_H
#define ASR_SESSION_H

#include "app.h"

struct asr_session {
	struct asr_session *next;
	struct asr_app *app;
	char call_id[64];
	bool agent, for_agent;
	uint64_t used_ms;
	struct asr_dialect_state dialect;
	uint32_t utterance, next_seq;
	bool gap; /* a chunk is missing */
	struct asr_hearing *hearing;
	struct yh_msg *asked; /* at the last pause; NULL = it is answered */
	uint32_t asked_seq;
	struct yh_caller caller;
	/* The result of the last utterance, for a repeated question. */
	bool has_answer;
	uint32_t answered;
	struct asr_result result;
};

/** @param agent Whose side @return NULL: this instance does not have it */
struct asr_session *asr_session_find(struct asr_app *app, const char *call_id,
				     bool agent);

/** A chunk of speech comes: the bus's callback. @param arg The app
 * @param msg Taken */
void asr_utterance_take(void *arg, struct yh_msg *msg);
/** The next one begins, or the call has gone. */
void asr_utterance_forget(struct asr_session *s);

/** All of an utterance is there: its event, then the answer, when it is heard.
 * @param c Its last chunk, borrowed @param msg Waits for the answer; taken on
 * success @return 0, -ENOMEM */
int asr_heard_begin(struct asr_session *s, const Yinhu__V1__AudioChunk *c,
		    struct yh_msg *msg);
/** Forget those that are not heard yet. */
void asr_heard_close(struct asr_app *app);

/** Answer a chunk whose sender waits. @param r NULL: nothing is understood
 * @param unknown The stream is, or a chunk is missing: send it all again */
void asr_answer(struct asr_app *app, const struct yh_msg *msg,
		const struct asr_result *r, uint32_t utterance, bool unknown);
/** Answer the last pause, if that has not been done.
 * @param r What is understood so far; NULL: nothing is known */
void asr_answer_pause(struct asr_session *s, const struct asr_result *r);
/** A result is understood from this confidence on, [0..1]. */
float asr_floor(const struct asr_app *app);

#endif
