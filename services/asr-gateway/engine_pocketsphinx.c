/**
 * @file engine_pocketsphinx.c  The embedded engine: a closed list of phrases.
 *
 * A decoder a worker. The grammar is one of all phrases (the general intents,
 * and the hints of the script's state), each a word of its own whose phones
 * are found when the phrase is first seen (phrases.h); hints that name a rule
 * add what numbers and dates sound like (grammar.h). A second pass through a
 * free loop of phones tells how much better than the list the sound could be
 * explained: that difference a frame is the confidence. What is too short for
 * its text is no speech: confidence 0. Whether that is a text at all is for the
 * caller to say.
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
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "engine.h"
#include "grammar.h"

enum {
	MAX_GRAMMARS = 64, /* a worker; beyond, the oldest is replaced */
	MAX_RULES_BYTES = 1 << 20,
	FRAME_SAMPLES = 80, /* the front end's step: 10 ms */
	SCORE_SHIFT = 10,   /* PocketSphinx's scores are the grammar's >> it */
	/* Of the phrase itself, without the silence around it; below, it is
	 * not speech (model/README.md). */
	MIN_SYLLABLE_FRAMES = 11,
};

struct worker {
	ps_decoder_t *ps;
	cmd_ln_t *config;
	double weight;			 /* of the grammar: -lw */
	size_t n_words;			 /* phrases that its dictionary has */
	uint64_t grammars[MAX_GRAMMARS]; /* hashes of the hints */
	unsigned n_grammars, next_grammar;
};

struct asr_engine {
	pthread_mutex_t lock; /* phrases, espeak-ng */
	struct asr_phrases phrases;
	size_t *general; /* indices, shape (n_general) */
	size_t n_general;
	char *rules; /* JSGF, or NULL */
	struct worker *workers;
	unsigned n_workers;
};

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
	char name[ASR_WORD_MAX], way[ASR_WORD_MAX + 16];

	for (; w->n_words < e->phrases.n; w->n_words++) {
		const struct asr_phrase *p = &e->phrases.list[w->n_words];

		asr_word_name(w->n_words, name);
		if (ps_add_word(w->ps, name, p->ways[0], FALSE) < 0) {
			yh_warn("asr.phones",
				"word=%s msg=a phone is not in the model",
				name);
			continue;
		}
		for (unsigned i = 1; i < p->n_ways; i++) {
			snprintf(way, sizeof(way), "%s(%u)", name, i + 1);
			(void)ps_add_word(w->ps, way, p->ways[i], FALSE);
		}
	}
}

static bool has_word(const struct worker *w, size_t phrase)
{
	char name[ASR_WORD_MAX], *phones;

	asr_word_name(phrase, name);
	phones = ps_lookup_word(w->ps, name);
	ckd_free(phones);

	return phones;
}

static bool is_general(const struct asr_engine *e, size_t phrase)
{
	for (size_t i = 0; i < e->n_general; i++) {
		if (e->general[i] == phrase)
			return true;
	}

	return false;
}

static bool has_rules(const struct asr_engine *e, const struct asr_utterance *u)
{
	for (size_t i = 0; e->rules && i < u->n_hints; i++) {
		if (asr_is_rule(u->hints[i]))
			return true;
	}

	return false;
}

/* What a text costs beside its sound [the grammar's units]. */
static double cost_of(const struct asr_engine *e, struct worker *w,
		      const struct asr_utterance *u, const char *text)
{
	return has_rules(e, u) ? (double)asr_syllables(text) *
					 asr_grammar_penalty(w->ps, w->weight)
			       : 0;
}

static void allow(const struct asr_engine *e, struct worker *w,
		  const struct asr_utterance *u, fsg_model_t *fsg,
		  size_t phrase)
{
	asr_grammar_allow(fsg, phrase,
			  cost_of(e, w, u, e->phrases.list[phrase].text));
}

/* The general phrases, and the hints that are not among them. Under the lock.
 */
