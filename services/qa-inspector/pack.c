/** @file pack.c  The schema of a rule pack, contract in pack.h */
#include "pack.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "dialog.h"
#include "place.h"

/* ---- schema -------------------------------------------------------------- */

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 4096),
};

#define OPTIONAL (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define TEXTS(key, type, list, n)                                              \
	CYAML_FIELD_SEQUENCE_COUNT(key, OPTIONAL, type, list, n, &text_value,  \
				   0, 1000)
#define LIST(key, type, member) TEXTS(key, type, member.list, member.n)
#define BITS(key, type, member, words)                                         \
	CYAML_FIELD_FLAGS(key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, type,  \
			  member, words, CYAML_ARRAY_LEN(words))
#define COND(key, member)                                                      \
	CYAML_FIELD_MAPPING_PTR(key, OPTIONAL, struct qa_rule, member,         \
				cond_fields)
#define NUMBER(key, type, member)                                              \
	CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, type, member)
#define TRUTH(key, type, member)                                               \
	CYAML_FIELD_BOOL(key, CYAML_FLAG_OPTIONAL, type, member)
#define STRING(key, flags, type, member)                                       \
	CYAML_FIELD_STRING_PTR(key, flags, type, member, 1, 4096)
#define MANY(key, type, member, n, value)                                      \
	CYAML_FIELD_SEQUENCE_COUNT(key, OPTIONAL, type, member, n, &value, 0,  \
				   1000)

static const cyaml_strval_t speakers[] = {
	{"bot", QA_BOT},
	{"agent", QA_AGENT},
	{"callee", QA_CALLEE},
};
static const cyaml_strval_t kinds[] = {
	{"not", QA_NOT},       {"must", QA_MUST},   {"stop", QA_STOP},
	{"digits", QA_DIGITS}, {"audio", QA_AUDIO}, {"fact", QA_FACT},
};
static const cyaml_strval_t scopes[] = {
	{"marketing", QA_MARKETING},
	{"wealth", QA_WEALTH},
	{"loan", QA_LOAN},
	{"service", QA_SERVICE},
	{"collection", QA_COLLECTION},
};
static const cyaml_strval_t compares[] = {
	{"is", QA_IS},	     {"is_not", QA_IS_NOT},	{"above", QA_ABOVE},
	{"below", QA_BELOW}, {"at_least", QA_AT_LEAST},
};

static const cyaml_schema_field_t when_fields[] = {
	STRING("fact", CYAML_FLAG_POINTER, struct qa_when, fact),
	CYAML_FIELD_ENUM("compare", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,
			 struct qa_when, compare, compares,
			 CYAML_ARRAY_LEN(compares)),
	STRING("other", OPTIONAL, struct qa_when, other),
	CYAML_FIELD_FLOAT("value", CYAML_FLAG_OPTIONAL, struct qa_when, value),
	TRUTH("unknown", struct qa_when, unknown),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t when_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_when, when_fields),
};

static const cyaml_schema_field_t cond_fields[] = {
	BITS("speaker", struct qa_cond, speaker, speakers),
	LIST("patterns", struct qa_cond, patterns),
	LIST("unless", struct qa_cond, unless),
	LIST("follows", struct qa_cond, follows),
	TEXTS("intents", struct qa_cond, intents, n_intents),
	TRUTH("verified", struct qa_cond, verified),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t part_fields[] = {
	TEXTS("patterns", struct qa_patterns, list, n),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t part_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_patterns,
			    part_fields),
};

