/** @file check.c  A script's consistency, contract in check.h */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "script/check.h"

/* What a refusal or a wish for no calls leads to must be said somewhere. */
static const char *const must_lead[] = {"refuse", "do_not_call"};

static const char *const known[] = {
	"bank_name", "name", "call_back_time", "emotion", "turns", "attempts",
	"hour",	     "arm",  "verified",       "unclear"};

static yaml_node_t *root(struct yh_doc *d)
{
	return yaml_document_get_root_node(&d->doc);
}

static yaml_node_t *state_node(struct yh_doc *d, const struct yh_state *s)
{
	return yh_doc_get(d, yh_doc_get(d, root(d), "states"), s->id);
}

/* ---- names ---- */

static bool is_bound(const struct yh_script *s, const char *name, size_t n)
{
	for (unsigned i = 0; i < s->n_variables; i++) {
		if (strlen(s->variables[i]) == n &&
		    !memcmp(s->variables[i], name, n))
			return true;
	}
	for (size_t i = 0; i < YH_ARRAY_LEN(known); i++) {
		if (strlen(known[i]) == n && !memcmp(known[i], name, n))
			return true;
	}

	return yh_script_slot(s, name, n) >= 0;
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

static void check_wordings(struct yh_doc *d, const struct yh_script *s,
			   const struct yh_texts *texts, const yaml_node_t *at)
{
	for (unsigned i = 0; i < texts->n; i++)
		check_text(
			d, s, texts->list[i],
			at && at->type == YAML_SEQUENCE_NODE
				? yh_doc_node(d,
					      at->data.sequence.items.start[i])
				: at);
}

static void check_cond(struct yh_doc *d, const struct yh_script *s,
		       const struct yh_cond *c, const yaml_node_t *at)
{
	const char *name;

	for (unsigned i = 0; c && (name = yh_cond_name(c, i)); i++)
		if (!is_bound(s, name, strlen(name)))
			yh_doc_fail(d, at,
				    "\"%s\" is not known here; add it to "
				    "\"variables\"",
				    name);
}

/* ---- targets ---- */

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

static void bind_routes(struct yh_doc *d, const struct yh_script *s,
			struct yh_routes *r, const yaml_node_t *at)
{
	for (unsigned i = 0; i < r->n; i++) {
		const yaml_node_t *here = at;

		if (at && at->type == YAML_SEQUENCE_NODE) {
			const yaml_node_t *map = yh_doc_node(
				d, at->data.sequence.items.start[i]);

			here = yh_doc_get(d, map, "go");
			check_cond(d, s, r->list[i].when,
				   yh_doc_get(d, map, "if"));
			if (!r->list[i].when && i + 1 < r->n)
				yh_doc_fail(d, map,
					    "without an \"if\" the rest is "
					    "never looked at");
		}
		r->list[i].target = bind(d, s, r->list[i].go, here);
	}
}

static void bind_moves(struct yh_doc *d, const struct yh_script *s,
		       struct yh_moves *moves, const yaml_node_t *map)
{
	for (unsigned i = 0; i < moves->n; i++)
		bind_routes(d, s, &moves->list[i].routes,
			    yh_doc_get(d, map, moves->list[i].intent));
}

static void bind_retry(struct yh_doc *d, const struct yh_script *s,
		       struct yh_retry *r, const struct yh_retry *def,
		       const yaml_node_t *state, const char *key)
{
	const yaml_node_t *map = yh_doc_get(d, state, key);

	if (map) {
		r->target = bind(d, s, r->go, yh_doc_get(d, map, "go"));
	} else if (def->go) {
		r->times = def->times;
		r->target = bind(d, s, def->go, yh_doc_get(d, root(d), key));
	} else {
		yh_doc_fail(d, state,
			    "no way out: a state that asks needs \"%s: {go: "
			    "...}\", here or for the whole script",
			    key);
	}
}

/* ---- a state ---- */

/* Does an intent lead there, in the state or anywhere? */
static bool leads_to(const struct yh_script *s, const struct yh_state *st,
		     const char *intent, int target)
{
	const struct yh_move *m = yh_moves_find(&st->on, intent);

	if (!m)
		m = yh_moves_find(&s->global, intent);
	for (unsigned i = 0; m && i < m->routes.n; i++)
		if (m->routes.list[i].target == target)
			return true;

	return false;
}

/* Who says nothing, or nothing clear, has not agreed: it must not lead where a
 * yes leads and a no does not. */
static void check_consent(struct yh_doc *d, const struct yh_script *s,
			  const struct yh_state *st, const yaml_node_t *node)
{
	const struct yh_retry *retries[] = {&st->silence, &st->unclear};
	static const char *const keys[] = {"silence", "unclear"};

	for (unsigned i = 0; i < YH_ARRAY_LEN(retries); i++) {
		const yaml_node_t *own = yh_doc_get(d, node, keys[i]);
		int to = retries[i]->target;

		if (to >= 0 && leads_to(s, st, "affirm", to) &&
		    !leads_to(s, st, "deny", to) &&
		    !leads_to(s, st, "refuse", to))
			yh_doc_fail(d, own ? yh_doc_get(d, own, "go") : node,
				    "silence is no consent: \"%s\" leads to "
				    "\"%s\", as a yes does",
				    keys[i], s->states[to].id);
	}
}

static void check_shape(struct yh_doc *d, const struct yh_state *st,
			const yaml_node_t *node)
{
	bool asks = st->ask.n || st->n_fill;

	if (!st->say.n && !asks)
		yh_doc_fail(d, node, "a state must say or ask something");
	if (st->end && (asks || st->back))
		yh_doc_fail(d, yh_doc_get(d, node, asks ? "ask" : "back"),
			    "a final state neither asks nor goes back");
	if (st->back && asks)
		yh_doc_fail(d, yh_doc_get(d, node, "back"),
			    "a state that goes back does not ask");
	if (!st->end && !asks && !st->back)
		yh_doc_fail(d, node,
			    "a state must ask something, or be final (end), or "
			    "go back");
	if (st->n_fill && !st->then.n)
		yh_doc_fail(d, yh_doc_get(d, node, "fill"),
			    "\"then\" is missing: where to go when the slots "
			    "are filled");
	if (st->then.n && !st->n_fill)
		yh_doc_fail(d, yh_doc_get(d, node, "then"),
			    "\"then\" belongs to \"fill\"");
	if (st->then.n && st->then.list[st->then.n - 1].when)
		yh_doc_fail(d, yh_doc_get(d, node, "then"),
			    "the last way must have no \"if\"");
}

/* ---- keys ---- */

/* Does the state itself do anything about an intent? */
static bool answers_to(const struct yh_script *s, const struct yh_state *st,
		       const char *intent)
{
	const bool yes_or_no =
		!strcmp(intent, "affirm") || !strcmp(intent, "deny");

	for (unsigned i = 0; yes_or_no && i < st->n_fill; i++)
		if (s->slots[st->fill[i]].type == YH_SLOT_YES_NO)
			return true;

	return yh_moves_find(&st->on, intent);
}

/* @param st NULL: any state will do */
static bool means_something(const struct yh_script *s,
			    const struct yh_state *st, const char *intent)
{
	if (!strcmp(intent, "repeat") || yh_moves_find(&s->global, intent) ||
	    yh_script_answer(s, intent))
		return true;
	if (st)
		return answers_to(s, st, intent);
	for (unsigned i = 0; i < s->n_states; i++)
		if (answers_to(s, &s->states[i], intent))
			return true;

	return false;
}

/* A key that was told of and then does nothing is a dead end for who cannot be
 * heard. @param st NULL: of the whole script */
static void check_keys(struct yh_doc *d, const struct yh_script *s,
		       const struct yh_state *st, const yaml_node_t *node)
{
	const struct yh_keys *keys = st ? &st->keys : &s->keys;
	const yaml_node_t *at = yh_doc_get(d, node, "keys");

	check_text(d, s, keys->say, at);
	for (size_t i = 0; i < YH_KEYS; i++)
		if (keys->intents[i] &&
		    !means_something(s, st, keys->intents[i]))
			yh_doc_fail(d, at,
				    "a key means \"%s\", which leads nowhere; "
				    "lead it somewhere in \"on\" or "
				    "\"global\"",
				    keys->intents[i]);
}

static void check_state(struct yh_doc *d, const struct yh_script *s,
			struct yh_state *st)
{
	const yaml_node_t *node = state_node(d, st);

	check_shape(d, st, node);
	bind_moves(d, s, &st->on, yh_doc_get(d, node, "on"));
	bind_routes(d, s, &st->when, yh_doc_get(d, node, "when"));
	bind_routes(d, s, &st->then, yh_doc_get(d, node, "then"));
	check_wordings(d, s, &st->say, yh_doc_get(d, node, "say"));
	check_wordings(d, s, &st->ask, yh_doc_get(d, node, "ask"));
	check_text(d, s, st->silence.say, node);
	check_text(d, s, st->unclear.say, node);
	check_keys(d, s, st, node);
	if (st->end || st->back)
		return;
	bind_retry(d, s, &st->silence, &s->silence, node, "silence");
	bind_retry(d, s, &st->unclear, &s->unclear, node, "unclear");
	for (size_t i = 0; i < YH_ARRAY_LEN(must_lead); i++)
		if (!yh_moves_find(&st->on, must_lead[i]) &&
		    !yh_moves_find(&s->global, must_lead[i]))
			yh_doc_fail(d, node,
				    "no way out on \"%s\": lead it somewhere, "
				    "here or in \"global\"",
				    must_lead[i]);
	check_consent(d, s, st, node);
}

/* ---- reachability ---- */

static void each_route(const struct yh_routes *r,
		       void (*visit)(void *, unsigned), void *arg)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->list[i].target >= 0)
			visit(arg, (unsigned)r->list[i].target);
}

