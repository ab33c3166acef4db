/** @file caller.c  Emotion in a call, contract in caller.h */
#include <math.h>

#include "emotion/caller.h"

static const float FAR = 4;
/* Of utterances in calls; rather too few than too many, but so many that no
 * calm utterance at hand is taken for another emotion (model/README.md). */
static const float CALM_SHARE = 0.5f;
/* What is never calm must become the caller's nature in the end. */
static const double LEAST = 0.1;

static void learn(struct yh_caller *c, const float *row, double weight)
{
	c->n += weight;
	for (unsigned i = 0; i < YH_FEATURES; i++)
		c->sum[i] += weight * row[i];
}

/* Distance from the caller's calm, as the training would see it. The mean of n
 * utterances is itself uncertain by 1 / n of their variance. */
static void normalise(const struct yh_caller *c,
		      const struct yh_emotion_model *model, const float *row,
		      float *z)
{
	double trust = sqrt(c->n / (c->n + 1));

	for (unsigned i = 0; i < YH_FEATURES; i++) {
		double d = (row[i] - c->sum[i] / c->n) / model->spread[i];

		z[i] = (float)fmin(fmax(d * trust, -FAR), FAR) + model->calm[i];
	}
}

void yh_caller_usual(float *p)
{
	for (int e = 0; e < YH_EMOTIONS; e++)
		p[e] = e == YH_CALM ? CALM_SHARE
				    : (1 - CALM_SHARE) / (YH_EMOTIONS - 1);
}

/* From the shares of the training to those of calls. Source: Saerens,
 * Latinne, Decaestecker 2002, "Adjusting the outputs of a classifier". */
static void shift(const struct yh_emotion_model *model, float *p)
{
	float usual[YH_EMOTIONS], sum = 0;

	yh_caller_usual(usual);
	for (int e = 0; e < YH_EMOTIONS; e++) {
		p[e] *= usual[e] / fmaxf(model->share[e], 1e-3f);
		sum += p[e];
	}
	for (int e = 0; e < YH_EMOTIONS; e++)
		p[e] /= sum;
}

bool yh_caller_hear(struct yh_caller *c, const struct yh_emotion_model *model,
		    const float *row, float *p)
{
	float z[YH_FEATURES], pair[YH_EMOTION_PAIRS];

	if (c->n <= 0) {
		yh_caller_usual(p);
		learn(c, row, 1);
		return false;
	}
	normalise(c, model, row, z);
	yh_emotion_pairs(model, z, pair);
	yh_emotion_couple(pair, model->scale, p);
	shift(model, p);
	learn(c, row, fmax(p[YH_CALM], LEAST));

	return true;
}
