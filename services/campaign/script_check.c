/**
 * @file script_check.c  YAML with an `id` and a `title`, contract in
 *                       script_check.h
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "script_check.h"

typedef struct cmp_script_info info_t;

/* "line:column: text", both from 1. */
static int fault(info_t *info, const yaml_mark_t *at, const char *text)
{
	snprintf(info->error, sizeof(info->error), "%zu:%zu: %s", at->line + 1,
		 at->column + 1, text);

	return -EINVAL;
}

/* Copy the value of a top-level key. @return 0, -ENOENT */
static int take(yaml_document_t *doc, const yaml_node_t *map, const char *key,
		char *out, size_t size)
{
	const yaml_node_pair_t *p = map->data.mapping.pairs.start;

	for (; p < map->data.mapping.pairs.top; p++) {
		const yaml_node_t *k = yaml_document_get_node(doc, p->key);
		const yaml_node_t *v = yaml_document_get_node(doc, p->value);

		if (k->type == YAML_SCALAR_NODE &&
		    v->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)k->data.scalar.value, key)) {
			snprintf(out, size, "%s",
				 (const char *)v->data.scalar.value);
			return v->data.scalar.length < size ? 0 : -ENOENT;
		}
	}

	return -ENOENT;
}

static int check(yaml_document_t *doc, info_t *info)
{
	const yaml_node_t *map = yaml_document_get_root_node(doc);
	size_t n;

	if (!map || map->type != YAML_MAPPING_NODE)
		return fault(info, &doc->start_mark,
			     "a script is a mapping with `id` and `title`");
	if (take(doc, map, "id", info->id, sizeof(info->id)))
		return fault(info, &map->start_mark,
			     "`id` is missing or longer than 63 characters");
	n = strspn(info->id, "abcdefghijklmnopqrstuvwxyz0123456789_-");
	if (!n || info->id[n])
		return fault(info, &map->start_mark,
			     "`id` must be [a-z0-9_-]{1,63}");
	if (take(doc, map, "title", info->title, sizeof(info->title)))
		info->title[0] = '\0';

	return 0;
}

int cmp_script_check(const char *source, size_t len, info_t *info)
{
	yaml_parser_t parser;
	yaml_document_t doc;
	int err;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)source,
				     len);
	if (!yaml_parser_load(&parser, &doc)) {
		err = fault(info, &parser.problem_mark,
			    parser.problem ? parser.problem : "not YAML");
	} else {
		err = check(&doc, info);
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);

	return err;
}