static void each_move(const struct yh_moves *m, void (*visit)(void *, unsigned),
		      void *arg)
{
	for (unsigned i = 0; i < m->n; i++)
		each_route(&m->list[i].routes, visit, arg);
}

void yh_script_each_next(const struct yh_script *s, unsigned state,
			 void (*visit)(void *, unsigned), void *arg)
{
	const struct yh_state *st = &s->states[state];

	if (st->end)
		return;
	each_move(&st->on, visit, arg);
	each_move(&s->global, visit, arg);
	each_route(&st->when, visit, arg);
	each_route(&s->when, visit, arg);
	each_route(&st->then, visit, arg);
	if (st->silence.target >= 0)
		visit(arg, (unsigned)st->silence.target);
	if (st->unclear.target >= 0)
		visit(arg, (unsigned)st->unclear.target);
	if (s->over.target >= 0)
		visit(arg, (unsigned)s->over.target);
}

struct reach {
	bool seen[YH_SCRIPT_MAX_STATES];
	unsigned todo[YH_SCRIPT_MAX_STATES], n;
};

static void reach(void *arg, unsigned at)
{
	struct reach *r = arg;

	if (!r->seen[at]) {
		r->seen[at] = true;
		r->todo[r->n++] = at;
	}
}

static void check_reachable(struct yh_doc *d, const struct yh_script *s)
{
	struct reach r = {.n = 0};

	reach(&r, s->start);
	for (unsigned k = 0; k < r.n; k++)
		yh_script_each_next(s, r.todo[k], reach, &r);
	for (unsigned i = 0; i < s->n_states; i++) {
		if (!r.seen[i])
			yh_doc_fail(d, state_node(d, &s->states[i]),
				    "state \"%s\" is never reached; lead a "
				    "transition to it or remove it",
				    s->states[i].id);
	}
}

