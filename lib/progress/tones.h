/**
 * @file tones.h  Call-progress tones of China, special information tones and
 *                the beep of a mailbox.
 *
 * Pure; a frame of 20 ms at a time. A bank of Goertzel filters 50 Hz apart says
 * whether a frame is one pure tone; the lengths of tone and pause say which.
 *
 * Source: GF 002-9002 (450 +- 25 Hz: ring-back 1 s / 4 s, busy 0.35 s / 0.35 s,
 * congestion 0.7 s / 0.7 s); ITU-T E.180 (03/98) section 6 (special
 * information: 950, 1400, 1800 Hz, 330 ms each); G. Goertzel, "An Algorithm for
 * the Evaluation of Finite Trigonometric Series", 1958; beeps as mailboxes have
 * them: 800 to 1200 Hz, 0.15 to 2 s.
 */
#ifndef YH_PROGRESS_TONES_H
#define YH_PROGRESS_TONES_H

#include <stdbool.h>
#include <stdint.h>

#include "progress/verdict.h"

/** What a frame holds. */
enum yh_tone {
	YH_TONE_QUIET,
	YH_TONE_OTHER, /**< Sound that is no tone */
	YH_TONE_450,
	YH_TONE_BEEP, /**< 800..1200 Hz */
	YH_TONE_1400,
	YH_TONE_1800,
};

enum { YH_TONE_RUNS = 6 };

struct yh_tones {
	enum yh_tone run; /**< Of the run that goes on */
	uint32_t run_ms;
	struct {
		enum yh_tone tone;
		uint32_t ms;
	} runs[YH_TONE_RUNS]; /**< Those before it, newest first */
	uint32_t glitch_ms;   /**< Of another kind, not yet believed */
	enum yh_tone glitch;
	bool beeped; /**< A beep has ended */
};

/** Which tone a frame holds.
 * @param pcm Borrowed, shape (160), full scale 32768
 * @param loud Is it above the line's silence? */
enum yh_tone yh_tone_of(const float *pcm, bool loud);
/** Zeroed before the first. @return What the cadence supports so far */
struct yh_evidence yh_tones_push(struct yh_tones *t, enum yh_tone tone);

#endif
