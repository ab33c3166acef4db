/**
 * @file vocabulary.h  What the embedded engine listens for, as graphs of words.
 *
 * The general phrases, and what hints add: phrases, and rules of a JSGF grammar
 * ("<amount>"). Shared by all workers, under a lock of its own; each worker has
 * the graphs that its decoder knows (PocketSphinx's searches "g0", "g1", ...),
 * the oldest of MAX is replaced.
 *
 * With `beginnings` people may pause: every rule may end after each word, at a
 * cost, else 下周 can only be heard as 下周二. There is a second graph then, in
 * which every phrase may end after two characters and more, or go on there
 * after a silence.
 */
#ifndef ASR_VOCABULARY_H
#define ASR_VOCABULARY_H

#include <pocketsphinx.h>

#include "engine.h"

enum { ASR_GRAMMARS_MAX = 64 };

struct asr_vocabulary;

/** A worker's. */
struct asr_grammars {
	struct asr_vocabulary *vocabulary;
	ps_decoder_t *ps;
	double weight;			   /**< Of the grammar: -lw */
	size_t n_words;			   /* that its dictionary has */
	uint64_t hashes[ASR_GRAMMARS_MAX]; /* of the hints */
	unsigned n, next;
};

/** @param conf Borrowed @return 0, -ENOENT, -EFBIG (the rules), -ENOMEM, or as
 * asr_phrases_init */
int asr_vocabulary_open(struct asr_vocabulary **out,
			const struct asr_engine_conf *conf);
/** @param v Taken, may be NULL; nobody uses it any more */
void asr_vocabulary_close(struct asr_vocabulary *v);
/** The words of a hypothesis, "w3 w12", as text. @param out Receives UTF-8 */
void asr_vocabulary_read(struct asr_vocabulary *v, const char *hyp, char *out,
			 size_t size);

/** @param v Kept @param ps Kept */
void asr_grammars_init(struct asr_grammars *g, struct asr_vocabulary *v,
		       ps_decoder_t *ps, double weight);
/** The search for an utterance's hints, made when first needed.
 * @param pauses Phrases may end early or have a pause: slow, for what was not
 * understood without
 * @param name Receives its name @return 0, -EINVAL (nothing can be said, or a
 * word has no phones), -EIO, -ENOMEM */
int asr_grammars_choose(struct asr_grammars *g, const struct asr_utterance *u,
			bool pauses, char name[32]);
/** What a text costs there beside its sound [the graph's units] */
double asr_grammars_cost(const struct asr_grammars *g,
			 const struct asr_utterance *u, const char *text);

#endif
