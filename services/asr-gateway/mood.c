/** @file mood.c  Emotion of an utterance, contract in mood.h */
#include <errno.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "mood.h"
#include "pcm.h"

struct asr_mood {
	struct asr_pcm pcm;
	float row[YH_FEATURES];
	int err; /* of the measuring; 0 = row is set */
	bool working, closed;
	void (*done)(void *arg);
	void *arg;
};

int asr_moods_open(struct asr_moods **out, const char *model_path,
		   const char *words_path)
{
	struct asr_moods *m = yh_zalloc(sizeof(*m));
	char error[512];
	int err;

	if (!m)
		return -ENOMEM;
	err = yh_emotion_load(&m->model, model_path, error, sizeof(error));
	if (!err)
		err = yh_emotion_words_load(&m->words, words_path, error,
					    sizeof(error));
	if (err) {
		yh_error("asr.emotion", "msg=%s", error);
		yh_free(m);
		return YH_ERR_BAD_CONFIG;
	}
	*out = m;

	return 0;
}

void asr_moods_close(struct asr_moods *moods)
{
	if (!moods)
		return;
	yh_emotion_words_destroy(moods->words);
	yh_free(moods);
}

static void measure(void *arg, unsigned worker)
{
	struct asr_mood *m = arg;

	(void)worker;
	m->err = yh_features(m->pcm.at, m->pcm.n, m->row);
}

static void on_measured(void *arg)
{
	struct asr_mood *m = arg;

	m->working = false;
	asr_pcm_wipe(&m->pcm);
	if (m->closed)
		yh_free(m);
	else
		m->done(m->arg);
}

int asr_mood_open(struct asr_mood **out, struct yh_pool *pool,
		  const int16_t *pcm, size_t n, void (*done)(void *arg),
		  void *arg)
{
	struct asr_mood *m = yh_zalloc(sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	m->done = done;
	m->arg = arg;
	err = asr_pcm_add(&m->pcm, pcm, n);
	if (!err)
		err = yh_pool_submit(pool, m, measure, on_measured);
	if (err) {
		asr_pcm_wipe(&m->pcm);
		yh_free(m);
		return err;
	}
	m->working = true;
	*out = m;

	return 0;
}

void asr_mood_close(struct asr_mood *m)
{
	if (!m)
		return;
	m->closed = true;
	if (!m->working)
		yh_free(m);
}

struct asr_feeling asr_mood_judge(const struct asr_moods *moods,
				  const struct asr_mood *m,
				  struct yh_caller *caller, const char *text)
{
	struct asr_feeling f = {YH_CALM, 0};
	float p[YH_EMOTIONS];
	bool known = false;

	if (!moods)
		return f;
	yh_caller_usual(p);
	if (caller && m && !m->working && !m->err)
		known = yh_caller_hear(caller, &moods->model, m->row, p);
	yh_emotion_words_weigh(moods->words, text, p);
	f.emotion = yh_emotion_likeliest(p);
	if (known || f.emotion != YH_CALM)
		f.confidence = p[f.emotion];

	return f;
}
