/**
 * @file engine_pocketsphinx.c  The embedded engine: a closed list of phrases.
 *
 * A decoder a worker, which listens for what can be said now (vocabulary.h). A
 * pass through a free loop of phones tells how much better than the list the
 * sound could be explained: that difference a frame is the confidence. What is
 * too short for its text is no speech: confidence 0. Whether that is a text at
 * all is for the caller to say. What was not understood is tried once more with
 * pauses in it.
 *
 * Source: likelihood ratio against a phone loop, as in Rose & Paul 1990
 * ("A hidden Markov model based keyword recognition system"); thresholds are
 * measured (model/README.md).
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/level.h"
#include "base/log.h"
#include "base/mem.h"
#include "engine.h"
#include "grammar.h"
#include "vocabulary.h"

enum {
	FRAME_SAMPLES = 80, /* the front end's step: 10 ms */
	SCORE_SHIFT = 10,   /* PocketSphinx's scores are the grammar's >> it */
	NOISE_DB = 40,	    /* that is laid under, below the speech */
	/* Of the phrase itself, without the silence around it; below, it is
	 * not speech (model/README.md). */
	MIN_SYLLABLE_FRAMES = 11,
};

struct worker {
	ps_decoder_t *ps;
	cmd_ln_t *config;
	struct asr_grammars grammars;
};

struct asr_engine {
	struct asr_vocabulary *vocabulary;
	bool beginnings;
	struct worker *workers;
	unsigned n_workers;
};

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

static float level_of(const int16_t *pcm, size_t n)
{
	float *x = yh_calloc(n + 1, sizeof(*x)), level = YH_LEVEL_NONE;

	for (size_t i = 0; x && i < n; i++)
		x[i] = pcm[i];
	if (x)
		level = yh_speech_level(x, n, NULL);
	yh_free(x);

	return level;
}

/* A line that is digitally silent between words has no level at all, which no
 * model of the telephone knows: a noise is laid under it, always the same so
 * that the same sound gives the same text. At 32 dB below the speech, as a good
 * line has it, it hid what people say: five of 200 words
 * (docs/recognition.md). */
static void add_noise(const int16_t *in, int16_t *out, size_t n)
{
	const float level = fmaxf(level_of(in, n), -60) - NOISE_DB;
	const int steps = (int)lrintf(32768 * sqrtf(3) * powf(10, level / 20));
	uint32_t seed = 1;

	for (size_t i = 0; i < n; i++) {
		int v;

		seed = seed * 1664525u + 1013904223u;
		v = in[i] + (int)((seed >> 16) % (2u * (unsigned)steps + 1)) -
		    steps;
		out[i] = (int16_t)(v > INT16_MAX   ? INT16_MAX
				   : v < INT16_MIN ? INT16_MIN
						   : v);
	}
}

/* Through one graph. @param loop Score of the free loop @return 0, or as
 * asr_grammars_choose */
static int listen(struct asr_engine *e, struct worker *w,
		  const struct asr_utterance *u, bool pauses, int32 loop,
		  struct asr_result *result)
{
	int32 score = 0;
	double cost;
	const char *hyp;
	char name[32];
	int err = asr_grammars_choose(&w->grammars, u, pauses, name);

	if (err)
		return err;
	hyp = run(w, name, u, &score);
	if (!hyp)
		return 0;
	asr_vocabulary_read(e->vocabulary, hyp, result->text,
			    sizeof(result->text));
	cost = asr_grammars_cost(&w->grammars, u, result->text);
	if (word_frames(w) >= MIN_SYLLABLE_FRAMES * asr_syllables(result->text))
		result->confidence = confidence(
			score - cost / (1 << SCORE_SHIFT), loop, u->n);

	return 0;
}

/* What is not understood perhaps had a pause in it. */
static int decode_noisy(struct asr_engine *e, struct worker *w,
			const struct asr_utterance *u,
			struct asr_result *result)
{
	const float enough = 0.5f;
	struct asr_result paused = {.text = ""};
	int32 loop;
	int err = 0;

	if (!run(w, "loop", u, &loop))
		loop = INT32_MAX; /* nothing at all: no confidence */
	err = listen(e, w, u, false, loop, result);
	if (err || result->confidence >= enough || !e->beginnings)
		return err;
	err = listen(e, w, u, true, loop, &paused);
	if (!err && paused.confidence > result->confidence)
		*result = paused;

	return err;
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
	asr_vocabulary_close(e->vocabulary);
	yh_free(e->workers);
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

/* What a model's features are made with, its feat.params says; a model that
 * says nothing of the removal of noise is older than that. */
static int open_worker(struct worker *w, struct asr_vocabulary *v,
		       const char *model_dir)
{
	char *hmm = hmm_dir(model_dir);

	if (!hmm)
		return -ENOMEM;
	w->config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", hmm, "-samprate",
				"8000", "-bestpath", "no", "-pl_window", "0",
				"-allphone_ci", "yes", "-remove_noise", "no",
				"-logfn", "/dev/null", "-topn", gaussians(hmm),
				"-beam", "1e-80", "-wbeam", "1e-60", "-pbeam",
				"1e-80", NULL);
	yh_free(hmm);
	w->ps = w->config ? ps_init(w->config) : NULL;
	if (!w->ps)
		return -ENOENT;
	asr_grammars_init(&w->grammars, v, w->ps,
			  cmd_ln_float_r(w->config, "-lw"));

	return open_loop(w);
}

/* The first call need not wait for the graphs of the general phrases. */
static int open_workers(struct asr_engine *e,
			const struct asr_engine_conf *conf)
{
	const struct asr_utterance no_hints = {.n = 0};
	char name[32];
	int err = 0;

	for (unsigned i = 0; i < conf->workers && !err; i++) {
		err = open_worker(&e->workers[i], e->vocabulary,
				  conf->model_dir);
		e->n_workers++;
		if (!err && conf->n_phrases)
			err = asr_grammars_choose(&e->workers[i].grammars,
						  &no_hints, false, name);
		if (!err && conf->n_phrases && conf->beginnings)
			err = asr_grammars_choose(&e->workers[i].grammars,
						  &no_hints, true, name);
	}

	return err;
}

static int open_engine(struct asr_engine *e, const struct asr_engine_conf *conf)
{
	int err;

	e->workers = yh_calloc(conf->workers, sizeof(*e->workers));
	e->beginnings = conf->beginnings;
	err = e->workers ? asr_vocabulary_open(&e->vocabulary, conf) : -ENOMEM;
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
