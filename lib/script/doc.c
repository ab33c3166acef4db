/** @file doc.c  YAML nodes, contract in doc.h */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "script/doc.h"

void yh_doc_fail(struct yh_doc *d, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (d->failed)
		return;
	d->failed = true;
	n = snprintf(d->error, d->size,
		     "%zu:%zu: ", at ? at->start_mark.line + 1 : 1,
		     at ? at->start_mark.column + 1 : 1);
	va_start(ap, fmt);
	if (n > 0 && (size_t)n < d->size)
		vsnprintf(d->error + n, d->size - (size_t)n, fmt, ap);
	va_end(ap);
}

yaml_node_t *yh_doc_node(struct yh_doc *d, int index)
{
	return yaml_document_get_node(&d->doc, index);
}

yaml_node_t *yh_doc_get(struct yh_doc *d, const yaml_node_t *map,
			const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yh_doc_node(d, p->key);

		if (k && k->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)k->data.scalar.value, key))
			return yh_doc_node(d, p->value);
	}

	return NULL;
}

const char *yh_doc_text(struct yh_doc *d, const yaml_node_t *node)
{
	if (!node || node->type != YAML_SCALAR_NODE) {
		yh_doc_fail(d, node, "a text belongs here");
		return NULL;
	}

	return (const char *)node->data.scalar.value;
}

static bool is_listed(const char *key, const char *const keys[])
{
	for (; *keys; keys++) {
		if (!strcmp(key, *keys))
			return true;
	}

	return false;
}

void yh_doc_only(struct yh_doc *d, const yaml_node_t *map,
		 const char *const keys[])
{
	if (!map || map->type != YAML_MAPPING_NODE) {
		yh_doc_fail(d, map, "a mapping (key: value) belongs here");
		return;
	}
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yh_doc_node(d, p->key);
		const char *key = yh_doc_text(d, k);

		if (key && !is_listed(key, keys))
			yh_doc_fail(
				d, k,
				"unknown key \"%s\"; known here: %s, %s ...",
				key, keys[0], keys[1] ? keys[1] : "-");
	}
	yh_doc_unique(d, map);
}

static const char *key_text(struct yh_doc *d, const yaml_node_pair_t *p)
{
	const yaml_node_t *k = yh_doc_node(d, p->key);

	return k && k->type == YAML_SCALAR_NODE
		       ? (const char *)k->data.scalar.value
		       : "";
}

void yh_doc_unique(struct yh_doc *d, const yaml_node_t *map)
{
	const yaml_node_pair_t *first = map->data.mapping.pairs.start;

	for (const yaml_node_pair_t *p = first; p < map->data.mapping.pairs.top;
	     p++) {
		for (const yaml_node_pair_t *q = first; q < p; q++) {
			if (!strcmp(key_text(d, p), key_text(d, q)))
				yh_doc_fail(d, yh_doc_node(d, p->key),
					    "\"%s\" is given twice",
					    key_text(d, p));
		}
	}
}
