/**
 * @file eval_asr.c  yinhuctl eval asr: `path TAB text` in, error rates out.
 *
 * A text "-" means: nothing of the grammar is said. The engine is the
 * service's own (services/asr-gateway). Latency is the time from the last
 * sample to the text, the machine doing nothing else for the engine.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "../../services/asr-gateway/engine.h"
#include "../../services/asr-gateway/lexicon.h"
#include "audio/wav_read.h"
#include "base/clock.h"
#include "base/mem.h"
#include "commands.h"
#include "eval_times.h"
#include "phrase_list.h"
#include "share.h"
#include "text/utf8.h"
#include "tsv.h"

struct options {
	const char *engine, *model, *lexicon, *grammar, *tsv;
	bool closed, general, json, verbose;
	float floor; /* of confidence, [0..1] */
};

struct run {
	const struct options *o;
	struct yc_phrases phrases; /* always listened for */
	struct yc_phrases rules;   /* of a JSGF grammar, as hints */
	bool jsgf;
	struct asr_engine *engine;
	unsigned n, right, rejected, outside, false_accepts;
	unsigned failed; /* recordings that could not be heard */
	uint64_t errors, chars, busy_us, audio_us;
	struct yc_times times;
};

static const struct {
	const char *name;
	const struct asr_engine_ops *ops;
} ENGINES[] = {{"embedded", &asr_engine_pocketsphinx}};

static const struct asr_engine_ops *engine_of(const char *name)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(ENGINES); i++) {
		if (!strcmp(ENGINES[i].name, name))
			return ENGINES[i].ops;
	}
	fprintf(stderr, "yinhuctl: no engine '%s'; there is: embedded\n", name);

	return NULL;
}

/* ---- the grammar ---- */

static int add_text(char **field, void *arg)
{
	struct run *r = arg;

	return field[1][0] && strcmp(field[1], "-")
		       ? yc_phrases_add(&r->phrases, field[1])
		       : 0;
}

static int read_grammar(struct run *r)
{
	const struct options *o = r->o;

	if (o->closed)
		return yc_tsv_read_some(o->tsv, 2, 8, add_text, r);
	if (o->general || !o->grammar) {
		int err = yc_phrases_general(&r->phrases);

		if (err || !o->grammar)
			return err;
	}
	r->jsgf = yc_phrases_is_jsgf(o->grammar);

	return r->jsgf ? yc_phrases_rules(&r->rules, o->grammar)
		       : yc_phrases_lines(&r->phrases, o->grammar);
}

/* What a lexicon does not have can never be heard. */
static int tell_missing(const struct run *r)
{
	struct asr_lexicon *lex;
	char phones[4096];
	int err;

	if (!r->o->lexicon)
		return 0;
	err = asr_lexicon_open(&lex, r->o->lexicon);
	if (err) {
		fprintf(stderr, "%s: %s\n", r->o->lexicon, strerror(-err));
		return err;
	}
	for (size_t i = 0; i < r->phrases.n; i++) {
		if (asr_lexicon_say(lex, r->phrases.list[i], 0, phones,
				    sizeof(phones)) == -EINVAL)
			fprintf(stderr,
				"%s: \"%s\" is not in the lexicon (\"%s\"), "
				"it cannot be heard\n",
				r->o->lexicon, r->phrases.list[i], phones);
	}
	asr_lexicon_close(lex);

	return 0;
}

static int open_engine(struct run *r)
{
	const struct asr_engine_conf conf = {
		.model_dir = r->o->model,
		.lexicon = r->o->lexicon,
		.rules = r->jsgf ? r->o->grammar : NULL,
		.phrases = (const char *const *)r->phrases.list,
		.n_phrases = r->phrases.n,
		.workers = 1,
	};
	int err;

	if (!r->phrases.n && !r->rules.n) {
		fprintf(stderr,
			"yinhuctl: nothing to listen for: no text in "
			"%s\n",
			r->o->grammar ? r->o->grammar : r->o->tsv);
		return -EINVAL;
	}
	err = engine_of(r->o->engine)->create(&r->engine, &conf);
	if (err == -EINVAL && !r->o->lexicon)
		fprintf(stderr,
			"yinhuctl: %s: no text can be said in the model's "
			"phones; give the --lexicon that it comes with\n",
			r->o->model);
	else if (err)
		fprintf(stderr, "yinhuctl: %s: the model does not load: %s\n",
			r->o->model, strerror(-err));

	return err;
}

/* ---- one recording ---- */

static int count(struct run *r, const char *truth, struct asr_result *res)
{
	char want[4096], got[ASR_TEXT_MAX];
	const char *p = want;
	long distance;

	if (res->confidence < r->o->floor)
		res->text[0] = '\0';
	yh_utf8_spoken(truth, want, sizeof(want));
	yh_utf8_spoken(res->text, got, sizeof(got));
	if (!strcmp(truth, "-")) {
		r->outside++;
		r->false_accepts += got[0] != '\0';
		return 0;
	}
	distance = yh_utf8_distance(want, got);
	if (distance < 0)
		return (int)distance;
	r->n++;
	r->right += !distance;
	r->rejected += !got[0];
	r->errors += (uint64_t)distance;
	while (yh_utf8_next(&p))
		r->chars++;

	return 0;
}

static int hear(struct run *r, const char *path, const char *truth,
		const int16_t *pcm, size_t n)
{
	const struct asr_utterance u = {
		.pcm = pcm,
		.n = n,
		.hints = (const char *const *)r->rules.list,
		.n_hints = r->rules.n,
	};
	struct asr_result res = {.text = ""};
	uint64_t began = yh_now_us();
	int err = engine_of(r->o->engine)->decode(r->engine, 0, &u, &res);
	uint64_t took = yh_now_us() - began;

	if (err) {
		fprintf(stderr, "%s: %s\n", path, strerror(-err));
		return err;
	}
	r->busy_us += took;
	r->audio_us += n * 125;
	if (r->o->verbose)
		fprintf(stderr, "%s\t%s\t%s\t%.3f\n", path, truth, res.text,
			(double)res.confidence);
	err = count(r, truth, &res);

	return err ? err : yc_times_add(&r->times, (double)took / 1000);
}

