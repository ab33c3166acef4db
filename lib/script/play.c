/** @file play.c  Conversations in text and their tests, contract in play.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "script/doc.h"
#include "script/keypad.h"
#include "script/play.h"

enum { MAX_TESTS = 1000, MAX_FINDINGS = 32, LINES = 2 * YH_PLAY_MAX_TURNS };

/* ---- a conversation ---- */

static const char *field(void *arg, const char *name, size_t len)
{
	const struct yh_play *p = arg;

	for (unsigned i = 0; i < p->n_fields; i++)
		if (strlen(p->fields[i].name) == len &&
		    !memcmp(p->fields[i].name, name, len))
			return p->fields[i].value;

	return NULL;
}

static int step(struct yh_play *p, const struct yh_dialog_event *ev)
{
	return yh_dialog_step(p->script, &p->state, ev, field, p, &p->out);
}

int yh_play_begin(struct yh_play *p, const struct yh_script *script,
		  const struct yh_classifier *classifier)
{
	const struct yh_dialog_event ev = {.cause = YH_ANSWERED, .intent = ""};

	p->script = script;
	p->classifier = classifier;
	p->state = yh_dialog_begin(0);
	p->intent = "";

	return step(p, &ev);
}

int yh_play_field(struct yh_play *p, const char *name, const char *value)
{
	if (p->n_fields == YH_PLAY_MAX_FIELDS)
		return -ENOSPC;
	p->fields[p->n_fields].name = name;
	p->fields[p->n_fields++].value = value;

	return 0;
}

int yh_play_hear(struct yh_play *p, const char *text, const char *emotion)
{
	struct yh_dialog_event ev = {.cause = YH_SAID,
				     .text = text,
				     .emotion = emotion,
				     .today = p->today};

	p->intent = yh_classify(p->classifier, text, &p->confidence);
	ev.intent = p->intent;

	return step(p, &ev);
}

int yh_play_press(struct yh_play *p, const char *keys)
{
	struct yh_dialog_event ev = {
		.cause = YH_SAID, .text = keys, .today = p->today};

	p->intent =
		yh_keypad_intent(p->script, p->state.state,
				 yh_dialog_asks(p->script, &p->state), keys);
	p->confidence = 1;
	ev.intent = p->intent;

	return step(p, &ev);
}

int yh_play_unheard(struct yh_play *p)
{
	const struct yh_dialog_event ev = {.cause = YH_SAID,
					   .text = "",
					   .intent = "none",
					   .deaf = true,
					   .today = p->today};

	p->intent = "";

	return step(p, &ev);
}

int yh_play_silence(struct yh_play *p)
{
	const struct yh_dialog_event ev = {
		.cause = YH_SILENT, .intent = "", .today = p->today};

	p->intent = "";

	return step(p, &ev);
}

const char *yh_play_state(const struct yh_play *p)
{
	return p->state.state < 0 ? "" : p->script->states[p->state.state].id;
}

/* ---- a test ---- */

struct test {
	struct yh_doc *d;
	struct yh_play play;
	const struct yh_play_hooks *hooks;
	char fault[600];
	struct yh_play_line lines[LINES];
	unsigned n_lines;
};

static void expect(struct test *t, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->fault[0])
		return;
	n = snprintf(t->fault, sizeof(t->fault),
		     "%zu:%zu: ", at->start_mark.line + 1,
		     at->start_mark.column + 1);
	va_start(ap, fmt);
	vsnprintf(t->fault + n, sizeof(t->fault) - (size_t)n, fmt, ap);
	va_end(ap);
}

static void note_line(struct test *t, bool is_bot, const char *text)
{
	if (!text[0] || t->n_lines == LINES)
		return;
	t->lines[t->n_lines].is_bot = is_bot;
	t->lines[t->n_lines].text = yh_strdup(text);
	if (t->lines[t->n_lines].text)
		t->n_lines++;
}

static void expect_text(struct test *t, const yaml_node_t *turn,
			const char *key, const char *got)
{
	const yaml_node_t *at = yh_doc_get(t->d, turn, key);
	const char *want = at ? yh_doc_text(t->d, at) : NULL;

	if (want && strcmp(want, got))
		expect(t, at, "%s should be \"%s\", is \"%s\"", key, want, got);
}

static void expect_slots(struct test *t, const yaml_node_t *map)
{
	const struct yh_script *s = t->play.script;
	size_t n = map ? yh_doc_pairs(t->d, map, YH_SCRIPT_MAX_SLOTS) : 0;

	for (size_t i = 0; i < n; i++) {
		const yaml_node_pair_t *p = &map->data.mapping.pairs.start[i];
		const yaml_node_t *at = yh_doc_node(t->d, p->value);
		const char *id = yh_doc_text(t->d, yh_doc_node(t->d, p->key));
		const char *want = yh_doc_text(t->d, at);
		int slot = id ? yh_script_slot(s, id, strlen(id)) : -1;

		if (slot < 0)
			yh_doc_fail(t->d, at, "there is no slot \"%s\"",
				    id ? id : "");
		else if (want && strcmp(want, t->play.state.slots[slot]))
			expect(t, at, "slot %s should be \"%s\", is \"%s\"", id,
			       want, t->play.state.slots[slot]);
	}
}

