/** @file acoustics.c  Statistics of an utterance, contract in acoustics.h */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "emotion/acoustics.h"
#include "emotion/tempo.h"

enum { MIN_VOICED = 20, NEAR = 5, FAR = 20 /* frames: 50, 200 ms */ };
static const float LOUD_DB = -5; /* relative to the loudest tenth */

static const char *const STATISTIC_NAMES[] = {
#define STATISTIC(name) #name,
	YH_STATISTICS(STATISTIC)
#undef STATISTIC
};

static const struct {
	const char *name;
	char frames;
} TRACKS[] = {
#define TRACK(name, frames) {#name, frames},
	YH_TRACKS(TRACK)
#undef TRACK
};

static const char *const TEMPO_NAMES[] = {
#define TEMPO(name) #name,
	YH_TEMPI(TEMPO)
#undef TEMPO
};

_Static_assert(YH_ARRAY_LEN(STATISTIC_NAMES) == YH_STATISTICS_A_TRACK, "");
_Static_assert(YH_ARRAY_LEN(TEMPO_NAMES) == YH_N_TEMPI, "");

void yh_feature_name(unsigned i, char name[32])
{
	unsigned track = i / YH_STATISTICS_A_TRACK;

	if (track < YH_N_TRACKS)
		snprintf(name, 32, "%s.%s", TRACKS[track].name,
			 STATISTIC_NAMES[i % YH_STATISTICS_A_TRACK]);
	else
		snprintf(name, 32, "%s",
			 TEMPO_NAMES[i - YH_N_TRACKS * YH_STATISTICS_A_TRACK]);
}

/* ---- statistics of a track ---- */

/* The values of a track on the frames that count. */
struct series {
	float *v, *sorted; /* shape (n) */
	uint32_t *at;	   /* the frame of each */
	bool *loud;	   /* in the frames near the loudest */
	size_t n;
};

static void collect(struct series *s, const struct yh_track_frame *f, size_t n,
		    unsigned track)
{
	bool voiced_only = TRACKS[track].frames == 'v';

	s->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (voiced_only ? !f[i].voiced : !f[i].spoken)
			continue;
		s->at[s->n] = i;
		s->loud[s->n] = f[i].v[YH_TRACK_energy] > LOUD_DB;
		s->v[s->n++] = f[i].v[track];
	}
	memcpy(s->sorted, s->v, s->n * sizeof(*s->v));
	yh_sort_floats(s->sorted, s->n);
}

static void spread(const struct series *s, float *mean, float *sd)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += s->v[i];
	sum /= (double)s->n;
	for (size_t i = 0; i < s->n; i++)
		squares += (s->v[i] - sum) * (s->v[i] - sum);
	*mean = (float)sum;
	*sd = (float)sqrt(squares / (double)s->n);
}

static float trend(const struct series *s, float mean)
{
	double middle = 0, xy = 0, xx = 1e-9;

	for (size_t i = 0; i < s->n; i++)
		middle += s->at[i];
	middle /= (double)s->n;
	for (size_t i = 0; i < s->n; i++) {
		double x = (s->at[i] - middle) / YH_FRAMES_A_SECOND;

		xy += x * (s->v[i] - mean);
		xx += x * x;
	}

	return (float)(xy / xx);
}

/* Mean of the size of the steps from a frame to the next. */
static float change(const struct series *s)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 1; i < s->n; i++) {
		if (s->at[i] != s->at[i - 1] + 1)
			continue;
		sum += fabsf(s->v[i] - s->v[i - 1]);
		n++;
	}

	return n ? (float)(sum / (double)n) : 0;
}

static float change_sd(const struct series *s, uint32_t far)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 1, k = 0; i < s->n; i++) {
		float d;

		while (s->at[k] + far < s->at[i])
			k++;
		if (s->at[k] + far != s->at[i])
			continue;
		d = s->v[i] - s->v[k];
		sum += d * d;
		n++;
	}

	return n ? (float)sqrt(sum / (double)n) : 0;
}

static float stress(const struct series *s, float mean)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->loud[i]) {
			sum += s->v[i];
			n++;
		}
	}

	return n ? (float)(sum / (double)n) - mean : 0;
}

static void statistics(const struct series *s, float *out)
{
	float mean, sd;

	spread(s, &mean, &sd);
	out[0] = mean;
	out[1] = sd;
	out[2] = yh_percentile(s->sorted, s->n, 0.1f);
	out[3] = yh_percentile(s->sorted, s->n, 0.5f);
	out[4] = yh_percentile(s->sorted, s->n, 0.9f);
	out[5] = out[4] - out[2];
	out[6] = trend(s, mean);
	out[7] = change(s);
	out[8] = change_sd(s, NEAR);
	out[9] = change_sd(s, FAR);
	out[10] = stress(s, mean);
}

static int describe(const struct yh_track_frame *f, size_t n, float *out)
{
	struct series s = {.v = yh_calloc(n, sizeof(float)),
			   .sorted = yh_calloc(n, sizeof(float)),
			   .at = yh_calloc(n, sizeof(uint32_t)),
			   .loud = yh_calloc(n, sizeof(bool))};
	int err = s.v && s.sorted && s.at && s.loud ? 0 : -ENOMEM;

	for (unsigned t = 0; t < YH_N_TRACKS && !err; t++) {
		collect(&s, f, n, t);
		if (s.n < MIN_VOICED)
			err = -ENODATA;
		else
			statistics(&s, out + t * YH_STATISTICS_A_TRACK);
		if (!err && t == YH_TRACK_f0)
			yh_tempo(f, n, s.sorted, s.n,
				 out + YH_N_TRACKS * YH_STATISTICS_A_TRACK);
	}
	yh_free(s.v);
	yh_free(s.sorted);
	yh_free(s.at);
	yh_free(s.loud);

	return err;
}

int yh_features(const int16_t *pcm, size_t n, float *out)
{
	size_t frames = yh_tracks_frames(n);
	float row[YH_FEATURES];
	struct yh_track_frame *f;
	int err;

	if (frames < MIN_VOICED)
		return -ENODATA;
	f = yh_calloc(frames, sizeof(*f));
	if (!f)
		return -ENOMEM;
	err = yh_tracks(pcm, n, f);
	if (!err)
		err = describe(f, frames, row);
	if (!err)
		memcpy(out, row, sizeof(row));
	yh_free(f);

	return err;
}
