/**
 * @file main.c  yinhuctl: finds the subcommand by its words.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/heap.h"
#include "commands.h"

static const struct command {
	const char *words;
	yc_command *run;
	const char *arguments, *help;
} COMMANDS[] = {
#define COMMAND(words, function, arguments, help)                              \
	{words, function, arguments, help},
#include "commands.def"
#undef COMMAND
};
static const unsigned N_COMMANDS = sizeof(COMMANDS) / sizeof(COMMANDS[0]);

/* @return Number of argv's words that are the command's, 0 = another one */
static int match(const char *words, int argc, char **argv)
{
	const char *p = words;
	int n = 0;

	while (*p) {
		size_t len = strcspn(p, " ");

		if (n >= argc || strlen(argv[n]) != len ||
		    strncmp(argv[n], p, len) != 0)
			return 0;
		n++;
		p += len + strspn(p + len, " ");
	}

	return n;
}

static int usage(FILE *f)
{
	fputs("usage: yinhuctl COMMAND [ARGUMENT...]\n\n", f);
	for (unsigned i = 0; i < N_COMMANDS; i++)
		fprintf(f, "  %s %s\n      %s\n", COMMANDS[i].words,
			COMMANDS[i].arguments, COMMANDS[i].help);

	return f == stdout ? YC_OK : YC_USAGE;
}

static int help(const struct command *c)
{
	printf("usage: yinhuctl %s %s\n\n%s\n", c->words, c->arguments,
	       c->help);

	return YC_OK;
}

int main(int argc, char **argv)
{
	if (argc < 2 || !strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))
		return usage(argc < 2 ? stderr : stdout);
	if (!strcmp(argv[1], "bench")) /* as the services have it */
		yh_heap_huge(argv);
	if (!strcmp(argv[1], "--version"))
		return printf("yinhuctl %s\n", YH_VERSION) < 0;
	for (unsigned i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &COMMANDS[i];
		int n = match(c->words, argc - 1, argv + 1);
		int rc;

		if (!n)
			continue;
		if (argc > n + 1 && !strcmp(argv[n + 1], "--help"))
			return help(c);
		rc = c->run(argc - n, argv + n);
		if (rc == YC_USAGE)
			fprintf(stderr, "usage: yinhuctl %s %s\n", c->words,
				c->arguments);
		return rc;
	}
	fprintf(stderr,
		"yinhuctl: no command '%s%s%s'; 'yinhuctl help' "
		"lists them\n",
		argv[1], argc > 2 ? " " : "", argc > 2 ? argv[2] : "");

	return YC_USAGE;
}
