#include "emotion_set.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/wav_read.h"
#include "base/mem.h"
#include "emotion/augment.h"
#include "tsv.h"

enum { FIRST_CASES = 256 };

struct reading {
	struct yc_emotion_set *set;
	const char *tsv;
	unsigned variants;
};

static struct yh_emotion_case *new_case(struct yc_emotion_set *s)
{
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : FIRST_CASES;
		struct yh_emotion_case *grown =
			yh_realloc(s->cases, cap * sizeof(*grown));

		if (!grown)
			return NULL;
		s->cases = grown;
		s->cap = cap;
	}

	return &s->cases[s->n];
}

static int speaker_of(struct yc_emotion_set *s, const char *name)
{
	char **grown;

	for (unsigned i = 0; i < s->n_speakers; i++)
		if (!strcmp(s->speakers[i], name))
			return (int)i;
	grown = yh_realloc(s->speakers, (s->n_speakers + 1) * sizeof(char *));
	if (!grown)
		return -ENOMEM;
	s->speakers = grown;
	grown[s->n_speakers] = yh_strdup(name);
	if (!grown[s->n_speakers])
		return -ENOMEM;

	return (int)s->n_speakers++;
}

/* @return 0, -ENODATA (no voice in it), -ENOMEM */
static int add(struct reading *r, const int16_t *pcm, size_t n, int speaker,
	       int label, unsigned variant)
{
	struct yh_emotion_case *c = new_case(r->set);
	int16_t *changed = yh_calloc(n + 1, sizeof(*changed));
	int err = c && changed ? 0 : -ENOMEM;

	if (!err) {
		yh_augment(variant, pcm, n, changed);
		err = yh_features(changed, n, c->row);
	}
	if (!err) {
		c->speaker = (unsigned)speaker;
		c->label = (enum yh_emotion)label;
		c->variant = variant;
		r->set->n++;
	}
	yh_free(changed);

	return err;
}

static int add_recording(char **field, void *arg)
{
	struct reading *r = arg;
	int label = yh_emotion_of(field[2]);
	int speaker = speaker_of(r->set, field[1]), err;
	char path[4096];
	int16_t *pcm = NULL;
	unsigned v = 0;
	size_t n = 0;

	if (label < 0) {
		fprintf(stderr,
			"%s: label \"%s\" is none of calm, happy, angry, sad\n",
			r->tsv, field[2]);
		return -EINVAL;
	}
	yc_tsv_beside(r->tsv, field[0], path, sizeof(path));
	err = speaker < 0 ? speaker : yh_wav_read(path, &pcm, &n);
	if (err) {
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
		return -EINVAL;
	}
	while (!err && v < r->variants) {
		err = add(r, pcm, n, speaker, label, v);
		v += !err;
	}
	yh_free(pcm);
	if (err != -ENODATA)
		return err;
	if (!v)
		r->set->silent[label]++;

	return 0;
}

int yc_emotion_set_read(struct yc_emotion_set *set, const char *tsv,
			unsigned variants)
{
	struct reading r = {.set = set, .tsv = tsv, .variants = variants};

	return yc_tsv_read(tsv, 3, add_recording, &r);
}

void yc_emotion_set_clear(struct yc_emotion_set *set)
{
	for (unsigned i = 0; i < set->n_speakers; i++)
		yh_free(set->speakers[i]);
	yh_free(set->speakers);
	yh_free(set->cases);
	*set = (struct yc_emotion_set){0};
}
