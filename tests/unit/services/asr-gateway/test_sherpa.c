/** @file test_sherpa.c  sherpa-onnx: its folders, its library, its batches. The
 * library here is a made-up one, since models are not at hand. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../model_folder.h"
#include "base/mem.h"
#include "rec_sherpa.h"
#include "sherpa/sherpa.h"
#include "sherpa_model.h"
#include "sherpa_worker.h"

/* ---- folders ------------------------------------------------------------- */

Test(sherpa_model, a_published_transducer_is_found, .init = make_dir,
     .fini = remove_dir)
{
	struct sherpa_files f;

	put("encoder-epoch-99-avg-1.onnx");
	put("encoder-epoch-99-avg-1.int8.onnx");
	put("decoder-epoch-99-avg-1.onnx");
	put("decoder-epoch-99-avg-1.int8.onnx");
	put("joiner-epoch-99-avg-1.onnx");
	put("joiner-epoch-99-avg-1.int8.onnx");
	put("tokens.txt");
	put("README.md");
	cr_assert_eq(sherpa_model_find(&f, dir, error, sizeof(error)), 0);
	cr_expect(!f.paraformer);
	cr_expect(ends(f.encoder, "encoder-epoch-99-avg-1.int8.onnx"));
	cr_expect(ends(f.decoder, "decoder-epoch-99-avg-1.onnx"));
	cr_expect(ends(f.joiner, "joiner-epoch-99-avg-1.int8.onnx"));
}

Test(sherpa_model, a_published_paraformer_is_found, .init = make_dir,
     .fini = remove_dir)
{
	struct sherpa_files f;

	put("encoder.onnx");
	put("encoder.int8.onnx");
	put("decoder.onnx");
	put("decoder.int8.onnx");
	put("tokens.txt");
	cr_assert_eq(sherpa_model_find(&f, dir, error, sizeof(error)), 0);
	cr_expect(f.paraformer);
	cr_expect(ends(f.encoder, "encoder.int8.onnx"));
	cr_expect(ends(f.decoder, "decoder.int8.onnx"));
}

Test(sherpa_model, every_missing_file_is_named, .init = make_dir,
     .fini = remove_dir)
{
	struct sherpa_files f;

	cr_expect_eq(sherpa_model_find(&f, dir, error, sizeof(error)), -ENOENT);
	cr_expect(strstr(error, "tokens.txt, encoder*.onnx, decoder*.onnx;"),
		  "%s", error);
	put("tokens.txt");
	put("encoder-epoch-99-avg-1.onnx");
	cr_expect_eq(sherpa_model_find(&f, dir, error, sizeof(error)), -ENOENT);
	cr_expect(strstr(error, "missing decoder*.onnx, joiner*.onnx;"), "%s",
		  error);
	cr_expect_eq(
		sherpa_model_find(&f, "/nonexistent", error, sizeof(error)),
		-ENOENT);
}

/* ---- library ------------------------------------------------------------- */

Test(sherpa_api, a_missing_library_is_said_so)
{
	struct sherpa_api api;

	cr_expect_eq(
		sherpa_api_load(&api, "/nonexistent", error, sizeof(error)),
		-ENOENT);
	cr_expect(strstr(error, "make sherpa"), "%s", error);
}

Test(sherpa_api, another_library_is_refused, .init = make_dir,
     .fini = remove_dir)
{
	struct sherpa_api api;
	char path[1024];

	snprintf(path, sizeof(path), "%s/%s", dir, YH_SHERPA_LIBRARY);
	cr_assert_eq(symlink("/lib/x86_64-linux-gnu/libm.so.6", path), 0);
	cr_expect_eq(sherpa_api_load(&api, dir, error, sizeof(error)),
		     -ELIBBAD);
	cr_expect(strstr(error, "has no function SherpaOnnxGetVersionStr"),
		  "%s", error);
}

/* ---- batches, with a made-up library ------------------------------------- */

enum { STEP = 3200 }; /* samples that one step of the decoder takes */

struct sherpa_stream {
	int32_t n, decoded;
	bool finished;
	char hotwords[64];
};
struct sherpa_recognizer {
	int32_t largest; /* batch */
};

static const struct sherpa_stream *
fake_open_hot(const struct sherpa_recognizer *r, const char *hotwords)
{
	struct sherpa_stream *s = yh_zalloc(sizeof(*s));

	(void)r;
	snprintf(s->hotwords, sizeof(s->hotwords), "%s", hotwords);

	return s;
}

static const struct sherpa_stream *fake_open(const struct sherpa_recognizer *r)
{
	return fake_open_hot(r, "");
}

static void fake_free(const struct sherpa_stream *s)
{
	yh_free((void *)s);
}

