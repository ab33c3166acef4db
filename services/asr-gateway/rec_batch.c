/**
 * @file rec_batch.c  A CPU engine as a recognizer, contract in rec_batch.h
 *
 * A stream that is closed while its utterance is decoded is freed when the
 * worker has let go of it.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "pcm.h"
#include "rec_batch.h"

struct batch {
	struct asr_recognizer base;
	const struct asr_engine_ops *ops;
	struct asr_engine *engine;
	struct yh_pool *pool;
};

struct stream {
	struct asr_stream base;
	struct batch *batch;
	struct asr_pcm pcm;
	char **hints; /* shape (n_hints) */
	size_t n_hints;
	bool decoding, closed;
	int err;
	struct asr_result result;
};

static void free_stream(struct stream *s)
{
	asr_pcm_wipe(&s->pcm);
	for (size_t i = 0; i < s->n_hints; i++)
		yh_free(s->hints[i]);
	yh_free(s->hints);
	yh_free(s);
}

static int open_stream(struct asr_recognizer *rec,
		       const struct asr_hints *hints,
		       const struct asr_listener *listener,
		       struct asr_stream **out)
{
	struct stream *s = yh_zalloc(sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->base.ops = rec->ops;
	s->base.listener = *listener;
	s->batch = (struct batch *)rec;
	s->hints = hints->n ? yh_calloc(hints->n, sizeof(char *)) : NULL;
	for (size_t i = 0; s->hints && i < hints->n; i++) {
		s->hints[s->n_hints] = yh_strdup(hints->list[i]);
		if (s->hints[s->n_hints])
			s->n_hints++;
	}
	*out = &s->base;

	return 0;
}

static int feed(struct asr_stream *base, const int16_t *pcm, size_t n)
{
	return asr_pcm_add(&((struct stream *)base)->pcm, pcm, n);
}

static void work(void *arg, unsigned worker)
{
	struct stream *s = arg;
	const struct asr_utterance u = {
		.pcm = s->pcm.at,
		.n = s->pcm.n,
		.hints = (const char *const *)s->hints,
		.n_hints = s->n_hints,
	};

	s->err =
		s->batch->ops->decode(s->batch->engine, worker, &u, &s->result);
}

static void on_decoded(void *arg)
{
	struct stream *s = arg;

	s->decoding = false;
	if (s->closed)
		free_stream(s);
	else
		s->base.listener.final(s->base.listener.arg, s->err,
				       s->err ? NULL : &s->result);
}

static int finish(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;
	int err = yh_pool_submit(s->batch->pool, s, work, on_decoded);

	if (!err)
		s->decoding = true;

	return err;
}

static void close_stream(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	s->closed = true;
	if (!s->decoding)
		free_stream(s);
}

static void destroy(struct asr_recognizer *rec)
{
	yh_free(rec);
}

static const struct asr_recognizer_ops batch_ops = {
	.open = open_stream,
	.feed = feed,
	.finish = finish,
	.close = close_stream,
	.destroy = destroy,
};

int asr_rec_batch_create(struct asr_recognizer **out,
			 const struct asr_engine_ops *ops,
			 struct asr_engine *engine, struct yh_pool *pool)
{
	struct batch *b = yh_zalloc(sizeof(*b));

	if (!b)
		return -ENOMEM;
	b->base.ops = &batch_ops;
	b->base.engine = ops->name;
	b->ops = ops;
	b->engine = engine;
	b->pool = pool;
	*out = &b->base;

	return 0;
}
