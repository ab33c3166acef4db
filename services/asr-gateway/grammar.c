/** @file grammar.c  What may be said now, contract in grammar.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sphinxbase/ckd_alloc.h>
#include <sphinxbase/jsgf.h>

#include "base/mem.h"
#include "grammar.h"

#define NOW "yh_now" /* the rule that is added */

enum { MAX_RULES = 16, RULE_BYTES = 64 };

void asr_word_name(size_t phrase, char name[ASR_WORD_MAX])
{
	snprintf(name, ASR_WORD_MAX, "w%zu", phrase);
}

int asr_is_rule(const char *hint)
{
	size_t n = strlen(hint);

	return n > 2 && n < RULE_BYTES && hint[0] == '<' && hint[n - 1] == '>';
}

/* The text with a rule more: one of those that are asked for. */
static char *with_choice(const char *jsgf, const char *const *hints, size_t n)
{
	char choice[MAX_RULES * (RULE_BYTES + 1)] = "";
	size_t len = 0, rules = 0;

	for (size_t i = 0; i < n && rules < MAX_RULES; i++) {
		if (!asr_is_rule(hints[i]))
			continue;
		len += (size_t)snprintf(choice + len, sizeof(choice) - len,
					"%s%s", rules++ ? "|" : "", hints[i]);
	}

	return rules ? yh_asprintf("%s\npublic <" NOW "> = %s;\n", jsgf, choice)
		     : NULL;
}

static fsg_model_t *read_rules(const char *text, ps_decoder_t *ps, float32 lw)
{
	jsgf_t *jsgf = jsgf_parse_string(text, NULL);
	char *name =
		jsgf ? yh_asprintf("%s." NOW, jsgf_grammar_name(jsgf)) : NULL;
	jsgf_rule_t *rule = name ? jsgf_get_rule(jsgf, name) : NULL;
	fsg_model_t *fsg = NULL;

	yh_free(name);
	if (rule)
		fsg = jsgf_build_fsg(jsgf, rule, ps_get_logmath(ps), lw);
	if (jsgf)
		jsgf_grammar_free(jsgf);

	return fsg;
}

static int name_words(fsg_model_t *fsg, struct asr_phrases *phrases)
{
	char name[ASR_WORD_MAX];

	for (int32 i = 0; i < fsg->n_word; i++) {
		long at = asr_phrases_add(phrases, fsg->vocab[i]);

		if (at < 0)
			return (int)at;
		asr_word_name((size_t)at, name);
		ckd_free(fsg->vocab[i]);
		fsg->vocab[i] = ckd_salloc(name);
	}

	return 0;
}

size_t asr_syllables(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;

	return n;
}

/* With all rules and all general phrases open, of 130 spoken numbers 85 % are
 * right without it and 91 % with it, of 250 phrases 96 % and 97 %; a hundredth
 * already favours short phrases (74 %). */
double asr_grammar_penalty(ps_decoder_t *ps, double weight)
{
	static const double ODDS = 0.1;

	return logmath_log(ps_get_logmath(ps), ODDS) * weight;
}

static void penalise_words(fsg_model_t *fsg, double penalty)
{
	for (int s = 0; s < fsg_model_n_state(fsg); s++) {
		for (fsg_arciter_t *arc = fsg_model_arcs(fsg, s); arc;
		     arc = fsg_arciter_next(arc)) {
			fsg_link_t *link = fsg_arciter_get(arc);

			if (fsg_link_wid(link) >= 0)
				link->logs2prob +=
					(int32)(penalty *
						(double)asr_syllables(
							fsg->vocab[link->wid]));
		}
	}
}

static fsg_model_t *nothing(ps_decoder_t *ps, float32 lw)
{
	fsg_model_t *fsg = fsg_model_init("now", ps_get_logmath(ps), lw, 2);

	if (fsg) {
		fsg->start_state = 0;
		fsg->final_state = 1;
	}

	return fsg;
}

int asr_grammar_rules(fsg_model_t **out, ps_decoder_t *ps, double weight,
		      const char *jsgf, const char *const *hints, size_t n,
		      struct asr_phrases *phrases)
{
	char *text = jsgf ? with_choice(jsgf, hints, n) : NULL;
	fsg_model_t *fsg = text ? read_rules(text, ps, (float32)weight)
				: nothing(ps, (float32)weight);
	int err = fsg ? 0 : text ? -EINVAL : -ENOMEM;

	yh_free(text);
	if (!err)
		penalise_words(fsg, asr_grammar_penalty(ps, weight));
	if (!err)
		err = name_words(fsg, phrases);
	if (err) {
		fsg_model_free(fsg);
		return err;
	}
	*out = fsg;

	return 0;
}

void asr_grammar_allow(fsg_model_t *fsg, size_t phrase, double cost)
{
	char name[ASR_WORD_MAX];

	asr_word_name(phrase, name);
	fsg_model_trans_add(fsg, fsg->start_state, fsg->final_state,
			    (int32)cost, fsg_model_word_add(fsg, name));
}
