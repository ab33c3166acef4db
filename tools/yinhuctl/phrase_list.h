/** @file phrase_list.h  What a recogniser shall listen for, from files. */
#ifndef YC_PHRASE_LIST_H
#define YC_PHRASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct yc_phrases {
	char **list; /**< Shape (n) */
	size_t n, cap;
};

/** Add one, unless the last one is the same. @param text Copied
 * @return 0, -ENOMEM */
int yc_phrases_add(struct yc_phrases *p, const char *text);
/** The examples of the general intents that come with the product.
 * @return 0, or negative and a message on stderr */
int yc_phrases_general(struct yc_phrases *p);
/** A phrase a line. @return As yc_phrases_general */
int yc_phrases_lines(struct yc_phrases *p, const char *path);
/** Does the file begin as JSGF does? */
bool yc_phrases_is_jsgf(const char *path);
/** Names of a JSGF file's public rules, as "<name>".
 * @return As yc_phrases_general */
int yc_phrases_rules(struct yc_phrases *p, const char *path);
void yc_phrases_clear(struct yc_phrases *p);

#endif
