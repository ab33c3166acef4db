/**
 * @file engine_pocketsphinx.c  The embedded engine: a closed list of phrases.
 *
 * A decoder a worker. The grammar is one of all phrases (the general intents,
 * and the hints of the script's state), each a word of its own whose phones
 * come from espeak-ng when the phrase is first seen. A second pass through a
 * free loop of phones tells how much better than the list the sound could be
 * explained: that difference a frame is the confidence, and far-off sound gives
 * no text.
 *
 * Source: likelihood ratio against a phone loop, as in Rose & Paul 1990
 * ("A hidden Markov model based keyword recognition system"); thresholds are
 * measured (model/README.md).
 */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <pocketsphinx.h>
#include <sphinxbase/fsg_model.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine.h"
#include "phones.h"

enum {
	MAX_PHRASES = 20000,
	MAX_GRAMMARS = 64, /* a worker; beyond, the oldest is replaced */
	PHONES_BYTES = 2048,
	FRAME_SAMPLES = 80, /* the front end's step: 10 ms */
	/* Of the phrase itself, without the silence around it; below, it is
	 * not speech (model/README.md). */
	MIN_SYLLABLE_FRAMES = 11,
};

struct phrase {
	char *text, *phones;
};

struct worker {
	ps_decoder_t *ps;
	cmd_ln_t *config;
	size_t n_words;			 /* phrases that its dictionary has */
	uint64_t grammars[MAX_GRAMMARS]; /* hashes of the hints */
	unsigned n_grammars, next_grammar;
};

struct asr_engine {
	pthread_mutex_t lock; /* phrases, espeak-ng */
	struct phrase *phrases;
	size_t n_phrases, cap;
	size_t n_general;
	struct worker *workers;
	unsigned n_workers;
};

/* ---- phrases ---- */

static long find(const struct asr_engine *e, const char *text)
{
	for (size_t i = 0; i < e->n_phrases; i++) {
		if (!strcmp(e->phrases[i].text, text))
			return (long)i;
	}

	return -1;
}

/* Under the lock. @return index, -EINVAL (cannot be said), -ENOMEM, -ENOSPC */
static long add_phrase(struct asr_engine *e, const char *text)
{
	char phones[PHONES_BYTES];
	struct phrase *list, new;
	long i = find(e, text);

	if (i >= 0)
		return i;
	if (e->n_phrases == MAX_PHRASES)
		return -ENOSPC;
	if (asr_phones_of(text, phones, sizeof(phones)))
		return -EINVAL;
	if (e->n_phrases == e->cap) {
		list = yh_realloc(e->phrases,
				  (e->cap + 512) * sizeof(*e->phrases));
		if (!list)
			return -ENOMEM;
		e->phrases = list;
		e->cap += 512;
	}
	new = (struct phrase){yh_strdup(text), yh_strdup(phones)};
	if (!new.text || !new.phones) {
		yh_free(new.text);
		yh_free(new.phones);
		return -ENOMEM;
	}
	e->phrases[e->n_phrases] = new;

	return (long)e->n_phrases++;
}

/* ---- grammars ---- */

static uint64_t hash_hints(const struct asr_utterance *u)
{
	uint64_t h = 1469598103934665603u; /* FNV-1a */

	for (size_t i = 0; i < u->n_hints; i++) {
		for (const char *p = u->hints[i]; *p; p++)
			h = (h ^ (unsigned char)*p) * 1099511628211u;
		h = (h ^ '|') * 1099511628211u;
	}

	return h;
}

/* Bring the worker's dictionary up to the shared list. Under the lock. */
static void add_words(struct asr_engine *e, struct worker *w)
{
	char word[24];

	for (; w->n_words < e->n_phrases; w->n_words++) {
		snprintf(word, sizeof(word), "w%zu", w->n_words);
		if (ps_add_word(w->ps, word, e->phrases[w->n_words].phones,
				FALSE) < 0)
			yh_warn("asr.phones",
				"word=%s msg=a phone is not in the model",
				word);
	}
}

static bool has_word(const struct worker *w, size_t i)
{
	char word[24], *phones;

	snprintf(word, sizeof(word), "w%zu", i);
	phones = ps_lookup_word(w->ps, word);
	ckd_free(phones);

	return phones;
}

/* The words of a grammar: the general phrases and the hints that are not among
 * them, as indices into the phrases. Under the lock. @return how many */
static size_t choose_words(struct asr_engine *e, struct worker *w,
			   const struct asr_utterance *u, size_t *list)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n_hints; i++)
		(void)add_phrase(e, u->hints[i]);
	add_words(e, w);
	for (size_t i = 0; i < e->n_general; i++) {
		if (has_word(w, i))
			list[n++] = i;
	}
	for (size_t i = 0; i < u->n_hints; i++) {
		long at = find(e, u->hints[i]);

		if (at >= (long)e->n_general && has_word(w, (size_t)at))
			list[n++] = (size_t)at;
	}

	return n;
}