#define RULE struct qa_rule
static const cyaml_schema_field_t rule_fields[] = {
	STRING("id", CYAML_FLAG_POINTER, RULE, id),
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT, RULE, kind, kinds,
			 CYAML_ARRAY_LEN(kinds)),
	BITS("scope", RULE, scope, scopes),
	BITS("speaker", RULE, speaker, speakers),
	MANY("when", RULE, when, n_when, when_value),
	CYAML_FIELD_UINT("severity", CYAML_FLAG_DEFAULT, RULE, severity),
	STRING("basis", CYAML_FLAG_POINTER, RULE, basis),
	STRING("message", CYAML_FLAG_POINTER, RULE, message),
	STRING("meaning", OPTIONAL, RULE, meaning),
	NUMBER("percent", RULE, percent),
	LIST("patterns", RULE, patterns),
	LIST("unless", RULE, unless),
	LIST("excuse", RULE, excuse),
	LIST("forbid", RULE, forbid),
	MANY("parts", RULE, parts, n_parts, part_value),
	NUMBER("need", RULE, need),
	TRUTH("bank_name", RULE, bank_name),
	COND("trigger", trigger),
	COND("first", first),
	COND("before", before),
	COND("reset", reset),
	NUMBER("turns", RULE, turns),
	NUMBER("by_ms", RULE, by_ms),
	TRUTH("at_close", RULE, at_close),
	TRUTH("earlier", RULE, earlier),
	TRUTH("full", RULE, full),
	TRUTH("once", RULE, once),
	NUMBER("min_turns", RULE, min_turns),
	NUMBER("overlap_ms", RULE, overlap_ms),
	NUMBER("talk_over_ms", RULE, talk_over_ms),
	NUMBER("gap_ms", RULE, gap_ms),
	NUMBER("chars_per_s", RULE, chars_per_s),
	NUMBER("repeats", RULE, repeats),
	TEXTS("emotions", RULE, emotions, n_emotions),
	TEXTS("bad", RULE, bad, n_bad),
	TEXTS("good", RULE, good, n_good),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t rule_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, RULE, rule_fields),
};

static const cyaml_schema_field_t word_fields[] = {
	STRING("name", CYAML_FLAG_POINTER, struct qa_word, name),
	STRING("is", OPTIONAL, struct qa_word, is),
	TEXTS("of", struct qa_word, of, n_of),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t word_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_word, word_fields),
};
static const cyaml_schema_field_t heard_fields[] = {
	STRING("hear", CYAML_FLAG_POINTER, struct qa_heard, hear),
	CYAML_FIELD_STRING_PTR("mean", CYAML_FLAG_POINTER, struct qa_heard,
			       mean, 0, 64),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t heard_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_heard, heard_fields),
};
static const cyaml_schema_field_t meaning_fields[] = {
	STRING("name", CYAML_FLAG_POINTER, struct qa_meaning, name),
	TEXTS("bad", struct qa_meaning, bad, n_bad),
	TEXTS("good", struct qa_meaning, good, n_good),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t meaning_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_meaning,
			    meaning_fields),
};

#define SCOPE(name) LIST(#name, struct qa_scopes, name)
static const cyaml_schema_field_t scope_fields[] = {
	SCOPE(negation),    SCOPE(negation_far),      SCOPE(negation_after),
	SCOPE(no_negation), SCOPE(warning),	      SCOPE(reported),
	SCOPE(refuted),	    SCOPE(identity_question), SCOPE(identity_yes),
	SCOPE(identity_no), SCOPE(identity_checked),  CYAML_FIELD_END,
};

static const cyaml_schema_field_t pack_fields[] = {
	STRING("pack", CYAML_FLAG_POINTER, struct qa_pack, name),
	STRING("version", CYAML_FLAG_POINTER, struct qa_pack, version),
	NUMBER("negation_window", struct qa_pack, negation_window),
	MANY("words", struct qa_pack, words, n_words, word_value),
	MANY("heard", struct qa_pack, heard, n_heard, heard_value),
	MANY("meanings", struct qa_pack, meanings, n_meanings, meaning_value),
	CYAML_FIELD_MAPPING("scopes", CYAML_FLAG_OPTIONAL, struct qa_pack,
			    scopes, scope_fields),
	MANY("rules", struct qa_pack, rules, n_rules, rule_value),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t pack_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct qa_pack, pack_fields),
};

/* ---- reading ------------------------------------------------------------- */

struct text_buf {
	char *p;
	size_t size, len;
};

static void on_yaml_log(cyaml_log_t level, void *ctx, const char *fmt,
			va_list args)
{
	struct text_buf *b = ctx;
	int n;

	(void)level;
	n = vsnprintf(b->p + b->len, b->size - b->len, fmt, args);
	if (n > 0)
		b->len += (size_t)n < b->size - b->len ? (size_t)n
						       : b->size - b->len - 1;
	/* One line for people. */
	for (char *c = b->p; *c; c++) {
		if (*c == '\n')
			*c = ' ';
	}
}

