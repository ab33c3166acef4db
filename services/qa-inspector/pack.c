/** @file pack.c  Loading a rule pack, contract in pack.h */
#include "pack.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "dialog.h"

enum { MAX_PATTERNS = 20000, MAX_HITS = 4096 };

struct qa_rules {
	struct qa_pack *pack;
	hs_database_t *db;
	hs_scratch_t *scratch;
	uint32_t *groups; /* shape (n_patterns): group of a pattern id */
	unsigned n_patterns, n_groups;
};

/* ---- schema -------------------------------------------------------------- */

static const cyaml_schema_value_t text_value = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 512),
};

#define LIST(key, type, member)                                                \
	CYAML_FIELD_SEQUENCE_COUNT(                                            \
		key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type,           \
		member.list, member.n, &text_value, 0, 200)
#define BITS(key, type, member, words)                                         \
	CYAML_FIELD_FLAGS(key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, type,  \
			  member, words, CYAML_ARRAY_LEN(words))
#define COND(key, member)                                                      \
	CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, \
				struct qa_rule, member, cond_fields)
#define NUMBER(key, type, member)                                              \
	CYAML_FIELD_UINT(key, CYAML_FLAG_OPTIONAL, type, member)

static const cyaml_strval_t speakers[] = {
	{"bot", QA_BOT},
	{"agent", QA_AGENT},
	{"callee", QA_CALLEE},
};
static const cyaml_strval_t kinds[] = {
	{"not", QA_NOT},
	{"must", QA_MUST},
	{"stop", QA_STOP},
	{"digits", QA_DIGITS},
};
static const cyaml_strval_t scopes[] = {
	{"marketing", QA_MARKETING},
	{"wealth", QA_WEALTH},
	{"loan", QA_LOAN},
	{"service", QA_SERVICE},
	{"collection", QA_COLLECTION},
};
static const cyaml_strval_t whens[] = {
	{"age65", QA_WHEN_AGE65},
	{"risk_too_high", QA_WHEN_RISK_TOO_HIGH},
	{"not_free", QA_WHEN_NOT_FREE},
};

static const cyaml_schema_field_t cond_fields[] = {
	BITS("speaker", struct qa_cond, speaker, speakers),
	LIST("patterns", struct qa_cond, patterns),
	CYAML_FIELD_SEQUENCE_COUNT(
		"intents", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
		struct qa_cond, intents, n_intents, &text_value, 0, 50),
	CYAML_FIELD_BOOL("verified", CYAML_FLAG_OPTIONAL, struct qa_cond,
			 verified),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t rule_fields[] = {
	CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, struct qa_rule, id, 1,
			       8),
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT, struct qa_rule, kind, kinds,
			 CYAML_ARRAY_LEN(kinds)),
	BITS("scope", struct qa_rule, scope, scopes),
	BITS("speaker", struct qa_rule, speaker, speakers),
	BITS("when", struct qa_rule, when, whens),
	CYAML_FIELD_UINT("severity", CYAML_FLAG_DEFAULT, struct qa_rule,
			 severity),
	CYAML_FIELD_STRING_PTR("basis", CYAML_FLAG_POINTER, struct qa_rule,
			       basis, 1, 200),
	CYAML_FIELD_STRING_PTR("message", CYAML_FLAG_POINTER, struct qa_rule,
			       message, 1, 200),
	LIST("patterns", struct qa_rule, patterns),
	LIST("unless", struct qa_rule, unless),
	LIST("forbid", struct qa_rule, forbid),
	CYAML_FIELD_BOOL("plain", CYAML_FLAG_OPTIONAL, struct qa_rule, plain),
	CYAML_FIELD_BOOL("bank_name", CYAML_FLAG_OPTIONAL, struct qa_rule,
			 bank_name),
	COND("trigger", trigger),
	COND("first", first),
	COND("before", before),
	COND("reset", reset),
	NUMBER("turns", struct qa_rule, turns),
	NUMBER("by_ms", struct qa_rule, by_ms),
	CYAML_FIELD_BOOL("at_close", CYAML_FLAG_OPTIONAL, struct qa_rule,
			 at_close),
	NUMBER("min_turns", struct qa_rule, min_turns),
	NUMBER("digits", struct qa_rule, digits),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t rule_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct qa_rule, rule_fields),
};

