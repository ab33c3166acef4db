/** @file script.c  Scripts from YAML, contract in script.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/check.h"
#include "script/script.h"
#include "script/doc.h"

enum { DEFAULT_LISTEN_MS = 6000, DEFAULT_TIMES = 2, MAX_PAIRS = 500 };

static char *copy(struct yh_doc *d, const yaml_node_t *node)
{
	const char *text = node ? yh_doc_text(d, node) : NULL;

	return yh_strdup(text);
}

static char *need(struct yh_doc *d, const yaml_node_t *map, const char *key)
{
	const yaml_node_t *node = yh_doc_get(d, map, key);

	if (!node)
		yh_doc_fail(d, map, "\"%s\" is missing", key);

	return copy(d, node);
}

static bool flag(struct yh_doc *d, const yaml_node_t *map, const char *key,
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

static unsigned number(struct yh_doc *d, const yaml_node_t *map,
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

static void read_pairs(struct yh_doc *d, const yaml_node_t *map,
		       struct yh_pairs *out)
{
	size_t n;

	if (!map)
		return;
	if (map->type != YAML_MAPPING_NODE) {
		yh_doc_fail(d, map, "a mapping (intent: value) belongs here");
		return;
	}
	n = (size_t)(map->data.mapping.pairs.top -
		     map->data.mapping.pairs.start);
	out->list = n <= MAX_PAIRS ? yh_calloc(n, sizeof(*out->list)) : NULL;
	if (!out->list) {
		yh_doc_fail(d, map, "more than %d entries", MAX_PAIRS);
		return;
	}
	yh_doc_unique(d, map);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_pair_t *p = &map->data.mapping.pairs.start[i];

		out->list[i].key = copy(d, yh_doc_node(d, p->key));
		out->list[i].value = copy(d, yh_doc_node(d, p->value));
		out->list[i].target = -1;
		out->n++;
	}
}

static char **read_list(struct yh_doc *d, const yaml_node_t *seq, unsigned *n)
{
	char **list;

	if (!seq)
		return NULL;
	if (seq->type != YAML_SEQUENCE_NODE) {
		yh_doc_fail(d, seq, "a list [a, b] belongs here");
		return NULL;
	}
	list = yh_calloc((size_t)(seq->data.sequence.items.top -
				  seq->data.sequence.items.start),
			 sizeof(*list));
	for (yaml_node_item_t *i = seq->data.sequence.items.start;
	     list && i < seq->data.sequence.items.top; i++)
		list[(*n)++] = copy(d, yh_doc_node(d, *i));

	return list;
}

static void read_retry(struct yh_doc *d, const yaml_node_t *map,
		       struct yh_retry *r)
{
	static const char *const keys[] = {"times", "say", "go", NULL};

	r->target = -1;
	r->times = DEFAULT_TIMES;
	if (!map)
		return;
	yh_doc_only(d, map, keys);
	r->times = number(d, map, "times", DEFAULT_TIMES, 10);
	r->say = copy(d, yh_doc_get(d, map, "say"));
	r->go = need(d, map, "go");
}

static void read_actions(struct yh_doc *d, const yaml_node_t *map,
			 struct yh_state *s)
{
	static const char *const keys[] = {"channel", "template", NULL};
	const yaml_node_t *handover = yh_doc_get(d, map, "handover");
	const yaml_node_t *todo = yh_doc_get(d, map, "do");
	unsigned n = 0;
	char **list = read_list(d, todo, &n);

	for (unsigned i = 0; i < n; i++) {
		if (list[i] && strcmp(list[i], "do_not_call"))
			yh_doc_fail(d, todo,
				    "unknown action \"%s\"; known: do_not_call",
				    list[i]);
		s->do_not_call = true;
		yh_free(list[i]);
	}
	yh_free(list);
	if (!handover)
		return;
	yh_doc_only(d, handover, keys);
	s->channel = need(d, handover, "channel");
	s->template_id = need(d, handover, "template");
}

static void read_state(struct yh_doc *d, const yaml_node_t *map,
		       struct yh_state *s)
{
	static const char *const keys[] = {
		"say",	    "ask",	"on", "silence",  "unclear", "barge_in",
		"verifies", "requires", "do", "handover", "end",     NULL};
	const yaml_node_t *requires = yh_doc_get(d, map, "requires");
	const char *text = requires ? yh_doc_text(d, requires) : NULL;

	yh_doc_only(d, map, keys);
	s->say = copy(d, yh_doc_get(d, map, "say"));
	s->ask = copy(d, yh_doc_get(d, map, "ask"));
	s->end = copy(d, yh_doc_get(d, map, "end"));
	s->barge_in = flag(d, map, "barge_in", true);
	s->verifies = flag(d, map, "verifies", false);
	if (text && strcmp(text, "verified"))
		yh_doc_fail(d, requires, "\"requires\" knows only: verified");
	s->verified = text;
	read_pairs(d, yh_doc_get(d, map, "on"), &s->on);
	read_retry(d, yh_doc_get(d, map, "silence"), &s->silence);
	read_retry(d, yh_doc_get(d, map, "unclear"), &s->unclear);
	read_actions(d, map, s);
}

static void read_states(struct yh_doc *d, const yaml_node_t *map,
			struct yh_script *s)
{
	size_t n;

	if (!map || map->type != YAML_MAPPING_NODE) {
		yh_doc_fail(d, map, "\"states\" must be a mapping of states");
		return;
	}
	n = (size_t)(map->data.mapping.pairs.top -
		     map->data.mapping.pairs.start);
	s->states = n && n <= YH_SCRIPT_MAX_STATES
			    ? yh_calloc(n, sizeof(*s->states))
			    : NULL;
	if (!s->states) {
		yh_doc_fail(d, map, "there must be 1 to %d states",
			    YH_SCRIPT_MAX_STATES);
		return;
	}
	yh_doc_unique(d, map);
	for (size_t i = 0; i < n; i++) {
		const yaml_node_pair_t *p = &map->data.mapping.pairs.start[i];

		s->states[i].id = copy(d, yh_doc_node(d, p->key));
		s->n_states++;
		read_state(d, yh_doc_node(d, p->value), &s->states[i]);
	}
}

static void read_intents(struct yh_doc *d, const yaml_node_t *seq,
			 struct yh_intents *out)
{
	static const char *const keys[] = {"id", "examples", NULL};
	size_t n;

	if (!seq)
		return;
	if (seq->type != YAML_SEQUENCE_NODE) {
		yh_doc_fail(d, seq, "\"intents\" must be a list");
		return;
	}
	n = (size_t)(seq->data.sequence.items.top -
		     seq->data.sequence.items.start);
	out->list = yh_calloc(n, sizeof(*out->list));
	for (size_t i = 0; i < n && out->list; i++) {
		const yaml_node_t *m =
			yh_doc_node(d, seq->data.sequence.items.start[i]);

		yh_doc_only(d, m, keys);
		out->list[i].id = need(d, m, "id");
		out->list[i].examples =
			read_list(d, yh_doc_get(d, m, "examples"),
				  &out->list[i].n_examples);
		if (!out->list[i].n_examples)
			yh_doc_fail(d, m, "an intent needs examples");
		out->n++;
	}
}

/* It stands in resource names and in subjects. */
static void check_id(struct yh_doc *d, const yaml_node_t *root, const char *id)
{
	size_t n =
		id ? strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") : 0;

	if (id && (!n || n > YH_SCRIPT_MAX_ID || id[n]))
		yh_doc_fail(d, yh_doc_get(d, root, "id"),
			    "\"id\" must be [a-z0-9_-]{1,%d}",
			    YH_SCRIPT_MAX_ID);
}

