/**
 * @file emotion.h  How somebody sounds: calm, happy, angry or sad.
 *
 * Pure but for reading and writing the model. Linear support vector machines,
 * one a pair of emotions, over features (acoustics.h) that are normalised to
 * the speaker as far as the speaker is known (speaker.h). Their votes are
 * coupled to probabilities.
 *
 * What it was trained on, and what that is worth, stands in model/README.md.
 *
 * Source: Platt 1999 (probabilities of SVMs, here with one scale for all);
 * Price et al. 1995 (coupling of pairs).
 */
#ifndef YH_EMOTION_H
#define YH_EMOTION_H

#include <stddef.h>
#include <stdint.h>

#include "emotion/acoustics.h"

enum yh_emotion { YH_CALM, YH_HAPPY, YH_ANGRY, YH_SAD, YH_EMOTIONS };

enum { YH_EMOTION_PAIRS = YH_EMOTIONS * (YH_EMOTIONS - 1) / 2 };

struct yh_emotion_model {
	float mean[YH_FEATURES]; /**< Of people in general */
	float sd[YH_FEATURES];	 /**< > 0 */
	/** Of calm utterances, normalised to their speaker: mean. */
	float calm[YH_FEATURES];
	/** Of one person's utterances: sd, > 0. */
	float spread[YH_FEATURES];
	/** Pairs in the order calm-happy, calm-angry, calm-sad, happy-angry,
	 * happy-sad, angry-sad; above 0 speaks for the first. */
	float weight[YH_EMOTION_PAIRS][YH_FEATURES];
	float bias[YH_EMOTION_PAIRS];
	float scale;		  /**< Of a machine's verdict to log-odds */
	float share[YH_EMOTIONS]; /**< Of the emotions in training [0..1] */
};

/** "calm", "happy", "angry", "sad". @return Static text, NULL = no such */
const char *yh_emotion_name(int emotion);
/** @return enum yh_emotion, -ENOENT */
int yh_emotion_of(const char *name);

/** @param[out] error Receives what is wrong with the file (size bytes)
 * @return 0, -ENOENT, -EINVAL (not a model, or one of other features) */
int yh_emotion_load(struct yh_emotion_model *model, const char *path,
		    char *error, size_t size);
/** Text: a row a feature. @return 0, -errno */
int yh_emotion_save(const struct yh_emotion_model *model, const char *path);

/** The machines' verdicts. @param row Normalised, shape (YH_FEATURES)
 * @param[out] pair Shape (YH_EMOTION_PAIRS), not scaled */
void yh_emotion_pairs(const struct yh_emotion_model *model, const float *row,
		      float *pair);
/** Couple verdicts. @param[out] p Shape (YH_EMOTIONS), sums to 1 */
void yh_emotion_couple(const float *pair, float scale, float *p);
/** The likeliest. @param p Borrowed, shape (YH_EMOTIONS) */
enum yh_emotion yh_emotion_likeliest(const float *p);

#endif
