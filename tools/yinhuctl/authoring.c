#include "authoring.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/qa-inspector/read.h"
#include "share.h"

/* How fast the bot speaks [characters/s], where nobody has spoken yet. */
static const double CHARS_A_SECOND = 4.5;

static int read_source(struct yc_authoring *a)
{
	FILE *f = fopen(a->path, "rb");

	if (!f) {
		perror(a->path);
		return -1;
	}
	a->source = malloc(YH_SCRIPT_MAX_BYTES + 1);
	if (a->source)
		a->len = fread(a->source, 1, YH_SCRIPT_MAX_BYTES + 1, f);
	fclose(f);

	return a->source ? 0 : -1;
}

int yc_understanding(struct yh_understanding *u)
{
	char general[4096], corpus[4096], concepts[4096], error[512] = "";

	yc_share(general, sizeof(general), "general_intents.yaml");
	yc_share(corpus, sizeof(corpus), "intent_corpus.yaml");
	yc_share(concepts, sizeof(concepts), "concepts.yaml");
	if (!yh_understanding_load(u, general, corpus, concepts, error,
				   sizeof(error)))
		return 0;
	fprintf(stderr, "yinhuctl: %s\n", error);

	return -1;
}

static int load_understanding(struct yc_authoring *a)
{
	if (yc_understanding(&a->understanding))
		return -1;

	return yh_classifier_extend(&a->classifier, a->understanding.base,
				    &a->script->intents);
}

static int load_rules(struct yc_authoring *a)
{
	char path[4096], error[512] = "";

	yc_share(path, sizeof(path), "rules");
	if (!qa_rules_load(&a->rules, path, error, sizeof(error)))
		return 0;
	fprintf(stderr, "yinhuctl: %s\n", error);

	return -1;
}

int yc_authoring_open(struct yc_authoring *a, const char *path)
{
	char error[600];

	*a = (struct yc_authoring){.path = path};
	if (read_source(a))
		return -1;
	if (yh_script_parse(&a->script, a->source, a->len, error,
			    sizeof(error))) {
		fprintf(stderr, "%s:%s\n", path, error);
		return -1;
	}

	return load_understanding(a) || load_rules(a) ? -1 : 0;
}

void yc_authoring_close(struct yc_authoring *a)
{
	qa_rules_destroy(a->rules);
	yh_classifier_destroy(a->classifier);
	yh_understanding_close(&a->understanding);
	yh_script_destroy(a->script);
	free(a->source);
}

/* The lines as a dialog of the inspector's file format. */
static json_t *as_dialog(const struct yc_authoring *a,
			 const struct yh_play_line *lines, unsigned n,
			 bool verified)
{
	json_t *turns = json_array();
	double at = 0;

	for (unsigned i = 0; i < n; i++) {
		double end =
			at + (double)strlen(lines[i].text) / 3 / CHARS_A_SECOND;

		json_array_append_new(
			turns,
			json_pack("{s:s, s:f, s:f, s:s}", "speaker",
				  lines[i].is_bot ? "bot" : "callee", "start",
				  at, "end", end, "text", lines[i].text));
		at = end + 0.4;
	}

	return json_pack("{s:s, s:{s:b}, s:o}", "kind",
			 a->script->kind ? a->script->kind : "marketing",
			 "meta", "verified", verified, "turns", turns);
}

enum extent { ALONE, SO_FAR, WHOLE };

static unsigned inspect(struct yc_authoring *a, json_t *dialog,
			enum extent extent, const char **rules, unsigned max)
{
	struct qa_report report = {0};
	struct qa_dialog d = {0};
	unsigned found = 0;
	int err = qa_read_dialog(&d, dialog);

	d.ended = extent == WHOLE;
	if (!err)
		err = qa_inspect(a->rules, &d, &report);
	for (size_t i = 0; !err && i < report.n && found < max; i++)
		if (extent != ALONE || qa_stands_alone(report.findings[i].rule))
			rules[found++] = report.findings[i].rule->id;
	qa_report_fini(&report);
	qa_dialog_fini(&d);
	json_decref(dialog);

	return found;
}

unsigned yc_authoring_inspect_so_far(struct yc_authoring *a,
				     const struct yh_play_line *lines,
				     unsigned n, bool verified, bool ended,
				     const char **rules, unsigned max)
{
	return inspect(a, as_dialog(a, lines, n, verified),
		       ended ? WHOLE : SO_FAR, rules, max);
}

unsigned yc_authoring_inspect(void *arg, const struct yh_play_line *lines,
			      unsigned n, bool verified, const char **rules,
			      unsigned max)
{
	return yc_authoring_inspect_so_far(arg, lines, n, verified, true, rules,
					   max);
}

unsigned yc_authoring_inspect_prompt(struct yc_authoring *a, const char *text,
				     bool verified, const char **rules,
				     unsigned max)
{
	const struct yh_play_line line = {true, (char *)text};

	return inspect(a, as_dialog(a, &line, 1, verified), ALONE, rules, max);
}

int yc_authoring_field(struct yh_play *p, char *text)
{
	char *eq = strchr(text, '=');

	if (!eq || eq == text) {
		fprintf(stderr, "yinhuctl: --set NAME=VALUE, not \"%s\"\n",
			text);
		return -1;
	}
	*eq = '\0';

	return yh_play_field(p, text, eq + 1);
}