static void expect_turn(struct test *t, const yaml_node_t *turn)
{
	const struct yh_dialog_actions *out = &t->play.out;
	const yaml_node_t *says = yh_doc_get(t->d, turn, "says");
	const yaml_node_t *does = yh_doc_get(t->d, turn, "does");
	const char *words = says ? yh_doc_text(t->d, says) : NULL;
	const char *action = does ? yh_doc_text(t->d, does) : NULL;

	expect_text(t, turn, "state", yh_play_state(&t->play));
	expect_text(t, turn, "intent", t->play.intent);
	expect_text(t, turn, "hands_over", out->channel ? out->channel : "");
	expect_text(t, turn, "verified",
		    t->play.state.verified ? "true" : "false");
	expect_slots(t, yh_doc_get(t->d, turn, "slots"));
	if (words && !strstr(out->prompt, words))
		expect(t, says, "should say \"%s\", says \"%s\"", words,
		       out->prompt);
	if (action && (strcmp(action, "do_not_call") || !out->do_not_call))
		expect(t, does, "\"%s\" is not done", action);
	if (yh_doc_get(t->d, turn, "end"))
		expect_text(t, turn, "end",
			    out->disposition ? out->disposition : "");
	else if (out->disposition)
		expect(t, turn, "the conversation ends with \"%s\"",
		       out->disposition);
}

/* What happens in a turn. */
static int happen(struct test *t, const yaml_node_t *turn, bool first)
{
	const yaml_node_t *hear = yh_doc_get(t->d, turn, "hear");
	const yaml_node_t *press = yh_doc_get(t->d, turn, "press");
	const yaml_node_t *mood = yh_doc_get(t->d, turn, "emotion");
	const char *text = hear ? yh_doc_text(t->d, hear) : NULL;
	const char *keys = press ? yh_doc_text(t->d, press) : NULL;

	if (first)
		return 0; /* the call has been answered */
	if (text) {
		note_line(t, false, text);
		return yh_play_hear(&t->play, text,
				    mood ? yh_doc_text(t->d, mood) : NULL);
	}
	if (keys)
		return yh_play_press(&t->play, keys);
	if (yh_doc_get(t->d, turn, "unheard"))
		return yh_play_unheard(&t->play);
	if (!yh_doc_get(t->d, turn, "silence")) {
		yh_doc_fail(t->d, turn,
			    "a turn is \"hear\", \"press\", \"unheard\" or "
			    "\"silence\"");
		return YH_ERR_BAD_CONFIG;
	}

	return yh_play_silence(&t->play);
}

/* Only the first turn may name nothing that happens: the answer. */
static bool nothing_happens(struct test *t, const yaml_node_t *turn)
{
	static const char *const what[] = {"hear", "press", "unheard",
					   "silence"};

	for (size_t i = 0; i < YH_ARRAY_LEN(what); i++)
		if (yh_doc_get(t->d, turn, what[i]))
			return false;

	return true;
}

static void run_turns(struct test *t, const yaml_node_t *turns)
{
	static const char *const keys[] = {
		"hear",	    "press",  "unheard",    "silence", "emotion",
		"state",    "intent", "says",	    "slots",   "end",
		"verified", "does",   "hands_over", NULL};
	size_t n = yh_doc_items(t->d, turns, YH_PLAY_MAX_TURNS);

	for (size_t i = 0; i < n && !t->fault[0] && !t->d->failed; i++) {
		const yaml_node_t *turn =
			yh_doc_node(t->d, turns->data.sequence.items.start[i]);
		bool first = !i && nothing_happens(t, turn);
		int err;

		yh_doc_only(t->d, turn, keys);
		if (!i)
			note_line(t, true, t->play.out.prompt);
		err = happen(t, turn, first);
		if (err == -EALREADY)
			expect(t, turn, "the conversation is over already");
		else if (err && !t->d->failed)
			expect(t, turn, "%s", strerror(-err));
		if (!first && !err)
			note_line(t, true, t->play.out.prompt);
		if (!err)
			expect_turn(t, turn);
	}
}

/* The rules that were found must be those that are expected. */
static void expect_findings(struct test *t, const yaml_node_t *test)
{
	const yaml_node_t *at = yh_doc_get(t->d, test, "findings");
	const char *got[MAX_FINDINGS];
	char **want = NULL;
	unsigned n_want = 0, n_got;

	if (!t->hooks->inspect || t->fault[0])
		return;
	if (at && at->data.sequence.items.top > at->data.sequence.items.start)
		want = yh_doc_list(t->d, at, &n_want);
	n_got = t->hooks->inspect(t->hooks->arg, t->lines, t->n_lines,
				  t->play.state.verified, got, MAX_FINDINGS);
	for (unsigned i = 0; i < n_want; i++) {
		bool there = false;

		for (unsigned k = 0; k < n_got; k++)
			there = there || (want[i] && !strcmp(want[i], got[k]));
		if (!there)
			expect(t, at, "the inspector does not find %s",
			       want[i] ? want[i] : "");
	}
	for (unsigned k = 0; k < n_got; k++) {
		bool there = false;

		for (unsigned i = 0; i < n_want; i++)
			there = there || (want[i] && !strcmp(want[i], got[k]));
		if (!there)
			expect(t, at ? at : test, "the inspector finds %s",
			       got[k]);
	}
	for (unsigned i = 0; i < n_want; i++)
		yh_free(want[i]);
	yh_free(want);
}

