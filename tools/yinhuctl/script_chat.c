/**
 * @file script_chat.c  yinhuctl script chat: talk to a script by text, with the
 *                      inspector listening, and keep the talk as a test.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "authoring.h"
#include "commands.h"

enum {
	LINE_BYTES = 4096,
	MAX_STEPS = YH_PLAY_MAX_TURNS,
	MAX_LINES = 2 * YH_PLAY_MAX_TURNS,
	MAX_RULES = 32,
};

static const char HELP[] =
	"(an empty line is silence; /undo takes the last one back, /restart "
	"begins anew,\n /test prints the conversation as a test; end of input "
	"hangs up)";

/* What came of the answer, and then of each thing that was said. */
struct step {
	const char *state, *intent, *end; /* the script's and classifier's */
};

struct chat {
	struct yc_authoring a;
	char *owned[2 * YH_PLAY_MAX_FIELDS]; /* the test's contact */
	unsigned n_owned;
	struct yh_play set;    /* the contact's fields and the day */
	struct yh_play play;   /* and the conversation */
	char *said[MAX_STEPS]; /* shape (n_said); "" = silence */
	unsigned n_said;
	struct step steps[MAX_STEPS + 1]; /* shape (n_said + 1) */
	struct yh_play_line lines[MAX_LINES];
	unsigned n_lines;
	char slots[YH_SCRIPT_MAX_SLOTS][YH_SLOT_VALUE]; /* as last shown */
	const char *rules[MAX_RULES];			/* told of */
	unsigned n_rules;
};

/* ---- the contact ----------------------------------------------------------
 */

static char *own(struct chat *c, const char *text)
{
	char *copy = c->n_owned < 2 * YH_PLAY_MAX_FIELDS ? strdup(text) : NULL;

	if (copy)
		c->owned[c->n_owned++] = copy;

	return copy;
}

/* What --set has given stays. */
static void take_field(void *arg, const char *name, const char *value)
{
	struct chat *c = arg;
	const char *k, *v;

	for (unsigned i = 0; i < c->set.n_fields; i++)
		if (!strcmp(c->set.fields[i].name, name))
			return;
	k = own(c, name);
	v = own(c, value);
	if (k && v)
		(void)yh_play_field(&c->set, k, v);
}

/* ---- what is shown --------------------------------------------------------
 */

static void show_slots(struct chat *c)
{
	for (unsigned i = 0; i < c->a.script->n_slots; i++) {
		const char *now = c->play.state.slots[i];

		if (strcmp(now, c->slots[i]) != 0)
			printf("    %s = %s\n", c->a.script->slots[i].id, now);
		memcpy(c->slots[i], now, YH_SLOT_VALUE);
	}
}

static void show_rule(struct chat *c, const char *id)
{
	size_t i = 0;

	for (unsigned k = 0; k < c->n_rules; k++)
		if (!strcmp(c->rules[k], id))
			return;
	while (strcmp(qa_rules_at(c->a.rules, i)->id, id) != 0)
		i++;
	printf("    (the inspector finds %s: %s)\n", id,
	       qa_rules_at(c->a.rules, i)->message);
	if (c->n_rules < MAX_RULES)
		c->rules[c->n_rules++] = id;
}

static void show_findings(struct chat *c, bool ended)
{
	const char *rules[MAX_RULES];
	unsigned n = yc_authoring_inspect_so_far(&c->a, c->lines, c->n_lines,
						 c->play.state.verified, ended,
						 rules, MAX_RULES);

	for (unsigned i = 0; i < n; i++)
		show_rule(c, rules[i]);
}

static void show(struct chat *c)
{
	const struct yh_dialog_actions *out = &c->play.out;

	if (c->play.intent[0])
		printf("    [%s %.2f%s]\n", c->play.intent,
		       (double)c->play.confidence,
		       out->understood ? "" : ", not understood");
	show_slots(c);
	if (out->do_not_call)
		puts("    (do not call)");
	if (out->channel)
		printf("    (hand over: %s, %s)\n", out->channel,
		       out->template_id);
	printf("银狐 (%s)> %s\n", yh_play_state(&c->play), out->prompt);
	if (out->disposition)
		printf("    (end: %s)\n", out->disposition);
	show_findings(c, c->play.state.ended);
}

/* ---- the conversation -----------------------------------------------------
 */

static void note_line(struct chat *c, bool is_bot, const char *text)
{
	if (c->n_lines == MAX_LINES || !text[0])
		return;
	c->lines[c->n_lines].is_bot = is_bot;
	c->lines[c->n_lines].text = strdup(text);
	if (c->lines[c->n_lines].text)
		c->n_lines++;
}

static void note_step(struct chat *c, unsigned i)
{
	c->steps[i] = (struct step){yh_play_state(&c->play), c->play.intent,
				    c->play.out.disposition};
	note_line(c, true, c->play.out.prompt);
}

