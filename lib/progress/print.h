/**
 * @file print.h  The fingerprint of a recording: 16 bits each 20 ms.
 *
 * Pure. A bit is the sign of how the difference of two neighbouring bands'
 * levels has changed in time. So neither the level nor the line's frequency
 * response matters, and noise and codecs turn few bits over. It knows a
 * recording again, not a text: another voice has another fingerprint.
 *
 * Source: J. Haitsma, T. Kalker, "A Highly Robust Audio Fingerprinting System",
 * ISMIR 2002, whose bands (300 Hz up) suit the telephone. Changed for it: 17
 * bands up to 3400 Hz, log levels smoothed over 100 ms in place of a 370 ms
 * window, and a step of one RTP frame; so that a frame costs one FFT. Chosen
 * over landmarks (Wang, ISMIR 2003), which need more than two seconds, and over
 * MFCC with DTW, which costs much more for each recording of the library.
 */
#ifndef YH_PROGRESS_PRINT_H
#define YH_PROGRESS_PRINT_H

#include <stdbool.h>
#include <stdint.h>

enum {
	YH_PRINT_BANDS = 17,
	YH_PRINT_SMOOTH = 5, /**< Frames in a smoothed level */
	YH_PRINT_LAG = 4,    /**< Frames between the two that are compared */
	YH_PRINT_PAST = YH_PRINT_SMOOTH + YH_PRINT_LAG,
	/** The bits of a frame are those of the sound so long before [frames]
	 */
	YH_PRINT_DELAY = YH_PRINT_SMOOTH / 2,
};

struct yh_print {
	float pcm[256]; /**< The newest samples, oldest first */
	float level[YH_PRINT_PAST][YH_PRINT_BANDS]; /**< Ring, natural log */
	bool loud[YH_PRINT_PAST];
	uint32_t n; /**< Frames pushed */
	/** How much the bands have changed in YH_PRINT_LAG frames: the mean of
	 * |difference| [nepers of power] */
	float change;
};

/** Zeroed before the first frame.
 * @param pcm  Borrowed, shape (160), full scale 32768
 * @param loud Is it above the line's silence?
 * @param[out] bits Of the sound YH_PRINT_DELAY frames ago
 * @return Do the bits say anything? Not in silence, nor at the beginning */
bool yh_print_push(struct yh_print *p, const float *pcm, bool loud,
		   uint16_t *bits);

#endif
