/**
 * @file lint.h  What stands in a script's text, with its place: the prompts,
 *               for whoever must read each of them, and examples that clash.
 *
 * Pure. Beside yh_script_parse(), which refuses what cannot work, and
 * yh_play_tests() (play.h): all three together are an author's check.
 */
#ifndef YH_SCRIPT_LINT_H
#define YH_SCRIPT_LINT_H

#include "script/script.h"
#include "text/classify.h"

/** A text that may be spoken. */
struct yh_prompt {
	const char *text;      /**< As it is spoken: {variables} filled in from
				    the tests' contacts, borrowed */
	unsigned line, column; /**< From 1 */
	bool verified;	       /**< Spoken to a proven callee only */
};

typedef void yh_prompt_cb(void *arg, const struct yh_prompt *prompt);

/** Visit every wording of every prompt, question, answer and clarification.
 * @param text Borrowed, the source that `script` was parsed from, shape (len)
 * @return Number of prompts; YH_ERR_BAD_CONFIG (it is another source),
 * -ENOMEM */
int yh_lint_prompts(const char *text, size_t len,
		    const struct yh_script *script, yh_prompt_cb *visit,
		    void *arg);

/** Two examples of two intents that cannot be told apart. */
struct yh_clash {
	unsigned line, column; /**< Of the script's own example, from 1 */
	const char *intent, *example;	   /**< The script's own */
	const char *other, *other_example; /**< A general one, or its own */
};

typedef void yh_clash_cb(void *arg, const struct yh_clash *clash);

/** Find examples of the script's own intents that are nearly the same as
 * those of another intent, or that the classifier, trained on them, takes for
 * another intent when it may not look them up.
 * @param text Borrowed, the script's source, shape (len)
 * @param classifier Extended by the script's intents; NULL = by likeness only
 * @return Number of clashes; YH_ERR_BAD_CONFIG, -ENOMEM */
int yh_lint_clashes(const char *text, size_t len,
		    const struct yh_script *script,
		    const struct yh_intents *general,
		    const struct yh_classifier *classifier, yh_clash_cb *tell,
		    void *arg);

#endif