static const cyaml_schema_field_t pack_fields[] = {
	CYAML_FIELD_STRING_PTR("pack", CYAML_FLAG_POINTER, struct qa_pack, name,
			       1, 63),
	LIST("negation_before", struct qa_pack, negation_before),
	LIST("negation_not", struct qa_pack, negation_not),
	LIST("negation_after", struct qa_pack, negation_after),
	CYAML_FIELD_UINT("negation_window", CYAML_FLAG_DEFAULT, struct qa_pack,
			 negation_window),
	LIST("identity_question", struct qa_pack, identity_question),
	LIST("identity_yes", struct qa_pack, identity_yes),
	LIST("identity_no", struct qa_pack, identity_no),
	CYAML_FIELD_SEQUENCE_COUNT("rules", CYAML_FLAG_POINTER, struct qa_pack,
				   rules, n_rules, &rule_value, 1, 1000),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t pack_value = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct qa_pack, pack_fields),
};

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

/* ---- compilation --------------------------------------------------------- */

struct build {
	const char **list;
	unsigned *flags, *ids;
	uint32_t *groups;
	unsigned n, n_groups;
};

static int add_group(struct build *b, struct qa_patterns *p)
{
	if (!p->n)
		return 0;
	if (b->n + p->n > MAX_PATTERNS)
		return -ENOSPC;

	p->group = ++b->n_groups;
	for (unsigned i = 0; i < p->n; i++, b->n++) {
		b->list[b->n] = p->list[i];
		b->flags[b->n] =
			HS_FLAG_UTF8 | HS_FLAG_UCP | HS_FLAG_SOM_LEFTMOST;
		b->ids[b->n] = b->n;
		b->groups[b->n] = p->group;
	}

	return 0;
}

static int add_cond(struct build *b, struct qa_cond *c)
{
	return c ? add_group(b, &c->patterns) : 0;
}

static int add_pack(struct build *b, struct qa_pack *p)
{
	int err = add_group(b, &p->negation_before);

	err = err ? err : add_group(b, &p->negation_not);
	err = err ? err : add_group(b, &p->negation_after);
	err = err ? err : add_group(b, &p->identity_question);
	err = err ? err : add_group(b, &p->identity_yes);
	err = err ? err : add_group(b, &p->identity_no);
	for (unsigned i = 0; i < p->n_rules && !err; i++) {
		struct qa_rule *r = &p->rules[i];

		err = add_group(b, &r->patterns);
		err = err ? err : add_group(b, &r->unless);
		err = err ? err : add_group(b, &r->forbid);
		err = err ? err : add_cond(b, r->trigger);
		err = err ? err : add_cond(b, r->first);
		err = err ? err : add_cond(b, r->before);
		err = err ? err : add_cond(b, r->reset);
	}

	return err;
}

static int compile_build(struct qa_rules *rules, const struct build *b,
			 char *error, size_t size)
{
	hs_compile_error_t *fault = NULL;
	int at;

	if (hs_compile_multi(b->list, b->flags, b->ids, b->n, HS_MODE_BLOCK,
			     NULL, &rules->db, &fault) != HS_SUCCESS) {
		at = fault->expression;
		snprintf(error, size, "pattern \"%s\": %s",
			 at >= 0 ? b->list[at] : "?", fault->message);
		hs_free_compile_error(fault);
		return YH_ERR_BAD_CONFIG;
	}

	return hs_alloc_scratch(rules->db, &rules->scratch) == HS_SUCCESS
		       ? 0
		       : -ENOMEM;
}

static int compile(struct qa_rules *rules, char *error, size_t size)
{
	struct build b = {
		.list = yh_calloc(MAX_PATTERNS, sizeof(char *)),
		.flags = yh_calloc(MAX_PATTERNS, sizeof(unsigned)),
		.ids = yh_calloc(MAX_PATTERNS, sizeof(unsigned)),
		.groups = yh_calloc(MAX_PATTERNS, sizeof(uint32_t)),
	};
	int err = -ENOMEM;

	if (!b.list || !b.flags || !b.ids || !b.groups)
		goto out;
	err = add_pack(&b, rules->pack);
	if (err) {
		snprintf(error, size, "more than %d patterns", MAX_PATTERNS);
		err = YH_ERR_BAD_CONFIG;
		goto out;
	}
	err = compile_build(rules, &b, error, size);
	rules->groups = b.groups;
	rules->n_patterns = b.n;
	rules->n_groups = b.n_groups;
	b.groups = NULL;

out:
	yh_free(b.list);
	yh_free(b.flags);
	yh_free(b.ids);
	yh_free(b.groups);

	return err;
}

