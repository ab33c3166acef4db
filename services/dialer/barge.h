/**
 * @file barge.h  Does the callee mean to interrupt?
 *
 * Pluggable detectors, asked while a prompt plays and the voice activity
 * detector hears something, 20 ms at a time:
 *
 *   energy    whatever is voiced for barge_ms
 *   sentence  what sounds like the beginning of a sentence, by 120 to 200 ms:
 *             not a hum (嗯, 哦), a cough, music or a ringing tone
 *
 * Pure: time advances by frames. A frame costs about 20 us in `sentence`, and
 * only such frames are looked at.
 *
 * Source: mel cepstra (Davis and Mermelstein 1980), their change, level, zero
 * crossings and pitch, weighed by logistic regression (liblinear); trained by
 * `yinhuctl train barge`, figures in docs/media.md.
 */
#ifndef DIAL_BARGE_H
#define DIAL_BARGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/vad.h"

enum {
	DIAL_BARGE_WINDOW = 10, /**< Frames that are judged: 200 ms */
	DIAL_BARGE_MIN = 6,	/**< Fewer are not judged */
	DIAL_BARGE_FRAME = 17,	/**< Values of a frame */
	DIAL_BARGE_FEATURES = 3 * DIAL_BARGE_FRAME + 1, /**< Of a window */
	DIAL_BARGE_SOFT = 5,  /**< So many may lie before the VAD's onset */
	DIAL_BARGE_TAIL = 96, /**< Samples of the frame before */
};

/** A spurt that is going on. */
struct dial_barge {
	unsigned n; /**< Frames pushed since it began */
	float frames[DIAL_BARGE_WINDOW][DIAL_BARGE_FRAME]; /**< A ring */
	float tail[DIAL_BARGE_TAIL];
};

/** A detector. */
struct dial_barge_ops {
	const char *name;
	/** A frame of the spurt. @param alaw Borrowed, shape (160)
	 * @param vad Borrowed, after the push @param ms Voice that is needed
	 * @return Is it meant? */
	bool (*push)(struct dial_barge *b, const uint8_t *alaw,
		     const struct yh_vad *vad, uint32_t ms);
};

/** A spurt begins: zeroes it. */
void dial_barge_begin(struct dial_barge *b);
/** Hear what was soft just before the spurt, back to where the line was quiet.
 * @param before Borrowed, shape (n)(160), the last frame first
 * @param n Frames [0..DIAL_BARGE_SOFT] */
void dial_barge_recall(struct dial_barge *b, const uint8_t *const *before,
		       unsigned n, const struct yh_vad *vad);
/** By its name. @return Static; NULL: there is none */
const struct dial_barge_ops *dial_barge_find(const char *name);

/** For training: take note of a frame. @param alaw Borrowed, shape (160) */
void dial_barge_note(struct dial_barge *b, const uint8_t *alaw,
		     const struct yh_vad *vad);
/** For training: the window's values.
 * @return false: too few frames for a judgement */
bool dial_barge_features(const struct dial_barge *b,
			 float out[DIAL_BARGE_FEATURES]);

#endif
