/**
 * @file eval_progress.c  yinhuctl eval progress: `path TAB class [TAB code]`
 *                        in, a confusion matrix out.
 *
 * Code 200: the sound follows the answer. Another code: it is early media, and
 * the call ended with it. Without one nobody knows which, as when a network
 * answers and then says that the number is vacant: heard as an answered call,
 * and as early media if that tells nothing.
 * Six seconds of silence follow each recording, as a line has them.
 *
 * A person who is taken for a machine, or for an announcement, is counted
 * apart: that is the error that costs a call.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../services/asr-gateway/engine.h"
#include "audio/g711.h"
#include "audio/wav_read.h"
#include "base/mem.h"
#include "commands.h"
#include "eval_times.h"
#include "phrase_list.h"
#include "progress/progress.h"
#include "progress/words.h"
#include "scores.h"
#include "share.h"
#include "tsv.h"

enum {
	TAIL_MS = 6000,
	PREROLL_MS = 300,
	CLASSES = YH_PROGRESS_CLASSES,
};

struct options {
	const char *tsv, *library;
	bool words, json, verbose;
};

struct run {
	const struct options *o;
	struct yh_library *library;
	struct asr_engine *engine; /* NULL: no words */
	struct yc_scores scores;
	struct yc_times times;
	unsigned confusion[CLASSES][CLASSES];
	unsigned people, person_as_machine, machines, machine_as_person;
	unsigned people_in_time; /* told as such by the deadline */
	unsigned unsure;
	uint64_t ear_us, words_us, audio_ms;
};

/* A recording on its way through the ear. */
struct hearing {
	struct run *run;
	const int16_t *pcm;
	size_t n, speech_from;
	bool answered;
	struct yh_progress ear;
	struct yh_progress_verdict in_time; /* at the deadline */
	enum yh_progress_class last;
	uint32_t last_ms; /* when `last` was first said */
};

/* Processor time: what else the machine does must not count. */
static uint64_t cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);

	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

/* ---- words ---- */

static int open_engine(struct run *r)
{
	struct asr_engine_conf conf = {.workers = 1};
	struct yc_phrases phrases = {0};
	char model[4096];
	size_t n;
	const char *const *list = yh_progress_phrases(&n);
	int err = 0;

	yc_share(model, sizeof(model), "asr-model");
	conf.model_dir = model;
	for (size_t i = 0; i < n && !err; i++)
		err = yc_phrases_add(&phrases, list[i]);
	if (!err) /* what else may be said */
		err = yc_phrases_general(&phrases);
	conf.phrases = (const char *const *)phrases.list;
	conf.n_phrases = phrases.n;
	if (!err)
		err = asr_engine_pocketsphinx.create(&r->engine, &conf);
	if (err)
		fprintf(stderr, "yinhuctl: %s: the model does not load: %s\n",
			model, strerror(-err));
	yc_phrases_clear(&phrases);

	return err;
}

static void hear_words(struct hearing *h, size_t until)
{
	struct asr_utterance u = {.pcm = h->pcm + h->speech_from};
	struct asr_result res = {.text = ""};
	struct yh_evidence e;
	uint64_t began = cpu_us();

	until = until < h->n ? until : h->n;
	if (!h->run->engine || until <= h->speech_from)
		return;
	u.n = until - h->speech_from;
	if (asr_engine_pocketsphinx.decode(h->run->engine, 0, &u, &res) ||
	    res.confidence < 0.5f)
		res.text[0] = '\0';
	h->run->words_us += cpu_us() - began;
	e = yh_progress_words(res.text, res.confidence, h->answered);
	if (e.support > h->ear.evidence[YH_BY_WORDS].support)
		h->ear.evidence[YH_BY_WORDS] = e;
	if (h->run->o->verbose && res.text[0])
		fprintf(stderr, "  heard \"%s\" (%.2f)\n", res.text,
			(double)res.confidence);
}

/* ---- a recording ---- */

static void note(struct hearing *h)
{
	const struct yh_progress_verdict *v = &h->ear.verdict;

	if (v->class != h->last)
		h->last_ms = h->ear.ms;
	h->last = v->class;
	if (!h->ear.due)
		h->in_time = *v;
}

