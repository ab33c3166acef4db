/** @file script.c  Scripts from YAML, contract in script.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/check.h"
#include "script/doc.h"
#include "script/read.h"
#include "script/script.h"

enum { DEFAULT_LISTEN_MS = 6000, DEFAULT_TIMES = 2 };

static void read_retry(struct yh_doc *d, const yaml_node_t *map,
		       struct yh_retry *r)
{
	static const char *const keys[] = {"times", "say", "go", NULL};

	r->target = -1;
	r->times = DEFAULT_TIMES;
	if (!map)
		return;
	yh_doc_only(d, map, keys);
	r->times = yh_doc_number(d, map, "times", DEFAULT_TIMES, 10);
	r->say = yh_doc_copy(d, yh_doc_get(d, map, "say"));
	r->go = yh_doc_need(d, map, "go");
}

static void read_actions(struct yh_doc *d, const yaml_node_t *map,
			 struct yh_state *s)
{
	static const char *const keys[] = {"channel", "template", NULL};
	const yaml_node_t *handover = yh_doc_get(d, map, "handover");
	const yaml_node_t *todo = yh_doc_get(d, map, "do");
	struct yh_texts list = {0};

	yh_read_texts(d, todo, &list);
	for (unsigned i = 0; i < list.n; i++) {
		if (list.list[i] && strcmp(list.list[i], "do_not_call"))
			yh_doc_fail(d, todo,
				    "unknown action \"%s\"; known: do_not_call",
				    list.list[i]);
		s->do_not_call = true;
	}
	yh_free_texts(&list);
	if (!handover)
		return;
	yh_doc_only(d, handover, keys);
	s->channel = yh_doc_need(d, handover, "channel");
	s->template_id = yh_doc_need(d, handover, "template");
}

static void read_fill(struct yh_doc *d, const yaml_node_t *node,
		      const struct yh_script *script, struct yh_state *s)
{
	struct yh_texts list = {0};

	yh_read_texts(d, node, &list);
	if (list.n > YH_SCRIPT_MAX_SLOTS)
		yh_doc_fail(d, node, "more than %d slots", YH_SCRIPT_MAX_SLOTS);
	for (unsigned i = 0; i < list.n && i < YH_SCRIPT_MAX_SLOTS; i++) {
		const char *id = list.list[i] ? list.list[i] : "";
		int slot = yh_script_slot(script, id, strlen(id));

		if (slot < 0)
			yh_doc_fail(d, node,
				    "there is no slot \"%s\"; define it in "
				    "\"slots\"",
				    id);
		s->fill[s->n_fill++] = slot < 0 ? 0 : (unsigned)slot;
	}
	yh_free_texts(&list);
}

static void read_state(struct yh_doc *d, const yaml_node_t *map,
		       const struct yh_script *script, struct yh_state *s)
{
	static const char *const keys[] = {
		"say",	    "ask",	"on",	    "silence", "unclear",
		"barge_in", "verifies", "requires", "do",      "handover",
		"end",	    "when",	"fill",	    "then",    "back",
		"keys",	    NULL};
	const yaml_node_t *requires = yh_doc_get(d, map, "requires");
	const char *text = requires ? yh_doc_text(d, requires) : NULL;

	yh_doc_only(d, map, keys);
	yh_read_texts(d, yh_doc_get(d, map, "say"), &s->say);
	yh_read_texts(d, yh_doc_get(d, map, "ask"), &s->ask);
	s->end = yh_doc_copy(d, yh_doc_get(d, map, "end"));
	s->barge_in = yh_doc_flag(d, map, "barge_in", true);
	s->verifies = yh_doc_flag(d, map, "verifies", false);
	s->back = yh_doc_flag(d, map, "back", false);
	if (text && strcmp(text, "verified"))
		yh_doc_fail(d, requires, "\"requires\" knows only: verified");
	s->verified = text;
	yh_read_moves(d, yh_doc_get(d, map, "on"), &s->on);
	yh_read_routes(d, yh_doc_get(d, map, "when"), &s->when);
	yh_read_routes(d, yh_doc_get(d, map, "then"), &s->then);
	read_fill(d, yh_doc_get(d, map, "fill"), script, s);
	read_retry(d, yh_doc_get(d, map, "silence"), &s->silence);
	read_retry(d, yh_doc_get(d, map, "unclear"), &s->unclear);
	yh_read_keys(d, yh_doc_get(d, map, "keys"), &s->keys);
	read_actions(d, map, s);
}

static void read_states(struct yh_doc *d, const yaml_node_t *map,
			struct yh_script *s)
{
	size_t n = yh_doc_pairs(d, map, YH_SCRIPT_MAX_STATES);

	s->states = n ? yh_calloc(n, sizeof(*s->states)) : NULL;
	if (n && !s->states)
		yh_doc_fail(d, map, "out of memory");
	for (size_t i = 0; s->states && i < n; i++) {
		const yaml_node_pair_t *p = &map->data.mapping.pairs.start[i];

		s->n_states++;
		s->states[i].id = yh_doc_copy(d, yh_doc_node(d, p->key));
		read_state(d, yh_doc_node(d, p->value), s, &s->states[i]);
	}
}

static void read_limits(struct yh_doc *d, const yaml_node_t *map,
			struct yh_script *s)
{
	static const char *const keys[] = {"turns", "go", NULL};

	s->over.target = -1;
	if (!map)
		return;
	yh_doc_only(d, map, keys);
	s->max_turns = yh_doc_number(d, map, "turns", 0, 1000);
	s->over.go = yh_doc_need(d, map, "go");
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
	static const char *const keys[] = {
		"id",	  "title",   "kind",   "variables",  "listen_ms",
		"start",  "intents", "slots",  "statements", "answers",
		"global", "when",    "limits", "silence",    "unclear",
		"keys",	  "states",  "tests",  NULL};
	const yaml_node_t *root = yaml_document_get_root_node(&d->doc);

	yh_doc_only(d, root, keys);
	if (d->failed)
		return;
	s->id = yh_doc_need(d, root, "id");
	check_id(d, root, s->id);
	s->title = yh_doc_need(d, root, "title");
	s->kind = yh_doc_copy(d, yh_doc_get(d, root, "kind"));
	s->listen_ms =
		yh_doc_number(d, root, "listen_ms", DEFAULT_LISTEN_MS, 60000);
	s->variables = yh_doc_list(d, yh_doc_get(d, root, "variables"),
				   &s->n_variables);
	yh_read_intents(d, yh_doc_get(d, root, "intents"), &s->intents);
	yh_read_slots(d, yh_doc_get(d, root, "slots"), s);
	yh_read_statements(d, yh_doc_get(d, root, "statements"), s);
	yh_read_answers(d, yh_doc_get(d, root, "answers"), s);
	yh_read_moves(d, yh_doc_get(d, root, "global"), &s->global);
	yh_read_routes(d, yh_doc_get(d, root, "when"), &s->when);
	read_limits(d, yh_doc_get(d, root, "limits"), s);
	read_retry(d, yh_doc_get(d, root, "silence"), &s->silence);
	read_retry(d, yh_doc_get(d, root, "unclear"), &s->unclear);
	yh_read_keys(d, yh_doc_get(d, root, "keys"), &s->keys);
	read_states(d, yh_doc_get(d, root, "states"), s);
	if (!d->failed)
		yh_script_check(d, s);
}

static int parse(struct yh_doc *d, struct yh_script *s, const char *text,
		 size_t len)
{
	int err = yh_doc_load(d, text, len);

	if (err)
		return err;
	read_script(d, s);
	yaml_document_delete(&d->doc);

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

static void free_retry(struct yh_retry *r)
{
	yh_free(r->say);
	yh_free(r->go);
}

static void free_state(struct yh_state *s)
{
	yh_free_texts(&s->say);
	yh_free_texts(&s->ask);
	yh_free_moves(&s->on);
	yh_free_routes(&s->when);
	yh_free_routes(&s->then);
	yh_free(s->id);
	yh_free(s->end);
	yh_free(s->channel);
	yh_free(s->template_id);
	free_retry(&s->silence);
	free_retry(&s->unclear);
	yh_free_keys(&s->keys);
}

void yh_script_destroy(struct yh_script *s)
{
	if (!s)
		return;
	for (unsigned i = 0; i < s->n_states; i++)
		free_state(&s->states[i]);
	for (unsigned i = 0; i < s->n_slots; i++)
		yh_free_slot(&s->slots[i]);
	for (unsigned i = 0; i < s->n_statements; i++)
		yh_free_statement(&s->statements[i]);
	for (unsigned i = 0; i < s->n_answers; i++) {
		yh_free(s->answers[i].intent);
		yh_free_texts(&s->answers[i].say);
	}
	for (unsigned i = 0; i < s->n_variables; i++)
		yh_free(s->variables[i]);
	yh_free_intents(&s->intents);
	yh_free_moves(&s->global);
	yh_free_routes(&s->when);
	yh_free(s->over.go);
	free_retry(&s->silence);
	free_retry(&s->unclear);
	yh_free_keys(&s->keys);
	yh_free(s->slots);
	yh_free(s->statements);
	yh_free(s->answers);
	yh_free(s->states);
	yh_free(s->variables);
	yh_free(s->id);
	yh_free(s->title);
	yh_free(s->kind);
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

int yh_script_slot(const struct yh_script *s, const char *id, size_t len)
{
	for (unsigned i = 0; i < s->n_slots; i++) {
		if (s->slots[i].id && strlen(s->slots[i].id) == len &&
		    !memcmp(s->slots[i].id, id, len))
			return (int)i;
	}

	return -1;
}

const struct yh_move *yh_moves_find(const struct yh_moves *moves,
				    const char *intent)
{
	for (unsigned i = 0; i < moves->n; i++) {
		if (!strcmp(moves->list[i].intent, intent))
			return &moves->list[i];
	}

	return NULL;
}

const struct yh_answer *yh_script_answer(const struct yh_script *s,
					 const char *intent)
{
	for (unsigned i = 0; i < s->n_answers; i++) {
		if (!strcmp(s->answers[i].intent, intent))
			return &s->answers[i];
	}

	return NULL;
}
