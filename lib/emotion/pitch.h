/**
 * @file pitch.h  Fundamental frequency of telephone speech. Pure.
 *
 * Normalised cross-correlation over 60..500 Hz finds candidates, so that a
 * fundamental below the telephone band is found by its harmonics; the cheapest
 * path through them decides on voicing and octave.
 *
 * Source: Talkin, "A robust algorithm for pitch tracking (RAPT)", 1995; path
 * costs as in Boersma 1993 (Praat's defaults).
 */
#ifndef YH_EMOTION_PITCH_H
#define YH_EMOTION_PITCH_H

#include <stddef.h>

enum {
	YH_PITCH_STEP = 80,   /**< A frame every 10 ms [samples] */
	YH_PITCH_REACH = 384, /**< A frame looks at so many samples */
};

struct yh_pitch {
	float hz;	/**< [60..500]; 0 = not voiced */
	float strength; /**< Correlation at the period [0..1] */
	float jitter;	/**< |change of period| / period, cycle to cycle */
	float shimmer;	/**< |change of amplitude| / amplitude, likewise */
};

/** Frames that n samples give: the first starts at sample 0. */
size_t yh_pitch_frames(size_t n);
/** Track.
 * @param pcm Borrowed, shape (n), 8000 Hz, mean 0
 * @param[out] out Shape (yh_pitch_frames(n))
 * @return 0, -ENOMEM */
int yh_pitch_track(const float *pcm, size_t n, struct yh_pitch *out);

#endif
