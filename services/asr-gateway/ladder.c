/** @file ladder.c  From engine to engine, contract in ladder.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ladder.h"
#include "metrics.h"
#include "pcm.h"

enum {
	TICK_MS = 20,
	/* An engine that tells partials all the time has told what there is
	 * when it was given so much time after the pause. */
	SETTLE_MS = 100,
};

struct asr_ladder {
	uv_timer_t tick;
	uint32_t keep_ms;
	struct asr_hearing *first;
};

struct asr_hearing {
	struct asr_ladder *ladder;
	struct asr_hearing *prev, *next;
	struct asr_hearing_cb cb;
	const struct asr_route *route;
	struct asr_pcm pcm; /* all of it, for the next engine */
	char **hints;	    /* shape (n_hints) */
	size_t n_hints;
	uint64_t born_ms;
	bool finished, lost, done;
	int err; /* of the last engine */
	/* Where it is now. */
	unsigned rung;
	uint64_t tried; /* servers of this rung's pool, a bit each */
	struct asr_end *end;
	struct asr_stream *stream;
	uint64_t asked_ms; /* the end of speech was told */
	/* What is understood so far. */
	struct asr_result so_far;
	uint64_t paused_ms; /* 0: `paused` is not due */
	bool settled;	    /* so_far is the result */
};

/* ---- health -------------------------------------------------------------- */

static struct asr_pool *pool_of(const struct asr_hearing *h)
{
	return h->route->rungs[h->rung];
}

static void note(struct asr_hearing *h, bool good)
{
	struct asr_pool *p = pool_of(h);
	uint64_t now = yh_now_ms();
	uint32_t took = h->asked_ms ? (uint32_t)(now - h->asked_ms) : 0;
	unsigned open = 0;

	if (!yh_breaker_done(&h->end->breaker, &p->breaker, now, good, took))
		return;
	for (unsigned i = 0; i < p->n_ends; i++)
		open += p->ends[i].breaker.state != YH_BREAKER_CLOSED;
	yh_metric_set_l(&asr_m_breakers, p->name, open);
	yh_warn("asr.breaker", "pool=%s server=%u open=%u of=%u", p->name,
		(unsigned)(h->end - p->ends), open, p->n_ends);
}

static void leave(struct asr_hearing *h)
{
	if (h->stream)
		h->stream->ops->close(h->stream);
	h->stream = NULL;
	if (h->end)
		h->end->in_use--;
	h->end = NULL;
	h->asked_ms = 0;
	h->settled = false;
}

/* ---- climbing down ------------------------------------------------------- */

/* The server of the pool that has least to do, of those that may be asked. */
static struct asr_end *choose(struct asr_hearing *h, struct asr_pool *p)
{
	uint64_t now = yh_now_ms();

	for (;;) {
		struct asr_end *best = NULL;

		for (unsigned i = 0; i < p->n_ends && i < 64; i++) {
			struct asr_end *e = &p->ends[i];

			if (h->tried >> i & 1 || e->in_use >= p->max_streams)
				continue;
			if (!best || e->in_use < best->in_use)
				best = e;
		}
		if (!best)
			return NULL;
		h->tried |= (uint64_t)1 << (best - p->ends);
		if (yh_breaker_allow(&best->breaker, now))
			return best;
	}
}

static void tell_pause(struct asr_hearing *h)
{
	h->paused_ms = 0;
	if (h->cb.paused)
		h->cb.paused(h->cb.arg, &h->so_far);
}

static void on_partial(void *arg, const struct asr_result *so_far)
{
	struct asr_hearing *h = arg;

	h->so_far = *so_far;
	if (h->paused_ms && h->stream->ops->pause)
		tell_pause(h);
}

static void on_final(void *arg, int err, const struct asr_result *result);

/* Give the server all that there is. */
static int begin(struct asr_hearing *h)
{
	const struct asr_hints hints = {(const char *const *)h->hints,
					h->n_hints};
	const struct asr_listener l = {on_partial, on_final, h};
	struct asr_recognizer *rec = h->end->rec;
	int err = rec->ops->open(rec, &hints, &l, &h->stream);

	h->so_far = (struct asr_result){.text = ""};
	if (!err && h->pcm.n)
		err = rec->ops->feed(h->stream, h->pcm.at, h->pcm.n);
	if (!err && h->finished) {
		h->asked_ms = yh_now_ms();
		err = rec->ops->finish(h->stream);
	}

	return err;
}