/* What the schema cannot say. */
static const char *fault_of(const struct qa_rule *r)
{
	if (r->severity < 1 || r->severity > 3)
		return "severity must be 1, 2 or 3";
	if (!r->scope)
		return "scope is missing";
	if (!r->speaker)
		return "speaker is missing";
	if (r->kind == QA_DIGITS && !r->digits)
		return "digits is missing";
	if (r->kind != QA_DIGITS && !r->patterns.n)
		return "patterns are missing";
	if (r->kind == QA_STOP && !r->trigger)
		return "a stop rule needs a trigger";
	if (r->kind == QA_MUST &&
	    !r->trigger + !r->before + !r->turns + !r->at_close == 4)
		return "a must rule needs trigger, before, turns or at_close";

	return NULL;
}

static int check(const struct qa_pack *p, char *error, size_t size)
{
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

int qa_rules_create(struct qa_rules **out, const char *path, char *error,
		    size_t size)
{
	struct text_buf buf = {error, size, 0};
	cyaml_config_t conf = yaml_config(&buf);
	struct qa_rules *rules;
	cyaml_err_t yerr;
	int err;

	if (!out || !path || !error || !size)
		return -EINVAL;

	error[0] = '\0';
	rules = yh_zalloc(sizeof(*rules));
	if (!rules)
		return -ENOMEM;

	yerr = cyaml_load_file(path, &conf, &pack_value,
			       (cyaml_data_t **)&rules->pack, NULL);
	if (yerr != CYAML_OK) {
		if (!buf.len)
			snprintf(error, size, "%s: %s", path,
				 cyaml_strerror(yerr));
		err = YH_ERR_BAD_CONFIG;
		goto fail;
	}
	err = check(rules->pack, error, size);
	if (!err)
		err = compile(rules, error, size);
	if (err)
		goto fail;
	*out = rules;

	return 0;

fail:
	qa_rules_destroy(rules);

	return err;
}

void qa_rules_destroy(struct qa_rules *rules)
{
	cyaml_config_t conf = yaml_config(NULL);

	if (!rules)
		return;

	if (rules->pack)
		cyaml_free(&conf, &pack_value, rules->pack, 0);
	hs_free_scratch(rules->scratch);
	hs_free_database(rules->db);
	yh_free(rules->groups);
	yh_free(rules);
}

const struct qa_pack *qa_rules_pack(const struct qa_rules *rules)
{
	return rules->pack;
}

/* ---- scanning ------------------------------------------------------------ */

struct collect {
	const struct qa_rules *rules;
	struct qa_hit *hits;
	size_t n, room;
	int err;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to,
		    unsigned flags, void *arg)
{
	struct collect *c = arg;
	struct qa_hit *hits;

	(void)flags;
	if (c->n == MAX_HITS)
		return 1; /* bounded: enough is known of this text */
	if (c->n == c->room) {
		c->room = c->room ? c->room * 2 : 16;
		hits = yh_realloc(c->hits, c->room * sizeof(*hits));
		if (!hits) {
			c->err = -ENOMEM;
			return 1;
		}
		c->hits = hits;
	}
	c->hits[c->n++] = (struct qa_hit){c->rules->groups[id], (uint32_t)from,
					  (uint32_t)to};

	return 0;
}

static int by_from(const void *a, const void *b)
{
	const struct qa_hit *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;

	return x->to < y->to ? -1 : x->to > y->to;
}

int qa_rules_scan(struct qa_rules *rules, const char *text,
		  struct qa_hit **hits, size_t *n)
{
	struct collect c = {.rules = rules};
	hs_error_t s = hs_scan(rules->db, text, (unsigned)strlen(text), 0,
			       rules->scratch, on_match, &c);

	if (!c.err && s != HS_SUCCESS && s != HS_SCAN_TERMINATED)
		c.err = -EIO;
	if (c.err) {
		yh_free(c.hits);
		return c.err;
	}
	if (c.n)
		qsort(c.hits, c.n, sizeof(*c.hits), by_from);
	*hits = c.hits;
	*n = c.n;

	return 0;
}
