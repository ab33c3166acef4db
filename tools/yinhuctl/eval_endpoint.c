/**
 * @file eval_endpoint.c  yinhuctl eval endpoint: cutting in and waiting, both
 *                        errors of the end of a turn.
 *
 * The dialer's voice detector and end-pointing (talk.h), the service's engine
 * (services/asr-gateway) and nothing else: no service, no clock. What is
 * understood at a pause is known a frame later. `bench speech` measures the
 * same through the services.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/asr-gateway/engine.h"
#include "../../services/dialer/talk.h"
#include "audio/g711.h"
#include "base/mem.h"
#include "commands.h"
#include "eval_times.h"
#include "phrase_list.h"
#include "share.h"
#include "speech_set.h"
#include "text/intents.h"
#include "text/utf8.h"

enum {
	BEFORE_MS = 1000, /* silence before an utterance */
	AFTER_MS = 2000,  /* and behind it */
	PREROLL_MS = 300,
	KINDS = YH_EXPECT_TEXT + 1,
};

struct eval {
	const char *model;
	bool json, verbose;
	float floor; /* of confidence, [0..1] */
	struct yh_endpoint_conf endpoint;
	struct yc_speech_set set;
	struct yc_phrases phrases;
	struct yh_intents *general;
	struct asr_engine *engine;
	struct yc_times wait;
	unsigned n, cut, right;
	unsigned kind_n[KINDS], kind_cut[KINDS];
	double kind_wait_ms[KINDS]; /* the longest */
};

/* One utterance. */
struct turn {
	struct eval *e;
	const struct yc_speech_item *it;
	struct dial_talk talk;
	struct yh_vad vad;
	int16_t *pcm; /* with the silence around it, shape (frames, 160) */
	size_t frames, begin, heard; /* [frames] */
	char text[ASR_TEXT_MAX];     /* of the last pause */
};

/* ---- what is understood ---- */

static enum yh_turn understand(struct turn *t)
{
	struct eval *e = t->e;
	const char *rule = yc_expect_rule(t->it->expect);
	const struct asr_utterance u = {
		.pcm = t->pcm + t->begin * YH_FRAME_SAMPLES,
		.n = (t->heard - t->begin) * YH_FRAME_SAMPLES,
		.hints = &rule,
		.n_hints = rule != NULL,
	};
	struct asr_result r = {.text = ""};
	char spoken[ASR_TEXT_MAX];

	if (asr_engine_pocketsphinx.decode(e->engine, 0, &u, &r) ||
	    r.confidence < e->floor)
		r.text[0] = '\0';
	snprintf(t->text, sizeof(t->text), "%s", r.text);

	yh_utf8_spoken(r.text, spoken, sizeof(spoken));

	return yh_turn_judge(t->it->expect, r.text,
			     yh_intents_find(e->general, spoken));
}

/* ---- one utterance ---- */

static void begin_turn(struct turn *t)
{
	const struct dial_talk_conf talk = {.barge_ms = 160,
					    .lost_ms = UINT32_MAX,
					    .pause_ms = 120,
					    .endpoint = t->e->endpoint};
	const struct yh_vad_conf vad = {.start_ms = 100,
					.end_ms = 400,
					.floor_dbov = -48,
					.margin_db = 12,
					.max_ms = 20000};
	const struct dial_prompt question = {.seq = 1, .expect = t->it->expect};
	const uint8_t *out;
	unsigned acts;

	yh_vad_init(&t->vad, &vad);
	dial_talk_init(&t->talk, &talk, 1);
	(void)dial_talk_play(&t->talk, 1, &question, &acts);
	(void)dial_talk_tick(&t->talk, 1, &out);
}

static int lay_out(struct turn *t)
{
	const size_t before = BEFORE_MS / YH_FRAME_MS;
	const struct yc_speech_item *it = t->it;

	t->frames = before + it->frames + AFTER_MS / YH_FRAME_MS;
	t->pcm = yh_calloc(t->frames * YH_FRAME_SAMPLES, sizeof(*t->pcm));
	if (!t->pcm)
		return -ENOMEM;
	yh_alaw_decode_n(it->alaw, t->pcm + before * YH_FRAME_SAMPLES,
			 it->frames * YH_FRAME_SAMPLES);

	return 0;
}

static void tell(const struct turn *t, const char *what, int turn)
{
	const int ms = (int)(t->heard * YH_FRAME_MS) - BEFORE_MS;

	if (t->e->verbose)
		fprintf(stderr, "%s\t%s\t%d\t%s %d\t%s\n", t->it->text,
			yc_expect_name(t->it->expect), ms - (int)t->it->end_ms,
			what, turn, t->text);
}

/* @return The turn has ended */
static bool hear(struct turn *t)
{
	const int16_t *frame = t->pcm + t->heard++ * YH_FRAME_SAMPLES;
	const uint64_t now_us = t->heard * YH_FRAME_MS * 1000;
	enum yh_vad_event ev;
	unsigned acts;

	t->vad.conf.end_ms = t->talk.end_ms;
	ev = yh_vad_push(&t->vad, frame, YH_FRAME_SAMPLES);
	acts = dial_talk_heard(&t->talk, now_us, ev, &t->vad);
	if (acts & DIAL_TALK_SPEECH_START) {
		size_t back = (t->vad.spurt_ms + PREROLL_MS) / YH_FRAME_MS;

		t->begin = t->heard > back ? t->heard - back : 0;
	}
	if (acts & DIAL_TALK_PAUSE) {
		enum yh_turn turn = understand(t);

		tell(t, "pause", (int)turn);
		dial_talk_judged(&t->talk, t->talk.utterance, turn);
	}

	return acts & DIAL_TALK_SPEECH_END;
}

