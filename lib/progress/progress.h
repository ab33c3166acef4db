/**
 * @file progress.h  The ear of a call: frames in, a verdict out.
 *
 * Pure; time advances by frames of 20 ms alone. It listens to early media from
 * the first frame, begins anew at the answer, and gives a verdict at the latest
 * YH_PROGRESS_DEADLINE_MS after the first voice, be it UNSURE; an UNSURE one
 * goes on being looked at. What others know (words, SIP, Q.850) is put into its
 * evidence from outside and fused there (verdict.h).
 *
 * Costs of a frame: one Goertzel bank, one FFT unless it is silent or a tone,
 * one search of the library. Never allocates.
 *
 * Source: own design; its parts name theirs. Figures: docs/call-progress.md.
 */
#ifndef YH_PROGRESS_H
#define YH_PROGRESS_H

#include "audio/vad.h"
#include "progress/library.h"
#include "progress/rhythm.h"
#include "progress/sound.h"
#include "progress/tones.h"

enum {
	YH_PROGRESS_DEADLINE_MS = 2500, /**< After the first voice or tone */
	/** Answered calls are listened to for so long after the first voice, */
	YH_PROGRESS_VOICE_MS = 12000,
	/** and for so long at all. */
	YH_PROGRESS_ANSWERED_MS = 30000,
};

/** What a frame has brought; a set. */
enum yh_progress_act {
	YH_PROGRESS_VERDICT = 1, /**< `verdict` is new, or due and UNSURE */
	YH_PROGRESS_SPEECH = 2,	 /**< Speech began `vad.spurt_ms` ago */
	YH_PROGRESS_PAUSE = 4,	 /**< and has ended, or goes on for 6 s */
};

struct yh_progress {
	const struct yh_library *library; /**< Kept; NULL: none */
	bool answered;
	uint32_t ms;	   /**< Since the first frame, or the answer */
	uint32_t first_ms; /**< When the first voice (before: tone) was heard */
	bool spoke;	   /**< It was a voice */
	bool due;	   /**< The deadline has passed */
	struct yh_evidence evidence[YH_WITNESSES];
	struct yh_progress_verdict verdict;
	uint32_t verdict_ms; /**< When it was given, as `ms` */
	/* Its own. */
	float last[160];
	unsigned n_zero; /* frames of zeros in a row */
	enum yh_tone last_tone;
	struct yh_vad vad;
	struct yh_tones tones;
	struct yh_print print;
	struct yh_block block;
	struct yh_sound sound;
	struct yh_rhythm rhythm;
};

/** Begin with early media. @param library Kept, NULL: without fingerprints */
void yh_progress_init(struct yh_progress *p, const struct yh_library *library);
/** The call is answered: what was heard before says nothing about who did. */
void yh_progress_answer(struct yh_progress *p);
/** Push a frame.
 * @param alaw Borrowed, shape (160); NULL: it was lost
 * @return A set of enum yh_progress_act */
unsigned yh_progress_push(struct yh_progress *p, const uint8_t *alaw);
/** Does it still listen? */
bool yh_progress_listens(const struct yh_progress *p);

#endif
