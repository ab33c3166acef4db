/**
 * @file acoustics.h  An utterance as one row of numbers. Pure.
 *
 * Statistics of the tracks (tracks.h) over the utterance, and its tempo. No
 * feature depends on the level of the line. Reproducible: the same samples
 * give the same row.
 */
#ifndef YH_EMOTION_ACOUSTICS_H
#define YH_EMOTION_ACOUSTICS_H

#include <stddef.h>
#include <stdint.h>

#include "emotion/tracks.h"

/* Of a track's values over the frames that count. */
#define YH_STATISTICS(STATISTIC)                                               \
	STATISTIC(mean)                                                        \
	STATISTIC(sd)                                                          \
	STATISTIC(p10)                                                         \
	STATISTIC(p50)                                                         \
	STATISTIC(p90)                                                         \
	STATISTIC(range)     /* p90 - p10 */                                   \
	STATISTIC(trend)     /* least squares, per second */                   \
	STATISTIC(change)    /* mean of |difference of neighbours| */          \
	STATISTIC(change_sd) /* rms of the differences over 50 ms */           \
	STATISTIC(slow_sd)   /* rms of the differences over 200 ms */          \
	STATISTIC(stress)    /* mean of the loud frames - mean */

/* Of the utterance. */
#define YH_TEMPI(TEMPO)                                                        \
	TEMPO(voiced_ratio)                                                    \
	TEMPO(spoken_ratio)                                                    \
	TEMPO(voiced_rate) /* voiced stretches a second */                     \
	TEMPO(voiced_mean) /* length of a voiced stretch [s] */                \
	TEMPO(voiced_sd)                                                       \
	TEMPO(unvoiced_mean)                                                   \
	TEMPO(unvoiced_sd)                                                     \
	TEMPO(pause_ratio) /* not spoken for 100 ms and more */                \
	TEMPO(pause_rate)                                                      \
	TEMPO(peak_rate) /* peaks of the energy a second: syllables */         \
	TEMPO(rise)	 /* mean rise of the pitch in a stretch */             \
	TEMPO(fall)                                                            \
	TEMPO(f0_span)	/* p95 - p5 of the pitch */                            \
	TEMPO(final_f0) /* last fifth against the whole */

enum {
	YH_STATISTICS_A_TRACK = 11,
	YH_N_TEMPI = 14,
	YH_FEATURES = YH_N_TRACKS * YH_STATISTICS_A_TRACK + YH_N_TEMPI,
};

/** Name of a feature, e.g. "f0.p90". @param i [0..YH_FEATURES)
 * @param[out] name Receives it */
void yh_feature_name(unsigned i, char name[32]);
/** Measure an utterance.
 * @param pcm Borrowed, shape (n), 8000 Hz, full scale 32768
 * @param[out] out Shape (YH_FEATURES), all finite; set on success only
 * @return 0; -ENODATA (no speech in it: under 20 voiced frames), -ENOMEM */
int yh_features(const int16_t *pcm, size_t n, float *out);

#endif
