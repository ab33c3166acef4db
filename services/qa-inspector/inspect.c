/** @file inspect.c  All rules over one dialog, contract in inspect.h */
#include "inspect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "judge.h"

enum { MAX_FINDINGS = 500 };

bool qa_is_judged(const struct qa_rule *r, const struct qa_turn *t)
{
	return r->speaker & t->speaker;
}

bool qa_has_emotion(const struct qa_rule *r, const struct qa_turn *t)
{
	for (unsigned i = 0; t->emotion && i < r->n_emotions; i++) {
		if (!strcmp(t->emotion, r->emotions[i]))
			return true;
	}

	return false;
}

void qa_found(struct qa_judge *j, const struct qa_rule *r, size_t turn)
{
	struct qa_report *out = j->out;
	uint32_t line = turn == QA_NONE ? 0 : (uint32_t)turn + 1;
	struct qa_finding *list;

	for (size_t i = 0; i < out->n; i++) {
		if (out->findings[i].line == line &&
		    !strcmp(out->findings[i].rule->id, r->id))
			return;
	}
	if (out->n == MAX_FINDINGS)
		return;
	list = yh_realloc(out->findings, (out->n + 1) * sizeof(*list));
	if (!list) {
		j->err = -ENOMEM;
		return;
	}
	out->findings = list;
	list[out->n++] = (struct qa_finding){r, line};
}

/* ---- what a rule applies to ---------------------------------------------- */

static bool compare(enum qa_compare c, double a, double b)
{
	switch (c) {
	case QA_IS:
		return !(a < b || a > b);
	case QA_IS_NOT:
		return a < b || a > b;
	case QA_ABOVE:
		return a > b;
	case QA_BELOW:
		return a < b;
	case QA_AT_LEAST:
		return a >= b;
	}

	return false;
}

static bool holds(const struct qa_when *w, const struct qa_dialog *d)
{
	double a, b = w->value;

	if (!qa_dialog_known(d, w->fact, &a) ||
	    (w->other && !qa_dialog_known(d, w->other, &b)))
		return w->unknown;

	return compare(w->compare, a, b);
}

static bool applies(const struct qa_rule *r, const struct qa_dialog *d)
{
	for (unsigned i = 0; i < r->n_when; i++) {
		/* A fact rule applies, and then its facts are judged. */
		if (r->kind != QA_FACT && !holds(&r->when[i], d))
			return false;
	}

	return true;
}

static void judge_fact(struct qa_judge *j, const struct qa_rule *r)
{
	for (unsigned i = 0; i < r->n_when; i++) {
		if (!holds(&r->when[i], j->view.d))
			return;
	}
	if (!r->trigger || qa_first_turn(&j->view, r->trigger, 0) != QA_NONE)
		qa_found(j, r, QA_NONE);
}

static void judge(struct qa_judge *j, const struct qa_rule *r)
{
	switch (r->kind) {
	case QA_NOT:
		qa_judge_not(j, r);
		break;
	case QA_MUST:
		qa_judge_must(j, r);
		break;
	case QA_STOP:
		qa_judge_stop(j, r);
		break;
	case QA_DIGITS:
		qa_judge_digits(j, r);
		break;
	case QA_AUDIO:
		qa_judge_audio(j, r);
		break;
	case QA_FACT:
		judge_fact(j, r);
		break;
	}
}

/* ---- the report ---------------------------------------------------------- */

static int by_line(const void *a, const void *b)
{
	const struct qa_finding *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;

	return strcmp(x->rule->id, y->rule->id);
}

/* A severe finding costs 40, a failed one 15, a lesser one 5. */
uint32_t qa_cost(uint32_t severity)
{
	static const uint32_t cost[] = {0, 40, 15, 5};

	return severity < YH_ARRAY_LEN(cost) ? cost[severity] : 0;
}

static uint32_t score_of(const struct qa_report *r)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < r->n; i++)
		sum += qa_cost(r->findings[i].rule->severity);

	return sum > 100 ? 0 : 100 - sum;
}

static void judge_all(struct qa_judge *j)
{
	const struct qa_gate *gates = qa_rules_gates(j->view.rules);
	size_t n = qa_rules_count(j->view.rules);
	bool counted = false;

	for (size_t i = 0; i < n; i++) {
		const struct qa_gate *g = &gates[i];
		const struct qa_rule *r = NULL;

		if (!g->more_of_id)
			counted = false;
		if (!(g->scope & j->view.d->kind))
			continue;
		if (!g->group || j->view.present[g->group]) {
			r = qa_rules_at(j->view.rules, i);
			if (!applies(r, j->view.d))
				continue;
			judge(j, r);
		}
		j->out->rules_checked += !counted;
		counted = true;
	}
	if (j->out->n)
		qsort(j->out->findings, j->out->n, sizeof(struct qa_finding),
		      by_line);
	j->out->score = score_of(j->out);
}

int qa_inspect(struct qa_rules *rules, const struct qa_dialog *d,
	       struct qa_report *report)
{
	struct qa_report out = {0};
	struct qa_judge j = {.view = {.rules = rules, .d = d}, .out = &out};

	j.err = qa_view_init(&j.view);
	if (!j.err)
		judge_all(&j);
	if (!j.err)
		j.err = j.view.err;
	qa_view_fini(&j.view);
	if (j.err)
		qa_report_fini(&out);
	else
		*report = out;

	return j.err;
}

void qa_report_fini(struct qa_report *report)
{
	yh_free(report->findings);
	memset(report, 0, sizeof(*report));
}

bool qa_stands_alone(const struct qa_rule *rule)
{
	return rule->kind == QA_DIGITS ||
	       (rule->kind == QA_NOT && !rule->first);
}
