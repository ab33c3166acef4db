/** @file prerender.c  A script before its calls, contract in prerender.h */
#include <errno.h>
#include <stdbool.h>

#include "base/mem.h"
#include "prerender.h"
#include "tts_metrics.h"

struct work {
	struct tts_studio studio;
	struct tts_voice first, last; /* one rung each */
	struct tts_texts texts;
	size_t at;
	bool spare, busy, answered; /* see go_on() */
	int err;
	struct tts_prerendered done;
	tts_prerender_cb *cb;
	void *arg;
};

static void count(size_t *n, const char *result)
{
	(*n)++;
	yh_metric_add_l(&tts_m_prerendered, result, 1);
}

static void note(struct work *w, int err, const struct tts_said *said)
{
	if (err)
		count(&w->done.failed, "failed");
	else if (said->n_recorded)
		count(&w->done.recorded, "recorded");
	else if (said->n_cached)
		count(&w->done.cached, "cached");
	else
		count(&w->done.rendered, "rendered");
}

static void go_on(struct work *w);

static void on_said(void *arg, int err, const struct tts_said *said)
{
	struct work *w = arg;

	if (err == -ECANCELED)
		w->err = err;
	else if (!w->spare)
		note(w, err, said);
	w->answered = true;
	if (!w->busy)
		go_on(w);
}

/* The next thing to render. @return false: there is none */
static bool step(struct work *w)
{
	if (w->at && !w->spare && w->last.n)
		w->spare = true; /* the same clause again, by the last rung */
	else
		w->spare = false;
	if (!w->spare && w->at == w->texts.n)
		return false;
	if (!w->spare)
		w->at++;

	return true;
}

/* Answers may come at once: a loop and no recursion. */
static void go_on(struct work *w)
{
	w->busy = true;
	do {
		const char *text;

		w->answered = false;
		if (w->err || !step(w)) {
			w->cb(w->arg, w->err, &w->done);
			tts_texts_fini(&w->texts);
			yh_free(w);
			return;
		}
		text = w->texts.list[w->at - 1];
		if (tts_prompt_say(&w->studio, w->spare ? &w->last : &w->first,
				   text, on_said, w))
			on_said(w, -ENOMEM, NULL);
	} while (w->answered);
	w->busy = false;
}

int tts_prerender(const struct tts_studio *studio,
		  const struct tts_voice *voice, struct tts_texts *texts,
		  tts_prerender_cb *cb, void *arg)
{
	struct work *w = yh_zalloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->studio = *studio;
	w->first = (struct tts_voice){voice->name, {voice->rungs[0]}, 1};
	if (voice->n > 1)
		w->last = (struct tts_voice){
			voice->name, {voice->rungs[voice->n - 1]}, 1};
	w->texts = *texts;
	w->done.n_clauses = texts->n;
	w->done.n_variable = texts->n_variable;
	w->cb = cb;
	w->arg = arg;
	go_on(w);

	return 0;
}
