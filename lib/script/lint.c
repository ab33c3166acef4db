/** @file lint.c  The prompts of a script, contract in lint.h */
#include "script/lint.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "script/doc.h"

enum { MAX_TESTS = 1000, PROMPT = 2000 };

struct visit {
	struct yh_doc *d;
	const struct yh_script *script;
	const yaml_node_t *root;
	yh_prompt_cb *cb;
	void *arg;
	int n;
};

/* ---- what {variables} stand for ---------------------------------------------
 */

/* Of the first test whose contact has it. */
static const char *field(struct visit *v, const char *name)
{
	const yaml_node_t *tests = yh_doc_get(v->d, v->root, "tests");
	size_t n = tests ? yh_doc_items(v->d, tests, MAX_TESTS) : 0;

	for (size_t i = 0; i < n; i++) {
		const yaml_node_t *test =
			yh_doc_node(v->d, tests->data.sequence.items.start[i]);
		const yaml_node_t *at =
			yh_doc_get(v->d, yh_doc_get(v->d, test, "with"), name);

		if (at && at->type == YAML_SCALAR_NODE)
			return (const char *)at->data.scalar.value;
	}

	return "某";
}

/* What a slot sounds like. */
static const char *slot_value(const struct yh_slot *slot)
{
	static const char *const VALUES[] = {
		[YH_SLOT_AMOUNT] = "1000.00", [YH_SLOT_DATE] = "2026-11-30",
		[YH_SLOT_TIME] = "15:30",     [YH_SLOT_TERM] = "12",
		[YH_SLOT_YES_NO] = "yes",     [YH_SLOT_PHONE] = "这个号码",
		[YH_SLOT_TEXT] = "好的"};

	if (slot->type == YH_SLOT_CHOICE)
		return slot->choices.n ? slot->choices.list[0].id : "";

	return VALUES[slot->type];
}

static void value_of(struct visit *v, const char *name, char *out, size_t size)
{
	int slot = yh_script_slot(v->script, name, strlen(name));

	if (slot >= 0)
		yh_slot_show(&v->script->slots[slot],
			     slot_value(&v->script->slots[slot]), out, size);
	else
		snprintf(out, size, "%s", field(v, name));
}

static void fill(struct visit *v, const char *text, char *out, size_t size)
{
	size_t len = 0;

	while (*text && len + 1 < size) {
		size_t n = strcspn(text, "{");
		const char *close = strchr(text + n, '}');
		char name[80], value[256];

		len += (size_t)snprintf(out + len, size - len, "%.*s", (int)n,
					text);
		if (!text[n] || !close || len >= size)
			return;
		snprintf(name, sizeof(name), "%.*s",
			 (int)(close - text - (long)n) - 1, text + n + 1);
		value_of(v, name, value, sizeof(value));
		len += (size_t)snprintf(out + len, size - len, "%s", value);
		text = close + 1;
	}
}

/* ---- where prompts stand
 * ----------------------------------------------------- */

static void tell(struct visit *v, const yaml_node_t *at, bool verified)
{
	struct yh_prompt p = {.line = (unsigned)at->start_mark.line + 1,
			      .column = (unsigned)at->start_mark.column + 1,
			      .verified = verified};
	char text[PROMPT] = "";

	if (at->type != YAML_SCALAR_NODE)
		return;
	fill(v, (const char *)at->data.scalar.value, text, sizeof(text));
	p.text = text;
	v->n++;
	v->cb(v->arg, &p);
}

/* A text or a list of wordings. */
static void tell_all(struct visit *v, const yaml_node_t *at, bool verified)
{
	if (!at)
		return;
	if (at->type != YAML_SEQUENCE_NODE) {
		tell(v, at, verified);
		return;
	}
	for (yaml_node_item_t *i = at->data.sequence.items.start;
	     i < at->data.sequence.items.top; i++)
		tell(v, yh_doc_node(v->d, *i), verified);
}

static void tell_retries(struct visit *v, const yaml_node_t *map, bool verified)
{
	static const char *const KEYS[] = {"silence", "unclear", "keys"};

	for (unsigned i = 0; i < YH_ARRAY_LEN(KEYS); i++)
		tell_all(
			v,
			yh_doc_get(v->d, yh_doc_get(v->d, map, KEYS[i]), "say"),
			verified);
}

static void visit_states(struct visit *v)
{
	const yaml_node_t *all = yh_doc_get(v->d, v->root, "states");

	for (unsigned i = 0; i < v->script->n_states; i++) {
		const struct yh_state *st = &v->script->states[i];
		const yaml_node_t *node = yh_doc_get(v->d, all, st->id);
		bool verified = st->verified || st->verifies;

		tell_all(v, yh_doc_get(v->d, node, "say"), verified);
		tell_all(v, yh_doc_get(v->d, node, "ask"), verified);
		tell_retries(v, node, verified);
	}
}

/* Is a slot asked for before the identity is proven? */
static bool asked_verified(const struct yh_script *s, unsigned slot)
{
	for (unsigned i = 0; i < s->n_states; i++)
		for (unsigned k = 0; k < s->states[i].n_fill; k++)
			if (s->states[i].fill[k] == slot &&
			    !s->states[i].verified && !s->states[i].verifies)
				return false;

	return true;
}

static void visit_slots(struct visit *v)
{
	const yaml_node_t *all = yh_doc_get(v->d, v->root, "slots");

	for (unsigned i = 0; i < v->script->n_slots; i++) {
		const yaml_node_t *node =
			yh_doc_get(v->d, all, v->script->slots[i].id);
		bool verified = asked_verified(v->script, i);

		tell_all(v, yh_doc_get(v->d, node, "ask"), verified);
		tell_all(v, yh_doc_get(v->d, node, "clarify"), verified);
	}
}

static void visit_answers(struct visit *v)
{
	const yaml_node_t *all = yh_doc_get(v->d, v->root, "answers");

	for (unsigned i = 0; i < v->script->n_answers; i++)
		tell_all(v, yh_doc_get(v->d, all, v->script->answers[i].intent),
			 false);
}

int yh_lint_prompts(const char *text, size_t len,
		    const struct yh_script *script, yh_prompt_cb *cb, void *arg)
{
	char error[300];
	struct yh_doc d = {.error = error, .size = sizeof(error)};
	struct visit v = {&d, script, NULL, cb, arg, 0};
	int err = yh_doc_load(&d, text, len);

	if (err)
		return err;
	v.root = yaml_document_get_root_node(&d.doc);
	tell_retries(&v, v.root, false);
	visit_answers(&v);
	visit_slots(&v);
	visit_states(&v);
	yaml_document_delete(&d.doc);

	return v.n;
}
