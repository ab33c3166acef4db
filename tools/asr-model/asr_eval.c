/**
 * @file asr_eval.c  How well does the embedded engine hear?
 *
 * asr-eval MODEL_DIR INTENTS.yaml FILE.tsv: `path TAB text`, paths relative to
 * the file, WAV of 8 kHz 16 bit mono; text "-" means: nothing of the list. One
 * JSON object on stdout.
 */
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/asr-gateway/engine.h"
#include "base/clock.h"
#include "base/mem.h"
#include "text/intents.h"

enum { WAV_HEADER_BYTES = 44, MAX_PHRASES = 20000 };

struct tally {
	unsigned n, right, rejected, outside, false_accepts;
	uint64_t busy_us, audio_us, worst_us;
};

static size_t read_wav(const char *path, int16_t *pcm)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0;

	if (f && !fseek(f, WAV_HEADER_BYTES, SEEK_SET))
		n = fread(pcm, 2, ASR_MAX_SAMPLES, f);
	if (f)
		fclose(f);

	return n;
}

static void judge(struct tally *t, const char *text, const struct asr_result *r,
		  float floor)
{
	bool accepted = r->text[0] && r->confidence >= floor;

	if (getenv("ASR_EVAL_VERBOSE"))
		fprintf(stderr, "%.4f\t%s\t%s\t%s\n", (double)r->confidence,
			!strcmp(text, r->text) ? "ok" : "WRONG", text, r->text);
	if (!strcmp(text, "-")) {
		t->outside++;
		t->false_accepts += accepted ? 1 : 0;
		return;
	}
	t->n++;
	if (!accepted)
		t->rejected++;
	else if (!strcmp(text, r->text))
		t->right++;
}

static int run(struct asr_engine *e, const char *tsv, struct tally *t)
{
	static int16_t pcm[ASR_MAX_SAMPLES];
	char line[4096], path[8192], *copy = yh_strdup(tsv);
	FILE *f = fopen(tsv, "r");

	if (!f || !copy)
		return 1;
	while (fgets(line, sizeof(line), f)) {
		char *text = strchr(line, '\t');
		struct asr_utterance u = {.pcm = pcm};
		struct asr_result r;
		uint64_t begin;

		if (!text)
			continue;
		*text++ = '\0';
		text[strcspn(text, "\r\n")] = '\0';
		strcpy(copy, tsv);
		snprintf(path, sizeof(path), "%s/%s", dirname(copy), line);
		u.n = read_wav(path, pcm);
		begin = yh_now_us();
		if (!u.n || asr_engine_pocketsphinx.decode(e, 0, &u, &r))
			fprintf(stderr, "%s: not readable\n", path);
		else
			judge(t, text, &r, 0.5f);
		begin = yh_now_us() - begin;
		t->busy_us += begin;
		t->audio_us += u.n * 125;
		t->worst_us = begin > t->worst_us ? begin : t->worst_us;
	}
	fclose(f);
	yh_free(copy);

	return 0;
}

int main(int argc, char *argv[])
{
	static const char *phrases[MAX_PHRASES];
	struct asr_engine_conf conf = {.phrases = phrases, .workers = 1};
	struct yh_intents *intents;
	struct asr_engine *e;
	struct tally t = {0};
	char error[1024];

	if (argc != 4) {
		fprintf(stderr, "usage: asr-eval MODEL_DIR INTENTS FILE.tsv\n");
		return 2;
	}
	if (yh_intents_load(&intents, argv[2], error, sizeof(error))) {
		fprintf(stderr, "asr-eval: %s\n", error);
		return 2;
	}
	for (unsigned i = 0; i < intents->n; i++) {
		for (unsigned k = 0; k < intents->list[i].n_examples; k++) {
			if (strcmp(intents->list[i].id, "none"))
				phrases[conf.n_phrases++] =
					intents->list[i].examples[k];
		}
	}
	conf.model_dir = argv[1];
	if (asr_engine_pocketsphinx.create(&e, &conf))
		return 3;
	if (run(e, argv[3], &t)) {
		fprintf(stderr, "asr-eval: %s is not readable\n", argv[3]);
		return 2;
	}
	printf("{\"n\": %u, \"sentence_accuracy\": %.4f, \"rejected\": %.4f, "
	       "\"outside\": %u, \"false_accepts\": %u, \"rtf\": %.4f, "
	       "\"worst_ms\": %.1f}\n",
	       t.n, t.n ? (double)t.right / t.n : 0,
	       t.n ? (double)t.rejected / t.n : 0, t.outside, t.false_accepts,
	       (double)t.busy_us / (double)(t.audio_us ? t.audio_us : 1),
	       (double)t.worst_us / 1000);
	asr_engine_pocketsphinx.destroy(e);
	yh_intents_destroy(intents);

	return 0;
}