static void hear_frame(struct hearing *h, size_t at)
{
	uint8_t alaw[YH_FRAME_SAMPLES];
	unsigned acts;

	for (size_t k = 0; k < YH_FRAME_SAMPLES; k++)
		alaw[k] = at + k < h->n ? yh_alaw_encode(h->pcm[at + k])
					: YH_ALAW_SILENCE;
	acts = yh_progress_push(&h->ear, alaw);
	note(h);
	if (acts & YH_PROGRESS_SPEECH) {
		size_t back = (h->ear.vad.spurt_ms + PREROLL_MS) * 8u;

		h->speech_from = at + YH_FRAME_SAMPLES > back
					 ? at + YH_FRAME_SAMPLES - back
					 : 0;
	}
	if (acts & YH_PROGRESS_PAUSE) {
		hear_words(h, at + YH_FRAME_SAMPLES);
		h->speech_from = at + YH_FRAME_SAMPLES;
	}
}

static struct yh_progress_verdict hear(struct hearing *h, uint32_t code)
{
	uint64_t began = cpu_us(), words = h->run->words_us;

	h->last = YH_PROGRESS_UNSURE;
	yh_progress_init(&h->ear, h->run->library);
	if (h->answered)
		yh_progress_answer(&h->ear);
	for (size_t at = 0; at < h->n + TAIL_MS * 8; at += YH_FRAME_SAMPLES)
		hear_frame(h, at);
	h->run->ear_us += cpu_us() - began - (h->run->words_us - words);
	h->run->audio_ms += h->ear.ms;
	h->ear.evidence[YH_BY_SIP] = yh_progress_of_sip(code);

	return yh_progress_fuse(h->ear.evidence);
}

static int count(struct run *r, enum yh_progress_class truth,
		 const struct hearing *h, const struct yh_progress_verdict *v)
{
	int err = yc_scores_label(&r->scores, yh_progress_name(truth),
				  yh_progress_name(v->class));

	r->confusion[truth][v->class]++;
	r->unsure += v->class == YH_PROGRESS_UNSURE;
	r->people += truth == YH_PROGRESS_HUMAN;
	r->machines += yh_progress_is_machine(truth);
	r->person_as_machine +=
		truth == YH_PROGRESS_HUMAN && yh_progress_is_machine(v->class);
	r->machine_as_person +=
		yh_progress_is_machine(truth) && v->class == YH_PROGRESS_HUMAN;
	r->people_in_time += truth == YH_PROGRESS_HUMAN &&
			     h->in_time.class == YH_PROGRESS_HUMAN;
	if (!err && v->class == truth && h->ear.first_ms &&
	    h->last_ms >= h->ear.first_ms)
		err = yc_times_add(&r->times,
				   (double)(h->last_ms - h->ear.first_ms));

	return err;
}

static int evaluate_line(char **field, void *arg)
{
	struct run *r = arg;
	uint32_t code = field[2] ? (uint32_t)strtoul(field[2], NULL, 10) : 0;
	enum yh_progress_class truth = yh_progress_class_of(field[1]);
	struct hearing h = {.run = r, .answered = !code || code == 200};
	struct yh_progress_verdict v;
	int16_t *pcm = NULL;
	char path[4096];
	int err;

	if (truth == YH_PROGRESS_CLASSES) {
		fprintf(stderr, "%s: '%s' is no class of calls\n", r->o->tsv,
			field[1]);
		return -EINVAL;
	}
	yc_tsv_beside(r->o->tsv, field[0], path, sizeof(path));
	err = yh_wav_read(path, &pcm, &h.n);
	if (err) {
		fprintf(stderr, "%s: %s\n", path,
			err == -EINVAL ? "not a WAV of PCM, float or G.711"
				       : strerror(-err));
		return err;
	}
	h.pcm = pcm;
	v = hear(&h, code);
	if (!code && v.class == YH_PROGRESS_UNSURE) {
		h.answered = false;
		v = hear(&h, code);
	}
	if (r->o->verbose)
		fprintf(stderr, "%s\t%s\t%s\t%.2f\t%s\tin time: %s\n", path,
			field[1], yh_progress_name(v.class),
			(double)v.confidence, yh_witness_name(v.by),
			yh_progress_name(h.in_time.class));
	yh_free(pcm);

	return count(r, truth, &h, &v);
}

/* ---- what is told ---- */

