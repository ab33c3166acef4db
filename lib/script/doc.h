/**
 * @file doc.h  Reading a YAML document node by node, with the place of every
 *               fault. Private to lib/script.
 */
#ifndef YH_SCRIPT_DOC_H
#define YH_SCRIPT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <yaml.h>

struct yh_doc {
	yaml_document_t doc;
	char *error;
	size_t size;
	bool failed; /**< The first fault is in error; go on or not */
};

/** Load a text.
 * @param d With error and size set; yaml_document_delete(&d->doc) afterwards
 * @return 0, YH_ERR_BAD_CONFIG (told in error), -ENOMEM; then there is nothing
 * to delete */
int yh_doc_load(struct yh_doc *d, const char *text, size_t len);
/** Tell a fault at a node, the first one only. */
void yh_doc_fail(struct yh_doc *d, const yaml_node_t *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/** @return Node by its number, NULL if there is none */
yaml_node_t *yh_doc_node(struct yh_doc *d, int index);
/** Value of a key of a mapping. @return NULL when absent */
yaml_node_t *yh_doc_get(struct yh_doc *d, const yaml_node_t *map,
			const char *key);
/** Text of a scalar; fails otherwise. @return NULL on a fault */
const char *yh_doc_text(struct yh_doc *d, const yaml_node_t *node);
/** Every key of the mapping must be in the list (NULL at its end). */
void yh_doc_only(struct yh_doc *d, const yaml_node_t *map,
		 const char *const keys[]);

/** Entries of a mapping or sequence; fails when it is another thing or has more
 * than max. @return 0 on a fault */
size_t yh_doc_pairs(struct yh_doc *d, const yaml_node_t *map, size_t max);
size_t yh_doc_items(struct yh_doc *d, const yaml_node_t *seq, size_t max);
/** Copies of texts, owned by the caller; NULL when absent. need: it must be
 * there */
char *yh_doc_copy(struct yh_doc *d, const yaml_node_t *node);
char *yh_doc_need(struct yh_doc *d, const yaml_node_t *map, const char *key);
bool yh_doc_flag(struct yh_doc *d, const yaml_node_t *map, const char *key,
		 bool def);
/** A whole number from 0 to max. */
unsigned yh_doc_number(struct yh_doc *d, const yaml_node_t *map,
		       const char *key, unsigned def, unsigned max);
/** A list of texts, shape (*n), owned by the caller; a text alone is a list of
 * one. */
char **yh_doc_list(struct yh_doc *d, const yaml_node_t *node, unsigned *n);

#endif
