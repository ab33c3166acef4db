/** @file rec_sherpa.c  sherpa-onnx as a recognizer, contract in rec_sherpa.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec_sherpa.h"
#include "sherpa_model.h"
#include "sherpa_worker.h"
#include "upsample.h"

enum { EVENTS = 1000000, FRAME = 800, MAX_THREADS = 64 };
static const float hotword_score = 1.5f; /* the library's usual one */

struct rec {
	struct asr_recognizer base;
	struct sherpa_api api;
	const struct sherpa_recognizer *rec;
	bool hotwords; /* a transducer takes them */
	struct yh_inbox *events;
	struct sherpa_worker *workers[MAX_THREADS];
	unsigned n_workers, next;
};

struct stream {
	struct asr_stream base;
	struct sherpa_worker *worker;
	struct sherpa_live live;
	struct asr_upsample up;
	bool closed; /* its owner has gone */
};

/* ---- what comes ---------------------------------------------------------- */

static void on_event(void *arg, void *item)
{
	struct sherpa_letter *l = item;
	struct stream *s = l->live->owner;
	const struct asr_listener *to = &s->base.listener;

	(void)arg;
	if (l->what == SHERPA_GONE)
		yh_free(s);
	else if (s->closed)
		; /* nobody listens */
	else if (l->what == SHERPA_FINAL)
		to->final(to->arg, 0, &l->result);
	else if (l->what == SHERPA_FAILED)
		to->final(to->arg, -EIO, NULL);
	else if (to->partial)
		to->partial(to->arg, &l->result);
	sherpa_letter_free(l);
}

/* At the end: nobody listens any more. */
static void drop_event(void *item)
{
	struct sherpa_letter *l = item;

	if (l->what == SHERPA_GONE)
		yh_free(l->live->owner);
	sherpa_letter_free(l);
}

/* ---- what goes ----------------------------------------------------------- */

static int post(struct stream *s, enum sherpa_what what)
{
	struct sherpa_letter *l = sherpa_letter_new(what, &s->live, 0);

	if (!l)
		return -ENOMEM;
	sherpa_worker_put(s->worker, l);

	return 0;
}

/* @param n At most FRAME */
static int post_samples(struct stream *s, const int16_t *pcm, size_t n)
{
	struct sherpa_letter *l =
		sherpa_letter_new(SHERPA_SAMPLES, &s->live, 2 * n);
	int16_t wide[2 * FRAME];

	if (!l)
		return -ENOMEM;
	asr_upsample(&s->up, pcm, n, wide);
	for (size_t i = 0; i < 2 * n; i++)
		l->samples[i] = (float)wide[i] / 32768.0f;
	explicit_bzero(wide, sizeof(wide));
	sherpa_worker_put(s->worker, l);

	return 0;
}

static int feed(struct asr_stream *base, const int16_t *pcm, size_t n)
{
	int err = 0;

	while (n && !err) {
		size_t k = n < FRAME ? n : FRAME;

		err = post_samples((struct stream *)base, pcm, k);
		pcm += k;
		n -= k;
	}

	return err;
}

static int finish(struct asr_stream *base)
{
	return post((struct stream *)base, SHERPA_END);
}

static void close_stream(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	s->closed = true;
	/* Out of memory: the stream stays with its worker. */
	(void)post(s, SHERPA_CLOSE);
}

/* "分期/利息": the library's own form. @return NULL: none, or no memory */
static char *join(const struct asr_hints *hints)
{
	size_t n = 1, at = 0;
	char *text;

	for (size_t i = 0; i < hints->n; i++)
		n += strlen(hints->list[i]) + 1;
	text = hints->n ? yh_zalloc(n) : NULL;
	for (size_t i = 0; text && i < hints->n; i++) {
		const char *h = hints->list[i];

		if (!h[0] || h[0] == '<' || strpbrk(h, "/\n"))
			continue; /* nothing, or a rule of a grammar */
		at += (size_t)snprintf(text + at, n - at, "%s%s", at ? "/" : "",
				       h);
	}

	return text;
}

