/*
 * Schema and loading with libcyaml; line numbers for later checks with the
 * libyaml beneath it, since libcyaml keeps none.
 */
#include "persona_yaml.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { NUMBERS_MAX = 10000, TURNS_MAX = 100, PERSONAS_MAX = 10000 };

#define OPT	CYAML_FLAG_OPTIONAL
#define OPT_PTR (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

static const cyaml_strval_t KINDS[] = {
	{"talk", CAR_TALK},	  {"silent", CAR_SILENT},
	{"busy", CAR_BUSY},	  {"no_answer", CAR_NO_ANSWER},
	{"vacant", CAR_VACANT},	  {"powered_off", CAR_POWERED_OFF},
	{"decline", CAR_DECLINE}, {"reject", CAR_REJECT},
	{"ignore", CAR_IGNORE},
};

static const cyaml_schema_field_t TURN_FIELDS[] = {
	CYAML_FIELD_STRING_PTR("after", OPT_PTR, struct car_y_turn, after, 0,
			       32),
	CYAML_FIELD_UINT("delay_ms", OPT, struct car_y_turn, delay_ms),
	CYAML_FIELD_STRING_PTR("say", OPT_PTR, struct car_y_turn, say, 1, 500),
	CYAML_FIELD_STRING_PTR("press", OPT_PTR, struct car_y_turn, press, 1,
			       32),
	CYAML_FIELD_STRING_PTR("means", OPT_PTR, struct car_y_turn, means, 0,
			       64),
	CYAML_FIELD_UINT("beep_ms", OPT, struct car_y_turn, beep_ms),
	CYAML_FIELD_BOOL("hangup", OPT, struct car_y_turn, hangup),
	CYAML_FIELD_END};

static const cyaml_schema_value_t TURN = {CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct car_y_turn, TURN_FIELDS)};

static const cyaml_schema_field_t VOICE_FIELDS[] = {
	CYAML_FIELD_STRING_PTR("name", OPT_PTR, struct car_y_voice, name, 1,
			       64),
	CYAML_FIELD_STRING_PTR("variant", OPT_PTR, struct car_y_voice, variant,
			       0, 32),
	CYAML_FIELD_UINT_PTR("speed", OPT_PTR, struct car_y_voice, speed),
	CYAML_FIELD_UINT_PTR("pitch", OPT_PTR, struct car_y_voice, pitch),
	CYAML_FIELD_UINT_PTR("range", OPT_PTR, struct car_y_voice, range),
	CYAML_FIELD_INT_PTR("level_dbov", OPT_PTR, struct car_y_voice,
			    level_dbov),
	CYAML_FIELD_INT_PTR("noise_dbov", OPT_PTR, struct car_y_voice,
			    noise_dbov),
	CYAML_FIELD_END};

static const cyaml_schema_field_t SPARE_FIELDS[] = {
	CYAML_FIELD_STRING_PTR("say", OPT_PTR, struct car_y_spare, say, 1, 500),
	CYAML_FIELD_STRING_PTR("means", OPT_PTR, struct car_y_spare, means, 0,
			       64),
	CYAML_FIELD_UINT_PTR("after_ms", OPT_PTR, struct car_y_spare, after_ms),
	CYAML_FIELD_UINT_PTR("times", OPT_PTR, struct car_y_spare, times),
	CYAML_FIELD_END};

static const cyaml_schema_value_t NUMBER = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 32)};

static const cyaml_schema_field_t PERSONA_FIELDS[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct car_y_persona,
			       name, 1, 64),
	CYAML_FIELD_SEQUENCE("numbers", CYAML_FLAG_POINTER,
			     struct car_y_persona, numbers, &NUMBER, 1,
			     NUMBERS_MAX),
	CYAML_FIELD_ENUM("kind", OPT | CYAML_FLAG_STRICT, struct car_y_persona,
			 kind, KINDS, CYAML_ARRAY_LEN(KINDS)),
	CYAML_FIELD_UINT_PTR("ring_ms", OPT_PTR, struct car_y_persona, ring_ms),
	CYAML_FIELD_UINT_PTR("code", OPT_PTR, struct car_y_persona, code),
	CYAML_FIELD_BOOL_PTR("early_media", OPT_PTR, struct car_y_persona,
			     early_media),
	CYAML_FIELD_STRING_PTR("announce", OPT_PTR, struct car_y_persona,
			       announce, 0, 500),
	CYAML_FIELD_MAPPING_PTR("voice", OPT_PTR, struct car_y_persona, voice,
				VOICE_FIELDS),
	CYAML_FIELD_SEQUENCE("turns", OPT_PTR, struct car_y_persona, turns,
			     &TURN, 1, TURNS_MAX),
	CYAML_FIELD_BOOL("loop", OPT, struct car_y_persona, loop),
	CYAML_FIELD_MAPPING_PTR("when_asked_again", OPT_PTR,
				struct car_y_persona, when_asked_again,
				SPARE_FIELDS),
	CYAML_FIELD_MAPPING_PTR("when_silent", OPT_PTR, struct car_y_persona,
				when_silent, SPARE_FIELDS),
	CYAML_FIELD_UINT_PTR("hang_over_ms", OPT_PTR, struct car_y_persona,
			     hang_over_ms),
	CYAML_FIELD_UINT_PTR("patience_ms", OPT_PTR, struct car_y_persona,
			     patience_ms),
	CYAML_FIELD_UINT_PTR("max_call_ms", OPT_PTR, struct car_y_persona,
			     max_call_ms),
	CYAML_FIELD_STRING_PTR("expect", OPT_PTR, struct car_y_persona, expect,
			       0, 64),
	CYAML_FIELD_END};

