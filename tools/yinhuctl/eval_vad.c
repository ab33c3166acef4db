/**
 * @file eval_vad.c  yinhuctl eval vad: do interruptions stop a prompt, and only
 * they?
 *
 * The voice detector and the detector of interruptions, as a call uses them, on
 * recordings of a callee while a prompt plays all the time. In each sentence
 * the first stop counts, with its time since the sentence began; anywhere else
 * a stop is false (one a spurt).
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barge_file.h"
#include "base/mem.h"
#include "commands.h"
#include "tsv.h"

enum {
	LABELS = 32,
	SENTENCES = 20000,
	BEAT_MS = 20, /* the last packet may have just left */
	NEED_MS = 160,
	AFTER_MS = 100, /* a sentence's end is heard a little later */
};

struct label {
	char name[64];
	unsigned files, stopped, stops;
};

struct eval {
	const char *file;
	const struct dial_barge_ops *ops;
	struct yc_barge_line line;
	struct dial_barge barge;
	bool fired;
	unsigned found, sentences, false_stops; /* all files */
	bool hit[YC_BARGE_SPANS];
	struct label labels[LABELS];
	unsigned n_labels;
	double ms[SENTENCES];
};

static void on_frame(void *arg, uint32_t at_ms, bool begins,
		     const uint8_t *alaw, const struct yh_vad *vad)
{
	struct eval *e = arg;
	int span;

	if (begins)
		e->fired = false;
	if (e->fired || !e->ops->push(&e->barge, alaw, vad, NEED_MS))
		return;
	e->fired = true;
	span = yc_barge_span(&e->line, at_ms, AFTER_MS);
	if (span < 0) {
		e->false_stops++;
	} else if (!e->hit[span] && e->found < SENTENCES) {
		e->hit[span] = true;
		e->ms[e->found++] =
			at_ms - e->line.spans[span].from_ms + BEAT_MS;
	}
}

static struct label *label_of(struct eval *e)
{
	for (unsigned i = 0; i < e->n_labels; i++) {
		if (!strcmp(e->labels[i].name, e->line.label))
			return &e->labels[i];
	}
	if (e->n_labels == LABELS)
		return NULL;
	snprintf(e->labels[e->n_labels].name, sizeof(e->labels[0].name), "%s",
		 e->line.label);

	return &e->labels[e->n_labels++];
}

static int on_line(char **field, void *arg)
{
	struct eval *e = arg;
	struct label *l;
	unsigned before = e->false_stops;
	int err;

	if (yc_barge_parse(field, e->file, &e->line))
		return -EINVAL;
	l = label_of(e);
	if (!l) {
		fprintf(stderr, "%s: more than %d labels\n", e->file, LABELS);
		return -EINVAL;
	}
	memset(e->hit, 0, sizeof(e->hit));
	err = yc_barge_run(e->line.path, &e->barge, on_frame, e);
	l->files++;
	l->stopped += e->false_stops > before;
	l->stops += e->false_stops - before;
	e->sentences += e->line.n;

	return err;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at(const struct eval *e, double q)
{
	return e->found ? e->ms[(unsigned)(q * (e->found - 1))] : 0;
}

static void print_json(const struct eval *e)
{
	json_t *labels = json_object();

	for (unsigned i = 0; i < e->n_labels; i++) {
		const struct label *l = &e->labels[i];

		json_object_set_new(labels, l->name,
				    json_pack("{s:i,s:i,s:i}", "files",
					      (int)l->files, "stopped",
					      (int)l->stopped, "stops",
					      (int)l->stops));
	}
	labels = json_pack("{s:s,s:i,s:i,s:f,s:f,s:f,s:f,s:o}", "detector",
			   e->ops->name, "sentences", (int)e->sentences,
			   "found", (int)e->found, "missed_ratio",
			   e->sentences ? 1 - (double)e->found / e->sentences
					: 0.0,
			   "stop_ms_p50", at(e, .5), "stop_ms_p95", at(e, .95),
			   "stop_ms_p99", at(e, .99), "false_stops", labels);
	json_dumpf(labels, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(labels);
}

static void print_text(const struct eval *e)
{
	printf("detector %s: %u of %u sentences stop the prompt, after p50 "
	       "%.0f, p95 %.0f, p99 %.0f ms\n%-16s %6s %8s %6s\n",
	       e->ops->name, e->found, e->sentences, at(e, .5), at(e, .95),
	       at(e, .99), "false stops", "files", "stopped", "stops");
	for (unsigned i = 0; i < e->n_labels; i++)
		printf("%-16s %6u %8u %6u\n", e->labels[i].name,
		       e->labels[i].files, e->labels[i].stopped,
		       e->labels[i].stops);
}

int yc_eval_vad(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"json", no_argument, NULL, 'j'},
		{"detector", required_argument, NULL, 'd'},
		{0}};
	struct eval *e = yh_zalloc(sizeof(*e));
	const char *name = "sentence";
	int opt, err, json = 0;

	if (!e)
		return YC_FAILED;
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt == 'j')
			json = 1;
		else if (opt == 'd')
			name = optarg;
		else
			return YC_USAGE;
	e->ops = dial_barge_find(name);
	if (optind + 1 != argc || !e->ops)
		return YC_USAGE;
	e->file = argv[optind];
	err = yc_tsv_read(e->file, 2, on_line, e);
	if (!err && !e->n_labels) {
		fprintf(stderr, "%s: nothing to listen to in it\n", e->file);
		err = -ENODATA;
	}
	qsort(e->ms, e->found, sizeof(*e->ms), by_value);
	if (!err && json)
		print_json(e);
	else if (!err)
		print_text(e);
	yh_free(e);

	return err ? YC_FAILED : YC_OK;
}