static int count(struct turn *t)
{
	const double end_ms = (double)t->it->end_ms + BEFORE_MS;
	const double wait = (double)t->heard * YH_FRAME_MS - end_ms;
	const enum yh_expect kind = t->it->expect;
	struct eval *e = t->e;
	char want[ASR_TEXT_MAX], got[ASR_TEXT_MAX];

	yh_utf8_spoken(t->it->text, want, sizeof(want));
	yh_utf8_spoken(t->text, got, sizeof(got));
	e->n++;
	e->right += !strcmp(want, got);
	e->kind_n[kind]++;
	if (wait < 0) {
		tell(t, "CUT", 0);
		e->cut++;
		e->kind_cut[kind]++;
		return 0;
	}
	tell(t, "end", 0);
	if (wait > e->kind_wait_ms[kind])
		e->kind_wait_ms[kind] = wait;

	return yc_times_add(&e->wait, wait);
}

static int evaluate(struct eval *e, const struct yc_speech_item *it)
{
	struct turn *t = yh_zalloc(sizeof(*t));
	bool ended = false;
	int err = t ? 0 : -ENOMEM;

	if (!err) {
		t->e = e;
		t->it = it;
		err = lay_out(t);
	}
	if (!err) {
		begin_turn(t);
		while (!ended && t->heard < t->frames)
			ended = hear(t);
		err = count(t);
	}
	if (t)
		yh_free(t->pcm);
	yh_free(t);

	return err;
}

/* ---- what is told ---- */

static void print_json(struct eval *e)
{
	json_t *kinds = json_object(), *all;

	for (int k = 0; k < KINDS; k++)
		if (e->kind_n[k])
			json_object_set_new(
				kinds, yc_expect_name((enum yh_expect)k),
				json_pack("{s:i, s:i, s:f}", "n",
					  (int)e->kind_n[k], "cut",
					  (int)e->kind_cut[k], "longest_ms",
					  e->kind_wait_ms[k]));
	all = json_pack("{s:i, s:f, s:f, s:o, s:o}", "n", (int)e->n,
			"cut_in_rate", (double)e->cut / e->n, "sentences_right",
			(double)e->right / e->n, "wait_ms",
			yc_times_json(&e->wait), "expectations", kinds);
	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
}

static void print_text(struct eval *e)
{
	printf("utterances %u, cut in on %.1f %%, right %.1f %%\n", e->n,
	       100.0 * e->cut / e->n, 100.0 * e->right / e->n);
	yc_times_print(&e->wait, "wait", stdout);
	for (int k = 0; k < KINDS; k++)
		if (e->kind_n[k])
			printf("%-8s %5u, cut in on %u, longest wait %.0f ms\n",
			       yc_expect_name((enum yh_expect)k), e->kind_n[k],
			       e->kind_cut[k], e->kind_wait_ms[k]);
}

/* ---- the run ---- */

static int open_engine(struct eval *e)
{
	struct asr_engine_conf conf = {
		.model_dir = e->model, .beginnings = true, .workers = 1};
	char path[4096], error[1024];
	int err;

	yc_share(path, sizeof(path), "general_intents.yaml");
	err = yh_intents_load(&e->general, path, error, sizeof(error));
	if (err)
		fprintf(stderr, "yinhuctl: %s\n", error);
	if (!err)
		err = yc_phrases_general(&e->phrases);
	if (err)
		return err;
	conf.phrases = (const char *const *)e->phrases.list;
	conf.n_phrases = e->phrases.n;
	err = asr_engine_pocketsphinx.create(&e->engine, &conf);
	if (err)
		fprintf(stderr, "yinhuctl: %s: the model does not load: %s\n",
			e->model, strerror(-err));

	return err;
}

static int run(struct eval *e, const char *tsv)
{
	int err = yc_speech_set_read(&e->set, tsv);

	if (!err)
		err = open_engine(e);
	for (unsigned i = 0; i < e->set.n && !err; i++)
		err = evaluate(e, &e->set.items[i]);
	if (!err && e->json)
		print_json(e);
	else if (!err)
		print_text(e);

	return err ? YC_FAILED : YC_OK;
}

/* EARLY,USUAL,LATE in ms. */
static bool read_silence(const char *text, struct yh_endpoint_conf *c)
{
	return sscanf(text, "%u,%u,%u", &c->early_ms, &c->usual_ms,
		      &c->late_ms) == 3 &&
	       c->early_ms <= c->usual_ms && c->usual_ms <= c->late_ms &&
	       c->late_ms < AFTER_MS;
}

static bool read_options(struct eval *e, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"model", required_argument, NULL, 'm'},
		{"silence", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == 'm')
			e->model = optarg;
		else if (opt == 'j')
			e->json = true;
		else if (opt == 'v')
			e->verbose = true;
		else if (opt != 's' || !read_silence(optarg, &e->endpoint))
			return false;
	}

	return optind + 1 == argc;
}

int yc_eval_endpoint(int argc, char **argv)
{
	struct eval *e = yh_zalloc(sizeof(*e));
	char model[4096];
	int rc = YC_USAGE;

	if (!e)
		return YC_FAILED;
	yc_share(model, sizeof(model), "asr-model");
	e->model = model;
	e->floor = .5f;
	e->endpoint = (struct yh_endpoint_conf){240, 440, 900};
	if (read_options(e, argc, argv))
		rc = run(e, argv[optind]);
	if (e->engine)
		asr_engine_pocketsphinx.destroy(e->engine);
	yh_intents_destroy(e->general);
	yc_phrases_clear(&e->phrases);
	yc_times_clear(&e->wait);
	yc_speech_set_clear(&e->set);
	yh_free(e);

	return rc;
}
