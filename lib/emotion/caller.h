/**
 * @file caller.h  The emotion of a call's utterances, as they come. Pure.
 *
 * Of a stranger, nobody can tell whether the voice is bright or the mood, and
 * lines, languages and people differ from those of the training. So a caller is
 * compared with nobody but themselves: the first utterance with voice counts as
 * calm, later ones are taken relative to those that sounded calm, the less so
 * the fewer there are. Emotions other than calm are taken for as rare as they
 * are in calls, not as in training.
 */
#ifndef YH_EMOTION_CALLER_H
#define YH_EMOTION_CALLER_H

#include <stdbool.h>

#include "emotion/emotion.h"

/** Zeroed: nothing was heard. */
struct yh_caller {
	double n;		 /**< Sum of the weights */
	double sum[YH_FEATURES]; /**< Weighted by how calm it sounded */
};

/** What is usual in calls. @param[out] p Shape (YH_EMOTIONS), sums to 1 */
void yh_caller_usual(float *p);
/** Judge an utterance, then learn from it.
 * @param row Borrowed, as from yh_features()
 * @param[out] p Shape (YH_EMOTIONS), sums to 1
 * @return false: the first one, p is what is usual */
bool yh_caller_hear(struct yh_caller *c, const struct yh_emotion_model *model,
		    const float *row, float *p);

#endif
