/** @file speaker.c  Normalisation to the speaker, contract in speaker.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "emotion/speaker.h"

enum { PASSES = 3 };
static const double KNOWN_SHARES = 2; /* of utterances, before any is heard */
/* A few utterances do not tell how a speaker speaks in general. */
static const double FEW = 32;
static const float FAR = 4;

/* How much an utterance counts: more when its emotion is rare here. */
static double weight(const struct yh_speaker *s,
		     const struct yh_emotion_model *model, const float *p)
{
	double total = KNOWN_SHARES, w = 0;

	for (int e = 0; e < YH_EMOTIONS; e++)
		total += s->likely[e];
	for (int e = 0; e < YH_EMOTIONS; e++) {
		double share = model->share[e];
		double here = (s->likely[e] + KNOWN_SHARES * share) / total;

		w += p[e] * share / here;
	}

	return w;
}

static void count(struct yh_speaker *s, const float *p)
{
	for (int e = 0; e < YH_EMOTIONS; e++)
		s->likely[e] += p[e];
}

void yh_speaker_add(struct yh_speaker *s, const struct yh_emotion_model *model,
		    const float *row, const float *p)
{
	double w = weight(s, model, p);

	s->n += w;
	for (unsigned i = 0; i < YH_FEATURES; i++) {
		/* relative to people in general, for the sake of precision */
		double v = row[i] - model->mean[i];

		s->sum[i] += w * v;
		s->squares[i] += w * v * v;
	}
}

void yh_speaker_normalise(const struct yh_speaker *s,
			  const struct yh_emotion_model *model,
			  const float *row, float *out)
{
	static const struct yh_speaker STRANGER = {.prior = 1};
	double n;

	if (!s)
		s = &STRANGER;
	n = s->n + s->prior;
	for (unsigned i = 0; i < YH_FEATURES; i++) {
		double sd = model->sd[i], mean = s->sum[i] / n;
		double own = s->n > 0 ? s->sum[i] * s->sum[i] / s->n : 0;
		double square =
			s->prior * sd * sd + fmax(s->squares[i] - own, 0);
		double spread = sqrt(square / (s->prior + fmax(s->n - 1, 0)));
		double z = (row[i] - model->mean[i] - mean) / spread;

		out[i] = fminf(fmaxf((float)z, -FAR), FAR);
	}
}

void yh_speaker_judge(const struct yh_speaker *s,
		      const struct yh_emotion_model *model, const float *row,
		      float *p)
{
	float z[YH_FEATURES], pair[YH_EMOTION_PAIRS];

	yh_speaker_normalise(s, model, row, z);
	yh_emotion_pairs(model, z, pair);
	yh_emotion_couple(pair, model->scale, p);
}

int yh_speaker_judge_all(const struct yh_emotion_model *model,
			 const float *rows, size_t n, float *p)
{
	struct yh_speaker *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		memcpy(p + i * YH_EMOTIONS, model->share, sizeof(model->share));
	for (int pass = 0; pass < PASSES; pass++) {
		*s = (struct yh_speaker){.prior = YH_SPEAKER_PRIOR +
						  FEW / (double)n};
		for (size_t i = 0; i < n; i++)
			count(s, p + i * YH_EMOTIONS);
		for (size_t i = 0; i < n; i++)
			yh_speaker_add(s, model, rows + i * YH_FEATURES,
				       p + i * YH_EMOTIONS);
		for (size_t i = 0; i < n; i++)
			yh_speaker_judge(s, model, rows + i * YH_FEATURES,
					 p + i * YH_EMOTIONS);
	}
	yh_free(s);

	return 0;
}