static const cyaml_schema_value_t PERSONA = {CYAML_VALUE_MAPPING(
	CYAML_FLAG_DEFAULT, struct car_y_persona, PERSONA_FIELDS)};

static const cyaml_schema_field_t CAST_FIELDS[] = {
	CYAML_FIELD_MAPPING_PTR("voice", OPT_PTR, struct car_y_cast, voice,
				VOICE_FIELDS),
	CYAML_FIELD_SEQUENCE("personas", CYAML_FLAG_POINTER, struct car_y_cast,
			     personas, &PERSONA, 1, PERSONAS_MAX),
	CYAML_FIELD_END};

static const cyaml_schema_value_t CAST = {CYAML_VALUE_MAPPING(
	CYAML_FLAG_POINTER, struct car_y_cast, CAST_FIELDS)};

/* libcyaml tells what is wrong first, and where in the lines after. */
struct complaint {
	char what[256];
	unsigned line;
};

static void keep_complaint(cyaml_log_t level, void *ctx, const char *fmt,
			   va_list args)
{
	struct complaint *c = ctx;
	char text[256];
	const char *at;

	(void)level;
	vsnprintf(text, sizeof(text), fmt, args);
	text[strcspn(text, "\n")] = 0;
	if (!c->line && (at = strstr(text, "line: ")))
		c->line = (unsigned)strtoul(at + strlen("line: "), NULL, 10);
	if (c->what[0] || strstr(text, "Backtrace"))
		return;
	const char *body = strncmp(text, "Load: ", 6) ? text : text + 6;
	snprintf(c->what, sizeof(c->what), "%s", body);
}

static cyaml_config_t config(struct complaint *c)
{
	return (cyaml_config_t){
		.log_fn = keep_complaint,
		.log_ctx = c,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
	};
}

/* libcyaml places an unexpected key at the key before it: look further. */
static unsigned line_of_key(const uint8_t *yaml, size_t yaml_len,
			    const struct complaint *c)
{
	static const char what[] = "Unexpected key: ";
	const char *at = (const char *)yaml;
	const char *end = at + yaml_len;
	unsigned line = 1;

	if (strncmp(c->what, what, strlen(what)))
		return c->line;
	const char *key = c->what + strlen(what);
	while (at < end) {
		const char *eol = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((eol ? eol : end) - at);
		if (line >= c->line && memmem(at, len, key, strlen(key)))
			return line;
		at += len + 1;
		line++;
	}
	return c->line;
}

int car_yaml_load(const uint8_t *yaml, size_t yaml_len, struct car_y_cast **raw,
		  char *err, size_t len)
{
	struct complaint c = {0};
	cyaml_config_t cfg = config(&c);

	cyaml_err_t rc = cyaml_load_data(yaml, yaml_len, &cfg, &CAST,
					 (cyaml_data_t **)raw, NULL);
	if (rc == CYAML_OK && *raw)
		return 0;
	if (rc == CYAML_OK) {
		snprintf(err, len, "1: the file is empty");
		return -EINVAL;
	}
	snprintf(err, len, "%u: %s", line_of_key(yaml, yaml_len, &c),
		 c.what[0] ? c.what : cyaml_strerror(rc));
	return -EINVAL;
}

void car_yaml_free(struct car_y_cast *raw)
{
	struct complaint c = {0};
	cyaml_config_t cfg = config(&c);

	if (raw)
		cyaml_free(&cfg, &CAST, raw, 0);
}

static yaml_node_t *item(yaml_document_t *doc, yaml_node_t *seq, size_t i)
{
	if (!seq || seq->type != YAML_SEQUENCE_NODE)
		return NULL;
	yaml_node_item_t *at = seq->data.sequence.items.start + i;
	return at < seq->data.sequence.items.top
		       ? yaml_document_get_node(doc, *at)
		       : NULL;
}

static yaml_node_t *member(yaml_document_t *doc, yaml_node_t *map,
			   const char *key)
{
	if (!map || map->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start;
	     p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(doc, p->key);
		if (k && k->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)k->data.scalar.value, key))
			return yaml_document_get_node(doc, p->value);
	}
	return NULL;
}

unsigned car_yaml_line(const uint8_t *yaml, size_t yaml_len, size_t persona,
		       int turn)
{
	yaml_parser_t parser;
	yaml_document_t doc;
	unsigned line = 0;

	if (!yaml_parser_initialize(&parser))
		return 0;
	yaml_parser_set_input_string(&parser, yaml, yaml_len);
	if (!yaml_parser_load(&parser, &doc))
		goto out;
	yaml_node_t *node = yaml_document_get_root_node(&doc);
	node = item(&doc, member(&doc, node, "personas"), persona);
	if (turn >= 0)
		node = item(&doc, member(&doc, node, "turns"), (size_t)turn);
	if (node)
		line = (unsigned)node->start_mark.line + 1;
	yaml_document_delete(&doc);
out:
	yaml_parser_delete(&parser);
	return line;
}
