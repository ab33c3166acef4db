/**
 * @file script_replay.c  yinhuctl script replay, calls export: past calls with
 *                        another version of their script.
 *
 * A call's recorded events go through the service's own step (turn.c). Where it
 * comes to another state than it did then, the call has gone another way: what
 * the callee said after that answers another question and is not replayed.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/dialog/turn.h"
#include "authoring.h"
#include "calls_source.h"
#include "commands.h"
#include "json/protojson.h"

enum { MAX_TURNS = 400, MAX_RULES = 32, DEFAULT_CALLS = 1000 };

/* What was recorded of a turn; texts borrowed from the events. */
struct turn {
	const char *to_state, *intent;
};

struct call {
	Yinhu__V1__CallEvent **events; /* shape (n) */
	size_t n;
	struct turn was[MAX_TURNS];   /* by the turn's number */
	const char *rules[MAX_RULES]; /* that were found then */
	unsigned n_rules;
	const char *disposition;
	/* Played anew. */
	struct yh_play_line lines[2 * MAX_TURNS];
	unsigned n_lines;
	bool other_way, other_words;
};

struct replay {
	struct yc_authoring a;
	struct dlg_book book;
	bool verbose;
	FILE *text;   /* For people; NULL when JSON is asked for */
	json_t *ways; /* shape: one object a call that goes another way */
	unsigned calls, turns, other_way, other_words, new_findings, gone;
};

/* ---- what was --------------------------------------------------------------
 */

static void note_rule(struct call *c, const char *rule)
{
	for (unsigned i = 0; i < c->n_rules; i++)
		if (!strcmp(c->rules[i], rule))
			return;
	if (c->n_rules < MAX_RULES)
		c->rules[c->n_rules++] = rule;
}

static void note(struct call *c, const Yinhu__V1__CallEvent *e)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_TURN:
		if (e->turn->number < MAX_TURNS)
			c->was[e->turn->number] = (struct turn){
				e->turn->to_state, e->turn->intent};
		break;
	case YINHU__V1__CALL_EVENT__BODY_FINDING:
		note_rule(c, e->finding->rule);
		break;
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
		c->disposition = e->dialog_ended->disposition;
		break;
	default:
		break;
	}
}

/* What the bot said then under a command's number, NULL = it is not known. */
static const char *said_then(const struct call *c, uint32_t seq)
{
	for (size_t i = 0; i < c->n; i++) {
		const Yinhu__V1__CallEvent *e = c->events[i];

		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH &&
		    e->bot_speech->command_seq == seq)
			return e->bot_speech->text;
	}

	return NULL;
}

/* ---- what would be ----------------------------------------------------------
 */

static void note_line(struct call *c, bool is_bot, const char *text)
{
	if (!*text || c->n_lines == 2 * MAX_TURNS)
		return;
	c->lines[c->n_lines].is_bot = is_bot;
	c->lines[c->n_lines].text = strdup(text);
	if (c->lines[c->n_lines].text)
		c->n_lines++;
}

/* What the step wants said. @return "" = nothing */
static const char *prompt_of(struct call *c, const Yinhu__V1__DialogSession *s)
{
	for (size_t i = 0; i < s->n_outbox_commands; i++) {
		const Yinhu__V1__CallCommand *cmd = s->outbox_commands[i];
		const char *then;

		if (cmd->action_case != YINHU__V1__CALL_COMMAND__ACTION_SAY)
			continue;
		then = said_then(c, cmd->seq);
		c->other_words |= then && strcmp(then, cmd->say->text) != 0;
		note_line(c, true, cmd->say->text);
		return cmd->say->text;
	}

	return "";
}

