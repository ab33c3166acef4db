/**
 * @file rec_batch.c  A CPU engine as a recognizer, contract in rec_batch.h
 *
 * Speech is decoded as a whole, at its end or in a pause: a pause that turns
 * out to be the end has decoded it already. A job has its own copy of the
 * speech, for more may come meanwhile. A stream that is closed while it is
 * decoded is freed when the worker has let go of its last job.
 */
#include <errno.h>
#include <stdatomic.h>
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

struct stream;

struct job {
	struct stream *stream;
	struct asr_pcm pcm;
	atomic_bool stale; /* nobody waits for it */
	int err;
	struct asr_result result;
};

struct stream {
	struct asr_stream base;
	struct batch *batch;
	struct asr_pcm pcm;
	char **hints; /* shape (n_hints) */
	size_t n_hints;
	struct job *job; /* of all that was fed; NULL: none is under way */
	unsigned n_jobs; /* with those that are stale */
	bool finished, closed;
	bool settled; /* result is of all that was fed */
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

/* What is decoded now is not all of it any more. */
static void drop_job(struct stream *s)
{
	if (s->job)
		atomic_store(&s->job->stale, true);
	s->job = NULL;
	s->settled = false;
}

static int feed(struct asr_stream *base, const int16_t *pcm, size_t n)
{
	struct stream *s = (struct stream *)base;

	if (n)
		drop_job(s);

	return asr_pcm_add(&s->pcm, pcm, n);
}

/* ---- jobs ---------------------------------------------------------------- */

static void work(void *arg, unsigned worker)
{
	struct job *j = arg;
	const struct stream *s = j->stream;
	const struct asr_utterance u = {
		.pcm = j->pcm.at,
		.n = j->pcm.n,
		.hints = (const char *const *)s->hints,
		.n_hints = s->n_hints,
	};

	if (!atomic_load(&j->stale))
		j->err = s->batch->ops->decode(s->batch->engine, worker, &u,
					       &j->result);
}

static void tell(struct stream *s, const struct job *j)
{
	const struct asr_listener *to = &s->base.listener;

	s->result = j->result;
	s->settled = !j->err;
	if (s->finished)
		to->final(to->arg, j->err, j->err ? NULL : &s->result);
	else if (!j->err && to->partial)
		to->partial(to->arg, &s->result);
}

static void on_decoded(void *arg)
{
	struct job *j = arg;
	struct stream *s = j->stream;
	const bool current = s->job == j;

	s->n_jobs--;
	if (current)
		s->job = NULL;
	if (s->closed && !s->n_jobs)
		free_stream(s);
	else if (!s->closed && current)
		tell(s, j);
	asr_pcm_wipe(&j->pcm);
	yh_free(j);
}

static int start_job(struct stream *s)
{
	struct job *j = yh_zalloc(sizeof(*j));
	int err = j ? asr_pcm_add(&j->pcm, s->pcm.at, s->pcm.n) : -ENOMEM;

	if (!err) {
		j->stream = s;
		err = yh_pool_submit(s->batch->pool, j, work, on_decoded);
	}
	if (err) {
		if (j)
			asr_pcm_wipe(&j->pcm);
		yh_free(j);
		return err;
	}
	s->job = j;
	s->n_jobs++;

	return 0;
}

/* ---- pause and end ------------------------------------------------------- */

/* A full queue is no reason to give the stream up: the end comes later. */
static int pause_stream(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	if (!s->job && !s->settled)
		(void)start_job(s);

	return 0;
}

static const struct asr_result *settled(const struct asr_stream *base)
{
	const struct stream *s = (const struct stream *)base;

	return s->settled ? &s->result : NULL;
}

static int finish(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	s->finished = true;

	return s->job ? 0 : start_job(s);
}

static void close_stream(struct asr_stream *base)
{
	struct stream *s = (struct stream *)base;

	s->closed = true;
	drop_job(s);
	if (!s->n_jobs)
		free_stream(s);
}

static void destroy(struct asr_recognizer *rec)
{
	yh_free(rec);
}

static const struct asr_recognizer_ops batch_ops = {
	.open = open_stream,
	.feed = feed,
	.pause = pause_stream,
	.settled = settled,
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
