/**
 * @file script_chat.c  yinhuctl script chat: talk to a script by text.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "authoring.h"
#include "commands.h"

enum { LINE_BYTES = 4096, MAX_LINES = 2 * YH_PLAY_MAX_TURNS };

struct chat {
	struct yc_authoring a;
	struct yh_play play;
	struct yh_play_line lines[MAX_LINES];
	unsigned n;
};

static void note_line(struct chat *c, bool is_bot, const char *text)
{
	if (c->n == MAX_LINES || !text[0])
		return;
	c->lines[c->n].is_bot = is_bot;
	c->lines[c->n].text = strdup(text);
	if (c->lines[c->n].text)
		c->n++;
}

static void show(struct chat *c)
{
	const struct yh_dialog_actions *out = &c->play.out;

	if (c->play.intent[0])
		printf("    [%s %.2f]\n", c->play.intent,
		       (double)c->play.confidence);
	for (unsigned i = 0; i < c->a.script->n_slots; i++)
		if (c->play.state.slots[i][0])
			printf("    %s = %s\n", c->a.script->slots[i].id,
			       c->play.state.slots[i]);
	if (out->do_not_call)
		puts("    (do not call)");
	if (out->channel)
		printf("    (hand over: %s, %s)\n", out->channel,
		       out->template_id);
	printf("银狐 (%s)> %s\n", yh_play_state(&c->play), out->prompt);
	note_line(c, true, out->prompt);
	if (out->disposition)
		printf("    (end: %s)\n", out->disposition);
}

static void talk(struct chat *c)
{
	char line[LINE_BYTES];

	show(c);
	while (!c->play.state.ended) {
		if (isatty(STDIN_FILENO))
			fputs("客户> ", stdout);
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return;
		line[strcspn(line, "\r\n")] = '\0';
		note_line(c, false, line);
		if (line[0] ? yh_play_hear(&c->play, line, NULL)
			    : yh_play_silence(&c->play)) {
			fputs("yinhuctl: the prompt is too long\n", stderr);
			return;
		}
		show(c);
	}
}

static void inspect(struct chat *c)
{
	const char *rules[32];
	unsigned n = yc_authoring_inspect(&c->a, c->lines, c->n,
					  c->play.state.verified, rules, 32);

	for (unsigned i = 0; i < n; i++)
		printf("    (the inspector finds %s)\n", rules[i]);
}

static struct yh_day today(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);

	return (struct yh_day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}

int yc_script_chat(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"set", required_argument, NULL, 's'}, {0}};
	struct chat *c = calloc(1, sizeof(*c));
	int opt, rc = YC_FAILED;

	if (!c)
		return YC_FAILED;
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt != 's' || yc_authoring_field(&c->play, optarg))
			argc = 0;
	if (optind + 1 != argc) {
		free(c);
		return YC_USAGE;
	}
	c->play.today = today();
	if (!yc_authoring_open(&c->a, argv[optind]) &&
	    !yh_play_begin(&c->play, c->a.script, c->a.classifier)) {
		puts("(an empty line is silence, end of input hangs up)");
		talk(c);
		inspect(c);
		rc = YC_OK;
	}
	yc_authoring_close(&c->a);
	while (c->n)
		free(c->lines[--c->n].text);
	free(c);

	return rc;
}