static void tell_way(struct replay *r, const struct call *c,
		     const Yinhu__V1__DialogSession *s, const char *from,
		     const char *prompt)
{
	const struct turn *was = &c->was[s->turn];
	const char *said = c->n_lines && !c->lines[c->n_lines - 1].is_bot
				   ? c->lines[c->n_lines - 1].text
				   : "";

	json_array_append_new(
		r->ways,
		json_pack("{s:s, s:i, s:s, s:s, s:s, s:s, s:s, s:s}", "call",
			  s->call_id, "turn", (int)s->turn, "from", from, "was",
			  was->to_state, "now", s->state, "intent_was",
			  was->intent, "prompt", prompt, "disposition_was",
			  c->disposition ? c->disposition : ""));
	if (!r->text)
		return;
	fprintf(r->text, "%s turn %u in %s: was %s (%s), would be %s%s%s\n",
		s->call_id, s->turn, from, was->to_state, was->intent, s->state,
		s->ended ? ", end " : "", s->ended ? s->disposition : "");
	if (r->verbose)
		fprintf(r->text, "    heard \"%s\", would say \"%s\"\n", said,
			prompt);
}

/* @return Go on? */
static bool step(struct replay *r, struct call *c, Yinhu__V1__DialogSession *s,
		 const Yinhu__V1__CallEvent *e)
{
	const struct turn *was;
	const char *prompt;
	char from[64];

	snprintf(from, sizeof(from), "%s", *s->state ? s->state : "-");
	if (dlg_turn_step(s, &r->book, e) || s->turn >= MAX_TURNS)
		return false;
	if (e->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT)
		note_line(c, false, e->transcript->text);
	was = &c->was[s->turn];
	r->turns++;
	c->other_way = was->to_state && strcmp(was->to_state, s->state) != 0;
	if (!c->other_way) {
		prompt_of(c, s);
		return !s->ended;
	}
	prompt = s->n_outbox_commands && s->outbox_commands[0]->say
			 ? s->outbox_commands[0]->say->text
			 : "";
	tell_way(r, c, s, from, prompt);
	note_line(c, true, prompt);

	return false;
}

/* ---- what the inspector would say
 * -------------------------------------------- */

static bool is_listed(const char *const *list, unsigned n, const char *rule)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(list[i], rule))
			return true;

	return false;
}

static void inspect(struct replay *r, const struct call *c,
		    const Yinhu__V1__DialogSession *s)
{
	const char *now[MAX_RULES];
	unsigned n = yc_authoring_inspect_so_far(&r->a, c->lines, c->n_lines,
						 s->verified, s->ended, now,
						 MAX_RULES);

	for (unsigned i = 0; i < n; i++) {
		if (is_listed(c->rules, c->n_rules, now[i]))
			continue;
		r->new_findings++;
		if (r->text)
			fprintf(r->text, "%s: the inspector would find %s\n",
				s->call_id, now[i]);
	}
	for (unsigned i = 0; i < c->n_rules && s->ended; i++)
		r->gone += !is_listed(now, n, c->rules[i]);
}

/* ---- a call
 * ------------------------------------------------------------------ */

static bool is_cause(const Yinhu__V1__CallEvent *e)
{
	return e->body_case == YINHU__V1__CALL_EVENT__BODY_ANSWERED ||
	       e->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT ||
	       e->body_case == YINHU__V1__CALL_EVENT__BODY_SILENCE;
}

static void replay_call(struct replay *r, Yinhu__V1__CallEvent **events,
			size_t n)
{
	struct call *c = calloc(1, sizeof(*c));
	Yinhu__V1__DialogSession *s = NULL;
	bool goes_on = true;

	if (!c)
		return;
	c->events = events;
	c->n = n;
	for (size_t i = 0; i < n; i++)
		note(c, events[i]);
	for (size_t i = 0; i < n && goes_on; i++) {
		if (!is_cause(events[i]))
			continue;
		if (!s &&
		    events[i]->body_case ==
			    YINHU__V1__CALL_EVENT__BODY_ANSWERED &&
		    events[i]->answered->context)
			s = dlg_turn_begin(events[i]);
		goes_on = s && step(r, c, s, events[i]);
	}
	if (s) {
		r->calls++;
		r->other_way += c->other_way;
		r->other_words += c->other_words;
		inspect(r, c, s);
		yinhu__v1__dialog_session__free_unpacked(s, NULL);
	}
	while (c->n_lines)
		free(c->lines[--c->n_lines].text);
	free(c);
}