static void fake_accept(const struct sherpa_stream *s, int32_t rate,
			const float *samples, int32_t n)
{
	(void)samples;
	cr_assert_eq(rate, 16000);
	((struct sherpa_stream *)s)->n += n;
}

static void fake_finish(const struct sherpa_stream *s)
{
	((struct sherpa_stream *)s)->finished = true;
}

static int32_t fake_ready(const struct sherpa_recognizer *r,
			  const struct sherpa_stream *s)
{
	(void)r;

	return s->n - s->decoded >= STEP;
}

static void fake_decode(const struct sherpa_recognizer *r,
			const struct sherpa_stream **list, int32_t n)
{
	struct sherpa_recognizer *rec = (struct sherpa_recognizer *)r;

	if (n > rec->largest)
		rec->largest = n;
	for (int32_t i = 0; i < n; i++)
		((struct sherpa_stream *)list[i])->decoded += STEP;
}

static const char *fake_json(const struct sherpa_recognizer *r,
			     const struct sherpa_stream *s)
{
	(void)r;

	return yh_asprintf("{\"text\":\"%s%d\",\"ys_probs\":[0.0]}",
			   s->hotwords, s->decoded);
}

static void fake_free_json(const char *json)
{
	yh_free((void *)json);
}

static const struct sherpa_api fake = {
	.CreateOnlineStream = fake_open,
	.CreateOnlineStreamWithHotwords = fake_open_hot,
	.DestroyOnlineStream = fake_free,
	.OnlineStreamAcceptWaveform = fake_accept,
	.OnlineStreamInputFinished = fake_finish,
	.IsOnlineStreamReady = fake_ready,
	.DecodeMultipleOnlineStreams = fake_decode,
	.GetOnlineStreamResultAsJson = fake_json,
	.DestroyOnlineStreamResultJson = fake_free_json,
};

enum { STREAMS = 70 };

static struct sherpa_live lives[STREAMS];
static unsigned finals, gone;
static char last_text[ASR_TEXT_MAX];

static void on_event(void *arg, void *item)
{
	struct sherpa_letter *l = item;

	(void)arg;
	finals += l->what == SHERPA_FINAL;
	gone += l->what == SHERPA_GONE;
	if (l->what == SHERPA_FINAL)
		snprintf(last_text, sizeof(last_text), "%s", l->result.text);
	sherpa_letter_free(l);
}

static struct sherpa_recognizer rec;
static struct sherpa_worker *w;
static struct yh_inbox *in;
static uv_loop_t loop;

static void start(void)
{
	uv_loop_init(&loop);
	cr_assert_eq(yh_inbox_open(&in, &loop, 10000, on_event, NULL), 0);
	cr_assert_eq(sherpa_worker_start(&w, &fake, &rec, in), 0);
}

static void drop(void *item)
{
	sherpa_letter_free(item);
}

static void stop(void)
{
	sherpa_worker_stop(w);
	yh_inbox_close(in, drop);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
}

TestSuite(sherpa_worker, .init = start, .fini = stop, .timeout = 20);

static void post(enum sherpa_what what, unsigned i, size_t n)
{
	struct sherpa_letter *l = sherpa_letter_new(what, &lives[i], n);

	if (what == SHERPA_OPEN && i == STREAMS - 1)
		l->hotwords = yh_strdup("分期/利息");
	sherpa_worker_put(w, l);
}

static void wait_for(const unsigned *count, unsigned n)
{
	while (*count < n)
		uv_run(&loop, UV_RUN_ONCE);
}

Test(sherpa_worker, every_stream_is_decoded_to_its_end_in_batches)
{
	for (unsigned i = 0; i < STREAMS; i++) {
		post(SHERPA_OPEN, i, 0);
		post(SHERPA_SAMPLES, i, 10 * STEP);
	}
	for (unsigned i = 0; i < STREAMS; i++)
		post(SHERPA_END, i, 0);
	wait_for(&finals, STREAMS);
	/* 2 s of speech and 0.6 s of silence. */
	cr_expect_str_eq(last_text + strlen(last_text) - 5, "41600");
	for (unsigned i = 0; i < STREAMS; i++)
		post(SHERPA_CLOSE, i, 0);
	wait_for(&gone, STREAMS);
	cr_expect_gt(rec.largest, 1, "no batch");
	cr_expect_leq(rec.largest, 32);
}

Test(sherpa_worker, an_utterance_too_short_to_decode_has_an_end_too)
{
	post(SHERPA_OPEN, STREAMS - 1, 0);
	post(SHERPA_END, STREAMS - 1, 0);
	wait_for(&finals, 1);
	cr_expect_str_eq(last_text, "分期/利息9600");
	post(SHERPA_CLOSE, STREAMS - 1, 0);
	wait_for(&gone, 1);
}
