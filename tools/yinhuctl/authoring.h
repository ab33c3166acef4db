/**
 * @file authoring.h  A script as an author has it on disk: parsed, with the
 *                    general intents, the classifier and the inspector.
 */
#ifndef YC_AUTHORING_H
#define YC_AUTHORING_H

#include "../../services/qa-inspector/inspect.h"
#include "script/play.h"
#include "text/understanding.h"

struct yc_authoring {
	const char *path;
	char *source;
	size_t len;
	struct yh_script *script;
	struct yh_understanding understanding;
	struct yh_classifier *classifier;
	struct qa_rules *rules;
};

/** The general intents that come with the product.
 * @return 0, -1 with a message on stderr */
int yc_understanding(struct yh_understanding *u);
/** Load all of it. @param path Borrowed for as long as *a is used
 * @return 0, or -1 with "PATH:LINE:COLUMN: why" on stderr; close in both */
int yc_authoring_open(struct yc_authoring *a, const char *path);
void yc_authoring_close(struct yc_authoring *a);
/** What the inspector says of a conversation; a hook of yh_play_tests().
 * @param arg struct yc_authoring */
unsigned yc_authoring_inspect(void *arg, const struct yh_play_line *lines,
			      unsigned n, bool verified, const char **rules,
			      unsigned max);
/** The same of a conversation that may not have come to its end. */
unsigned yc_authoring_inspect_so_far(struct yc_authoring *a,
				     const struct yh_play_line *lines,
				     unsigned n, bool verified, bool ended,
				     const char **rules, unsigned max);
/** The same of a prompt alone. @return how many (at most max) */
unsigned yc_authoring_inspect_prompt(struct yc_authoring *a, const char *text,
				     bool verified, const char **rules,
				     unsigned max);
/** NAME=VALUE as a contact's field. @param text Changed and kept
 * @return 0, -1 with a message on stderr */
int yc_authoring_field(struct yh_play *p, char *text);

#endif
