/**
 * @file intents.h  Intents and how people say them, from YAML.
 *
 * The file: `intents: - {id: affirm, examples: [好的, 可以]}`. Pure but for
 * reading the file. The ids of the general intents are fixed
 * (lib/text/general_intents.yaml). Concepts (lib/text/concepts.yaml) have the
 * same shape under `concepts`: an id and its words.
 */
#ifndef YH_INTENTS_H
#define YH_INTENTS_H

#include <stddef.h>

#include "text/endpoint.h"

/** An intent with its example phrases. */
struct yh_intent {
	char *id;
	char **examples; /**< UTF-8, shape (n_examples) */
	unsigned n_examples;
};

struct yh_intents {
	struct yh_intent *list; /**< Shape (n) */
	unsigned n;
};

/** Load a file.
 * @param[out] out  Owned by the caller; untouched on error
 * @param      path Borrowed
 * @param      error Receives file, place and reason (size bytes)
 * @return 0, YH_ERR_BAD_CONFIG */
int yh_intents_load(struct yh_intents **out, const char *path, char *error,
		    size_t size);
/** The same of a file of concepts. */
int yh_concepts_load(struct yh_intents **out, const char *path, char *error,
		     size_t size);
/** Look for a text among all examples. @param spoken By yh_utf8_spoken() */
enum yh_phrase yh_intents_find(const struct yh_intents *intents,
			       const char *spoken);
/** Either of them. @param intents Taken, may be NULL */
void yh_intents_destroy(struct yh_intents *intents);

#endif
