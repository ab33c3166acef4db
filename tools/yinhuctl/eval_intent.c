/**
 * @file eval_intent.c  yinhuctl eval intent: `text TAB intent` in, scores out.
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "authoring.h"
#include "commands.h"
#include "scores.h"
#include "tsv.h"

struct run {
	const struct yh_classifier *classifier;
	struct yc_scores scores;
	int verbose;
};

static int judge(char **field, void *arg)
{
	struct run *r = arg;
	float confidence;
	const char *id = yh_classify(r->classifier, field[0], &confidence);

	if (r->verbose && strcmp(id, field[1]) != 0)
		fprintf(stderr, "%s\t%s\t%s %.2f\n", field[0], field[1], id,
			(double)confidence);

	return yc_scores_label(&r->scores, field[1], id);
}

static int evaluate(struct run *r, const char *path, int as_json)
{
	json_t *j;

	if (yc_tsv_read(path, 2, judge, r) || yc_scores_any(&r->scores, path))
		return YC_FAILED;
	j = yc_scores_json(&r->scores);
	if (as_json)
		json_dumpf(j, stdout, JSON_INDENT(1));
	else
		yc_scores_print(&r->scores, stdout);
	json_decref(j);

	return YC_OK;
}

int yc_eval_intent(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"script", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{0}};
	struct run r = {0};
	struct yc_authoring a = {0};
	const char *script = NULL;
	int opt, json = 0, rc = YC_FAILED;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == '?')
			return YC_USAGE;
		script = opt == 's' ? optarg : script;
		json |= opt == 'j';
		r.verbose |= opt == 'v';
	}
	if (optind + 1 != argc)
		return YC_USAGE;
	if (!(script ? yc_authoring_open(&a, script)
		     : yc_understanding(&a.understanding))) {
		r.classifier = script ? a.classifier : a.understanding.base;
		rc = evaluate(&r, argv[optind], json);
	}
	yc_scores_clear(&r.scores);
	yc_authoring_close(&a);

	return rc;
}