/* The server did not do; h is without a server after this. */
static void failed(struct asr_hearing *h, int err)
{
	h->err = err;
	note(h, false);
	yh_metric_add_l(&asr_m_failovers, pool_of(h)->name, 1);
	yh_debug("asr.failover", "pool=%s server=%u err=%s", pool_of(h)->name,
		 (unsigned)(h->end - pool_of(h)->ends), yh_err_text(err));
	leave(h);
}

/* Find the next server that takes it; none: lost. */
static void climb(struct asr_hearing *h)
{
	while (h->rung < ASR_RUNGS) {
		struct asr_pool *p = pool_of(h);
		int err;

		h->end = p ? choose(h, p) : NULL;
		if (!h->end) {
			h->rung++;
			h->tried = 0;
			continue;
		}
		h->end->in_use++;
		err = begin(h);
		if (!err)
			return;
		failed(h, err);
	}
	h->lost = true;
}

/* ---- results ------------------------------------------------------------- */

static void deliver(struct asr_hearing *h, const struct asr_result *result)
{
	static const char *const names[] = {"", "primary", "secondary",
					    "embedded", "dtmf"};
	struct asr_outcome o = {.level = (enum asr_level)(h->rung + 1),
				.pool = "",
				.engine = ""};

	if (result) {
		o.result = *result;
		o.pool = pool_of(h)->name;
		o.engine = h->end->rec->engine;
	} else {
		o.level = ASR_DTMF;
		o.err = h->err ? h->err : -EIO;
	}
	yh_metric_add_l(&asr_m_levels, names[o.level], 1);
	leave(h);
	h->done = true;
	h->cb.done(h->cb.arg, &o);
}

static void on_final(void *arg, int err, const struct asr_result *result)
{
	struct asr_hearing *h = arg;

	if (!err && h->finished) {
		note(h, true);
		deliver(h, result);
		return;
	}
	failed(h, err ? err : -EPROTO);
	climb(h);
}

/* ---- time ---------------------------------------------------------------- */

/* @return true when `done` was called */
static bool check(struct asr_hearing *h, uint64_t now)
{
	if (now - h->born_ms > h->ladder->keep_ms) {
		h->err = -ETIME;
		asr_pcm_wipe(&h->pcm);
		deliver(h, NULL);
		return true;
	}
	if (h->settled) {
		note(h, true);
		deliver(h, &h->so_far);
		return true;
	}
	if (h->paused_ms && now - h->paused_ms >= SETTLE_MS &&
	    !(h->stream && h->stream->ops->pause))
		tell_pause(h);
	if (h->stream && h->asked_ms &&
	    now - h->asked_ms > pool_of(h)->final_ms) {
		failed(h, -ETIMEDOUT);
		climb(h);
	}
	if (h->lost && h->finished) {
		deliver(h, NULL);
		return true;
	}

	return false;
}

/* `done` may close any hearing: begin anew after each. */
static void on_tick(uv_timer_t *t)
{
	struct asr_ladder *l = t->data;
	uint64_t now = yh_now_ms();
	struct asr_hearing *h = l->first;

	while (h) {
		if (!h->done && check(h, now))
			h = l->first;
		else
			h = h->next;
	}
	yh_metric_set(&asr_m_audio_bytes, (double)asr_pcm_held());
}

/* ---- a hearing ----------------------------------------------------------- */

static int copy_hints(struct asr_hearing *h, const struct asr_hints *hints)
{
	if (!hints->n)
		return 0;
	h->hints = yh_calloc(hints->n, sizeof(char *));
	if (!h->hints)
		return -ENOMEM;
	for (size_t i = 0; i < hints->n; i++) {
		h->hints[i] = yh_strdup(hints->list[i]);
		if (!h->hints[i])
			return -ENOMEM;
		h->n_hints++;
	}

	return 0;
}

