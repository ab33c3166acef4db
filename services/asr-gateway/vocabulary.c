/** @file vocabulary.c  What is listened for, contract in vocabulary.h */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "grammar.h"
#include "text/utf8.h"
#include "vocabulary.h"

enum {
	MAX_RULES_BYTES = 1 << 20,
	MIN_PART = 2, /* characters: one alone is in any noise */
};

/* Half of the time of the usual 1e-80, and as many right. */
static const double PAUSING_BEAM = 1e-40;

struct asr_vocabulary {
	pthread_mutex_t lock; /* phrases, espeak-ng */
	struct asr_phrases phrases;
	size_t *general; /* indices, shape (n_general) */
	size_t n_general;
	bool beginnings;
	char *rules; /* JSGF, or NULL */
};

/* A graph that is being made. */
struct making {
	struct asr_vocabulary *v;
	struct asr_grammars *g;
	const struct asr_utterance *u;
	fsg_model_t *fsg;
	int pause; /* state after a beginning */
	bool pausing;
	double syllable, early; /* what they cost, at most 0 */
};

/* ---- hints ---- */

static uint64_t hash_of(const struct asr_utterance *u, bool pausing)
{
	uint64_t h = 1469598103934665603u + pausing; /* FNV-1a */

	for (size_t i = 0; i < u->n_hints; i++) {
		for (const char *p = u->hints[i]; *p; p++)
			h = (h ^ (unsigned char)*p) * 1099511628211u;
		h = (h ^ '|') * 1099511628211u;
	}

	return h;
}

static bool has_rules(const struct asr_vocabulary *v,
		      const struct asr_utterance *u)
{
	for (size_t i = 0; v->rules && i < u->n_hints; i++) {
		if (asr_is_rule(u->hints[i]))
			return true;
	}

	return false;
}

/* ---- words of a decoder ---- */

/* Bring the decoder's dictionary up to the shared list. */
static void add_words(struct asr_vocabulary *v, struct asr_grammars *g)
{
	char name[ASR_WORD_MAX], way[ASR_WORD_MAX + 16];

	for (; g->n_words < v->phrases.n; g->n_words++) {
		const struct asr_phrase *p = &v->phrases.list[g->n_words];

		asr_word_name(g->n_words, name);
		if (ps_add_word(g->ps, name, p->ways[0], FALSE) < 0) {
			yh_warn("asr.phones",
				"word=%s msg=a phone is not in the model",
				name);
			continue;
		}
		for (unsigned i = 1; i < p->n_ways; i++) {
			snprintf(way, sizeof(way), "%s(%u)", name, i + 1);
			(void)ps_add_word(g->ps, way, p->ways[i], FALSE);
		}
	}
}

static bool has_word(const struct asr_grammars *g, size_t phrase)
{
	char name[ASR_WORD_MAX], *phones;

	asr_word_name(phrase, name);
	phones = ps_lookup_word(g->ps, name);
	ckd_free(phones);

	return phones;
}

static bool is_general(const struct asr_vocabulary *v, size_t phrase)
{
	for (size_t i = 0; i < v->n_general; i++) {
		if (v->general[i] == phrase)
			return true;
	}

	return false;
}

/* ---- phrases and their beginnings ---- */

typedef void text_cb(struct making *m, const char *text);
typedef void split_cb(struct making *m, const char *begun, const char *rest);

static void each_phrase(struct making *m, text_cb *f)
{
	const struct asr_vocabulary *v = m->v;
	const struct asr_utterance *u = m->u;

	for (size_t i = 0; i < v->n_general; i++)
		f(m, v->phrases.list[v->general[i]].text);
	for (size_t i = 0; i < u->n_hints; i++) {
		long at = asr_phrases_find(&v->phrases, u->hints[i]);

		if (!asr_is_rule(u->hints[i]) &&
		    (at < 0 || !is_general(v, (size_t)at)))
			f(m, u->hints[i]);
	}
}

