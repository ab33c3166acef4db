/** @file read.c  The parts of a script, contract in read.h */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "script/keypad.h"
#include "script/read.h"

enum { MAX_PAIRS = 500, MAX_ROUTES = 20, MAX_STATEMENTS = 20 };

/* Room for n entries; tells the fault when there is none. */
static void *room(struct yh_doc *d, const yaml_node_t *at, size_t n,
		  size_t size)
{
	void *list = n ? yh_calloc(n, size) : NULL;

	if (n && !list)
		yh_doc_fail(d, at, "out of memory");

	return list;
}

static const yaml_node_t *item(struct yh_doc *d, const yaml_node_t *seq,
			       size_t i)
{
	return yh_doc_node(d, seq->data.sequence.items.start[i]);
}

static const yaml_node_pair_t *pair(const yaml_node_t *map, size_t i)
{
	return &map->data.mapping.pairs.start[i];
}

void yh_read_texts(struct yh_doc *d, const yaml_node_t *node,
		   struct yh_texts *out)
{
	out->list = yh_doc_list(d, node, &out->n);
}

/* ---- routes and moves ---- */

static void read_route(struct yh_doc *d, const yaml_node_t *map,
		       struct yh_route *r)
{
	static const char *const keys[] = {"if", "go", NULL};
	const yaml_node_t *when = yh_doc_get(d, map, "if");
	const char *text = when ? yh_doc_text(d, when) : NULL;
	char error[200];

	yh_doc_only(d, map, keys);
	r->go = yh_doc_need(d, map, "go");
	if (text && yh_cond_parse(&r->when, text, error, sizeof(error)))
		yh_doc_fail(d, when, "%s", error);
}

/* `state`, or a list of {if, go}. */
void yh_read_routes(struct yh_doc *d, const yaml_node_t *node,
		    struct yh_routes *out)
{
	bool alone = node && node->type == YAML_SCALAR_NODE;
	size_t n = alone ? 1 : node ? yh_doc_items(d, node, MAX_ROUTES) : 0;

	out->list = room(d, node, n, sizeof(*out->list));
	for (size_t i = 0; out->list && i < n; i++) {
		struct yh_route *r = &out->list[i];

		out->n++;
		r->target = -1;
		if (alone)
			r->go = yh_doc_copy(d, node);
		else
			read_route(d, item(d, node, i), r);
	}
}

void yh_read_moves(struct yh_doc *d, const yaml_node_t *map,
		   struct yh_moves *out)
{
	size_t n = map ? yh_doc_pairs(d, map, MAX_PAIRS) : 0;

	out->list = room(d, map, n, sizeof(*out->list));
	for (size_t i = 0; out->list && i < n; i++) {
		out->n++;
		out->list[i].intent =
			yh_doc_copy(d, yh_doc_node(d, pair(map, i)->key));
		yh_read_routes(d, yh_doc_node(d, pair(map, i)->value),
			       &out->list[i].routes);
	}
}

void yh_read_answers(struct yh_doc *d, const yaml_node_t *map,
		     struct yh_script *s)
{
	size_t n = map ? yh_doc_pairs(d, map, MAX_PAIRS) : 0;

	s->answers = room(d, map, n, sizeof(*s->answers));
	for (size_t i = 0; s->answers && i < n; i++) {
		s->n_answers++;
		s->answers[i].intent =
			yh_doc_copy(d, yh_doc_node(d, pair(map, i)->key));
		yh_read_texts(d, yh_doc_node(d, pair(map, i)->value),
			      &s->answers[i].say);
	}
}

/* ---- intents and slots ---- */

void yh_read_intents(struct yh_doc *d, const yaml_node_t *seq,
		     struct yh_intents *out)
{
	static const char *const keys[] = {"id", "examples", NULL};
	size_t n = seq ? yh_doc_items(d, seq, MAX_PAIRS) : 0;

	out->list = room(d, seq, n, sizeof(*out->list));
	for (size_t i = 0; out->list && i < n; i++) {
		struct yh_intent *in = &out->list[i];
		const yaml_node_t *map = item(d, seq, i);

		out->n++;
		yh_doc_only(d, map, keys);
		in->id = yh_doc_need(d, map, "id");
		in->examples = yh_doc_list(d, yh_doc_get(d, map, "examples"),
					   &in->n_examples);
		if (!in->n_examples)
			yh_doc_fail(d, map, "an intent needs examples");
	}
}

static void read_choices(struct yh_doc *d, const yaml_node_t *map,
			 struct yh_intents *out)
{
	size_t n = yh_doc_pairs(d, map, MAX_PAIRS);

	out->list = room(d, map, n, sizeof(*out->list));
	for (size_t i = 0; out->list && i < n; i++) {
		struct yh_intent *in = &out->list[i];

		out->n++;
		in->id = yh_doc_copy(d, yh_doc_node(d, pair(map, i)->key));
		in->examples =
			yh_doc_list(d, yh_doc_node(d, pair(map, i)->value),
				    &in->n_examples);
		if (in->id && strlen(in->id) >= YH_SLOT_VALUE)
			yh_doc_fail(d, map, "a choice's id is too long");
	}
}