struct ends {
	bool has[YH_SCRIPT_MAX_STATES]; /* A way from here leads to an end */
	bool found;
};

static void look_for_end(void *arg, unsigned next)
{
	struct ends *e = arg;

	e->found = e->found || e->has[next];
}

/* From everywhere there must be a way to an end. A state that goes back ends
 * where it came from. */
static void check_ends(struct yh_doc *d, const struct yh_script *s)
{
	struct ends e = {.found = false};
	bool changed = true;

	for (unsigned i = 0; i < s->n_states; i++)
		e.has[i] = s->states[i].end;
	while (changed) {
		changed = false;
		for (unsigned i = 0; i < s->n_states; i++) {
			if (e.has[i])
				continue;
			e.found = false;
			yh_script_each_next(s, i, look_for_end, &e);
			e.has[i] = e.found;
			changed = changed || e.found;
		}
	}
	for (unsigned i = 0; i < s->n_states; i++)
		if (!e.has[i] && !s->states[i].back)
			yh_doc_fail(d, state_node(d, &s->states[i]),
				    "no way from state \"%s\" leads to an end",
				    s->states[i].id);
}

/* ---- the whole ---- */

static void check_texts(struct yh_doc *d, const struct yh_script *s)
{
	const yaml_node_t *answers = yh_doc_get(d, root(d), "answers");
	const yaml_node_t *slots = yh_doc_get(d, root(d), "slots");

	for (unsigned i = 0; i < s->n_answers; i++)
		check_wordings(d, s, &s->answers[i].say,
			       yh_doc_get(d, answers, s->answers[i].intent));
	for (unsigned i = 0; i < s->n_slots; i++) {
		const yaml_node_t *at = yh_doc_get(d, slots, s->slots[i].id);

		check_text(d, s, s->slots[i].ask, at);
		check_text(d, s, s->slots[i].clarify, at);
	}
}

void yh_script_check(struct yh_doc *d, struct yh_script *s)
{
	yaml_node_t *start = yh_doc_get(d, root(d), "start");
	yaml_node_t *limits = yh_doc_get(d, root(d), "limits");
	bool ends = false;
	int at;

	at = bind(d, s, yh_doc_text(d, start), start);
	s->start = at > 0 ? (unsigned)at : 0;
	if (at >= 0 && s->states[at].back)
		yh_doc_fail(d, start, "the first state cannot go back");
	bind_moves(d, s, &s->global, yh_doc_get(d, root(d), "global"));
	bind_routes(d, s, &s->when, yh_doc_get(d, root(d), "when"));
	if (limits)
		s->over.target =
			bind(d, s, s->over.go, yh_doc_get(d, limits, "go"));
	check_texts(d, s);
	check_keys(d, s, NULL, root(d));
	for (unsigned i = 0; i < s->n_states; i++) {
		check_state(d, s, &s->states[i]);
		ends = ends || s->states[i].end;
	}
	if (!ends)
		yh_doc_fail(d, yh_doc_get(d, root(d), "states"),
			    "no state is final; give one an \"end\"");
	if (!d->failed)
		check_reachable(d, s);
	if (!d->failed)
		check_ends(d, s);
	if (!d->failed)
		yh_script_check_paths(d, s);
}