static void each_split(struct making *m, const char *text, split_cb *f)
{
	char begun[ASR_TEXT_MAX];
	const char *p = text;
	unsigned n = 0;

	if (!m->pausing || strlen(text) >= sizeof(begun))
		return;
	while (yh_utf8_next(&p) && *p) {
		if (++n < MIN_PART || asr_syllables(p) < MIN_PART)
			continue;
		snprintf(begun, sizeof(begun), "%.*s", (int)(p - text), text);
		f(m, begun, p);
	}
}

/* What cannot be said is left out. */
static void spell_split(struct making *m, const char *begun, const char *rest)
{
	(void)asr_phrases_add(&m->v->phrases, begun);
	(void)asr_phrases_add(&m->v->phrases, rest);
}

static void spell_phrase(struct making *m, const char *text)
{
	char copy[ASR_TEXT_MAX]; /* the list may move */

	snprintf(copy, sizeof(copy), "%s", text);
	(void)asr_phrases_add(&m->v->phrases, copy);
	each_split(m, copy, spell_split);
}

static void allow(struct making *m, int from, int to, const char *text,
		  double cost)
{
	long at = asr_phrases_find(&m->v->phrases, text);

	cost += (double)asr_syllables(text) * m->syllable;
	if (at >= 0 && has_word(m->g, (size_t)at))
		asr_grammar_allow(m->fsg, from, to, (size_t)at, cost);
}

/* All pauses are one state: a graph with one for each takes ten times as long,
 * and the sound tells what goes with what. */
static void allow_split(struct making *m, const char *begun, const char *rest)
{
	allow(m, m->fsg->start_state, m->pause, begun, m->early);
	allow(m, m->pause, m->fsg->final_state, rest, 0);
}

static void allow_phrase(struct making *m, const char *text)
{
	allow(m, m->fsg->start_state, m->fsg->final_state, text, 0);
	each_split(m, text, allow_split);
}

/* ---- graphs ---- */

/* A search takes the beams as they are when it is made. With pauses there are
 * many ways to go on, of which few are worth it. */
static int open_search(struct making *m, const char *name)
{
	cmd_ln_t *conf = ps_get_config(m->g->ps);
	const double beam = cmd_ln_float_r(conf, "-beam");
	int err;

	if (m->pausing)
		cmd_ln_set_float_r(conf, "-beam", PAUSING_BEAM);
	err = ps_set_fsg(m->g->ps, name, m->fsg) < 0 ? -EIO : 0;
	cmd_ln_set_float_r(conf, "-beam", beam);

	return err;
}

static int fill(struct making *m, const char *name)
{
	struct asr_vocabulary *v = m->v;
	struct asr_grammars *g = m->g;
	int err = asr_grammar_rules(&m->fsg, g->ps, g->weight, v->rules,
				    m->u->hints, m->u->n_hints, &v->phrases,
				    m->pausing);

	if (err)
		return err;
	if (v->beginnings)
		asr_grammar_open_ends(m->fsg, m->early);
	if (m->pausing) {
		m->pause = m->fsg->n_state - 1;
		(void)fsg_model_null_trans_add(m->fsg, m->pause,
					       m->fsg->final_state, 0);
	}
	add_words(v, g);
	each_phrase(m, allow_phrase);
	if (!m->fsg->n_word)
		err = -EINVAL;
	else
		err = open_search(m, name);
	fsg_model_free(m->fsg);

	return err;
}

/* Built here, because ps_set_jsgf_string() of Debian 12 never frees the grammar
 * that it has read. Under the lock. */
static int make(struct asr_grammars *g, const struct asr_utterance *u,
		bool pausing, const char *name)
{
	struct asr_vocabulary *v = g->vocabulary;
	struct making m = {.v = v, .g = g, .u = u, .pausing = pausing};

	if (has_rules(v, u))
		m.syllable = asr_grammar_penalty(g->ps, g->weight);
	m.early = asr_grammar_early(g->ps, g->weight);
	each_phrase(&m, spell_phrase);

	return fill(&m, name);
}