static void read_script(struct yh_doc *d, struct yh_script *s)
{
	static const char *const keys[] = {"id",	"title",     "kind",
					   "variables", "listen_ms", "start",
					   "intents",	"answers",   "global",
					   "states",	NULL};
	const yaml_node_t *root = yaml_document_get_root_node(&d->doc);

	yh_doc_only(d, root, keys);
	if (d->failed)
		return;
	s->id = need(d, root, "id");
	check_id(d, root, s->id);
	s->title = need(d, root, "title");
	s->listen_ms = number(d, root, "listen_ms", DEFAULT_LISTEN_MS, 60000);
	s->variables =
		read_list(d, yh_doc_get(d, root, "variables"), &s->n_variables);
	read_intents(d, yh_doc_get(d, root, "intents"), &s->intents);
	read_pairs(d, yh_doc_get(d, root, "answers"), &s->answers);
	read_pairs(d, yh_doc_get(d, root, "global"), &s->global);
	read_states(d, yh_doc_get(d, root, "states"), s);
	if (!d->failed)
		yh_script_check(d, s);
}

static int parse(struct yh_doc *d, struct yh_script *s, const char *text,
		 size_t len)
{
	yaml_parser_t p;

	if (!yaml_parser_initialize(&p))
		return -ENOMEM;
	yaml_parser_set_input_string(&p, (const unsigned char *)text, len);
	if (!yaml_parser_load(&p, &d->doc)) {
		snprintf(d->error, d->size, "%zu:%zu: %s",
			 p.problem_mark.line + 1, p.problem_mark.column + 1,
			 p.problem ? p.problem : "not YAML");
		yaml_parser_delete(&p);
		return YH_ERR_BAD_CONFIG;
	}
	read_script(d, s);
	yaml_document_delete(&d->doc);
	yaml_parser_delete(&p);

	return d->failed ? YH_ERR_BAD_CONFIG : 0;
}