static void read_slot(struct yh_doc *d, const yaml_node_t *map,
		      struct yh_slot *slot)
{
	static const char *const keys[] = {"type", "ask",     "clarify", "min",
					   "max",  "choices", NULL};
	const yaml_node_t *type = yh_doc_get(d, map, "type");
	const yaml_node_t *choices = yh_doc_get(d, map, "choices");
	const char *name = type ? yh_doc_text(d, type) : NULL;
	int t = name ? yh_slot_type(name) : -1;

	yh_doc_only(d, map, keys);
	if (t < 0)
		yh_doc_fail(d, type ? type : map,
			    "\"type\" must be amount, date, time, term, "
			    "yes_no, choice, phone or text");
	slot->type = t < 0 ? YH_SLOT_TEXT : (enum yh_slot_type)t;
	slot->ask = yh_doc_need(d, map, "ask");
	slot->clarify = yh_doc_copy(d, yh_doc_get(d, map, "clarify"));
	slot->min = yh_doc_number(d, map, "min", 0, 1000000000);
	slot->max = yh_doc_number(d, map, "max", 0, 1000000000);
	if (slot->type == YH_SLOT_CHOICE)
		read_choices(d, choices ? choices : map, &slot->choices);
	else if (choices)
		yh_doc_fail(d, choices, "only a choice has choices");
}

void yh_read_slots(struct yh_doc *d, const yaml_node_t *map,
		   struct yh_script *s)
{
	size_t n = map ? yh_doc_pairs(d, map, YH_SCRIPT_MAX_SLOTS) : 0;

	s->slots = room(d, map, n, sizeof(*s->slots));
	for (size_t i = 0; s->slots && i < n; i++) {
		s->n_slots++;
		s->slots[i].id =
			yh_doc_copy(d, yh_doc_node(d, pair(map, i)->key));
		read_slot(d, yh_doc_node(d, pair(map, i)->value), &s->slots[i]);
	}
}

void yh_read_statements(struct yh_doc *d, const yaml_node_t *map,
			struct yh_script *s)
{
	static const char *const keys[] = {"rule", "text", "before", NULL};
	size_t n = map ? yh_doc_pairs(d, map, MAX_STATEMENTS) : 0;

	s->statements = room(d, map, n, sizeof(*s->statements));
	for (size_t i = 0; s->statements && i < n; i++) {
		const yaml_node_t *m = yh_doc_node(d, pair(map, i)->value);
		struct yh_statement *st = &s->statements[i];

		s->n_statements++;
		st->id = yh_doc_copy(d, yh_doc_node(d, pair(map, i)->key));
		yh_doc_only(d, m, keys);
		st->rule = yh_doc_need(d, m, "rule");
		st->text = yh_doc_need(d, m, "text");
		st->before = yh_doc_list(d, yh_doc_get(d, m, "before"),
					 &st->n_before);
	}
}

/* ---- keys ---- */

static void read_key(struct yh_doc *d, const yaml_node_pair_t *p,
		     struct yh_keys *out)
{
	const yaml_node_t *at = yh_doc_node(d, p->key);
	const char *name = yh_doc_text(d, at);
	int key = name && name[0] && !name[1] ? yh_keypad_key(name[0]) : -1;

	if (!name || !strcmp(name, "say"))
		return;
	if (key < 0)
		yh_doc_fail(d, at, "\"%s\" is no key: 0 to 9 or \"*\"", name);
	else if (out->say && !strchr(out->say, name[0]))
		yh_doc_fail(d, at, "\"say\" does not tell of the key %s", name);
	else if (!out->intents[key])
		out->intents[key] = yh_doc_copy(d, yh_doc_node(d, p->value));
}

void yh_read_keys(struct yh_doc *d, const yaml_node_t *map, struct yh_keys *out)
{
	size_t n = map ? yh_doc_pairs(d, map, YH_KEYS + 1) : 0;

	if (!map)
		return;
	out->say = yh_doc_need(d, map, "say");
	for (size_t i = 0; i < n; i++)
		read_key(d, pair(map, i), out);
}

/* ---- the end ---- */

static void free_list(char **list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		yh_free(list[i]);
	yh_free(list);
}

void yh_free_texts(struct yh_texts *t)
{
	free_list(t->list, t->n);
}

void yh_free_routes(struct yh_routes *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		yh_cond_destroy(r->list[i].when);
		yh_free(r->list[i].go);
	}
	yh_free(r->list);
}

void yh_free_moves(struct yh_moves *m)
{
	for (unsigned i = 0; i < m->n; i++) {
		yh_free(m->list[i].intent);
		yh_free_routes(&m->list[i].routes);
	}
	yh_free(m->list);
}

void yh_free_intents(struct yh_intents *in)
{
	for (unsigned i = 0; i < in->n; i++) {
		yh_free(in->list[i].id);
		free_list(in->list[i].examples, in->list[i].n_examples);
	}
	yh_free(in->list);
}

void yh_free_slot(struct yh_slot *slot)
{
	yh_free(slot->id);
	yh_free(slot->ask);
	yh_free(slot->clarify);
	yh_free_intents(&slot->choices);
}

void yh_free_statement(struct yh_statement *s)
{
	yh_free(s->id);
	yh_free(s->rule);
	yh_free(s->text);
	free_list(s->before, s->n_before);
}

void yh_free_keys(struct yh_keys *keys)
{
	yh_free(keys->say);
	for (size_t i = 0; i < YH_KEYS; i++)
		yh_free(keys->intents[i]);
}