static void allow_phrases(struct asr_engine *e, struct worker *w,
			  const struct asr_utterance *u, fsg_model_t *fsg)
{
	for (size_t i = 0; i < u->n_hints; i++) {
		if (!asr_is_rule(u->hints[i]))
			(void)asr_phrases_add(&e->phrases, u->hints[i]);
	}
	add_words(e, w);
	for (size_t i = 0; i < e->n_general; i++) {
		if (has_word(w, e->general[i]))
			allow(e, w, u, fsg, e->general[i]);
	}
	for (size_t i = 0; i < u->n_hints; i++) {
		long at = asr_phrases_find(&e->phrases, u->hints[i]);

		if (at >= 0 && !is_general(e, (size_t)at) &&
		    has_word(w, (size_t)at))
			allow(e, w, u, fsg, (size_t)at);
	}
}

/* Built here, because ps_set_jsgf_string() of Debian 12 never frees the grammar
 * that it has read. Under the lock. */
static int set_grammar(struct asr_engine *e, struct worker *w, const char *name,
		       const struct asr_utterance *u)
{
	fsg_model_t *fsg = NULL;
	int err = asr_grammar_rules(&fsg, w->ps, w->weight, e->rules, u->hints,
				    u->n_hints, &e->phrases);

	if (err)
		return err;
	allow_phrases(e, w, u, fsg);
	if (!fsg->n_word)
		err = -EINVAL;
	else if (ps_set_fsg(w->ps, name, fsg) < 0)
		err = -EIO;
	fsg_model_free(fsg);

	return err;
}