static void replay_all(struct replay *r, const struct yc_calls *calls)
{
	for (size_t at = 0, next; at < calls->n; at = next) {
		next = yc_calls_next(calls, at);
		replay_call(r, calls->events + at, next - at);
	}
}

static void summary(struct replay *r, bool as_json)
{
	if (!as_json) {
		printf("%u calls, %u turns: %u go another way, %u say other "
		       "words; %u findings are new, %u are gone\n",
		       r->calls, r->turns, r->other_way, r->other_words,
		       r->new_findings, r->gone);
		return;
	}
	json_t *j =
		json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:O}", "calls",
			  (int)r->calls, "turns", (int)r->turns, "other_way",
			  (int)r->other_way, "other_words", (int)r->other_words,
			  "new_findings", (int)r->new_findings, "gone_findings",
			  (int)r->gone, "ways", r->ways);

	json_dumpf(j, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(j);
}

/* ---- the commands
 * ------------------------------------------------------------- */

static const struct option OPTIONS[] = {
	{"json", no_argument, NULL, 'j'},
	{"verbose", no_argument, NULL, 'v'},
	{"key-file", required_argument, NULL, 'k'},
	{"script", required_argument, NULL, 's'},
	{"calls", required_argument, NULL, 'c'},
	{0}};

struct arguments {
	struct yc_calls_query query;
	bool json, verbose;
};

/* @return Index of the first argument that is no option, -1 = usage */
static int read_options(struct arguments *a, int argc, char **argv)
{
	int opt;

	a->query.most = DEFAULT_CALLS;
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == 'k')
			a->query.key_file = optarg;
		else if (opt == 's')
			a->query.script = optarg;
		else if (opt == 'c')
			a->query.most = (unsigned)atoi(optarg);
		else if (opt == '?')
			return -1;
		a->json |= opt == 'j';
		a->verbose |= opt == 'v';
	}
	if (!a->query.most || a->query.most > YC_MAX_CALLS)
		return -1;

	return optind;
}

int yc_script_replay(int argc, char **argv)
{
	struct arguments a = {0};
	struct replay r = {0};
	struct yc_calls calls = {0};
	int at = read_options(&a, argc, argv), rc = YC_FAILED;

	if (at < 0 || at + 2 != argc)
		return YC_USAGE;
	a.query.from = argv[at + 1];
	r.verbose = a.verbose;
	r.text = a.json ? NULL : stdout;
	r.ways = json_array();
	if (!yc_authoring_open(&r.a, argv[at])) {
		r.book.script = r.a.script;
		r.book.classifier = r.a.classifier;
		if (!a.query.script)
			a.query.script = r.a.script->id;
		if (!yc_calls_read(&calls, &a.query)) {
			replay_all(&r, &calls);
			summary(&r, a.json);
			rc = r.new_findings ? YC_FAILED : YC_OK;
		}
	}
	yc_calls_free(&calls);
	yc_authoring_close(&r.a);
	json_decref(r.ways);

	return rc;
}

int yc_calls_export(int argc, char **argv)
{
	struct arguments a = {0};
	struct yc_calls calls = {0};
	int at = read_options(&a, argc, argv), rc = YC_FAILED;

	if (at < 0 || at + 1 != argc)
		return YC_USAGE;
	a.query.from = argv[at];
	if (!yc_calls_read(&calls, &a.query))
		rc = YC_OK;
	for (size_t i = 0; i < calls.n && rc == YC_OK; i++) {
		char *line = yh_protojson_print(&calls.events[i]->base, 0);

		rc = line && puts(line) != EOF ? YC_OK : YC_FAILED;
		free(line);
	}
	yc_calls_free(&calls);

	return rc;
}
