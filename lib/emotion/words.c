/** @file words.c  The lexicon, contract in words.h */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "conf/yaml_file.h"
#include "emotion/words.h"

static const float MOST = 3; /* log-odds that words can add to an emotion */

static const cyaml_schema_field_t word_fields[] = {
	CYAML_FIELD_STRING_PTR("text", CYAML_FLAG_POINTER,
			       struct yh_emotion_word, text, 1, 60),
	CYAML_FIELD_STRING_PTR("emotion", CYAML_FLAG_POINTER,
			       struct yh_emotion_word, emotion, 1, 10),
	CYAML_FIELD_FLOAT("weight", CYAML_FLAG_DEFAULT, struct yh_emotion_word,
			  weight),
	CYAML_FIELD_END};

static const cyaml_schema_value_t word = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yh_emotion_word,
			    word_fields),
};

static const cyaml_schema_field_t top_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("words", CYAML_FLAG_POINTER,
				   struct yh_emotion_words, list, n, &word, 0,
				   2000),
	CYAML_FIELD_END};

static const cyaml_schema_value_t top = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yh_emotion_words,
			    top_fields),
};

static const struct yh_emotion_word *
broken(const struct yh_emotion_words *words)
{
	for (unsigned i = 0; i < words->n; i++)
		if (yh_emotion_of(words->list[i].emotion) < 0 ||
		    !(fabsf(words->list[i].weight) <= 5))
			return &words->list[i];

	return NULL;
}

int yh_emotion_words_load(struct yh_emotion_words **out, const char *path,
			  char *error, size_t size)
{
	struct yh_emotion_words *words = NULL;
	const struct yh_emotion_word *bad;
	int err = yh_yaml_load(path, &top, (void **)&words, error, size);

	if (err)
		return err;
	bad = broken(words);
	if (bad) {
		snprintf(error, size,
			 "%s: \"%s\": emotion is one of calm, happy, angry, "
			 "sad; weight from -5 to 5",
			 path, bad->text);
		yh_emotion_words_destroy(words);
		return YH_ERR_BAD_CONFIG;
	}
	*out = words;

	return 0;
}

void yh_emotion_words_destroy(struct yh_emotion_words *words)
{
	yh_yaml_free(&top, words);
}

/* The longest word that the text begins with. */
static const struct yh_emotion_word *
longest(const struct yh_emotion_words *words, const char *text)
{
	const struct yh_emotion_word *best = NULL;
	size_t best_len = 0;

	for (unsigned i = 0; i < words->n; i++) {
		size_t len = strlen(words->list[i].text);

		if (len > best_len &&
		    !strncmp(text, words->list[i].text, len)) {
			best = &words->list[i];
			best_len = len;
		}
	}

	return best;
}

void yh_emotion_words_weigh(const struct yh_emotion_words *words,
			    const char *text, float *p)
{
	float odds[YH_EMOTIONS] = {0}, sum = 0;

	while (words && *text) {
		const struct yh_emotion_word *w = longest(words, text);

		if (w)
			odds[yh_emotion_of(w->emotion)] += w->weight;
		text += w ? strlen(w->text) : 1;
	}
	for (int e = 0; e < YH_EMOTIONS; e++) {
		p[e] *= expf(fminf(fmaxf(odds[e], -MOST), MOST));
		sum += p[e];
	}
	for (int e = 0; e < YH_EMOTIONS; e++)
		p[e] /= sum;
}
