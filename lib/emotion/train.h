/**
 * @file train.h  Training of the model of emotions. Pure; blocks for seconds.
 *
 * The price of an error (C) and the scale of the verdicts are chosen by
 * cross-validation that leaves a speaker out at a time, by the likelihood of
 * the truth. Nothing else is chosen. Reproducible.
 *
 * Source: LIBLINEAR (Fan et al. 2008), L1-loss SVM, dual.
 */
#ifndef YH_EMOTION_TRAIN_H
#define YH_EMOTION_TRAIN_H

#include "emotion/emotion.h"

struct yh_emotion_case {
	float row[YH_FEATURES];
	unsigned speaker; /**< A number for each */
	/** 0 = as recorded, others = changed copies (augment.h); a speaker's
	 * cases are normalised variant by variant, and only those of variant 0
	 * are tested on. */
	unsigned variant;
	enum yh_emotion label;
};

/** Train.
 * @param cases Borrowed, shape (n)
 * @return 0; -EINVAL: under 3 speakers, or an emotion that fewer than two of
 * them have; -ENOMEM */
int yh_emotion_train(struct yh_emotion_model *model,
		     const struct yh_emotion_case *cases, size_t n);

#endif
