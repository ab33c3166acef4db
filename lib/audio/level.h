/**
 * @file level.h  How loud somebody speaks: the active speech level.
 *
 * The mean power while speech is there: its envelope (two averages of 30 ms
 * after each other) is within 15.9 dB of that power, or was at most 200 ms ago.
 * So pauses do not make a prompt quieter than it is.
 *
 * Pure. Source: ITU-T P.56 (12/2011), method B; as in sv56 of ITU-T G.191,
 * interpolated linearly between its thresholds; the envelope is compared with
 * them every millisecond.
 */
#ifndef YH_LEVEL_H
#define YH_LEVEL_H

#include <stddef.h>

/** What stands for no speech at all [dBov]. */
#define YH_LEVEL_NONE (-100.0f)

/** Measure. @param x Borrowed, shape (n), 8000 Hz, full scale 32768
 * @param activity Share of the time that is speech [0..1]; may be NULL
 * @return Active speech level [dBov]; YH_LEVEL_NONE for silence */
float yh_speech_level(const float *x, size_t n, float *activity);

#endif
