/**
 * @file talk.h  Who speaks when: prompts, breaking in, listening, silence.
 *
 * Pure: time comes as a parameter [us, monotonic]. It is told of prompts and of
 * the voice detector, asked every 20 ms for the frame to send, and answers with
 * what happened as a set of bits.
 *
 * A prompt that may be interrupted stops when the detector (barge.h) takes what
 * the callee says for a sentence; one that may not is played to its end and
 * what comes after it waits. Nothing is begun while the callee speaks, for at
 * most HOLD_MS. What was interrupted is kept until something else is said: if
 * the dialog finds that nobody meant to (resume), or says nothing, it goes on
 * a little before where it was.
 *
 * Source: own design.
 */
#ifndef DIAL_TALK_H
#define DIAL_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/vad.h"
#include "text/endpoint.h"

enum {
	DIAL_TALK_QUEUE = 4,	   /**< Prompts that wait */
	DIAL_TALK_HOLD_MS = 3000,  /**< Longest wait for the callee's end */
	DIAL_TALK_LINGER_MS = 160, /**< Last packet to BYE: the peer's buffer */
	DIAL_TALK_ENDS = 8,	   /**< Utterances whose end is remembered */
	DIAL_TALK_BACK_MS = 300,   /**< So much of a prompt is said again */
	DIAL_TALK_RESUME_MS = 2000, /**< Nobody says what comes: it goes on */
	DIAL_TALK_KEYS_MAX = 32,    /**< Of one answer; the last one ends it */
	DIAL_TALK_KEYS_MS = 1000,   /**< After a key the answer is complete */
	DIAL_TALK_TONE_MS = 300,    /**< A key's own tone is no speech */
};

/** What happened; a set. */
enum dial_talk_act {
	DIAL_TALK_STARTED = 1 << 0,	 /**< `now` holds the prompt's */
	DIAL_TALK_PLAYED = 1 << 1,	 /**< See `played` */
	DIAL_TALK_SILENCE = 1 << 2,	 /**< See `silence` */
	DIAL_TALK_HANG_UP = 1 << 3,	 /**< The last prompt is out */
	DIAL_TALK_SPEECH_START = 1 << 4, /**< Utterance `utterance` begins */
	DIAL_TALK_SPEECH_END = 1 << 5,	 /**< and ends */
	DIAL_TALK_LOST = 1 << 6,	 /**< Nobody says what to do next */
	DIAL_TALK_KEYS = 1 << 7,    /**< `keys` are utterance `utterance` */
	DIAL_TALK_PAUSE = 1 << 12,  /**< The utterance may have ended */
	DIAL_TALK_RESUME = 1 << 13, /**< It had not */
};

struct dial_talk_conf {
	uint32_t barge_ms; /**< Speech that stops a prompt [ms] */
	bool judged;	   /**< A detector says so instead, by `meant` */
	uint32_t lost_ms;  /**< Idle so long is LOST [ms] */
	uint32_t pause_ms; /**< Silence that is a PAUSE [ms, multiple of 20] */
	struct yh_endpoint_conf endpoint;
};

/** A prompt, ready to be played. */
struct dial_prompt {
	uint32_t seq;	    /**< Of its command */
	bool barge_in;	    /**< May be interrupted */
	bool resume;	    /**< Go on with what was interrupted, if it was */
	bool then_hang_up;  /**< Plays to its end whatever barge_in says */
	uint32_t listen_ms; /**< Then wait for speech; 0 = no */
	uint32_t utterance; /**< That it answers; 0 = none */
	enum yh_expect expect; /**< What it asks for */
	const uint8_t *alaw;   /**< Borrowed until PLAYED; shape (n, 160) */
	size_t n;	       /**< Frames; 0 = nothing can be said */
};

struct dial_talk {
	struct dial_talk_conf conf;
	/** Results: valid until the next function. */
	struct {
		uint32_t seq;
		bool interrupted;
		uint32_t played_ms, stop_latency_ms;
	} played;
	struct {
		uint32_t seq, waited_ms;
	} silence;
	uint32_t turn_latency_ms; /**< With STARTED; 0 = answers nothing */
	uint32_t utterance;	  /**< Number of the last one */
	bool barge_in;		  /**< It began while the bot spoke */
	uint64_t speech_from_us;  /**< Its first voiced frame */
	uint64_t speech_until_us; /**< After its last voiced frame */
	bool speaking;		  /**< An utterance is going on */
	bool meant; /**< Set before _heard: the spurt is to interrupt */
	char keys[DIAL_TALK_KEYS_MAX + 1];
	uint32_t end_ms; /**< Silence that ends the utterance now [ms] */
	uint32_t n_barge_ins, n_resumed;
	uint64_t callee_ms, bot_ms; /**< Voiced frames, prompt frames */

	/** Its own. */
	struct dial_prompt now, queue[DIAL_TALK_QUEUE];
	bool playing, paused;
	bool suspended;	  /* `now` was interrupted at `at`; not told yet */
	uint32_t stop_ms; /* and so fast */
	enum yh_expect expect;
	size_t at;
	unsigned n_queue, fetching, unresolved;
	bool candidate;
	unsigned n_keys; /* of an answer that is not complete */
	bool keys_done;	 /* by "#" */
	uint64_t keys_from_us, key_us;
	uint64_t sent_us, listen_from_us, hold_us, hang_up_us, idle_us;
	uint32_t listen_ms, listen_seq;
	uint64_t ends_us[DIAL_TALK_ENDS];
};

/** Begin at the answer. @param conf Borrowed, copied */
void dial_talk_init(struct dial_talk *t, const struct dial_talk_conf *conf,
		    uint64_t now_us);

/** A prompt is being fetched; dial_talk_play or _give_up follows. */
void dial_talk_fetch(struct dial_talk *t);
/** Play it as soon as may be; stops one that may be interrupted.
 * @param prompt Copied @param[out] acts PLAYED of the one that was stopped
 * @return 0, -ENOSPC (too many wait; it is forgotten) */
int dial_talk_play(struct dial_talk *t, uint64_t now_us,
		   const struct dial_prompt *prompt, unsigned *acts);
/** Stop what is playing and forget what waits. @return acts */
unsigned dial_talk_stop(struct dial_talk *t, uint64_t now_us);
/** The transcript of an utterance is out, or will never be. */
void dial_talk_resolved(struct dial_talk *t, uint64_t now_us);

/** What was understood at the utterance's pause tells how far it has come. */
void dial_talk_judged(struct dial_talk *t, uint32_t utterance,
		      enum yh_turn turn);

/** Is there a prompt that the callee may stop? */
bool dial_talk_may_stop(const struct dial_talk *t);
/** A frame of the callee has gone through the detector, whose end is end_ms.
 * @param now_us When it arrived @param vad Borrowed, after the push
 * @return acts */
unsigned dial_talk_heard(struct dial_talk *t, uint64_t now_us,
			 enum yh_vad_event ev, const struct yh_vad *vad);

/** The callee has pressed a key. An answer of keys is an utterance with a
 * number of its own; it stops a prompt as speech does. "#" completes it and is
 * left out. @return acts */
unsigned dial_talk_key(struct dial_talk *t, uint64_t now_us, char key);
/** Nothing was asked or told for so long, as the line was held: no wait counts
 * that time. */
void dial_talk_slept(struct dial_talk *t, uint64_t us);

/** Every 20 ms. @param[out] frame 160 bytes of A-law to send, or NULL for
 * silence @return acts */
unsigned dial_talk_tick(struct dial_talk *t, uint64_t now_us,
			const uint8_t **frame);

#endif