int asr_hearing_open(struct asr_hearing **out, struct asr_ladder *ladder,
		     const struct asr_route *route,
		     const struct asr_hints *hints,
		     const struct asr_hearing_cb *cb)
{
	struct asr_hearing *h = yh_zalloc(sizeof(*h));

	if (!h)
		return -ENOMEM;
	h->ladder = ladder;
	h->cb = *cb;
	h->route = route;
	h->born_ms = yh_now_ms();
	h->next = ladder->first;
	if (h->next)
		h->next->prev = h;
	ladder->first = h;
	if (copy_hints(h, hints)) {
		asr_hearing_close(h);
		return -ENOMEM;
	}
	climb(h);
	*out = h;

	return 0;
}

void asr_hearing_give(struct asr_hearing *h, const struct asr_hearing_cb *cb)
{
	h->cb = *cb;
}

int asr_hearing_feed(struct asr_hearing *h, const int16_t *pcm, size_t n)
{
	size_t before = h->pcm.n;
	int err = asr_pcm_add(&h->pcm, pcm, n);

	h->paused_ms = 0;
	if (err || !h->stream)
		return err;
	err = h->stream->ops->feed(h->stream, pcm, h->pcm.n - before);
	if (err) {
		failed(h, err);
		climb(h);
	}

	return 0;
}

const int16_t *asr_hearing_pcm(const struct asr_hearing *h, size_t *n)
{
	*n = h->pcm.n;

	return h->pcm.at;
}

enum yh_phrase asr_hearing_find(const struct asr_hearing *h, const char *spoken)
{
	return yh_phrase_find(h->hints, h->n_hints, spoken);
}

void asr_hearing_pause(struct asr_hearing *h)
{
	int err;

	h->paused_ms = yh_now_ms();
	if (!h->stream || !h->stream->ops->pause)
		return; /* the tick tells it */
	err = h->stream->ops->pause(h->stream);
	if (err) {
		failed(h, err);
		climb(h);
	}
}

/* The pause has told it: deliver at once, but not from in here. */
static bool settle(struct asr_hearing *h)
{
	const struct asr_recognizer_ops *ops = h->stream->ops;
	const struct asr_result *r =
		ops->settled ? ops->settled(h->stream) : NULL;

	if (!r)
		return false;
	h->so_far = *r;
	h->settled = true;
	uv_timer_start(&h->ladder->tick, on_tick, 0, TICK_MS);

	return true;
}

void asr_hearing_finish(struct asr_hearing *h)
{
	int err;

	h->finished = true;
	h->paused_ms = 0;
	if (!h->stream)
		return; /* lost: the tick tells it */
	h->asked_ms = yh_now_ms();
	if (settle(h))
		return;
	err = h->stream->ops->finish(h->stream);
	if (err) {
		failed(h, err);
		climb(h);
	}
}

void asr_hearing_close(struct asr_hearing *h)
{
	if (!h)
		return;
	if (h->end)
		yh_breaker_cancel(&h->end->breaker);
	leave(h);
	asr_pcm_wipe(&h->pcm);
	for (size_t i = 0; i < h->n_hints; i++)
		yh_free(h->hints[i]);
	yh_free(h->hints);
	if (h->next)
		h->next->prev = h->prev;
	if (h->prev)
		h->prev->next = h->next;
	else
		h->ladder->first = h->next;
	yh_free(h);
}

/* ---- life cycle ---------------------------------------------------------- */

int asr_ladder_open(struct asr_ladder **out, uv_loop_t *loop, uint32_t keep_ms)
{
	struct asr_ladder *l = yh_zalloc(sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->keep_ms = keep_ms;
	uv_timer_init(loop, &l->tick);
	l->tick.data = l;
	uv_timer_start(&l->tick, on_tick, TICK_MS, TICK_MS);
	*out = l;

	return 0;
}

static void on_closed(uv_handle_t *t)
{
	yh_free(t->data);
}

void asr_ladder_close(struct asr_ladder *ladder)
{
	if (ladder)
		uv_close((uv_handle_t *)&ladder->tick, on_closed);
}
