/**
 * @file rhythm.h  Who answers: a person says a word and waits, a machine
 *                 goes on.
 *
 * Pure. A person who takes a phone says little ("喂", "你好，哪位") and
 * listens. A machine reads out its sentence. A long sentence is no proof: the
 * verdict stays open, the bot greets, and the next sentence is looked at. A
 * person taken for a machine is the costlier error.
 *
 * Source: the rules of Asterisk's app_amd.c and of LiveKit's detector (speech
 * of at most 2.5 s, then half a second of silence, is a person); own
 * thresholds, measured (docs/call-progress.md).
 */
#ifndef YH_PROGRESS_RHYTHM_H
#define YH_PROGRESS_RHYTHM_H

#include <stdbool.h>
#include <stdint.h>

#include "progress/verdict.h"

enum {
	YH_RHYTHM_GAP_MS = 600,	    /**< Shorter pauses belong to it */
	YH_RHYTHM_PERSON_MS = 1700, /**< Longest sentence of a person, mostly */
	YH_RHYTHM_WAIT_MS = 600,    /**< and the quiet after it */
	YH_RHYTHM_LONG_MS = 4500,   /**< Longest one at all */
	YH_RHYTHM_LONG_WAIT_MS =
		1500,		     /**< after which a beep would have come */
	YH_RHYTHM_MACHINE_MS = 6000, /**< Hardly anybody talks so long */
	YH_RHYTHM_NOBODY_MS = 5000,  /**< Without a voice: silence */
};

struct yh_rhythm {
	uint32_t ms;	    /**< Since the answer */
	uint32_t first_ms;  /**< When the last sentence began; 0 = none yet */
	uint32_t last_ms;   /**< After its last voiced frame */
	uint32_t run_ms;    /**< Voiced in a row */
	uint32_t voiced_ms; /**< Voiced at all */
	struct yh_evidence said; /**< What the sentences before it support */
};

/** Zeroed at the answer. A frame of 20 ms. @return What it supports so far */
struct yh_evidence yh_rhythm_push(struct yh_rhythm *r, bool voiced);

#endif
