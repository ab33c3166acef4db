/**
 * @file spectrum.h  Power spectrum and MFCC of one frame. Pure.
 *
 * Source: Cooley & Tukey 1965 (radix 2); Davis & Mermelstein 1980 (MFCC);
 * mel scale of O'Shaughnessy, 2595 log10(1 + f / 700).
 */
#ifndef YH_EMOTION_SPECTRUM_H
#define YH_EMOTION_SPECTRUM_H

#include <stddef.h>

enum {
	YH_SPEC_SAMPLES = 256, /**< A frame: 32 ms at 8000 Hz */
	YH_SPEC_FFT = 512,     /**< Zero-padded */
	YH_SPEC_BINS = 257,    /**< 0..4000 Hz, 15.625 Hz apart */
	YH_SPEC_CEPS = 12,     /**< MFCC 1..12; 0 is the level, left out */
};

/** Make the tables, once a process; thread-safe. */
void yh_spectrum_open(void);
/** Hann window. @param pcm Borrowed, shape (YH_SPEC_SAMPLES) @param[out] out
 * The same shape */
void yh_spectrum_window(const float *pcm, float *out);
/** Power of a short series at one bin. @param x Borrowed, shape (n)
 * @param bin [0..YH_SPEC_BINS) */
float yh_spectrum_at(const float *x, size_t n, size_t bin);
/** Power spectrum under a Hann window.
 * @param pcm Borrowed, shape (YH_SPEC_SAMPLES)
 * @param[out] power Shape (YH_SPEC_BINS), never 0 */
void yh_spectrum_power(const float *pcm, float *power);
/** Mel-frequency cepstrum of 150..3700 Hz, 24 bands, natural log.
 * @param power Borrowed, shape (YH_SPEC_BINS)
 * @param[out] ceps Shape (YH_SPEC_CEPS) */
void yh_spectrum_mfcc(const float *power, float *ceps);

#endif
