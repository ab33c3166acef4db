/** @file intents.c  Intents from YAML by libcyaml, contract in intents.h */
#include "conf/yaml_file.h"
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

int yh_intents_load(struct yh_intents **out, const char *path, char *error,
		    size_t size)
{
	return yh_yaml_load(path, &top, (void **)out, error, size);
}

int yh_concepts_load(struct yh_intents **out, const char *path, char *error,
		     size_t size)
{
	return yh_yaml_load(path, &concepts_top, (void **)out, error, size);
}

void yh_intents_destroy(struct yh_intents *intents)
{
	yh_yaml_free(&top, intents);
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
