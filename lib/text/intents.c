/** @file intents.c  Intents from YAML by libcyaml, contract in intents.h */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cyaml/cyaml.h>

#include "base/err.h"
#include "text/intents.h"

static const cyaml_schema_value_t example = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 200),
};

static const cyaml_schema_field_t intent_fields[] = {
	CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, struct yh_intent, id,
			       1, 63),
	CYAML_FIELD_SEQUENCE_COUNT("examples", CYAML_FLAG_POINTER,
				   struct yh_intent, examples, n_examples,
				   &example, 1, 1000),
	CYAML_FIELD_END};

static const cyaml_schema_value_t intent = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yh_intent,
			    intent_fields),
};

static const cyaml_schema_field_t top_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("intents", CYAML_FLAG_POINTER,
				   struct yh_intents, list, n, &intent, 1, 500),
	CYAML_FIELD_END};

static const cyaml_schema_value_t top = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yh_intents, top_fields),
};

static const cyaml_schema_field_t concept_fields[] = {
	CYAML_FIELD_SEQUENCE_COUNT("concepts", CYAML_FLAG_POINTER,
				   struct yh_intents, list, n, &intent, 1, 500),
	CYAML_FIELD_END};

static const cyaml_schema_value_t concepts_top = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yh_intents,
			    concept_fields),
};

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

static const cyaml_config_t config = {
	.log_fn = on_log,
	.mem_fn = cyaml_mem,
	.log_level = CYAML_LOG_ERROR,
};

static int load(struct yh_intents **out, const char *path,
		const cyaml_schema_value_t *schema, char *error, size_t size)
{
	struct log_ctx ctx = {error, size};
	struct yh_intents *intents = NULL;
	cyaml_config_t c = config;
	cyaml_err_t rc;

	c.log_ctx = &ctx;
	snprintf(error, size, "%s: ", path);
	rc = cyaml_load_file(path, &c, schema, (cyaml_data_t **)&intents, NULL);
	if (rc != CYAML_OK) {
		snprintf(error + strlen(error), size - strlen(error), "%s",
			 cyaml_strerror(rc));
		return YH_ERR_BAD_CONFIG;
	}
	*out = intents;

	return 0;
}

int yh_intents_load(struct yh_intents **out, const char *path, char *error,
		    size_t size)
{
	return load(out, path, &top, error, size);
}

int yh_concepts_load(struct yh_intents **out, const char *path, char *error,
		     size_t size)
{
	return load(out, path, &concepts_top, error, size);
}

void yh_intents_destroy(struct yh_intents *intents)
{
	cyaml_free(&config, &top, intents, 0);
}

enum yh_phrase yh_intents_find(const struct yh_intents *intents,
			       const char *spoken)
{
	enum yh_phrase best = YH_PHRASE_NONE;

	for (unsigned i = 0; i < intents->n; i++) {
		enum yh_phrase p =
			yh_phrase_find(intents->list[i].examples,
				       intents->list[i].n_examples, spoken);

		if (p == YH_PHRASE_WHOLE)
			return p;
		if (p == YH_PHRASE_BEGUN)
			best = p;
	}

	return best;
}