typedef void field_cb(void *arg, const char *name, const char *value);

static void tell_fields(struct yh_doc *d, const yaml_node_t *map, field_cb *cb,
			void *arg)
{
	size_t n = map ? yh_doc_pairs(d, map, YH_PLAY_MAX_FIELDS) : 0;

	for (size_t i = 0; i < n; i++) {
		const yaml_node_pair_t *p = &map->data.mapping.pairs.start[i];
		const char *k = yh_doc_text(d, yh_doc_node(d, p->key));
		const char *v = yh_doc_text(d, yh_doc_node(d, p->value));

		if (k && v)
			cb(arg, k, v);
	}
}

static void take_field(void *arg, const char *name, const char *value)
{
	(void)yh_play_field(arg, name, value);
}

static struct yh_day read_day(struct yh_doc *d, const yaml_node_t *at)
{
	struct yh_day day = {2026, 1, 5}; /* a Monday */
	const char *text = at ? yh_doc_text(d, at) : NULL;

	if (text &&
	    sscanf(text, "%4d-%2d-%2d", &day.year, &day.month, &day.day) != 3)
		yh_doc_fail(d, at, "a day is YYYY-MM-DD");

	return day;
}

/* @return Did it pass? */
static bool run_test(struct yh_doc *d, const yaml_node_t *node,
		     const struct yh_script *script,
		     const struct yh_classifier *classifier,
		     const struct yh_play_hooks *hooks)
{
	static const char *const keys[] = {"name",  "with",	"today",
					   "turns", "findings", NULL};
	struct test *t = yh_zalloc(sizeof(*t));
	const yaml_node_t *name = yh_doc_get(d, node, "name");
	const char *title = name ? yh_doc_text(d, name) : NULL;
	bool passed;

	if (!t) {
		yh_doc_fail(d, node, "out of memory");
		return false;
	}
	t->d = d;
	t->hooks = hooks;
	yh_doc_only(d, node, keys);
	if (!title)
		yh_doc_fail(d, node, "\"name\" is missing");
	tell_fields(d, yh_doc_get(d, node, "with"), take_field, &t->play);
	t->play.today = read_day(d, yh_doc_get(d, node, "today"));
	if (yh_play_begin(&t->play, script, classifier))
		expect(t, node, "the conversation cannot begin");
	run_turns(t, yh_doc_get(d, node, "turns"));
	expect_findings(t, node);
	passed = !t->fault[0] && !d->failed;
	if (!d->failed)
		hooks->done(hooks->arg, title, passed ? NULL : t->fault);
	for (unsigned i = 0; i < t->n_lines; i++)
		yh_free(t->lines[i].text);
	yh_free(t);

	return passed;
}

static int run_all(struct yh_doc *d, const struct yh_script *script,
		   const struct yh_classifier *classifier,
		   const struct yh_play_hooks *hooks, unsigned *failed)
{
	const yaml_node_t *root = yaml_document_get_root_node(&d->doc);
	const yaml_node_t *tests = yh_doc_get(d, root, "tests");
	size_t n = tests ? yh_doc_items(d, tests, MAX_TESTS) : 0;

	*failed = 0;
	for (size_t i = 0; i < n && !d->failed; i++)
		if (!run_test(
			    d,
			    yh_doc_node(d, tests->data.sequence.items.start[i]),
			    script, classifier, hooks))
			++*failed;

	return d->failed ? YH_ERR_BAD_CONFIG : (int)n;
}

int yh_play_tests(const char *text, size_t len, const struct yh_script *script,
		  const struct yh_classifier *classifier,
		  const struct yh_play_hooks *hooks, unsigned *failed,
		  char *error, size_t size)
{
	struct yh_doc d = {.error = error, .size = size};
	int n = yh_doc_load(&d, text, len);

	if (n)
		return n;
	n = run_all(&d, script, classifier, hooks, failed);
	yaml_document_delete(&d.doc);

	return n;
}

int yh_play_contact(const char *text, size_t len, field_cb *cb, void *arg)
{
	char error[256];
	struct yh_doc d = {.error = error, .size = sizeof(error)};
	const yaml_node_t *tests;
	int err = yh_doc_load(&d, text, len);

	if (err)
		return err;
	tests = yh_doc_get(&d, yaml_document_get_root_node(&d.doc), "tests");
	if (tests && yh_doc_items(&d, tests, MAX_TESTS))
		tell_fields(&d,
			    yh_doc_get(&d,
				       yh_doc_node(&d, tests->data.sequence
							       .items.start[0]),
				       "with"),
			    cb, arg);
	err = d.failed ? YH_ERR_BAD_CONFIG : 0;
	yaml_document_delete(&d.doc);

	return err;
}