/* Name of the search for these hints, made when first needed. */
static int choose_grammar(struct asr_engine *e, struct worker *w,
			  const struct asr_utterance *u, char name[32])
{
	uint64_t h = hash_hints(u);
	unsigned i;
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
	pthread_mutex_lock(&e->lock);
	err = set_grammar(e, w, name, u);
	pthread_mutex_unlock(&e->lock);
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

/* @param phrase Score of the words without their penalties */
static float confidence(double phrase, double loop, size_t n_samples)
{
	/* Chosen on the tuning voices, which were not trained on
	 * (model/README.md): 96 % of the phrases are right and above it,
	 * 84 % of what is not in the list is below. */
	const double middle = -15.5, width = 3;
	double frames = (double)n_samples / FRAME_SAMPLES;
	double ratio = (phrase - loop) / fmax(frames, 1);

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

/* The words of a hypothesis, "w3 w12", as text. */
static void read_words(struct asr_engine *e, const char *hyp, char *out,
		       size_t size)
{
	size_t n = 0, i;

	out[0] = '\0';
	pthread_mutex_lock(&e->lock);
	for (; *hyp && n < size; hyp += strspn(hyp, " ")) {
		if (sscanf(hyp, "w%zu", &i) == 1 && i < e->phrases.n)
			n += (size_t)snprintf(out + n, size - n, "%s",
					      e->phrases.list[i].text);
		hyp += strcspn(hyp, " ");
	}
	pthread_mutex_unlock(&e->lock);
}

static int decode_noisy(struct asr_engine *e, struct worker *w,
			const struct asr_utterance *u,
			struct asr_result *result)
{
	int32 phrase_score = 0, loop_score = 0;
	double cost;
	size_t frames;
	const char *hyp;
	char name[32];
	int err;

	err = choose_grammar(e, w, u, name);
	if (err)
		return err;
	hyp = run(w, name, u, &phrase_score);
	if (!hyp)
		return 0;
	read_words(e, hyp, result->text, sizeof(result->text));
	frames = word_frames(w);
	cost = cost_of(e, w, u, result->text);
	if (!run(w, "loop", u, &loop_score))
		return 0;
	if (frames >= MIN_SYLLABLE_FRAMES * asr_syllables(result->text))
		result->confidence =
			confidence(phrase_score - cost / (1 << SCORE_SHIFT),
				   loop_score, u->n);

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
	asr_phrases_fini(&e->phrases);
	yh_free(e->general);
	yh_free(e->rules);
	yh_free(e->workers);
	pthread_mutex_destroy(&e->lock);
	yh_free(e);
}

/* The model's folder, or one that has it in hmm/. */
static char *hmm_dir(const char *model_dir)
{
	char *mdef = yh_asprintf("%s/mdef", model_dir);
	bool here = mdef && !access(mdef, R_OK);

	yh_free(mdef);

	return yh_asprintf(here ? "%s" : "%s/hmm", model_dir);
}

/* A model whose states share one set of Gaussians needs the best four of them;
 * where each has its own the best one does, and costs less. */
static const char *gaussians(const char *hmm)
{
	char *shared = yh_asprintf("%s/sendump", hmm);
	bool is_shared = shared && !access(shared, R_OK);

	yh_free(shared);

	return is_shared ? "4" : "1";
}

/* A search takes the beams as they are when it is made. The loop finds its best
 * path within narrow ones, which saves half of all work. */
static int open_loop(struct worker *w)
{
	const double beam = cmd_ln_float_r(w->config, "-beam");
	int err;

	cmd_ln_set_float_r(w->config, "-beam", 1e-10);
	cmd_ln_set_float_r(w->config, "-pbeam", 1e-10);
	err = ps_set_allphone(w->ps, "loop", NULL) < 0 ? -EIO : 0;
	cmd_ln_set_float_r(w->config, "-beam", beam);
	cmd_ln_set_float_r(w->config, "-pbeam", beam);

	return err;
}

static int open_worker(struct worker *w, const char *model_dir)
{
	char *hmm = hmm_dir(model_dir);

	if (!hmm)
		return -ENOMEM;
	w->config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-samprate",
				"8000", "-bestpath", "no", "-allphone_ci",
				"yes", "-logfn", "/dev/null", "-topn",
				gaussians(hmm), "-beam", "1e-80", "-wbeam",
				"1e-60", "-pbeam", "1e-80", NULL);
	yh_free(hmm);
	w->ps = w->config ? ps_init(w->config) : NULL;
	if (!w->ps)
		return -ENOENT;
	w->weight = cmd_ln_float_r(w->config, "-lw");

	return open_loop(w);
}

static FILE *open_rules(const struct asr_engine_conf *conf)
{
	char *own = conf->rules
			    ? NULL
			    : yh_asprintf("%s/spoken.jsgf", conf->model_dir);
	const char *path = conf->rules ? conf->rules : own;
	FILE *f = path ? fopen(path, "r") : NULL;

	yh_free(own);

	return f;
}

static int read_rules(struct asr_engine *e, const struct asr_engine_conf *conf)
{
	FILE *f = open_rules(conf);
	size_t n;

	if (!f)
		return conf->rules ? -errno : 0;
	e->rules = yh_calloc(MAX_RULES_BYTES + 1, 1);
	n = e->rules ? fread(e->rules, 1, MAX_RULES_BYTES, f) : 0;
	fclose(f);

	return !e->rules ? -ENOMEM : n == MAX_RULES_BYTES ? -EFBIG : 0;
}

static int add_general(struct asr_engine *e, const struct asr_engine_conf *conf)
{
	e->general = yh_calloc(conf->n_phrases + 1, sizeof(*e->general));
	if (!e->general)
		return -ENOMEM;
	for (size_t i = 0; i < conf->n_phrases; i++) {
		long at = asr_phrases_add(&e->phrases, conf->phrases[i]);

		if (at == -ENOMEM)
			return -ENOMEM;
		if (at >= 0 && !is_general(e, (size_t)at))
			e->general[e->n_general++] = (size_t)at;
	}

	return 0;
}

/* The first call need not wait for the grammar of the general phrases. */
static int open_workers(struct asr_engine *e,
			const struct asr_engine_conf *conf)
{
	const struct asr_utterance no_hints = {.n = 0};
	char name[32];
	int err = 0;

	for (unsigned i = 0; i < conf->workers && !err; i++) {
		err = open_worker(&e->workers[i], conf->model_dir);
		e->n_workers++;
		if (!err && e->n_general)
			err = choose_grammar(e, &e->workers[i], &no_hints,
					     name);
	}

	return err;
}

static int open_engine(struct asr_engine *e, const struct asr_engine_conf *conf)
{
	int err;

	e->workers = yh_calloc(conf->workers, sizeof(*e->workers));
	err = e->workers ? asr_phrases_init(&e->phrases, conf->lexicon)
			 : -ENOMEM;
	if (!err)
		err = read_rules(e, conf);
	if (!err)
		err = add_general(e, conf);
	if (!err)
		err = open_workers(e, conf);

	return err;
}

static int create(struct asr_engine **out, const struct asr_engine_conf *conf)
{
	struct asr_engine *e;
	int err;

	if (!conf->workers || conf->workers > 64)
		return -EINVAL;
	e = yh_zalloc(sizeof(*e));
	if (!e)
		return -ENOMEM;
	pthread_mutex_init(&e->lock, NULL);
	err = open_engine(e, conf);
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