/* One of the words, all alike. Built here, because ps_set_jsgf_string() of
 * Debian 12 never frees the grammar that it has read. */
static int set_grammar(struct worker *w, const char *name, const size_t *list,
		       size_t n)
{
	float32 weight = (float32)cmd_ln_float_r(w->config, "-lw");
	fsg_model_t *fsg;
	char word[24];
	int rc;

	if (!n)
		return -EINVAL;
	fsg = fsg_model_init(name, ps_get_logmath(w->ps), weight, 2);
	if (!fsg)
		return -ENOMEM;
	fsg->start_state = 0;
	fsg->final_state = 1;
	for (size_t i = 0; i < n; i++) {
		snprintf(word, sizeof(word), "w%zu", list[i]);
		fsg_model_trans_add(fsg, 0, 1, 0, /* log 1 */
				    fsg_model_word_add(fsg, word));
	}
	rc = ps_set_fsg(w->ps, name, fsg);
	fsg_model_free(fsg);

	return rc < 0 ? -EIO : 0;
}

/* Name of the search for these hints, made when first needed. */
static int choose_grammar(struct asr_engine *e, struct worker *w,
			  const struct asr_utterance *u, char name[32])
{
	uint64_t h = hash_hints(u);
	unsigned i;
	size_t *list, n;
	int err;

	for (i = 0; i < w->n_grammars; i++) {
		if (w->grammars[i] == h) {
			snprintf(name, 32, "g%u", i);
			return 0;
		}
	}
	i = w->n_grammars < MAX_GRAMMARS ? w->n_grammars
					 : w->next_grammar++ % MAX_GRAMMARS;
	snprintf(name, 32, "g%u", i);
	list = yh_calloc(e->n_general + u->n_hints, sizeof(*list));
	if (!list)
		return -ENOMEM;
	pthread_mutex_lock(&e->lock);
	n = choose_words(e, w, u, list);
	pthread_mutex_unlock(&e->lock);
	err = set_grammar(w, name, list, n);
	yh_free(list);
	if (err)
		return err;
	w->grammars[i] = h;
	if (i == w->n_grammars)
		w->n_grammars++;

	return 0;
}

/* ---- decoding ---- */

static const char *run(struct worker *w, const char *search,
		       const struct asr_utterance *u, int32 *score)
{
	/* A new stream: the noise of an earlier call must not count. */
	if (ps_start_stream(w->ps) < 0 || ps_set_search(w->ps, search) < 0 ||
	    ps_start_utt(w->ps) < 0)
		return NULL;
	ps_process_raw(w->ps, u->pcm, u->n, FALSE, TRUE);
	ps_end_utt(w->ps);

	return ps_get_hyp(w->ps, score);
}

/* Frames that the last search gave to words, not to silence. */
static size_t word_frames(struct worker *w)
{
	size_t n = 0;
	int from, to;

	for (ps_seg_t *seg = ps_seg_iter(w->ps); seg; seg = ps_seg_next(seg)) {
		ps_seg_frames(seg, &from, &to);
		if (ps_seg_word(seg)[0] == 'w' && to >= from)
			n += (size_t)(to - from + 1);
	}

	return n;
}

/* A Chinese character is a syllable. @param text UTF-8 */
static size_t syllables(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;

	return n;
}

static float confidence(int32 phrase, int32 loop, size_t n_samples)
{
	/* Chosen on the tuning voices, which were not trained on
	 * (model/README.md): 96 % of the phrases are right and above it,
	 * 84 % of what is not in the list is below. */
	const double middle = -15.5, width = 3;
	double frames = (double)n_samples / FRAME_SAMPLES;
	double ratio = ((double)phrase - (double)loop) / fmax(frames, 1);

	return (float)(1 / (1 + exp(-(ratio - middle) / width)));
}

/* A line that is digitally silent between words has no level at all, which
 * no model knows: a noise of 8 steps (-72 dBov) is laid under it, always the
 * same so that the same sound gives the same text. */
static void add_noise(const int16_t *in, int16_t *out, size_t n)
{
	enum { STEPS = 8 };
	uint32_t seed = 1;

	for (size_t i = 0; i < n; i++) {
		int v;

		seed = seed * 1664525u + 1013904223u;
		v = in[i] + (int)((seed >> 16) % (2 * STEPS + 1)) - STEPS;
		out[i] = (int16_t)(v > INT16_MAX   ? INT16_MAX
				   : v < INT16_MIN ? INT16_MIN
						   : v);
	}
}

