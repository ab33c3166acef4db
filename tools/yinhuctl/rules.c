/**
 * @file rules.c  yinhuctl rules test, try, sign: what an author of rule packs
 *                does.
 */
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/case.h"
#include "../../services/qa-inspector/inspect.h"
#include "../../services/qa-inspector/read.h"
#include "../../services/qa-inspector/sign.h"
#include "base/err.h"
#include "commands.h"
#include "share.h"

enum { MAX_PATHS = 16 };

struct tests {
	struct qa_rules *rules;
	unsigned n, red;
};

static int breaks(struct tests *t, const struct qa_rule *r, const char *text,
		  bool *broken)
{
	struct qa_report report = {0};
	struct qa_dialog d;
	int err = qa_read_case(&d, (enum qa_kind)(r->scope & -r->scope), text);

	*broken = false;
	if (!err)
		err = qa_inspect(t->rules, &d, &report);
	for (size_t i = 0; i < report.n; i++)
		*broken |= !strcmp(report.findings[i].rule->id, r->id);
	qa_report_fini(&report);
	qa_dialog_fini(&d);

	return err;
}

static void run_list(struct tests *t, const struct qa_rule *r,
		     char *const *list, unsigned n, bool bad)
{
	for (unsigned i = 0; i < n; i++) {
		bool broken;
		int err = breaks(t, r, list[i], &broken);

		t->n++;
		if (!err && broken == bad)
			continue;
		t->red++;
		fprintf(stderr, "%s: %s: %s\n", r->id,
			err   ? yh_err_text(err)
			: bad ? "should be found"
			      : "should not be found",
			list[i]);
	}
}

/* @param paths Shape (n); none: the product's own packs */
static struct qa_rules *load(const char *const *paths, size_t n)
{
	struct qa_rules *rules = NULL;
	char own[4096], error[512] = "";
	const char *all[MAX_PATHS + 1] = {own};

	yc_share(own, sizeof(own), "rules");
	for (size_t i = 0; i < n && i < MAX_PATHS; i++)
		all[i + 1] = paths[i];
	if (qa_rules_create(&rules, all, n + 1, NULL, error, sizeof(error)))
		fprintf(stderr, "yinhuctl: %s\n", error);

	return rules;
}

int yc_rules_test(int argc, char **argv)
{
	struct tests t = {0};

	if (argc - 1 > MAX_PATHS || (argc > 1 && argv[1][0] == '-'))
		return YC_USAGE;
	t.rules = load((const char *const *)argv + 1, (size_t)argc - 1);
	if (!t.rules)
		return YC_FAILED;
	for (size_t i = 0; i < qa_rules_count(t.rules); i++) {
		const struct qa_rule *r = qa_rules_at(t.rules, i);

		run_list(&t, r, r->bad, r->n_bad, true);
		run_list(&t, r, r->good, r->n_good, false);
	}
	printf("%s: %u tests, %u red\n", qa_rules_name(t.rules), t.n, t.red);
	qa_rules_destroy(t.rules);

	return t.red ? YC_FAILED : YC_OK;
}

/* ---- try: what would a pack have found? ---------------------------------- */

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

static int try_line(struct trial *t, const char *text)
{
	json_t *line = json_loads(text, 0, NULL);
	const char *id = json_string_value(json_object_get(line, "id"));
	struct qa_report report = {0};
	struct qa_dialog d = {0};
	int err = line ? qa_read_dialog(&d, line) : -1;

	if (!err)
		err = qa_inspect(t->rules, &d, &report);
	if (!err)
		note(t, &d, id ? id : "?", &report);
	t->calls++;
	qa_report_fini(&report);
	qa_dialog_fini(&d);
	json_decref(line);

	return err;
}

static int try_file(struct trial *t, const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t room = 0;
	int err = 0;

	if (!f) {
		perror(path);
		return -1;
	}
	while (!err && getline(&text, &room, f) > 0) {
		if (text[strspn(text, " \t\r\n")])
			err = try_line(t, text);
	}
	if (err)
		fprintf(stderr, "yinhuctl: %s:%u: not a dialog\n", path,
			t->calls);
	free(text);
	fclose(f);

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

int yc_rules_try(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"on", required_argument, NULL, 'o'}, {0}};
	struct trial t = {0};
	const char *on = NULL, *pack[1];
	int opt, err = -1;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt != 'o')
			return YC_USAGE;
		on = optarg;
	}
	if (!on || optind + 1 != argc)
		return YC_USAGE;
	pack[0] = argv[optind];
	t.own = load(NULL, 0);
	t.rules = t.own ? load(pack, 1) : NULL;
	t.quote = open_memstream(&t.quotes, &t.len);
	if (t.rules)
		t.found = calloc(qa_rules_count(t.rules), sizeof(*t.found));
	if (t.found && t.quote)
		err = try_file(&t, on);
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

int yc_rules_sign(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"key", required_argument, NULL, 'k'}, {0}};
	const char *key = NULL;
	int opt, rc = YC_OK;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt != 'k')
			return YC_USAGE;
		key = optarg;
	}
	if (!key || optind == argc)
		return YC_USAGE;
	for (int i = optind; i < argc; i++) {
		int err = qa_sign_file(argv[i], key);

		if (err) {
			fprintf(stderr, "yinhuctl: %s: %s\n", argv[i],
				yh_err_text(err));
			rc = YC_FAILED;
		}
	}

	return rc;
}