static cyaml_config_t yaml_config(struct text_buf *b)
{
	return (cyaml_config_t){
		.log_fn = b ? on_yaml_log : NULL,
		.log_ctx = b,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
	};
}

/* What the schema cannot say. */
static const char *fault_of(const struct qa_rule *r)
{
	bool says = r->patterns.n || r->n_parts || r->meaning;

	if (r->severity < 1 || r->severity > 3)
		return "severity must be 1, 2 or 3";
	if (!r->scope)
		return "scope is missing";
	if (!r->speaker && r->kind != QA_FACT)
		return "speaker is missing";
	if (r->kind <= QA_STOP && !says)
		return "patterns are missing";
	if (r->kind == QA_STOP && !r->trigger)
		return "a stop rule needs a trigger";
	if (r->kind == QA_FACT && !r->n_when)
		return "a fact rule needs when";
	if (r->kind == QA_MUST && !r->trigger && !r->before && !r->turns &&
	    !r->at_close)
		return "a must rule needs trigger, before, turns or at_close";

	return NULL;
}

static int check(const struct qa_pack *p, char *error, size_t size)
{
	for (unsigned i = 0; i < p->n_words; i++) {
		if (!p->words[i].is == !p->words[i].n_of) {
			snprintf(error, size,
				 "words %s (entry %u): either is or of",
				 p->words[i].name, i + 1);
			return YH_ERR_BAD_CONFIG;
		}
	}
	for (unsigned i = 0; i < p->n_rules; i++) {
		const char *fault = fault_of(&p->rules[i]);

		if (fault) {
			snprintf(error, size, "rule %s (entry %u): %s",
				 p->rules[i].id, i + 1, fault);
			return YH_ERR_BAD_CONFIG;
		}
	}

	return 0;
}

/* @param p Taken, or NULL with an error @return As qa_pack_load */
static int finish(struct qa_pack **out, struct qa_pack *p, cyaml_err_t yerr,
		  struct text_buf *b)
{
	if (yerr != CYAML_OK) {
		if (!b->len)
			snprintf(b->p, b->size, "%s", cyaml_strerror(yerr));
		return YH_ERR_BAD_CONFIG;
	}
	if (!p) { /* no document, or an empty one */
		snprintf(b->p, b->size, "the pack is empty");
		return YH_ERR_BAD_CONFIG;
	}
	if (check(p, b->p, b->size)) {
		qa_pack_free(p);
		return YH_ERR_BAD_CONFIG;
	}
	snprintf(p->label, sizeof(p->label), "%s@%s", p->name, p->version);
	*out = p;

	return 0;
}

int qa_pack_load(struct qa_pack **out, const char *path, char *error,
		 size_t size)
{
	struct text_buf buf = {error, size, 0};
	cyaml_config_t conf = yaml_config(&buf);
	struct qa_pack *p = NULL;
	cyaml_err_t yerr;

	if (!out || !path || !error || !size)
		return -EINVAL;

	error[0] = '\0';
	yerr = cyaml_load_file(path, &conf, &pack_value, (cyaml_data_t **)&p,
			       NULL);
	if (finish(&p, p, yerr, &buf)) {
		qa_place_in_file(path, error, size);
		return YH_ERR_BAD_CONFIG;
	}
	p->path = yh_strdup(path);
	if (!p->path) {
		qa_pack_free(p);
		return -ENOMEM;
	}
	*out = p;

	return 0;
}

int qa_pack_read(struct qa_pack **out, const char *source, char *error,
		 size_t size)
{
	struct text_buf buf = {error, size, 0};
	cyaml_config_t conf = yaml_config(&buf);
	struct qa_pack *p = NULL;
	cyaml_err_t yerr;

	if (!out || !source || !error || !size)
		return -EINVAL;

	error[0] = '\0';
	yerr = cyaml_load_data((const uint8_t *)source, strlen(source), &conf,
			       &pack_value, (cyaml_data_t **)&p, NULL);

	return finish(out, p, yerr, &buf);
}

void qa_pack_free(struct qa_pack *p)
{
	cyaml_config_t conf = yaml_config(NULL);

	if (!p)
		return;
	yh_free(p->path);
	cyaml_free(&conf, &pack_value, p, 0);
}
