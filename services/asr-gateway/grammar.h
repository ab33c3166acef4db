/**
 * @file grammar.h  What may be said now, as a graph of words for PocketSphinx.
 *
 * A word is a phrase (phrases.h), named after its index: "w12". Phrases stand
 * beside each other; rules of a JSGF grammar, named among the hints as
 * "<amount>", stand beside them with words of their own. Source: JSpeech
 * Grammar Format, W3C note of 5 June 2000.
 */
#ifndef ASR_GRAMMAR_H
#define ASR_GRAMMAR_H

#include <pocketsphinx.h>
#include <sphinxbase/fsg_model.h>

#include "phrases.h"

enum { ASR_WORD_MAX = 24 };

/** Name of a phrase as a word. */
void asr_word_name(size_t phrase, char name[ASR_WORD_MAX]);

/** Is this hint a rule? */
int asr_is_rule(const char *hint);

/** Rules as a graph; without any, one with nothing between start and end. Adds
 * their words to the phrases.
 * @param jsgf  The grammar's text, borrowed; may be NULL when no hint is a rule
 * @param hints Borrowed, shape (n); phrases among them are passed over
 * @param spare States beside theirs, the last ones of the graph
 * @param out   To fsg_model_free()
 * @return 0; -EINVAL (not JSGF, or a word cannot be said), -ENOMEM. A rule that
 * is not there allows nothing */
int asr_grammar_rules(fsg_model_t **out, ps_decoder_t *ps, double weight,
		      const char *jsgf, const char *const *hints, size_t n,
		      struct asr_phrases *phrases, int spare);
/** What each syllable costs where rules are allowed: else a short word is put
 * in wherever it fits. Phrases beside them must pay the same.
 * @return In the units of the graph's probabilities, below 0 */
double asr_grammar_penalty(ps_decoder_t *ps, double weight);
/** What it costs to end before the end.
 * @return In the units of the graph's probabilities, below 0 */
double asr_grammar_early(ps_decoder_t *ps, double weight);
/** Let every word of the rules be the last one. @param cost Of it */
void asr_grammar_open_ends(fsg_model_t *fsg, double cost);
/** A Chinese character is a syllable. @param text UTF-8 */
size_t asr_syllables(const char *text);
/** Allow a phrase from a state to another. @param cost Of it, at most 0 */
void asr_grammar_allow(fsg_model_t *fsg, int from, int to, size_t phrase,
		       double cost);

#endif
