/**
 * @file train_barge.c  yinhuctl train barge: recordings in, weights out.
 *
 * The windows in which a decision is due, up to 240 ms into a sentence, are
 * positive; every window of anything else is negative, but for backchannels:
 * their vowels begin as sentences do, and the dialog tells them by their words.
 * The bias lies half way between the sentences that are least and the other
 * sounds that are most like one.
 */
#include <errno.h>
#include <getopt.h>
#include <linear.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "barge_file.h"
#include "base/mem.h"
#include "commands.h"
#include "tsv.h"

enum {
	ROWS = 200000,
	BEGIN_MS = 240, /* of a sentence: what is learnt */
	N = DIAL_BARGE_FEATURES,
};

struct row {
	float x[N];
	int y;
	unsigned group; /* the sentence, or the recording of something else */
};

struct train {
	const char *file;
	struct yc_barge_line line;
	struct dial_barge barge;
	struct row *rows;
	unsigned n, groups;
	int span; /* that the spurt lies in */
	uint32_t began_ms;
};

static void on_frame(void *arg, uint32_t at_ms, bool begins,
		     const uint8_t *alaw, const struct yh_vad *vad)
{
	struct train *t = arg;
	struct row *r = &t->rows[t->n];
	int span = yc_barge_span(&t->line, at_ms, 0);

	if (begins) {
		t->began_ms = at_ms;
		t->groups += span >= 0;
	}
	dial_barge_note(&t->barge, alaw, vad);
	if (!vad->voiced || t->n == ROWS || (t->line.n && span < 0) ||
	    !dial_barge_features(&t->barge, r->x))
		return;
	if (span >= 0 && at_ms - t->began_ms > BEGIN_MS)
		return;
	r->y = span >= 0;
	r->group = t->groups;
	t->n++;
}

static int on_line(char **field, void *arg)
{
	struct train *t = arg;

	if (yc_barge_parse(field, t->file, &t->line))
		return -EINVAL;
	if (!strcmp(t->line.label, "backchannel"))
		return 0;
	t->groups++;

	return yc_barge_run(t->line.path, &t->barge, on_frame, t);
}

/* ---- fitting ---------------------------------------------------------------
 */

static void scale_of(const struct train *t, double *mean, double *dev)
{
	for (int k = 0; k < N; k++) {
		double s = 0, q = 0;

		for (unsigned i = 0; i < t->n; i++) {
			s += (double)t->rows[i].x[k];
			q += (double)t->rows[i].x[k] * (double)t->rows[i].x[k];
		}
		mean[k] = s / t->n;
		dev[k] = sqrt(q / t->n - mean[k] * mean[k]);
		if (!(dev[k] > 1e-6))
			dev[k] = 1e9; /* says nothing */
	}
}

static void silent(const char *text)
{
	(void)text;
}

static int fit(const struct train *t, float *w)
{
	struct feature_node *nodes =
		yh_calloc((size_t)t->n * (N + 1), sizeof(*nodes));
	struct feature_node **x = yh_calloc(t->n, sizeof(*x));
	double *y = yh_calloc(t->n, sizeof(*y)), mean[N], dev[N];
	struct problem p = {.l = (int)t->n, .n = N, .y = y, .x = x};
	struct parameter c = {.solver_type = L2R_LR, .C = 0.05, .eps = 0.001};
	struct model *m;

	if (!nodes || !x || !y)
		return -ENOMEM;
	scale_of(t, mean, dev);
	for (unsigned i = 0; i < t->n; i++) {
		x[i] = nodes + (size_t)i * (N + 1);
		for (int k = 0; k < N; k++)
			x[i][k] = (struct feature_node){
				k + 1,
				((double)t->rows[i].x[k] - mean[k]) / dev[k]};
		x[i][N].index = -1;
		y[i] = t->rows[i].y;
	}
	set_print_string_function(silent);
	m = train(&p, &c);
	for (int k = 0; k < N; k++)
		w[k] = (float)(m->w[k] / dev[k] * (m->label[0] ? 1 : -1));
	free_and_destroy_model(&m);
	yh_free(nodes);
	yh_free(x);
	yh_free(y);

	return 0;
}

static double dot(const float *w, const float *x)
{
	double s = 0;

	for (int k = 0; k < N; k++)
		s += (double)w[k] * (double)x[k];

	return s;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The q-quantile of the best windows of sentences, or of other sounds. */
static double best_of(const struct train *t, const float *w, int y, double q)
{
	double *best = yh_calloc(t->n + 1, sizeof(*best)), v = 0;
	unsigned n = 0, last = 0;

	for (unsigned i = 0; i < t->n && best; i++) {
		double s = dot(w, t->rows[i].x);

		if (t->rows[i].y != y)
			continue;
		if (!n || t->rows[i].group != last)
			best[n++] = s;
		else if (s > best[n - 1])
			best[n - 1] = s;
		last = t->rows[i].group;
	}
	if (n) {
		qsort(best, n, sizeof(*best), by_value);
		v = best[(unsigned)(q * (n - 1))];
	}
	yh_free(best);

	return v;
}

static int save(const char *path, const float *w, double bias)
{
	FILE *f = fopen(path, "w");

	if (!f)
		return -errno;
	fprintf(f,
		"/** @file barge_model.h  Weights of barge.c; made by "
		"`yinhuctl "
		"train barge`. */\n#ifndef DIAL_BARGE_MODEL_H\n#define "
		"DIAL_BARGE_MODEL_H\n\n#include \"barge.h\"\n\nstatic const "
		"float dial_barge_bias = %.6ff;\nstatic const float "
		"dial_barge_weights[DIAL_BARGE_FEATURES] = {\n",
		bias);
	for (int k = 0; k < N; k++)
		fprintf(f, "\t%.6ff,\n", (double)w[k]);
	fprintf(f, "};\n\n#endif\n");

	return fclose(f) ? -errno : 0;
}

int yc_train_barge(int argc, char **argv)
{
	struct train *t = yh_zalloc(sizeof(*t));
	const char *out = NULL;
	double least, most;
	float w[N];
	int opt, err;

	if (!t)
		return YC_FAILED;
	while ((opt = getopt(argc, argv, "o:")) != -1)
		if (opt == 'o')
			out = optarg;
		else
			return YC_USAGE;
	if (!out || optind + 1 != argc)
		return YC_USAGE;
	t->file = argv[optind];
	t->rows = yh_calloc(ROWS + 1, sizeof(*t->rows));
	err = t->rows ? yc_tsv_read(t->file, 2, on_line, t) : -ENOMEM;
	if (!err && t->n < 2u * N)
		err = -EINVAL;
	if (!err)
		err = fit(t, w);
	if (!err) {
		least = best_of(t, w, 1, 0.005);
		most = best_of(t, w, 0, 0.995);
		printf("%u windows; sentences from %.2f, others up to %.2f\n",
		       t->n, least, most);
		err = save(out, w, -(least + most) / 2);
	}
	yh_free(t->rows);
	yh_free(t);

	return err ? YC_FAILED : YC_OK;
}
