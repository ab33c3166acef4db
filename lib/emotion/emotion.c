/** @file emotion.c  The model, contract in emotion.h */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "emotion/dot.h"
#include "emotion/emotion.h"

static const char *const NAMES[YH_EMOTIONS] = {"calm", "happy", "angry", "sad"};
static const char MAGIC[] = "yinhu-emotion 1";

const char *yh_emotion_name(int emotion)
{
	return emotion >= 0 && emotion < YH_EMOTIONS ? NAMES[emotion] : NULL;
}

int yh_emotion_of(const char *name)
{
	for (int i = 0; i < YH_EMOTIONS; i++)
		if (!strcmp(name, NAMES[i]))
			return i;

	return -ENOENT;
}

/* ---- the file: magic, scale, shares, biases, then a row a feature: name,
 * mean, sd, calm, spread, weights ---- */

static void put(FILE *f, const char *name, const float *v, size_t n)
{
	fputs(name, f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, " %.7g", (double)v[i]);
	fputc('\n', f);
}

int yh_emotion_save(const struct yh_emotion_model *model, const char *path)
{
	FILE *f = fopen(path, "w");
	int failed;

	if (!f)
		return -errno;
	fprintf(f, "%s\n", MAGIC);
	put(f, "scale", &model->scale, 1);
	put(f, "share", model->share, YH_EMOTIONS);
	put(f, "bias", model->bias, YH_EMOTION_PAIRS);
	for (unsigned i = 0; i < YH_FEATURES; i++) {
		float row[4 + YH_EMOTION_PAIRS] = {model->mean[i], model->sd[i],
						   model->calm[i],
						   model->spread[i]};
		char name[32];

		yh_feature_name(i, name);
		for (int k = 0; k < YH_EMOTION_PAIRS; k++)
			row[4 + k] = model->weight[k][i];
		put(f, name, row, YH_ARRAY_LEN(row));
	}
	failed = ferror(f);

	return fclose(f) || failed ? -EIO : 0;
}

/* @return 0, -EINVAL: another name, or not n finite numbers */
static int get(FILE *f, const char *name, float *v, size_t n)
{
	char line[512], *p = line;
	size_t len = strlen(name);

	if (!fgets(line, sizeof(line), f) || strncmp(line, name, len) != 0 ||
	    (line[len] != ' ' && line[len] != '\n'))
		return -EINVAL;
	p += len;
	for (size_t i = 0; i < n; i++) {
		char *end;

		v[i] = strtof(p, &end);
		if (end == p || !isfinite(v[i]))
			return -EINVAL;
		p = end;
	}

	return p[strspn(p, " \r\n")] ? -EINVAL : 0;
}

static int read_model(FILE *f, struct yh_emotion_model *m, char *error,
		      size_t size)
{
	char name[32] = "scale";
	int err = 0;

	if (get(f, MAGIC, NULL, 0)) {
		snprintf(error, size, "not a model of emotions, version 1");
		return -EINVAL;
	}
	if (get(f, "scale", &m->scale, 1) ||
	    get(f, "share", m->share, YH_EMOTIONS) ||
	    get(f, "bias", m->bias, YH_EMOTION_PAIRS))
		err = -EINVAL;
	for (unsigned i = 0; i < YH_FEATURES && !err; i++) {
		float row[4 + YH_EMOTION_PAIRS];

		yh_feature_name(i, name);
		err = get(f, name, row, YH_ARRAY_LEN(row));
		if (err || row[1] <= 0 || row[3] <= 0) {
			err = -EINVAL;
			break;
		}
		m->mean[i] = row[0];
		m->sd[i] = row[1];
		m->calm[i] = row[2];
		m->spread[i] = row[3];
		for (int k = 0; k < YH_EMOTION_PAIRS; k++)
			m->weight[k][i] = row[4 + k];
	}
	if (err)
		snprintf(error, size,
			 "broken near \"%s\"; train the model again", name);

	return err;
}

int yh_emotion_load(struct yh_emotion_model *model, const char *path,
		    char *error, size_t size)
{
	struct yh_emotion_model *m = yh_zalloc(sizeof(*m));
	FILE *f = m ? fopen(path, "r") : NULL;
	char why[128] = "cannot be read";
	int err = -ENOENT;

	if (f) {
		err = read_model(f, m, why, sizeof(why));
		fclose(f);
	}
	if (err)
		snprintf(error, size, "%s: %s", path, why);
	else
		*model = *m;
	yh_free(m);

	return err;
}

/* ---- verdicts ---- */

void yh_emotion_pairs(const struct yh_emotion_model *model, const float *row,
		      float *pair)
{
	for (int k = 0; k < YH_EMOTION_PAIRS; k++)
		pair[k] = yh_dot(model->weight[k], row, YH_FEATURES) +
			  model->bias[k];
}

void yh_emotion_couple(const float *pair, float scale, float *p)
{
	float against[YH_EMOTIONS] = {0}, sum = 0;
	int k = 0;

	for (int a = 0; a < YH_EMOTIONS; a++) {
		for (int b = a + 1; b < YH_EMOTIONS; b++) {
			/* 1 / P(a | a or b), within what a float holds */
			float odds = fminf(fmaxf(pair[k++] * scale, -20), 20);

			against[a] += 1 + expf(-odds);
			against[b] += 1 + expf(odds);
		}
	}
	for (int a = 0; a < YH_EMOTIONS; a++) {
		p[a] = 1 / (against[a] - (YH_EMOTIONS - 2));
		sum += p[a];
	}
	for (int a = 0; a < YH_EMOTIONS; a++)
		p[a] /= sum;
}

enum yh_emotion yh_emotion_likeliest(const float *p)
{
	int best = 0;

	for (int i = 1; i < YH_EMOTIONS; i++)
		if (p[i] > p[best])
			best = i;

	return (enum yh_emotion)best;
}
