/**
 * @file rules_try.c  yinhuctl rules try: what would a pack of one's own have
 *                    found, in dialogs of a file or in past calls?
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/inspect.h"
#include "../../services/qa-inspector/live.h"
#include "calls_source.h"
#include "commands.h"
#include "dialog_file.h"
#include "rules_load.h"

enum { QUOTES = 5 };

struct trial {
	struct qa_rules *rules, *own; /* with the pack, and without it */
	unsigned calls, *found;	      /* shape (rules): calls a rule */
	char *quotes;
	size_t len;
	FILE *quote;
};

static bool is_own(const struct trial *t, const char *id)
{
	for (size_t i = 0; i < qa_rules_count(t->own); i++) {
		if (!strcmp(qa_rules_at(t->own, i)->id, id))
			return true;
	}

	return false;
}

static size_t index_of(const struct trial *t, const char *id)
{
	size_t i = 0;

	while (strcmp(qa_rules_at(t->rules, i)->id, id) != 0)
		i++;

	return i;
}

static void note(struct trial *t, const struct qa_dialog *d, const char *call,
		 const struct qa_report *report)
{
	const char *last = "";

	for (size_t i = 0; i < report->n; i++) {
		const struct qa_finding *f = &report->findings[i];
		const char *id = f->rule->id;
		unsigned *n = &t->found[index_of(t, id)];

		if (is_own(t, id))
			continue;
		*n += strcmp(last, id) != 0;
		last = id;
		if (*n <= QUOTES)
			fprintf(t->quote, "  %s %s: %s\n", id, call,
				f->line ? d->turns[f->line - 1].text
					: f->rule->message);
	}
}

/* @param d Taken */
static int try_dialog(struct trial *t, struct qa_dialog *d, const char *call)
{
	struct qa_report report = {0};
	int err = qa_inspect(t->rules, d, &report);

	if (!err)
		note(t, d, call, &report);
	t->calls++;
	qa_report_fini(&report);
	qa_dialog_fini(d);

	return err;
}

static int try_line(void *arg, json_t *line, struct qa_dialog *d)
{
	const char *id = json_string_value(json_object_get(line, "id"));

	return try_dialog(arg, d, id ? id : "?");
}

/* Calls as they were told when they were up: the inspector's own input. */
static int try_calls(struct trial *t, const struct yc_calls_query *q)
{
	struct yc_calls calls;
	int err = yc_calls_read(&calls, q);

	for (size_t at = 0, next; !err && at < calls.n; at = next) {
		struct qa_dialog d;

		next = yc_calls_next(&calls, at);
		err = qa_live_dialog(&d, calls.events + at, next - at);
		d.ended = true;
		if (!err)
			err = try_dialog(t, &d, calls.events[at]->call_id);
	}
	yc_calls_free(&calls);

	return err;
}

static void tell(const struct trial *t)
{
	const char *last = "";

	for (size_t i = 0; i < qa_rules_count(t->rules); i++) {
		const char *id = qa_rules_at(t->rules, i)->id;

		if (!is_own(t, id) && strcmp(last, id) != 0)
			printf("%s: %u of %u calls\n", id, t->found[i],
			       t->calls);
		last = id;
	}
	fputs(t->quotes, stdout);
}

/* @return 0, -1 wrong usage */
static int read_options(struct yc_calls_query *q, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"on", required_argument, NULL, 'o'},
		{"key-file", required_argument, NULL, 'k'},
		{"day", required_argument, NULL, 'd'},
		{"campaign", required_argument, NULL, 'c'},
		{"calls", required_argument, NULL, 'n'},
		{0}};
	int opt;

	*q = (struct yc_calls_query){.most = 1000};
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		switch (opt) {
		case 'o':
			q->from = optarg;
			break;
		case 'k':
			q->key_file = optarg;
			break;
		case 'd':
			q->day = optarg;
			break;
		case 'c':
			q->campaign = optarg;
			break;
		case 'n':
			q->most = (unsigned)strtoul(optarg, NULL, 10);
			break;
		default:
			return -1;
		}
	}

	return q->from && q->most && q->most <= YC_MAX_CALLS &&
			       optind + 1 == argc
		       ? 0
		       : -1;
}

int yc_rules_try(int argc, char **argv)
{
	struct trial t = {0};
	struct yc_calls_query query;
	const char *pack[1];
	int err = -1;

	if (read_options(&query, argc, argv))
		return YC_USAGE;
	pack[0] = argv[optind];
	t.own = yc_rules_load(NULL, 0);
	t.rules = t.own ? yc_rules_load(pack, 1) : NULL;
	t.quote = open_memstream(&t.quotes, &t.len);
	if (t.rules)
		t.found = calloc(qa_rules_count(t.rules), sizeof(*t.found));
	if (t.found && t.quote)
		err = !strncmp(query.from, "postgres", 8)
			      ? try_calls(&t, &query)
			      : yc_dialog_file(query.from, try_line, &t);
	if (t.quote)
		fclose(t.quote);
	if (!err)
		tell(&t);
	free(t.found);
	free(t.quotes);
	qa_rules_destroy(t.rules);
	qa_rules_destroy(t.own);

	return err ? YC_FAILED : YC_OK;
}
