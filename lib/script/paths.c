/**
 * @file paths.c  Is every mandatory statement said on every path?
 *
 * A breadth-first search over (state, identity proven) that does not pass
 * through states which say the statement; what it still reaches of the states
 * that need it is a path that leaves it out, and the shortest one.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "script/check.h"

enum { NODES = 2 * YH_SCRIPT_MAX_STATES };

struct search {
	const struct yh_script *script;
	const struct yh_statement *statement;
	int from[NODES]; /* -2: not seen, -1: the start */
	unsigned todo[NODES], n, at;
};

/* A state with (odd) and without (even) proven identity. */
static unsigned node_of(unsigned state, bool verified)
{
	return 2 * state + verified;
}

/* Is it in every wording of what the state says on entering? */
static bool says(const struct yh_state *st, const char *text)
{
	bool all = st->say.n > 0;

	for (unsigned i = 0; i < st->say.n; i++)
		all = all && strstr(st->say.list[i], text);
	if (all)
		return true;
	all = st->ask.n > 0;
	for (unsigned i = 0; i < st->ask.n; i++)
		all = all && strstr(st->ask.list[i], text);

	return all;
}

static void visit(void *arg, unsigned next)
{
	struct search *s = arg;
	const struct yh_state *st = &s->script->states[next];
	bool verified = s->at % 2;
	unsigned node;

	if (st->verified && !st->verifies && !verified)
		return; /* the engine does not go there either */
	node = node_of(next, verified || st->verifies);
	if (s->from[node] != -2)
		return;
	s->from[node] = (int)s->at;
	if (!says(st, s->statement->text))
		s->todo[s->n++] = node;
}

static bool needs(const struct yh_script *script,
		  const struct yh_statement *statement, unsigned node)
{
	const struct yh_state *st = &script->states[node / 2];

	for (unsigned i = 0; i < statement->n_before; i++)
		if (!strcmp(statement->before[i], st->id))
			return true;

	return !statement->n_before && st->end && node % 2;
}

/* "greeting → offer → accepted" */
static void write_path(const struct search *s, unsigned node, char *out,
		       size_t size)
{
	unsigned path[NODES] = {node}, n = 1;
	size_t len = 0;

	for (int at = s->from[node]; at >= 0; at = s->from[at])
		path[n++] = (unsigned)at;
	out[0] = '\0';
	while (n-- && len < size) {
		int w = snprintf(out + len, size - len, "%s%s",
				 s->script->states[path[n] / 2].id,
				 n ? " → " : "");

		len += w > 0 ? (size_t)w : 0;
	}
}

static void search(struct yh_doc *d, const struct yh_script *script,
		   const struct yh_statement *statement, const yaml_node_t *at)
{
	struct search s = {.script = script, .statement = statement};
	const struct yh_state *first = &script->states[script->start];
	unsigned start = node_of(script->start, first->verifies);
	char path[300];

	for (unsigned i = 0; i < NODES; i++)
		s.from[i] = -2;
	s.from[start] = -1;
	if (!says(first, statement->text))
		s.todo[s.n++] = start;
	for (unsigned k = 0; k < s.n; k++) {
		s.at = s.todo[k];
		if (needs(script, statement, s.at)) {
			write_path(&s, s.at, path, sizeof(path));
			yh_doc_fail(d, at,
				    "\"%s\" (%s) is not said on the way %s",
				    statement->id, statement->rule, path);
			return;
		}
		yh_script_each_next(script, s.at / 2, visit, &s);
	}
}

void yh_script_check_paths(struct yh_doc *d, const struct yh_script *script)
{
	const yaml_node_t *all = yh_doc_get(
		d, yaml_document_get_root_node(&d->doc), "statements");

	for (unsigned i = 0; i < script->n_statements; i++) {
		const struct yh_statement *st = &script->statements[i];
		const yaml_node_t *at = yh_doc_get(d, all, st->id);

		for (unsigned k = 0; k < st->n_before; k++)
			if (yh_script_state(script, st->before[k]) < 0)
				yh_doc_fail(d, yh_doc_get(d, at, "before"),
					    "there is no state \"%s\"; define "
					    "it or change this",
					    st->before[k]);
		search(d, script, st, at);
	}
}