static int say(struct chat *c, unsigned i)
{
	const char *text = c->said[i];
	int err = text[0] ? yh_play_hear(&c->play, text, NULL)
			  : yh_play_silence(&c->play);

	note_line(c, false, text);
	note_step(c, i + 1);

	return err;
}

static void forget_lines(struct chat *c)
{
	while (c->n_lines)
		free(c->lines[--c->n_lines].text);
	c->n_rules = 0;
	memset(c->slots, 0, sizeof(c->slots));
}

/* From the answer, with the first n of what was said. */
static int begin(struct chat *c, unsigned n)
{
	int err;

	forget_lines(c);
	while (c->n_said > n)
		free(c->said[--c->n_said]);
	c->play = c->set;
	err = yh_play_begin(&c->play, c->a.script, c->a.classifier);
	note_step(c, 0);
	for (unsigned i = 0; i < n && !err; i++)
		err = say(c, i);
	if (!err)
		show(c);

	return err;
}

/* ---- as a test ------------------------------------------------------------
 */

static void put_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('"');
}

static void put_turn(const struct chat *c, unsigned i)
{
	const struct step *s = &c->steps[i];

	fputs("      - {", stdout);
	if (i && c->said[i - 1][0]) {
		fputs("hear: ", stdout);
		put_quoted(c->said[i - 1]);
		printf(", intent: %s, ", s->intent);
	} else if (i) {
		fputs("silence: true, ", stdout);
	}
	printf("state: %s", s->state);
	if (s->end)
		printf(", end: %s", s->end);
	puts("}");
}

static void put_test(const struct chat *c)
{
	fputs("  - name: \n    with: {", stdout);
	for (unsigned i = 0; i < c->set.n_fields; i++) {
		printf("%s%s: ", i ? ", " : "", c->set.fields[i].name);
		put_quoted(c->set.fields[i].value);
	}
	printf("}\n    today: %04d-%02d-%02d\n    turns:\n", c->set.today.year,
	       c->set.today.month, c->set.today.day);
	for (unsigned i = 0; i <= c->n_said; i++)
		put_turn(c, i);
	for (unsigned i = 0; i < c->n_rules; i++)
		printf("%s%s", i ? ", " : "    findings: [", c->rules[i]);
	fputs(c->n_rules ? "]\n" : "", stdout);
}

/* ---- the terminal ---------------------------------------------------------
 */

/* @return 0, or -1: it cannot go on */
static int take_line(struct chat *c, const char *line)
{
	if (!strcmp(line, "/undo"))
		return begin(c, c->n_said ? c->n_said - 1 : 0);
	if (!strcmp(line, "/restart"))
		return begin(c, 0);
	if (!strcmp(line, "/test")) {
		put_test(c);
		return 0;
	}
	if (line[0] == '/') {
		puts(HELP);
		return 0;
	}
	if (c->play.state.ended) {
		puts("(it has ended: /undo, /restart or /test)");
		return 0;
	}
	if (c->n_said == MAX_STEPS) {
		puts("(a conversation has at most 100 turns)");
		return -1;
	}
	c->said[c->n_said] = strdup(line);
	if (!c->said[c->n_said] || say(c, c->n_said++))
		return -1;
	show(c);

	return 0;
}

static int talk(struct chat *c)
{
	bool terminal = isatty(STDIN_FILENO);
	char line[LINE_BYTES];
	int err = begin(c, 0);

	while (!err) {
		if (terminal)
			fputs("客户> ", stdout);
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			break;
		line[strcspn(line, "\r\n")] = '\0';
		err = take_line(c, line);
	}
	if (err)
		fputs("yinhuctl: the conversation cannot go on\n", stderr);
	else if (!c->play.state.ended)
		show_findings(c, true); /* they have hung up */

	return err;
}

static struct yh_day today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);

	return (struct yh_day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}

static int open_chat(struct chat *c, const char *path)
{
	c->set.today = today();
	if (yc_authoring_open(&c->a, path))
		return -1;

	return yh_play_contact(c->a.source, c->a.len, take_field, c);
}

int yc_script_chat(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"set", required_argument, NULL, 's'}, {0}};
	struct chat *c = calloc(1, sizeof(*c));
	int opt, rc;

	if (!c)
		return YC_FAILED;
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt != 's' || yc_authoring_field(&c->set, optarg))
			argc = 0;
	if (optind + 1 != argc) {
		free(c);
		return YC_USAGE;
	}
	puts(HELP);
	rc = open_chat(c, argv[optind]) || talk(c) ? YC_FAILED : YC_OK;
	forget_lines(c);
	while (c->n_said)
		free(c->said[--c->n_said]);
	while (c->n_owned)
		free(c->owned[--c->n_owned]);
	yc_authoring_close(&c->a);
	free(c);

	return rc;
}
