/** @file doc.c  YAML nodes, contract in doc.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/doc.h"

enum { MAX_ITEMS = 1000 };

int yh_doc_load(struct yh_doc *d, const char *text, size_t len)
{
	yaml_parser_t p;
	int err = 0;

	if (!yaml_parser_initialize(&p))
		return -ENOMEM;
	yaml_parser_set_input_string(&p, (const unsigned char *)text, len);
	if (!yaml_parser_load(&p, &d->doc)) {
		snprintf(d->error, d->size, "%zu:%zu: %s",
			 p.problem_mark.line + 1, p.problem_mark.column + 1,
			 p.problem ? p.problem : "not YAML");
		err = YH_ERR_BAD_CONFIG;
	}
	yaml_parser_delete(&p);

	return err;
}

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

static const char *key_text(struct yh_doc *d, const yaml_node_pair_t *p)
{
	const yaml_node_t *k = yh_doc_node(d, p->key);

	return k && k->type == YAML_SCALAR_NODE
		       ? (const char *)k->data.scalar.value
		       : "";
}

/* No key of the mapping may stand twice. */
static void check_unique(struct yh_doc *d, const yaml_node_t *map)
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
	check_unique(d, map);
}

/* ---- values ---- */

size_t yh_doc_pairs(struct yh_doc *d, const yaml_node_t *map, size_t max)
{
	size_t n;

	if (!map || map->type != YAML_MAPPING_NODE) {
		yh_doc_fail(d, map, "a mapping (key: value) belongs here");
		return 0;
	}
	n = (size_t)(map->data.mapping.pairs.top -
		     map->data.mapping.pairs.start);
	if (!n || n > max) {
		yh_doc_fail(d, map, "there must be 1 to %zu entries", max);
		return 0;
	}
	check_unique(d, map);

	return n;
}

size_t yh_doc_items(struct yh_doc *d, const yaml_node_t *seq, size_t max)
{
	size_t n;

	if (!seq || seq->type != YAML_SEQUENCE_NODE) {
		yh_doc_fail(d, seq, "a list belongs here");
		return 0;
	}
	n = (size_t)(seq->data.sequence.items.top -
		     seq->data.sequence.items.start);
	if (!n || n > max) {
		yh_doc_fail(d, seq, "there must be 1 to %zu entries", max);
		return 0;
	}

	return n;
}

char *yh_doc_copy(struct yh_doc *d, const yaml_node_t *node)
{
	const char *text = node ? yh_doc_text(d, node) : NULL;
	char *copy = text ? yh_strdup(text) : NULL;

	if (text && !copy)
		yh_doc_fail(d, node, "out of memory");

	return copy;
}

char *yh_doc_need(struct yh_doc *d, const yaml_node_t *map, const char *key)
{
	const yaml_node_t *node = yh_doc_get(d, map, key);

	if (!node)
		yh_doc_fail(d, map, "\"%s\" is missing", key);

	return yh_doc_copy(d, node);
}

bool yh_doc_flag(struct yh_doc *d, const yaml_node_t *map, const char *key,
		 bool def)
{
	const yaml_node_t *node = yh_doc_get(d, map, key);
	const char *text = node ? yh_doc_text(d, node) : NULL;

	if (!text)
		return def;
	if (strcmp(text, "true") && strcmp(text, "false"))
		yh_doc_fail(d, node, "\"%s\" must be true or false", key);

	return text[0] == 't';
}

unsigned yh_doc_number(struct yh_doc *d, const yaml_node_t *map,
		       const char *key, unsigned def, unsigned max)
{
	const yaml_node_t *node = yh_doc_get(d, map, key);
	const char *text = node ? yh_doc_text(d, node) : NULL;
	char *end;
	unsigned long v;

	if (!text)
		return def;
	v = strtoul(text, &end, 10);
	if (end == text || *end || v > max)
		yh_doc_fail(d, node, "\"%s\" must be a number up to %u", key,
			    max);

	return (unsigned)v;
}

char **yh_doc_list(struct yh_doc *d, const yaml_node_t *node, unsigned *n)
{
	bool alone = node && node->type == YAML_SCALAR_NODE;
	size_t size = alone ? 1 : node ? yh_doc_items(d, node, MAX_ITEMS) : 0;
	char **list = size ? yh_calloc(size, sizeof(*list)) : NULL;

	if (size && !list)
		yh_doc_fail(d, node, "out of memory");
	for (size_t i = 0; list && i < size; i++)
		list[(*n)++] = yh_doc_copy(
			d,
			alone ? node
			      : yh_doc_node(
					d, node->data.sequence.items.start[i]));

	return list;
}