int yh_script_parse(struct yh_script **out, const char *text, size_t len,
		    char *error, size_t size)
{
	struct yh_doc d = {.error = error, .size = size};
	struct yh_script *s;
	int err;

	if (len > YH_SCRIPT_MAX_BYTES) {
		snprintf(error, size, "1:1: longer than %d bytes",
			 YH_SCRIPT_MAX_BYTES);
		return YH_ERR_BAD_CONFIG;
	}
	s = yh_zalloc(sizeof(*s));
	if (!s)
		return -ENOMEM;
	err = parse(&d, s, text, len);
	if (err)
		yh_script_destroy(s);
	else
		*out = s;

	return err;
}

/* ---- the end
 * ------------------------------------------------------------------- */

static void free_pairs(struct yh_pairs *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		yh_free(p->list[i].key);
		yh_free(p->list[i].value);
	}
	yh_free(p->list);
}

static void free_state(struct yh_state *s)
{
	free_pairs(&s->on);
	yh_free(s->id);
	yh_free(s->say);
	yh_free(s->ask);
	yh_free(s->end);
	yh_free(s->channel);
	yh_free(s->template_id);
	yh_free(s->silence.say);
	yh_free(s->silence.go);
	yh_free(s->unclear.say);
	yh_free(s->unclear.go);
}

void yh_script_destroy(struct yh_script *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->n_states; i++)
		free_state(&s->states[i]);
	for (unsigned i = 0; i < s->n_variables; i++)
		yh_free(s->variables[i]);
	for (unsigned i = 0; i < s->intents.n; i++) {
		struct yh_intent *in = &s->intents.list[i];

		for (unsigned k = 0; k < in->n_examples; k++)
			yh_free(in->examples[k]);
		yh_free(in->examples);
		yh_free(in->id);
	}
	yh_free(s->intents.list);
	free_pairs(&s->answers);
	free_pairs(&s->global);
	yh_free(s->states);
	yh_free(s->variables);
	yh_free(s->id);
	yh_free(s->title);
	yh_free(s);
}

int yh_script_state(const struct yh_script *s, const char *id)
{
	for (unsigned i = 0; i < s->n_states; i++) {
		if (!strcmp(s->states[i].id, id))
			return (int)i;
	}

	return -1;
}

const struct yh_pair *yh_pairs_find(const struct yh_pairs *pairs,
				    const char *key)
{
	for (unsigned i = 0; i < pairs->n; i++) {
		if (!strcmp(pairs->list[i].key, key))
			return &pairs->list[i];
	}

	return NULL;
}
