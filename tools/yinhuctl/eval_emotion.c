/**
 * @file eval_emotion.c  yinhuctl eval emotion: `path TAB speaker TAB label` in,
 * scores out.
 *
 * Three ways to know the speaker: all their recordings of the file ("batch",
 * the figure called accuracy), those up to the one judged, as in a call
 * ("call": an order that is drawn once after one calm utterance), and not at
 * all
 * ("stranger").
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "commands.h"
#include "emotion/augment.h"
#include "emotion/caller.h"
#include "emotion/speaker.h"
#include "emotion_set.h"
#include "scores.h"
#include "share.h"

enum way { BATCH, CALL, STRANGER, WAYS };

struct run {
	struct yc_emotion_set set;
	struct yh_emotion_model model;
	/* Of one speaker: features, probabilities, labels. */
	float *rows, *p;
	enum yh_emotion *truth;
	unsigned right[WAYS];
	unsigned confusion[YH_EMOTIONS][YH_EMOTIONS];
	struct yc_scores scores;
};

static size_t collect(struct run *r, unsigned speaker)
{
	size_t n = 0;

	for (size_t i = 0; i < r->set.n; i++) {
		const struct yh_emotion_case *c = &r->set.cases[i];

		if (c->speaker != speaker || c->variant)
			continue;
		memcpy(r->rows + n * YH_FEATURES, c->row, sizeof(c->row));
		r->truth[n++] = c->label;
	}

	return n;
}

static void swap(struct run *r, size_t i, size_t k)
{
	enum yh_emotion label = r->truth[i];
	float row[YH_FEATURES];
	float *a = r->rows + i * YH_FEATURES, *b = r->rows + k * YH_FEATURES;

	memcpy(row, a, sizeof(row));
	memmove(a, b, sizeof(row));
	memcpy(b, row, sizeof(row));
	r->truth[i] = r->truth[k];
	r->truth[k] = label;
}

/* Files are often sorted by label, which no call is; and calls begin calmly. */
static void shuffle(struct run *r, size_t n)
{
	uint32_t seed = 1;
	size_t i;

	for (i = n; i-- > 1;) {
		seed = seed * 1664525u + 1013904223u;
		swap(r, i, (seed >> 8) % (i + 1));
	}
	for (i = 0; i < n && r->truth[i] != YH_CALM; i++)
		;
	if (i < n)
		swap(r, 0, i);
}

static int judge(struct run *r, enum way way, size_t n)
{
	struct yh_caller *c;

	if (way == BATCH)
		return yh_speaker_judge_all(&r->model, r->rows, n, r->p);
	c = yh_zalloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const float *row = r->rows + i * YH_FEATURES;
		float *p = r->p + i * YH_EMOTIONS;

		if (way == CALL)
			(void)yh_caller_hear(c, &r->model, row, p);
		else
			yh_speaker_judge(NULL, &r->model, row, p);
	}
	yh_free(c);

	return 0;
}

static int count(struct run *r, enum yh_emotion truth, enum yh_emotion verdict)
{
	r->confusion[truth][verdict]++;

	return yc_scores_label(&r->scores, yh_emotion_name(truth),
			       yh_emotion_name(verdict));
}

static int judge_speaker(struct run *r, unsigned speaker)
{
	size_t n = collect(r, speaker);

	shuffle(r, n);
	for (int way = 0; way < WAYS; way++) {
		int err = judge(r, way, n);

		for (size_t i = 0; i < n && !err; i++) {
			enum yh_emotion verdict =
				yh_emotion_likeliest(r->p + i * YH_EMOTIONS);

			r->right[way] += verdict == r->truth[i];
			if (way == BATCH)
				err = count(r, r->truth[i], verdict);
		}
		if (err)
			return err;
	}

	return 0;
}

/* Without voice: calm, as in a call. */
static int count_silent(struct run *r)
{
	int err = 0;

	for (int e = 0; e < YH_EMOTIONS; e++) {
		for (unsigned i = 0; i < r->set.silent[e] && !err; i++)
			err = count(r, (enum yh_emotion)e, YH_CALM);
		for (int way = 0; way < WAYS && e == YH_CALM; way++)
			r->right[way] += r->set.silent[e];
	}

	return err;
}