static int open_stream(struct asr_recognizer *base,
		       const struct asr_hints *hints,
		       const struct asr_listener *listener,
		       struct asr_stream **out)
{
	struct rec *r = (struct rec *)base;
	struct stream *s = yh_zalloc(sizeof(*s));
	struct sherpa_letter *l =
		s ? sherpa_letter_new(SHERPA_OPEN, &s->live, 0) : NULL;

	if (!l) {
		yh_free(s);
		return -ENOMEM;
	}
	s->base.ops = base->ops;
	s->base.listener = *listener;
	s->live.owner = s;
	s->worker = r->workers[r->next++ % r->n_workers];
	l->hotwords = r->hotwords ? join(hints) : NULL;
	sherpa_worker_put(s->worker, l);
	*out = &s->base;

	return 0;
}

/* ---- life cycle ---------------------------------------------------------- */

static void destroy(struct asr_recognizer *base)
{
	struct rec *r = (struct rec *)base;

	for (unsigned i = 0; i < r->n_workers; i++)
		sherpa_worker_stop(r->workers[i]);
	if (r->events)
		yh_inbox_close(r->events, drop_event);
	if (r->rec)
		r->api.DestroyOnlineRecognizer(r->rec);
	yh_free(r);
}

static const struct asr_recognizer_ops sherpa_ops = {
	.open = open_stream,
	.feed = feed,
	.finish = finish,
	.close = close_stream,
	.destroy = destroy,
};

static int load_model(struct rec *r, const struct sherpa_files *f)
{
	struct sherpa_config c = {
		.sample_rate = 16000,
		.feature_dim = 80,
		.model = {.tokens = f->tokens,
			  .num_threads = 1,
			  .provider = "cpu",
			  .modeling_unit = "cjkchar"},
		.decoding_method = "greedy_search",
	};

	if (f->paraformer) {
		c.model.paraformer.encoder = f->encoder;
		c.model.paraformer.decoder = f->decoder;
	} else {
		c.model.transducer.encoder = f->encoder;
		c.model.transducer.decoder = f->decoder;
		c.model.transducer.joiner = f->joiner;
		c.decoding_method = "modified_beam_search"; /* for hot words */
		c.max_active_paths = 4;
		c.hotwords_score = hotword_score;
		r->hotwords = true;
	}
	r->rec = r->api.CreateOnlineRecognizer(&c);

	return r->rec ? 0 : -EIO;
}

static int open_all(struct rec *r, uv_loop_t *loop,
		    const struct asr_rec_sherpa_conf *conf, char *error,
		    size_t size)
{
	struct sherpa_files files;
	int err = sherpa_model_find(&files, conf->model_dir, error, size);

	if (!err)
		err = sherpa_api_load(&r->api, conf->library, error, size);
	if (err)
		return err;
	err = load_model(r, &files);
	if (err) {
		snprintf(error, size, "%s: the library refuses the model",
			 conf->model_dir);
		return err;
	}
	err = yh_inbox_open(&r->events, loop, EVENTS, on_event, r);
	for (; r->n_workers < conf->threads && !err; r->n_workers += !err)
		err = sherpa_worker_start(&r->workers[r->n_workers], &r->api,
					  r->rec, r->events);
	if (err)
		snprintf(error, size, "no threads: %s", yh_err_text(err));

	return err;
}

int asr_rec_sherpa_create(struct asr_recognizer **out, uv_loop_t *loop,
			  const struct asr_rec_sherpa_conf *conf, char *error,
			  size_t size)
{
	struct rec *r;
	int err;

	if (!conf->threads || conf->threads > MAX_THREADS)
		return -EINVAL;
	r = yh_zalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->base.ops = &sherpa_ops;
	r->base.engine = "sherpa";
	err = open_all(r, loop, conf, error, size);
	if (err) {
		destroy(&r->base);
		return err;
	}
	*out = &r->base;

	return 0;
}
