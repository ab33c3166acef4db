/**
 * @file eval_intent.c  yinhuctl eval intent: `text TAB intent` in, scores out.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "commands.h"
#include "scores.h"
#include "share.h"
#include "text/classify.h"
#include "text/intents.h"
#include "tsv.h"

struct run {
	struct yh_classifier *classifier;
	struct yc_scores scores;
};

static int judge(char **field, void *arg)
{
	struct run *r = arg;
	float confidence;

	return yc_scores_label(
		&r->scores, field[1],
		yh_classify(r->classifier, field[0], &confidence));
}

int yc_eval_intent(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"json", no_argument, NULL, 'j'}, {0}};
	struct run r = {0};
	struct yh_intents *general = NULL;
	const struct yh_intents *sets[1];
	char error[256], path[4096];
	int opt, json = 0, rc = YC_FAILED;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt == 'j')
			json = 1;
		else
			return YC_USAGE;
	if (optind + 1 != argc)
		return YC_USAGE;
	yc_share(path, sizeof(path), "general_intents.yaml");
	if (yh_intents_load(&general, path, error, sizeof(error))) {
		fprintf(stderr, "yinhuctl: %s\n", error);
		return YC_FAILED;
	}
	sets[0] = general;
	if (!yh_classifier_create(&r.classifier, sets, 1) &&
	    !yc_tsv_read(argv[optind], 2, judge, &r)) {
		json_t *j = yc_scores_json(&r.scores);

		if (json)
			json_dumpf(j, stdout, JSON_INDENT(1));
		else
			yc_scores_print(&r.scores, stdout);
		json_decref(j);
		rc = YC_OK;
	}
	yc_scores_clear(&r.scores);
	yh_classifier_destroy(r.classifier);
	yh_intents_destroy(general);

	return rc;
}
