/** @file dialog.c  A dialog's memory, contract in dialog.h. Pure. */
#include "dialog.h"

#include <errno.h>
#include <string.h>

#include "base/mem.h"

enum qa_kind qa_kind_of(const char *word)
{
	static const struct {
		const char *word;
		enum qa_kind kind;
	} kinds[] = {
		{"marketing", QA_MARKETING},
		{"wealth", QA_WEALTH},
		{"loan", QA_LOAN},
		{"service", QA_SERVICE},
		{"collection", QA_COLLECTION},
	};

	for (size_t i = 0; word && i < YH_ARRAY_LEN(kinds); i++) {
		if (!strcmp(kinds[i].word, word))
			return kinds[i].kind;
	}

	return 0;
}

int qa_dialog_add(struct qa_dialog *d, enum qa_speaker speaker,
		  uint32_t start_ms, uint32_t end_ms, const char *text,
		  const char *intent)
{
	struct qa_turn *turns, *t;

	turns = yh_realloc(d->turns, (d->n_turns + 1) * sizeof(*turns));
	if (!turns)
		return -ENOMEM;

	d->turns = turns;
	t = &turns[d->n_turns];
	*t = (struct qa_turn){.speaker = speaker,
			      .start_ms = start_ms,
			      .end_ms = end_ms,
			      .text = yh_strdup(text),
			      .intent = yh_strdup(intent)};
	if (!t->text || (intent && !t->intent)) {
		yh_free(t->text);
		yh_free(t->intent);
		return -ENOMEM;
	}
	d->n_turns++;

	return 0;
}

static struct qa_fact *fact_of(const struct qa_dialog *d, const char *name)
{
	for (size_t i = 0; i < d->n_facts; i++) {
		if (!strcmp(d->facts[i].name, name))
			return &d->facts[i];
	}

	return NULL;
}

int qa_dialog_fact(struct qa_dialog *d, const char *name, double value)
{
	struct qa_fact *facts, *known = fact_of(d, name);

	if (known) {
		known->value = value;
		return 0;
	}
	facts = yh_realloc(d->facts, (d->n_facts + 1) * sizeof(*facts));
	if (!facts)
		return -ENOMEM;

	d->facts = facts;
	facts[d->n_facts] = (struct qa_fact){yh_strdup(name), value};
	if (!facts[d->n_facts].name)
		return -ENOMEM;
	d->n_facts++;

	return 0;
}

bool qa_dialog_known(const struct qa_dialog *d, const char *name, double *value)
{
	const struct qa_fact *f = fact_of(d, name);

	if (f)
		*value = f->value;

	return f;
}

/* By insertion: short and nearly in order already. */
void qa_dialog_sort(struct qa_dialog *d)
{
	for (size_t i = 1; i < d->n_turns; i++) {
		struct qa_turn t = d->turns[i];
		size_t k = i;

		for (; k && d->turns[k - 1].start_ms > t.start_ms; k--)
			d->turns[k] = d->turns[k - 1];
		d->turns[k] = t;
	}
}

void qa_dialog_fini(struct qa_dialog *d)
{
	for (size_t i = 0; i < d->n_turns; i++) {
		yh_free(d->turns[i].text);
		yh_free(d->turns[i].intent);
		yh_free(d->turns[i].emotion);
	}
	for (size_t i = 0; i < d->n_facts; i++)
		yh_free(d->facts[i].name);
	yh_free(d->facts);
	yh_free(d->turns);
	yh_free(d->bank_name);
	memset(d, 0, sizeof(*d));
}
