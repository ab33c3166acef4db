/**
 * @file upsample.h  8000 Hz to 16000 Hz, as it comes. Pure.
 *
 * Half-band interpolation: the samples stay, those between are a windowed sinc
 * of the eight on either side. Source: Crochiere & Rabiner, "Multirate Digital
 * Signal Processing" (1983), section 4.3; Hann window.
 */
#ifndef ASR_UPSAMPLE_H
#define ASR_UPSAMPLE_H

#include <stddef.h>
#include <stdint.h>

enum { ASR_UP_TAPS = 16 };

/** All zeros at the beginning. */
struct asr_upsample {
	int16_t past[ASR_UP_TAPS]; /**< The last samples, oldest first */
};

/** @param in Borrowed, shape (n), 8000 Hz
 * @param out Shape (2 n), 16000 Hz; late by 8 input samples (1 ms) */
void asr_upsample(struct asr_upsample *u, const int16_t *in, size_t n,
		  int16_t *out);

#endif
