/**
 * @file eval_quality.c  yinhuctl eval quality: dialogs in, scores by rule out.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/inspect.h"
#include "base/mem.h"
#include "authoring.h"
#include "commands.h"
#include "dialog_file.h"
#include "rules_load.h"
#include "scores.h"

static const float INTENT_FLOOR = 0.7f;

struct run {
	struct qa_rules *rules;
	struct yh_understanding understanding;
	struct yc_scores scores;
	int verbose;
};

/* What dialog would have understood, where the file does not say it: the
 * inspector has its intents in a call, see live.h. */
static int understand(const struct run *run, struct qa_dialog *d)
{
	for (size_t i = 0; i < d->n_turns; i++) {
		struct qa_turn *t = &d->turns[i];
		float confidence;
		const char *intent;

		if (t->speaker != QA_CALLEE || t->intent)
			continue;
		intent = yh_classify(run->understanding.base, t->text,
				     &confidence);
		if (confidence < INTENT_FLOOR || !strcmp(intent, "none"))
			continue;
		t->intent = yh_strdup(intent);
		if (!t->intent)
			return -ENOMEM;
	}

	return 0;
}

static int holds(json_t *list, const char *rule)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		const char *s = json_string_value(v);

		if (s && !strcmp(s, rule))
			return 1;
	}

	return 0;
}

static int found(const struct qa_report *r, const char *rule)
{
	for (size_t i = 0; i < r->n; i++) {
		if (!strcmp(r->findings[i].rule->id, rule))
			return 1;
	}

	return 0;
}

static int count(struct run *run, json_t *line, const char *rule,
		 const struct qa_report *report)
{
	int truth = holds(json_object_get(line, "expect"), rule);
	int verdict = found(report, rule);
	const char *id = json_string_value(json_object_get(line, "id"));

	if (run->verbose && truth != verdict)
		fprintf(stderr, "%s: %s is %sfound\n", id ? id : "?", rule,
			verdict ? "" : "not ");

	return yc_scores_verdict(&run->scores, rule, truth, verdict);
}

static int is_rule(const struct run *run, const char *id)
{
	for (size_t i = 0; i < qa_rules_count(run->rules); i++) {
		if (!strcmp(qa_rules_at(run->rules, i)->id, id))
			return 1;
	}

	return 0;
}

/* `judge` and `expect`, where they are given, are lists of rules' ids. */
static int check_ids(const struct run *run, json_t *line, const char *key)
{
	json_t *list = json_object_get(line, key), *v;
	size_t i;

	if (list && !json_is_array(list) && !json_is_null(list)) {
		fprintf(stderr, "yinhuctl: \"%s\" is not a list\n", key);
		return -1;
	}
	json_array_foreach(list, i, v)
	{
		const char *id = json_string_value(v);

		if (id && is_rule(run, id))
			continue;
		fprintf(stderr, "yinhuctl: \"%s\": no rule \"%s\"\n", key,
			id ? id : "(not a string)");
		return -1;
	}

	return 0;
}

/* Does it stand in the list before entry i? */
static int is_again(json_t *list, size_t i)
{
	const char *id = json_string_value(json_array_get(list, i));

	while (i--) {
		if (!strcmp(json_string_value(json_array_get(list, i)), id))
			return 1;
	}

	return 0;
}

/* Every rule that is to be judged, once: those of `judge`, else all. */
static int count_all(struct run *run, json_t *line,
		     const struct qa_report *report)
{
	json_t *judge = json_object_get(line, "judge"), *v;
	const char *last = "";
	size_t i;
	int err = 0;

	json_array_foreach(judge, i, v)
	{
		if (!err && !is_again(judge, i))
			err = count(run, line, json_string_value(v), report);
	}
	for (i = 0;
	     !json_is_array(judge) && i < qa_rules_count(run->rules) && !err;
	     i++) {
		const char *id = qa_rules_at(run->rules, i)->id;

		if (strcmp(last, id) != 0)
			err = count(run, line, id, report);
		last = id;
	}

	return err;
}

static int judge(void *arg, json_t *line, struct qa_dialog *d)
{
	struct run *run = arg;
	struct qa_report report = {0};
	int err =
		check_ids(run, line, "judge") || check_ids(run, line, "expect")
			? -EINVAL
			: 0;

	if (!err)
		err = understand(run, d);
	if (!err)
		err = qa_inspect(run->rules, d, &report);
	if (!err)
		err = count_all(run, line, &report);
	qa_report_fini(&report);
	qa_dialog_fini(d);

	return err;
}

static void print(const struct run *run, int as_json)
{
	json_t *j = yc_scores_json(&run->scores);

	if (as_json)
		json_dumpf(j, stdout, JSON_INDENT(1));
	else
		yc_scores_print(&run->scores, stdout);
	json_decref(j);
}

int yc_eval_quality(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{"pack", required_argument, NULL, 'p'},
		{0}};
	struct run run = {0};
	const char *packs[YC_MAX_PACKS];
	size_t n = 0;
	int opt, json = 0, err = -1;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == '?' || n == YC_MAX_PACKS)
			return YC_USAGE;
		if (opt == 'p')
			packs[n++] = optarg;
		json |= opt == 'j';
		run.verbose |= opt == 'v';
	}
	if (optind + 1 != argc)
		return YC_USAGE;
	run.rules = yc_rules_load(packs, n);
	if (run.rules)
		err = yc_understanding(&run.understanding);
	if (!err)
		err = yc_dialog_file(argv[optind], judge, &run);
	if (!err)
		print(&run, json);
	yc_scores_clear(&run.scores);
	yh_understanding_close(&run.understanding);
	qa_rules_destroy(run.rules);

	return err ? YC_FAILED : YC_OK;
}
