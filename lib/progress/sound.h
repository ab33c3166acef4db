/**
 * @file sound.h  Is the sound before the answer music or speech?
 *
 * Pure. Speech has syllables and pauses: many of its frames are much softer
 * than the mean. Music goes on. Songs are music here: a colour ring. The line's
 * noise, the softest that was heard, is taken off first; a steady noise alone
 * is neither.
 *
 * Source: J. Saunders, "Real-time discrimination of broadcast speech/music",
 * ICASSP 1996; E. Scheirer, M. Slaney, ICASSP 1997 (low-energy frames); the
 * threshold is measured (docs/call-progress.md).
 */
#ifndef YH_PROGRESS_SOUND_H
#define YH_PROGRESS_SOUND_H

#include <stdbool.h>

#include "progress/verdict.h"

enum { YH_SOUND_FRAMES = 110 /**< Looked at: 2.2 s */ };

struct yh_sound {
	float power[YH_SOUND_FRAMES]; /**< Ring */
	uint32_t n;		      /**< Frames pushed */
};

/** Zeroed before the first frame.
 * @param power Mean square of the frame, full scale 1
 * @param other Sound that is no tone; else the ring begins anew
 * @return COLOUR_RING as far as it is supported */
struct yh_evidence yh_sound_push(struct yh_sound *s, float power, bool other);

#endif
