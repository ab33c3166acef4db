/**
 * @file mood.h  How an utterance sounds, measured beside its recognition.
 *
 * The features are taken on a worker (1.6 ms a second of speech); what they
 * mean for this caller is decided on the loop, where the call's picture of its
 * caller lives. Loop thread, but for the measuring.
 */
#ifndef ASR_MOOD_H
#define ASR_MOOD_H

#include "emotion/caller.h"
#include "emotion/words.h"
#include "loop/pool.h"

/** What it takes to judge; one for all calls. */
struct asr_moods {
	struct yh_emotion_model model;
	struct yh_emotion_words *words;
};

struct asr_feeling {
	enum yh_emotion emotion;
	float confidence; /**< [0..1]; 0 = calm for want of knowledge */
};

struct asr_mood;

/** @param model_path, words_path Borrowed
 * @return 0, YH_ERR_BAD_CONFIG (logged), -ENOMEM */
int asr_moods_open(struct asr_moods **out, const char *model_path,
		   const char *words_path);
/** @param moods Taken, may be NULL */
void asr_moods_close(struct asr_moods *moods);

/** Measure an utterance.
 * @param pcm Borrowed, shape (n), 8000 Hz; a copy is kept until it is measured,
 * then wiped
 * @param done Called once, unless closed before
 * @return 0, -ENOMEM, YH_ERR_QUEUE_FULL */
int asr_mood_open(struct asr_mood **out, struct yh_pool *pool,
		  const int16_t *pcm, size_t n, void (*done)(void *arg),
		  void *arg);
/** @param m Taken, may be NULL; done is not called any more */
void asr_mood_close(struct asr_mood *m);
/** Judge a measured utterance and remember it.
 * @param m NULL or without voice: only the words count; without any, calm with
 * confidence 0
 * @param caller Learns from it; NULL = as without voice
 * @param text What was understood, UTF-8 */
struct asr_feeling asr_mood_judge(const struct asr_moods *moods,
				  const struct asr_mood *m,
				  struct yh_caller *caller, const char *text);

#endif
