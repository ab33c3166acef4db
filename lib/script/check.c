/** @file check.c  A script's consistency, contract in check.h */
#include <string.h>

#include "base/mem.h"
#include "script/check.h"

static const char *const always[] = {"bank_name", "name"};

static yaml_node_t *root(struct yh_doc *d)
{
	return yaml_document_get_root_node(&d->doc);
}

static yaml_node_t *state_node(struct yh_doc *d, const struct yh_state *s)
{
	return yh_doc_get(d, yh_doc_get(d, root(d), "states"), s->id);
}

static int bind(struct yh_doc *d, const struct yh_script *s, const char *id,
		const yaml_node_t *at)
{
	int i = id ? yh_script_state(s, id) : -1;

	if (i < 0)
		yh_doc_fail(d, at,
			    "there is no state \"%s\"; define it or change "
			    "this",
			    id ? id : "");

	return i;
}

static void bind_pairs(struct yh_doc *d, const struct yh_script *s,
		       struct yh_pairs *pairs, const yaml_node_t *map)
{
	for (unsigned i = 0; i < pairs->n; i++)
		pairs->list[i].target =
			bind(d, s, pairs->list[i].value,
			     yh_doc_get(d, map, pairs->list[i].key));
}

static void bind_retry(struct yh_doc *d, const struct yh_script *s,
		       struct yh_retry *r, const yaml_node_t *state,
		       const char *key)
{
	yaml_node_t *map = yh_doc_get(d, state, key);

	if (!map)
		yh_doc_fail(d, state,
			    "no way out: a state that asks needs \"%s: {go: "
			    "...}\"",
			    key);
	else
		r->target = bind(d, s, r->go, yh_doc_get(d, map, "go"));
}

static void check_state(struct yh_doc *d, const struct yh_script *s,
			struct yh_state *st)
{
	yaml_node_t *node = state_node(d, st);

	if (!st->say && !st->ask)
		yh_doc_fail(d, node, "a state must say or ask something");
	if (st->end && st->ask)
		yh_doc_fail(d, yh_doc_get(d, node, "ask"),
			    "a final state does not ask");
	if (!st->end && !st->ask)
		yh_doc_fail(d, node,
			    "a state must ask something, or be final (end)");
	bind_pairs(d, s, &st->on, yh_doc_get(d, node, "on"));
	if (st->end)
		return;
	bind_retry(d, s, &st->silence, node, "silence");
	bind_retry(d, s, &st->unclear, node, "unclear");
}

/* ---- reachability
 * -------------------------------------------------------------- */

static void visit(const struct yh_script *s, int at, bool *seen, int *todo,
		  unsigned *n)
{
	(void)s;
	if (at >= 0 && !seen[at]) {
		seen[at] = true;
		todo[(*n)++] = at;
	}
}

static void check_reachable(struct yh_doc *d, const struct yh_script *s)
{
	bool seen[YH_SCRIPT_MAX_STATES] = {false};
	int todo[YH_SCRIPT_MAX_STATES];
	unsigned n = 0;

	visit(s, (int)s->start, seen, todo, &n);
	for (unsigned i = 0; i < s->global.n; i++)
		visit(s, s->global.list[i].target, seen, todo, &n);
	for (unsigned k = 0; k < n; k++) {
		const struct yh_state *st = &s->states[todo[k]];

		for (unsigned i = 0; i < st->on.n; i++)
			visit(s, st->on.list[i].target, seen, todo, &n);
		visit(s, st->silence.target, seen, todo, &n);
		visit(s, st->unclear.target, seen, todo, &n);
	}
	for (unsigned i = 0; i < s->n_states; i++) {
		if (!seen[i])
			yh_doc_fail(d, state_node(d, &s->states[i]),
				    "state \"%s\" is never reached; lead a "
				    "transition to it or remove it",
				    s->states[i].id);
	}
}

/* ---- variables
 * ------------------------------------------------------------------ */

static bool is_bound(const struct yh_script *s, const char *name, size_t n)
{
	for (unsigned i = 0; i < s->n_variables; i++) {
		if (strlen(s->variables[i]) == n &&
		    !memcmp(s->variables[i], name, n))
			return true;
	}
	for (size_t i = 0; i < YH_ARRAY_LEN(always); i++) {
		if (strlen(always[i]) == n && !memcmp(always[i], name, n))
			return true;
	}

	return false;
}

static void check_text(struct yh_doc *d, const struct yh_script *s,
		       const char *text, const yaml_node_t *at)
{
	const char *open = text ? strchr(text, '{') : NULL;

	for (; open; open = strchr(open + 1, '{')) {
		const char *close = strchr(open, '}');

		if (!close)
			yh_doc_fail(d, at, "a '{' without its '}'");
		else if (!is_bound(s, open + 1, (size_t)(close - open - 1)))
			yh_doc_fail(d, at,
				    "{%.*s} is not bound; add it to "
				    "\"variables\"",
				    (int)(close - open - 1), open + 1);
	}
}

static void check_texts(struct yh_doc *d, const struct yh_script *s)
{
	const yaml_node_t *answers = yh_doc_get(d, root(d), "answers");

	for (unsigned i = 0; i < s->answers.n; i++)
		check_text(d, s, s->answers.list[i].value,
			   yh_doc_get(d, answers, s->answers.list[i].key));
	for (unsigned i = 0; i < s->n_states; i++) {
		const struct yh_state *st = &s->states[i];
		const yaml_node_t *node = state_node(d, st);

		check_text(d, s, st->say, yh_doc_get(d, node, "say"));
		check_text(d, s, st->ask, yh_doc_get(d, node, "ask"));
		check_text(d, s, st->silence.say, node);
		check_text(d, s, st->unclear.say, node);
	}
}

void yh_script_check(struct yh_doc *d, struct yh_script *s)
{
	yaml_node_t *start = yh_doc_get(d, root(d), "start");
	int at;
	bool ends = false;

	at = bind(d, s, yh_doc_text(d, start), start);
	s->start = at > 0 ? (unsigned)at : 0;
	bind_pairs(d, s, &s->global, yh_doc_get(d, root(d), "global"));
	for (unsigned i = 0; i < s->n_states; i++) {
		check_state(d, s, &s->states[i]);
		ends = ends || s->states[i].end;
	}
	if (!ends)
		yh_doc_fail(d, yh_doc_get(d, root(d), "states"),
			    "no state is final; give one an \"end\"");
	if (d->failed)
		return;
	check_reachable(d, s);
	check_texts(d, s);
}
