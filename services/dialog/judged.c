/** @file judged.c  Dialogs for the inspector, contract in judged.h */
#include "judged.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/utf8.h"

/* How people speak and wait, where nobody has spoken yet. */
enum { CHAR_MS = 222, PAUSE_MS = 400 };

/* A fact of the call in the message. @return 0, -ENOMEM */
static int add_fact(Yinhu__V1__JudgedDialog *d, const char *name, double value)
{
	Yinhu__V1__JudgedDialog__FactsEntry *e = yh_zalloc(sizeof(*e));
	char *key = yh_strdup(name);

	d->facts = yh_calloc(1, sizeof(*d->facts));
	if (!e || !key || !d->facts) {
		yh_free(e);
		yh_free(key);
		return -ENOMEM;
	}
	yinhu__v1__judged_dialog__facts_entry__init(e);
	e->key = key;
	e->value = value;
	d->facts[d->n_facts++] = e;

	return 0;
}

Yinhu__V1__JudgedDialog *dlg_judged_begin(const struct yh_script *script,
					  bool verified, bool fragment)
{
	Yinhu__V1__JudgedDialog *d = yh_zalloc(sizeof(*d));
	char *kind = yh_strdup(script->kind ? script->kind : "marketing");

	if (!d || !kind) {
		yh_free(d);
		yh_free(kind);
		return NULL;
	}
	yinhu__v1__judged_dialog__init(d);
	d->kind = kind;
	d->fragment = fragment;
	d->ended = !fragment;
	if (add_fact(d, "verified", verified)) {
		yinhu__v1__judged_dialog__free_unpacked(d, NULL);
		return NULL;
	}

	return d;
}

static Yinhu__V1__JudgedTurn *turn_of(bool is_bot, const char *text)
{
	Yinhu__V1__JudgedTurn *t = yh_zalloc(sizeof(*t));

	if (!t)
		return NULL;
	yinhu__v1__judged_turn__init(t);
	t->speaker = yh_strdup(is_bot ? "bot" : "callee");
	t->text = yh_strdup(text);
	if (t->speaker && t->text)
		return t;
	yh_free(t->speaker);
	yh_free(t->text);
	yh_free(t);

	return NULL;
}

int dlg_judged_say(Yinhu__V1__JudgedDialog *d, bool is_bot, const char *text)
{
	Yinhu__V1__JudgedTurn *t, **grown;

	if (!text[0])
		return 0;
	grown = yh_realloc(d->turns, (d->n_turns + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	d->turns = grown;
	t = turn_of(is_bot, text);
	if (!t)
		return -ENOMEM;
	if (d->n_turns)
		t->start_ms = d->turns[d->n_turns - 1]->end_ms + PAUSE_MS;
	t->end_ms = t->start_ms;
	while (yh_utf8_next(&text))
		t->end_ms += CHAR_MS;
	d->turns[d->n_turns++] = t;

	return 0;
}

size_t dlg_judged_batch(Yinhu__V1__JudgedDialog *const *list, size_t n)
{
	size_t turns = 0, i;

	for (i = 0; i < n && i < DLG_JUDGED_AT_ONCE; i++) {
		turns += list[i]->n_turns;
		if (i && turns > DLG_JUDGED_TURNS)
			break;
	}

	return i;
}