static double share(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : 0;
}

static json_t *confusion_json(const struct run *r)
{
	json_t *all = json_object();

	for (int t = 0; t < CLASSES; t++) {
		json_t *row = json_object();

		for (int v = 0; v < CLASSES; v++) {
			if (r->confusion[t][v])
				json_object_set_new(
					row,
					yh_progress_name(
						(enum yh_progress_class)v),
					json_integer(r->confusion[t][v]));
		}
		if (json_object_size(row))
			json_object_set_new(
				all,
				yh_progress_name((enum yh_progress_class)t),
				row);
		else
			json_decref(row);
	}

	return all;
}

static void print_json(struct run *r)
{
	json_t *all = yc_scores_json(&r->scores);
	json_t *more = json_pack(
		"{s:o, s:i, s:i, s:i, s:i, s:f, s:f, s:o, s:f, s:f}",
		"confusion", confusion_json(r), "people", (int)r->people,
		"person_as_machine", (int)r->person_as_machine, "machines",
		(int)r->machines, "machine_as_person",
		(int)r->machine_as_person, "unsure",
		share(r->unsure, r->scores.n), "people_in_time",
		share(r->people_in_time, r->people), "after_first_voice_ms",
		yc_times_json(&r->times), "ear_us_a_frame",
		share(r->ear_us, r->audio_ms / YH_FRAME_MS), "words_rtf",
		share(r->words_us, r->audio_ms * 1000));

	json_object_update(all, more);
	json_decref(more);
	json_dumpf(all, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(all);
}

static void print_text(struct run *r)
{
	for (int t = 0; t < CLASSES; t++) {
		for (int v = 0; v < CLASSES; v++) {
			if (r->confusion[t][v] && v != t)
				printf("%-16s taken for %-16s %5u\n",
				       yh_progress_name(
					       (enum yh_progress_class)t),
				       yh_progress_name(
					       (enum yh_progress_class)v),
				       r->confusion[t][v]);
		}
	}
	putchar('\n');
	yc_scores_print(&r->scores, stdout);
	printf("a person taken for a machine %u of %u\n"
	       "a machine taken for a person %u of %u\n"
	       "unsure                       %.4f\n"
	       "people told by the deadline  %.4f\n"
	       "ear, a frame                 %.1f us\n",
	       r->person_as_machine, r->people, r->machine_as_person,
	       r->machines, share(r->unsure, r->scores.n),
	       share(r->people_in_time, r->people),
	       share(r->ear_us, r->audio_ms / YH_FRAME_MS));
	yc_times_print(&r->times, "after first voice", stdout);
}

static int run(struct run *r)
{
	char error[512];

	if (yh_library_read(&r->library, r->o->library, error, sizeof(error))) {
		fprintf(stderr, "yinhuctl: %s\n", error);
		return YC_FAILED;
	}
	if ((r->o->words && open_engine(r)) ||
	    yc_tsv_read_some(r->o->tsv, 2, 3, evaluate_line, r) ||
	    yc_scores_any(&r->scores, r->o->tsv))
		return YC_FAILED;
	if (r->o->json)
		print_json(r);
	else
		print_text(r);

	return YC_OK;
}

int yc_eval_progress(int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"library", required_argument, NULL, 'l'},
		{"no-words", no_argument, NULL, 'n'},
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{0}};
	struct options o = {.words = true};
	char library[4096];
	struct run *r;
	int opt, rc = YC_FAILED;

	yc_share(library, sizeof(library), "progress/announcements.txt");
	o.library = library;
	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		if (opt == 'l')
			o.library = optarg;
		else if (opt == 'n')
			o.words = false;
		else if (opt == 'j')
			o.json = true;
		else if (opt == 'v')
			o.verbose = true;
		else
			return YC_USAGE;
	}
	if (optind + 1 != argc)
		return YC_USAGE;
	o.tsv = argv[optind];
	r = yh_zalloc(sizeof(*r));
	if (!r)
		return YC_FAILED;
	r->o = &o;
	rc = run(r);
	if (r->engine)
		asr_engine_pocketsphinx.destroy(r->engine);
	yh_library_destroy(r->library);
	yc_scores_clear(&r->scores);
	yc_times_clear(&r->times);
	yh_free(r);

	return rc;
}