static int train_without(struct run *r, unsigned speaker)
{
	struct yh_emotion_case *cases = yh_calloc(r->set.n, sizeof(*cases));
	size_t n = 0;
	int err = -ENOMEM;

	for (size_t i = 0; i < r->set.n && cases; i++) {
		struct yh_emotion_case *c = &cases[n];

		*c = r->set.cases[i];
		n += c->speaker != speaker;
		c->speaker -= c->speaker > speaker;
	}
	if (cases)
		err = yh_emotion_train(&r->model, cases, n);
	if (err)
		fprintf(stderr, "yinhuctl: cannot be trained without %s\n",
			r->set.speakers[speaker]);
	yh_free(cases);

	return err;
}

static int evaluate(struct run *r, int leave_out)
{
	int err;

	r->rows = yh_calloc(r->set.n + 1, YH_FEATURES * sizeof(float));
	r->p = yh_calloc(r->set.n + 1, YH_EMOTIONS * sizeof(float));
	r->truth = yh_calloc(r->set.n + 1, sizeof(*r->truth));
	err = r->rows && r->p && r->truth ? count_silent(r) : -ENOMEM;
	for (unsigned s = 0; s < r->set.n_speakers && !err; s++) {
		if (leave_out)
			err = train_without(r, s);
		if (!err)
			err = judge_speaker(r, s);
	}
	yh_free(r->rows);
	yh_free(r->p);
	yh_free(r->truth);

	return err;
}

/* ---- what is told ---- */

static double share(const struct run *r, enum way way)
{
	return r->scores.n ? (double)r->right[way] / r->scores.n : 0;
}

static void print_json(const struct run *r)
{
	json_t *all = yc_scores_json(&r->scores), *confusion = json_object();

	for (int t = 0; t < YH_EMOTIONS; t++) {
		json_t *row = json_object();

		for (int v = 0; v < YH_EMOTIONS; v++)
			json_object_set_new(row, yh_emotion_name(v),
					    json_integer(r->confusion[t][v]));
		json_object_set_new(confusion, yh_emotion_name(t), row);
	}
	json_object_set_new(all, "confusion", confusion);
	json_object_set_new(all, "accuracy_call", json_real(share(r, CALL)));
	json_object_set_new(all, "accuracy_stranger",
			    json_real(share(r, STRANGER)));
	json_object_set_new(all, "speakers", json_integer(r->set.n_speakers));
	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(all);
}

static void print_text(const struct run *r)
{
	printf("%-16s", "truth \\ verdict");
	for (int v = 0; v < YH_EMOTIONS; v++)
		printf(" %6s", yh_emotion_name(v));
	putchar('\n');
	for (int t = 0; t < YH_EMOTIONS; t++) {
		printf("%-16s", yh_emotion_name(t));
		for (int v = 0; v < YH_EMOTIONS; v++)
			printf(" %6u", r->confusion[t][v]);
		putchar('\n');
	}
	putchar('\n');
	yc_scores_print(&r->scores, stdout);
	printf("accuracy, as in a call %.4f\n"
	       "accuracy, speaker not known %.4f\n",
	       share(r, CALL), share(r, STRANGER));
}

static int run(struct run *r, const char *tsv, const char *model, int leave_out,
	       int json)
{
	char error[4200];

	if (!leave_out &&
	    yh_emotion_load(&r->model, model, error, sizeof(error))) {
		fprintf(stderr, "yinhuctl: %s\n", error);
		return YC_FAILED;
	}
	if (yc_emotion_set_read(&r->set, tsv, leave_out ? YH_VARIANTS : 1) ||
	    evaluate(r, leave_out) || yc_scores_any(&r->scores, tsv))
		return YC_FAILED;
	if (json)
		print_json(r);
	else
		print_text(r);

	return YC_OK;
}

int yc_eval_emotion(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"json", no_argument, NULL, 'j'},
		{"loso", no_argument, NULL, 'l'},
		{"model", required_argument, NULL, 'm'},
		{0}};
	struct run *r;
	char model[4096];
	int opt, json = 0, leave_out = 0, rc = YC_FAILED;

	yc_share(model, sizeof(model), "emotion/model.txt");
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (opt == 'j')
			json = 1;
		else if (opt == 'l')
			leave_out = 1;
		else if (opt == 'm')
			snprintf(model, sizeof(model), "%s", optarg);
		else
			return YC_USAGE;
	if (optind + 1 != argc)
		return YC_USAGE;
	r = yh_zalloc(sizeof(*r));
	if (r)
		rc = run(r, argv[optind], model, leave_out, json);
	if (r) {
		yc_scores_clear(&r->scores);
		yc_emotion_set_clear(&r->set);
	}
	yh_free(r);

	return rc;
}
