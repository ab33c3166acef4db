/** @file place.c  Where a fault stands, contract in place.h */
#include "place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/mem.h"

/* ---- the document -------------------------------------------------------- */

/* @param f Or else source @return False: it cannot be parsed */
static bool parse(yaml_document_t *doc, FILE *f, const char *source)
{
	yaml_parser_t parser;
	bool ok;

	if (!yaml_parser_initialize(&parser))
		return false;
	if (f)
		yaml_parser_set_input_file(&parser, f);
	else
		yaml_parser_set_input_string(
			&parser, (const unsigned char *)source, strlen(source));
	ok = yaml_parser_load(&parser, doc);
	yaml_parser_delete(&parser);

	return ok;
}

static bool is_scalar(const yaml_node_t *node, const char *value)
{
	return node->type == YAML_SCALAR_NODE &&
	       !strcmp((const char *)node->data.scalar.value, value);
}

/* @return The n-th item of a list of the pack, from 1; NULL: there is none */
static const yaml_node_t *item_of(yaml_document_t *doc, const char *list,
				  unsigned n)
{
	yaml_node_t *root = yaml_document_get_root_node(doc), *of;

	if (!root || root->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top; p++) {
		of = yaml_document_get_node(doc, p->value);
		if (is_scalar(yaml_document_get_node(doc, p->key), list) &&
		    of->type == YAML_SEQUENCE_NODE && n > 0 &&
		    n <= of->data.sequence.items.top -
				    of->data.sequence.items.start)
			return yaml_document_get_node(
				doc, of->data.sequence.items.start[n - 1]);
	}

	return NULL;
}

/* @param within NULL: anywhere */
static const yaml_node_t *find(const yaml_document_t *doc,
			       const yaml_node_t *within, const char *value)
{
	for (const yaml_node_t *x = doc->nodes.start; x < doc->nodes.top; x++) {
		if (is_scalar(x, value) &&
		    (!within ||
		     (x->start_mark.index >= within->start_mark.index &&
		      x->start_mark.index < within->end_mark.index)))
			return x;
	}

	return NULL;
}

static struct qa_place place_at(const yaml_node_t *node)
{
	if (!node)
		return (struct qa_place){0};

	return (struct qa_place){(unsigned)node->start_mark.line + 1,
				 (unsigned)node->start_mark.column + 1};
}

/* ---- faults -------------------------------------------------------------- */

static const yaml_node_t *item_told(yaml_document_t *doc, const char *fault)
{
	unsigned n;

	if (sscanf(fault, "rule %*s (entry %u)", &n) == 1)
		return item_of(doc, "rules", n);
	if (sscanf(fault, "words %*s (entry %u)", &n) == 1)
		return item_of(doc, "words", n);

	return NULL;
}

/* @return Heap: the text in quotes at the end; NULL: there is none */
static char *text_told(const char *fault)
{
	const char *from = strstr(fault, "pattern \"");
	const char *end = strrchr(fault, '"');

	from = from ? from + strlen("pattern \"") : NULL;

	return from && end >= from ? yh_strndup(from, (size_t)(end - from))
				   : NULL;
}

/* libcyaml's own place; for a key that it does not know that is the value
 * before. */
static struct qa_place marked(yaml_document_t *doc, const char *fault,
			      struct qa_place at)
{
	char key[64];

	if (sscanf(fault, "Load: Unexpected key: %63s", key) != 1)
		return at;
	for (yaml_node_t *x = doc->nodes.start; x < doc->nodes.top; x++) {
		struct qa_place here = place_at(x);

		if (is_scalar(x, key) &&
		    (here.line > at.line ||
		     (here.line == at.line && here.column > at.column)))
			return here;
	}

	return at;
}

static struct qa_place told(FILE *f, const char *source, const char *fault)
{
	const char *mark = strstr(fault, "(line: ");
	const yaml_node_t *item, *node;
	struct qa_place place = {0};
	yaml_document_t doc;
	char *text;

	if (mark)
		(void)sscanf(mark, "(line: %u, column: %u)", &place.line,
			     &place.column);
	if (!parse(&doc, f, source))
		return place;
	if (place.line) {
		place = marked(&doc, fault, place);
	} else {
		text = text_told(fault);
		item = item_told(&doc, fault);
		node = text ? find(&doc, item, text) : NULL;
		place = place_at(node ? node : item);
		yh_free(text);
	}
	yaml_document_delete(&doc);

	return place;
}

struct qa_place qa_place_told(const char *source, const char *fault)
{
	return told(NULL, source, fault);
}

struct qa_place qa_place_of(const char *source, const char *text,
			    const char *rule)
{
	struct qa_place place = {0};
	const yaml_node_t *node;
	yaml_document_t doc;

	if (!parse(&doc, NULL, source))
		return place;
	node = text ? find(&doc, NULL, text) : NULL;
	place = place_at(node ? node : find(&doc, NULL, rule));
	yaml_document_delete(&doc);

	return place;
}

void qa_place_in_file(const char *path, char *fault, size_t size)
{
	FILE *f = fopen(path, "rb");
	char *reason = yh_strdup(fault);
	struct qa_place place = {0};

	if (f && reason)
		place = told(f, NULL, reason);
	if (place.line)
		snprintf(fault, size, "%s:%u:%u: %s", path, place.line,
			 place.column, reason);
	else if (reason)
		snprintf(fault, size, "%s: %s", path, reason);
	if (f)
		fclose(f);
	yh_free(reason);
}
