/**
 * @file formant.h  Resonances of the vocal tract. Pure.
 *
 * Source: linear prediction of order 10 by Levinson and Durbin's recursion on
 * the pre-emphasised frame; formants are the envelope's peaks (Markel & Gray,
 * "Linear Prediction of Speech", 1976).
 */
#ifndef YH_EMOTION_FORMANT_H
#define YH_EMOTION_FORMANT_H

/** First and second formant of a frame of YH_SPEC_SAMPLES.
 * @param pcm Borrowed
 * @param[out] hz Shape (2), [200..3700]; where the envelope has no peak, 500
 * and 1500 */
void yh_formants(const float *pcm, float *hz);

#endif