int asr_grammars_choose(struct asr_grammars *g, const struct asr_utterance *u,
			bool pauses, char name[32])
{
	uint64_t h = hash_of(u, pauses);
	unsigned i;
	int err;

	for (i = 0; i < g->n; i++) {
		if (g->hashes[i] == h) {
			snprintf(name, 32, "g%u", i);
			return 0;
		}
	}
	i = g->n < ASR_GRAMMARS_MAX ? g->n : g->next++ % ASR_GRAMMARS_MAX;
	snprintf(name, 32, "g%u", i);
	pthread_mutex_lock(&g->vocabulary->lock);
	err = make(g, u, pauses, name);
	pthread_mutex_unlock(&g->vocabulary->lock);
	if (err)
		return err;
	g->hashes[i] = h;
	if (i == g->n)
		g->n++;

	return 0;
}

void asr_grammars_init(struct asr_grammars *g, struct asr_vocabulary *v,
		       ps_decoder_t *ps, double weight)
{
	*g = (struct asr_grammars){.vocabulary = v, .ps = ps, .weight = weight};
}

double asr_grammars_cost(const struct asr_grammars *g,
			 const struct asr_utterance *u, const char *text)
{
	return has_rules(g->vocabulary, u)
		       ? (double)asr_syllables(text) *
				 asr_grammar_penalty(g->ps, g->weight)
		       : 0;
}

void asr_vocabulary_read(struct asr_vocabulary *v, const char *hyp, char *out,
			 size_t size)
{
	size_t n = 0, i;

	out[0] = '\0';
	pthread_mutex_lock(&v->lock);
	for (; *hyp && n < size; hyp += strspn(hyp, " ")) {
		if (sscanf(hyp, "w%zu", &i) == 1 && i < v->phrases.n)
			n += (size_t)snprintf(out + n, size - n, "%s",
					      v->phrases.list[i].text);
		hyp += strcspn(hyp, " ");
	}
	pthread_mutex_unlock(&v->lock);
}

/* ---- life cycle ---- */

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

static int read_rules(struct asr_vocabulary *v,
		      const struct asr_engine_conf *conf)
{
	FILE *f = open_rules(conf);
	size_t n;

	if (!f)
		return conf->rules ? -errno : 0;
	v->rules = yh_calloc(MAX_RULES_BYTES + 1, 1);
	n = v->rules ? fread(v->rules, 1, MAX_RULES_BYTES, f) : 0;
	fclose(f);

	return !v->rules ? -ENOMEM : n == MAX_RULES_BYTES ? -EFBIG : 0;
}

static int add_general(struct asr_vocabulary *v,
		       const struct asr_engine_conf *conf)
{
	v->general = yh_calloc(conf->n_phrases + 1, sizeof(*v->general));
	if (!v->general)
		return -ENOMEM;
	for (size_t i = 0; i < conf->n_phrases; i++) {
		long at = asr_phrases_add(&v->phrases, conf->phrases[i]);

		if (at == -ENOMEM)
			return -ENOMEM;
		if (at >= 0 && !is_general(v, (size_t)at))
			v->general[v->n_general++] = (size_t)at;
	}

	return 0;
}

int asr_vocabulary_open(struct asr_vocabulary **out,
			const struct asr_engine_conf *conf)
{
	struct asr_vocabulary *v = yh_zalloc(sizeof(*v));
	int err;

	if (!v)
		return -ENOMEM;
	pthread_mutex_init(&v->lock, NULL);
	v->beginnings = conf->beginnings;
	err = asr_phrases_init(&v->phrases, conf->lexicon);
	if (!err)
		err = read_rules(v, conf);
	if (!err)
		err = add_general(v, conf);
	if (err) {
		asr_vocabulary_close(v);
		return err;
	}
	*out = v;

	return 0;
}

void asr_vocabulary_close(struct asr_vocabulary *v)
{
	if (!v)
		return;
	asr_phrases_fini(&v->phrases);
	yh_free(v->general);
	yh_free(v->rules);
	pthread_mutex_destroy(&v->lock);
	yh_free(v);
}
