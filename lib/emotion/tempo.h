/**
 * @file tempo.h  How an utterance is paced and how its pitch moves. Private to
 *                lib/emotion. Pure.
 */
#ifndef YH_EMOTION_TEMPO_H
#define YH_EMOTION_TEMPO_H

#include "emotion/tracks.h"

enum { YH_FRAMES_A_SECOND = 100 };

/** Ascending. @param v Changed in place, shape (n) */
void yh_sort_floats(float *v, size_t n);
/** @param sorted Borrowed, ascending, shape (n), n > 0 @param p [0..1] */
float yh_percentile(const float *sorted, size_t n, float p);
/** The YH_TEMPI of acoustics.h.
 * @param f	   Borrowed, shape (n); from the first spoken to the last counts
 * @param f0_sorted Borrowed: the pitch of the voiced frames, ascending
 * @param[out] out  Shape (YH_N_TEMPI), all finite */
void yh_tempo(const struct yh_track_frame *f, size_t n, const float *f0_sorted,
	      size_t n_voiced, float *out);

#endif