static int decode_noisy(struct asr_engine *e, struct worker *w,
			const struct asr_utterance *u,
			struct asr_result *result)
{
	int32 phrase_score = 0, loop_score = 0;
	size_t i, n_frames;
	const char *hyp;
	char name[32];
	int err;

	err = choose_grammar(e, w, u, name);
	if (err)
		return err;
	hyp = run(w, name, u, &phrase_score);
	if (!hyp || sscanf(hyp, "w%zu", &i) != 1)
		return 0;
	n_frames = word_frames(w);
	if (!run(w, "loop", u, &loop_score))
		return 0;
	pthread_mutex_lock(&e->lock);
	snprintf(result->text, sizeof(result->text), "%s", e->phrases[i].text);
	pthread_mutex_unlock(&e->lock);
	if (n_frames < MIN_SYLLABLE_FRAMES * syllables(result->text))
		result->text[0] = '\0';
	else
		result->confidence = confidence(phrase_score, loop_score, u->n);

	return 0;
}

static int decode(struct asr_engine *e, unsigned worker,
		  const struct asr_utterance *u, struct asr_result *result)
{
	struct asr_utterance noisy = *u;
	int16_t *pcm;
	int err;

	result->text[0] = '\0';
	result->confidence = 0;
	if (worker >= e->n_workers || u->n > ASR_MAX_SAMPLES)
		return -EINVAL;
	pcm = yh_calloc(u->n, sizeof(*pcm));
	if (!pcm)
		return -ENOMEM;
	add_noise(u->pcm, pcm, u->n);
	noisy.pcm = pcm;
	err = decode_noisy(e, &e->workers[worker], &noisy, result);
	yh_free(pcm);

	return err;
}

/* ---- life cycle ---- */

/* The phone loop forgets its last segments only when it begins another
 * utterance, not when it is freed: end with an empty one. */
static void close_worker(struct worker *w)
{
	const struct asr_utterance none = {.n = 0};
	int32 score;

	if (w->ps)
		(void)run(w, "loop", &none, &score);
	ps_free(w->ps);
	cmd_ln_free_r(w->config);
}

static void destroy(struct asr_engine *e)
{
	if (!e)
		return;
	for (unsigned i = 0; i < e->n_workers; i++) {
		close_worker(&e->workers[i]);
	}
	for (size_t i = 0; i < e->n_phrases; i++) {
		yh_free(e->phrases[i].text);
		yh_free(e->phrases[i].phones);
	}
	yh_free(e->phrases);
	yh_free(e->workers);
	pthread_mutex_destroy(&e->lock);
	yh_free(e);
}

static int open_worker(struct worker *w, const char *model_dir)
{
	char *hmm = yh_asprintf("%s/hmm", model_dir);
	char *dict = yh_asprintf("%s/empty.dic", model_dir);

	if (!hmm || !dict)
		return -ENOMEM;
	w->config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-dict",
				dict, "-samprate", "8000", "-bestpath", "no",
				"-allphone_ci", "yes", "-logfn", "/dev/null",
				"-beam", "1e-80", "-wbeam", "1e-60", "-pbeam",
				"1e-80", NULL);
	yh_free(hmm);
	yh_free(dict);
	w->ps = w->config ? ps_init(w->config) : NULL;
	if (!w->ps)
		return -ENOENT;

	return ps_set_allphone(w->ps, "loop", NULL) < 0 ? -EIO : 0;
}

static int create(struct asr_engine **out, const struct asr_engine_conf *conf)
{
	const struct asr_utterance no_hints = {.n = 0};
	struct asr_engine *e;
	char name[32];
	int err;

	if (!conf->workers || conf->workers > 64)
		return -EINVAL;
	e = yh_zalloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	pthread_mutex_init(&e->lock, NULL);
	e->workers = yh_calloc(conf->workers, sizeof(*e->workers));
	err = e->workers ? asr_phones_open() : -ENOMEM;
	for (size_t i = 0; i < conf->n_phrases && !err; i++) {
		if (add_phrase(e, conf->phrases[i]) == -ENOMEM)
			err = -ENOMEM;
	}
	e->n_general = e->n_phrases;
	for (unsigned i = 0; i < conf->workers && !err; i++) {
		err = open_worker(&e->workers[i], conf->model_dir);
		e->n_workers++;
		if (!err) /* the first call need not wait for it */
			err = choose_grammar(e, &e->workers[i], &no_hints,
					     name);
	}
	if (err) {
		yh_error("asr.model", "dir=%s msg=the model does not load",
			 conf->model_dir);
		destroy(e);
		return err;
	}
	*out = e;

	return 0;
}

const struct asr_engine_ops asr_engine_pocketsphinx = {
	.name = "pocketsphinx",
	.create = create,
	.destroy = destroy,
	.decode = decode,
};
