/** @file hints.c  What can be said in a state, contract in hints.h */
#include <stdio.h>
#include <string.h>

#include "script/hints.h"

struct list {
	const char **out;
	size_t n, max;
};

static void add(struct list *l, const char *text)
{
	for (size_t i = 0; i < l->n; i++) {
		if (!strcmp(l->out[i], text))
			return;
	}
	if (l->n < l->max)
		l->out[l->n++] = text;
}

static void add_examples(struct list *l, const struct yh_intents *in)
{
	for (unsigned i = 0; i < in->n; i++) {
		for (unsigned k = 0; k < in->list[i].n_examples; k++)
			add(l, in->list[i].examples[k]);
	}
}

static void add_slot(struct list *l, const struct yh_slot *slot)
{
	static const char *const RULES[] = {
		[YH_SLOT_AMOUNT] = "<amount>", [YH_SLOT_DATE] = "<date>",
		[YH_SLOT_TIME] = "<time>",     [YH_SLOT_TERM] = "<term>",
		[YH_SLOT_PHONE] = "<digits>",  [YH_SLOT_TEXT] = NULL,
	};

	if (slot->type == YH_SLOT_CHOICE)
		add_examples(l, &slot->choices);
	else if (RULES[slot->type])
		add(l, RULES[slot->type]);
}

bool yh_script_repeats(const struct yh_state *state, const char *slot)
{
	const struct yh_texts *both[] = {&state->say, &state->ask};
	char name[80];

	snprintf(name, sizeof(name), "{%s}", slot);
	for (size_t k = 0; k < 2; k++) {
		for (unsigned i = 0; i < both[k]->n; i++) {
			if (strstr(both[k]->list[i], name))
				return true;
		}
	}

	return false;
}

size_t yh_script_hints(const struct yh_script *script, int state,
		       const char **out, size_t max)
{
	struct list l = {.out = out, .max = max};
	const struct yh_state *s = state < 0 ? NULL : &script->states[state];

	for (unsigned i = 0; s && i < s->n_fill; i++)
		add_slot(&l, &script->slots[s->fill[i]]);
	for (unsigned i = 0; s && i < script->n_slots; i++) {
		if (yh_script_repeats(s, script->slots[i].id))
			add_slot(&l, &script->slots[i]);
	}
	add_examples(&l, &script->intents);

	return l.n;
}

enum yh_expect yh_script_expects(const struct yh_script *script, int state,
				 int slot)
{
	static const enum yh_expect OF_SLOT[] = {
		[YH_SLOT_AMOUNT] = YH_EXPECT_AMOUNT,
		[YH_SLOT_DATE] = YH_EXPECT_DATE,
		[YH_SLOT_TIME] = YH_EXPECT_TIME,
		[YH_SLOT_TERM] = YH_EXPECT_TERM,
		[YH_SLOT_YES_NO] = YH_EXPECT_YES_NO,
		[YH_SLOT_CHOICE] = YH_EXPECT_ANY,
		[YH_SLOT_PHONE] = YH_EXPECT_DIGITS,
		[YH_SLOT_TEXT] = YH_EXPECT_TEXT,
	};
	const struct yh_moves *on;

	if (slot >= 0)
		return OF_SLOT[script->slots[slot].type];
	if (state < 0)
		return YH_EXPECT_ANY;
	on = &script->states[state].on;

	return yh_moves_find(on, "affirm") && yh_moves_find(on, "deny")
		       ? YH_EXPECT_YES_NO
		       : YH_EXPECT_ANY;
}