static bool is_silent(const int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (pcm[i])
			return false;
	}

	return true;
}

/* @return What is wrong with a recording, NULL: nothing */
static const char *fault_of(int err, const int16_t *pcm, size_t n,
			    const char *truth)
{
	if (err == -EINVAL)
		return "not a WAV of PCM, float or G.711";
	if (err)
		return strerror(-err);
	if (!n)
		return "no sound in it";
	if (n > ASR_MAX_SAMPLES)
		return "over 30 s";

	if (!truth[0])
		return "no text beside it; \"-\" is for nothing";

	return strcmp(truth, "-") && is_silent(pcm, n)
		       ? "nothing but silence in its first channel"
		       : NULL;
}

/* One that cannot be heard is told and counted, the others go on. */
static int evaluate_line(char **field, void *arg)
{
	struct run *r = arg;
	const char *fault;
	char path[4096];
	int16_t *pcm = NULL;
	size_t n = 0;
	int err;

	yc_tsv_beside(r->o->tsv, field[0], path, sizeof(path));
	err = yh_wav_read(path, &pcm, &n);
	fault = fault_of(err, pcm, n, field[1]);
	if (fault)
		fprintf(stderr, "%s: %s\n", path, fault);
	if (fault || hear(r, path, field[1], pcm, n))
		r->failed++;
	yh_free(pcm);

	return err == -ENOMEM ? err : 0;
}

/* ---- what is told ---- */

static double share(uint64_t part, uint64_t all)
{
	return all ? (double)part / (double)all : 0;
}

static void print_json(struct run *r)
{
	json_t *o = json_pack("{s:i, s:f, s:f, s:f, s:o, s:f, s:i, s:i, s:i}",
			      "n", (int)r->n, "cer", share(r->errors, r->chars),
			      "sentence_accuracy", share(r->right, r->n), "rtf",
			      share(r->busy_us, r->audio_us), "latency_ms",
			      yc_times_json(&r->times), "rejected",
			      share(r->rejected, r->n), "outside",
			      (int)r->outside, "false_accepts",
			      (int)r->false_accepts, "failed", (int)r->failed);

	json_dumpf(o, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(o);
}

static void print_text(struct run *r)
{
	printf("recordings          %8u\n"
	       "character errors    %8.2f %%\n"
	       "sentences right     %8.2f %%\n"
	       "not understood      %8.2f %%\n"
	       "outside, accepted   %5u of %u\n"
	       "could not be heard  %8u\n"
	       "real-time factor    %8.4f\n",
	       r->n, 100 * share(r->errors, r->chars),
	       100 * share(r->right, r->n), 100 * share(r->rejected, r->n),
	       r->false_accepts, r->outside, r->failed,
	       share(r->busy_us, r->audio_us));
	yc_times_print(&r->times, "latency", stdout);
}

static int run(struct run *r)
{
	if (read_grammar(r) || tell_missing(r) || open_engine(r) ||
	    yc_tsv_read_some(r->o->tsv, 2, 8, evaluate_line, r))
		return YC_FAILED;
	if (!r->n && !r->outside && !r->failed) {
		fprintf(stderr, "%s: no recordings in it\n", r->o->tsv);
		return YC_FAILED;
	}
	if (r->o->json)
		print_json(r);
	else
		print_text(r);

	return r->failed ? YC_FAILED : YC_OK;
}

static int read_options(struct options *o, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{"engine", required_argument, NULL, 'e'},
		{"model", required_argument, NULL, 'm'},
		{"lexicon", required_argument, NULL, 'l'},
		{"grammar", required_argument, NULL, 'g'},
		{"closed", no_argument, NULL, 'c'},
		{"general", no_argument, NULL, 'G'},
		{"floor", required_argument, NULL, 'f'},
		{"json", no_argument, NULL, 'j'},
		{"verbose", no_argument, NULL, 'v'},
		{0}};
	int opt;

	while ((opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
		switch (opt) {
		case 'e':
			o->engine = optarg;
			break;
		case 'm':
			o->model = optarg;
			break;
		case 'l':
			o->lexicon = optarg;
			break;
		case 'g':
			o->grammar = optarg;
			break;
		case 'c':
			o->closed = true;
			break;
		case 'G':
			o->general = true;
			break;
		case 'f':
			o->floor = strtof(optarg, NULL);
			break;
		case 'j':
			o->json = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		default:
			return -EINVAL;
		}
	}
	if (optind + 1 != argc || (o->closed && o->grammar))
		return -EINVAL;
	o->tsv = argv[optind];

	return 0;
}

int yc_eval_asr(int argc, char **argv)
{
	struct options o = {.engine = "embedded"};
	struct run *r;
	char model[4096];
	int rc = YC_FAILED;

	yc_share(model, sizeof(model), "asr-model");
	o.model = model;
	if (read_options(&o, argc, argv))
		return YC_USAGE;
	if (!engine_of(o.engine))
		return YC_USAGE;
	r = yh_zalloc(sizeof(*r));
	if (!r)
		return YC_FAILED;
	r->o = &o;
	rc = run(r);
	if (r->engine)
		engine_of(o.engine)->destroy(r->engine);
	yc_phrases_clear(&r->phrases);
	yc_phrases_clear(&r->rules);
	yc_times_clear(&r->times);
	yh_free(r);

	return rc;
}
