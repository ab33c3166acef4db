/**
 * @file words.h  What words say about how somebody feels. Pure but for loading.
 *
 * A lexicon: each word adds to the log-odds of an emotion. It is laid over what
 * the sound says: a calm voice that says "骗子" is angry enough.
 */
#ifndef YH_EMOTION_WORDS_H
#define YH_EMOTION_WORDS_H

#include "emotion/emotion.h"

struct yh_emotion_word {
	char *text; /**< UTF-8, up to 60 bytes */
	char *emotion;
	float weight; /**< Log-odds [nats, -5..5]; negative: speaks against */
};

struct yh_emotion_words {
	struct yh_emotion_word *list; /**< Shape (n) */
	unsigned n;
};

/** @param[out] error Receives what is wrong with the file (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG */
int yh_emotion_words_load(struct yh_emotion_words **out, const char *path,
			  char *error, size_t size);
/** @param words Taken, may be NULL */
void yh_emotion_words_destroy(struct yh_emotion_words *words);
/** Weigh a text in. At each place the longest word counts, so that 不生气 is
 * not 生气; an emotion gains or loses at most 3.
 * @param words Borrowed, NULL = none
 * @param text Borrowed UTF-8 @param p Shape (YH_EMOTIONS), changed in place,
 * sums to 1 again */
void yh_emotion_words_weigh(const struct yh_emotion_words *words,
			    const char *text, float *p);

#endif
