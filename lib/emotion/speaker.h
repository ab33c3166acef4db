/**
 * @file speaker.h  What is known of a speaker, and the emotion of what they say
 *                  in the light of it. Pure.
 *
 * A voice is high or low, dark or bright before it is angry. Features are
 * taken relative to the mean and spread of the speaker; what of it is not known
 * yet is filled from people in general, as if `prior` utterances of them had
 * been heard. Utterances count by how rare their likely emotion is
 * among the speaker's, so that somebody who is angry all the time is not taken
 * for calm.
 */
#ifndef YH_EMOTION_SPEAKER_H
#define YH_EMOTION_SPEAKER_H

#include "emotion/emotion.h"

enum { YH_SPEAKER_PRIOR = 2 }; /**< When many utterances are at hand */

/** Zeroed but for `prior`: nothing is known. */
struct yh_speaker {
	double prior;		     /**< [utterances], > 0 */
	double n;		     /**< Sum of weights */
	double sum[YH_FEATURES];     /**< Weighted */
	double squares[YH_FEATURES]; /**< Weighted */
	double likely[YH_EMOTIONS];  /**< Sums of probabilities */
};

/** Learn from an utterance, weighted by what was counted so far.
 * @param row Borrowed, as from yh_features() */
void yh_speaker_add(struct yh_speaker *s, const struct yh_emotion_model *model,
		    const float *row, const float *p);
/** Normalise. @param s Borrowed, NULL = a stranger
 * @param[out] out Shape (YH_FEATURES), within -4..4 */
void yh_speaker_normalise(const struct yh_speaker *s,
			  const struct yh_emotion_model *model,
			  const float *row, float *out);
/** Judge one utterance. @param s NULL = a stranger
 * @param[out] p Shape (YH_EMOTIONS), sums to 1 */
void yh_speaker_judge(const struct yh_speaker *s,
		      const struct yh_emotion_model *model, const float *row,
		      float *p);
/** All utterances of one speaker at once, of mixed emotions.
 * @param rows Borrowed, shape (n, YH_FEATURES)
 * @param[out] p Shape (n, YH_EMOTIONS)
 * @return 0, -ENOMEM */
int yh_speaker_judge_all(const struct yh_emotion_model *model,
			 const float *rows, size_t n, float *p);

#endif
