/** @file yaml_file.c  libcyaml, contract in yaml_file.h */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "conf/yaml_file.h"

struct log_ctx {
	char *error;
	size_t size;
};

static void on_log(cyaml_log_t level, void *arg, const char *fmt, va_list ap)
{
	struct log_ctx *ctx = arg;
	size_t used = strlen(ctx->error);
	char *nl;

	(void)level;
	vsnprintf(ctx->error + used, ctx->size - used, fmt, ap);
	while ((nl = strchr(ctx->error, '\n')))
		*nl = ' ';
}

static cyaml_config_t config_for(struct log_ctx *ctx)
{
	return (cyaml_config_t){.log_fn = on_log,
				.log_ctx = ctx,
				.mem_fn = cyaml_mem,
				.log_level = CYAML_LOG_ERROR};
}

int yh_yaml_load_list(const char *path, const cyaml_schema_value_t *schema,
		      void **out, unsigned *n, char *error, size_t size)
{
	struct log_ctx ctx = {error, size};
	cyaml_config_t config = config_for(&ctx);
	cyaml_err_t rc;

	*out = NULL;
	snprintf(error, size, "%s: ", path);
	rc = cyaml_load_file(path, &config, schema, (cyaml_data_t **)out, n);
	if (rc == CYAML_OK && (*out || n)) { /* an empty list is one */
		error[0] = '\0';
		return 0;
	}
	snprintf(error + strlen(error), size - strlen(error), "%s",
		 rc == CYAML_OK ? "nothing is in it" : cyaml_strerror(rc));

	return YH_ERR_BAD_CONFIG;
}

int yh_yaml_load(const char *path, const cyaml_schema_value_t *schema,
		 void **out, char *error, size_t size)
{
	return yh_yaml_load_list(path, schema, out, NULL, error, size);
}

void yh_yaml_free_list(const cyaml_schema_value_t *schema, void *list,
		       unsigned n)
{
	char ignored[200] = "";
	struct log_ctx ctx = {ignored, sizeof(ignored)};
	cyaml_config_t config = config_for(&ctx);

	if (list)
		cyaml_free(&config, schema, list, n);
}

void yh_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	yh_yaml_free_list(schema, data, 0);
}

/* ---- what a schema cannot say ----------------------------------------------
 */

int yh_fault(struct yh_fault *fault, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fault->error, fault->size, fmt, ap);
	va_end(ap);

	return YH_ERR_BAD_CONFIG;
}

int yh_yaml_numbers(void *item, const char *what,
		    const struct yh_yaml_number *list, size_t n,
		    struct yh_fault *fault)
{
	for (size_t i = 0; i < n; i++) {
		const struct yh_yaml_number *r = &list[i];
		uint32_t *v = (uint32_t *)(void *)((char *)item + r->offset);

		if (!*v)
			*v = r->usual;
		if (*v < r->min || *v > r->max)
			return yh_fault(fault, "%s: %s must be %u to %u", what,
					r->key, r->min, r->max);
	}

	return 0;
}

/* ---- places ----------------------------------------------------------------
 */

static const yaml_node_t *value_of(yaml_document_t *doc, const char *key)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);
	const yaml_node_pair_t *p;

	if (!root || root->type != YAML_MAPPING_NODE)
		return NULL;
	for (p = root->data.mapping.pairs.start;
	     p < root->data.mapping.pairs.top; p++) {
		const yaml_node_t *k = yaml_document_get_node(doc, p->key);

		if (k && k->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)k->data.scalar.value, key))
			return yaml_document_get_node(doc, p->value);
	}

	return NULL;
}

static const yaml_node_t *item_of(yaml_document_t *doc, const yaml_node_t *list,
				  unsigned i)
{
	if (!list || list->type != YAML_SEQUENCE_NODE ||
	    i >= list->data.sequence.items.top -
			    list->data.sequence.items.start)
		return NULL;

	return yaml_document_get_node(doc, list->data.sequence.items.start[i]);
}

size_t yh_yaml_where(const char *path, const char *list, unsigned i, char *buf,
		     size_t size)
{
	const yaml_node_t *item;
	yaml_document_t doc;
	yaml_parser_t parser;
	FILE *f = fopen(path, "rb");

	snprintf(buf, size, "%s: ", path);
	if (!f || !yaml_parser_initialize(&parser)) {
		if (f)
			fclose(f);
		return strlen(buf);
	}
	yaml_parser_set_input_file(&parser, f);
	if (yaml_parser_load(&parser, &doc)) {
		item = item_of(&doc, value_of(&doc, list), i);
		if (item)
			snprintf(buf, size, "%s:%zu:%zu: ", path,
				 item->start_mark.line + 1,
				 item->start_mark.column + 1);
		yaml_document_delete(&doc);
	}
	yaml_parser_delete(&parser);
	fclose(f);

	return strlen(buf);
}
