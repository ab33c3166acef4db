/**
 * @file resample.h  From one rate to another, any ratio.
 *
 * The signal between its samples is a sum of sinc functions under a Hann
 * window, sixteen zero crossings to each side, looked up in a table with linear
 * interpolation. What lies above 95 % of the lower rate's half is cut away.
 *
 * Pure; thread-safe. Source: Smith, "Digital Audio Resampling", 2002.
 */
#ifndef YH_RESAMPLE_H
#define YH_RESAMPLE_H

#include <stddef.h>

/** Samples that n ones become. @param from_hz, to_hz [Hz, 4000..192000] */
size_t yh_resampled(size_t n, unsigned from_hz, unsigned to_hz);
/** Change the rate.
 * @param in  Borrowed, shape (n), any scale
 * @param out Shape (yh_resampled(n, ...)), same scale; not `in`. It may reach a
 * little over the range of `in`: clip before rounding */
void yh_resample(const float *in, size_t n, unsigned from_hz, unsigned to_hz,
		 float *out);

#endif
