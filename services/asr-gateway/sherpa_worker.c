/** @file sherpa_worker.c  Decoding in batches, contract in sherpa_worker.h */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sherpa_worker.h"

enum {
	BATCH = 32,
	RATE_HZ = 16000,
	TAIL = RATE_HZ * 6 / 10, /* silence at the end, for the look-ahead */
};

struct sherpa_worker {
	pthread_t thread;
	pthread_mutex_t lock; /* head, tail, stop */
	pthread_cond_t more;
	struct sherpa_letter *head, *tail;
	bool stop;
	const struct sherpa_api *api;
	const struct sherpa_recognizer *rec;
	struct yh_inbox *events;
	struct sherpa_live *live; /* its own */
};

/* ---- letters ------------------------------------------------------------- */

struct sherpa_letter *sherpa_letter_new(enum sherpa_what what,
					struct sherpa_live *live, size_t n)
{
	struct sherpa_letter *l =
		yh_zalloc(sizeof(*l) + n * sizeof(l->samples[0]));

	if (!l)
		return NULL;
	l->what = what;
	l->live = live;
	l->n = n;

	return l;
}

void sherpa_letter_free(struct sherpa_letter *l)
{
	if (!l)
		return;
	explicit_bzero(l->samples, l->n * sizeof(l->samples[0]));
	yh_free(l->hotwords);
	yh_free(l);
}

void sherpa_worker_put(struct sherpa_worker *w, struct sherpa_letter *letter)
{
	pthread_mutex_lock(&w->lock);
	if (w->tail)
		w->tail->next = letter;
	else
		w->head = letter;
	w->tail = letter;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
}

/* ---- events -------------------------------------------------------------- */

/* The inbox holds more than all streams can tell: a full one means that the
 * loop stands still, and then a partial more or less does not matter. */
static void tell(struct sherpa_worker *w, struct sherpa_live *s,
		 enum sherpa_what what, const struct asr_result *result)
{
	struct sherpa_letter *l = sherpa_letter_new(what, s, 0);

	if (!l)
		return; /* the ladder waits in vain and goes on */
	if (result)
		l->result = *result;
	if (yh_inbox_put(w->events, l))
		sherpa_letter_free(l);
}

static int read_result(struct sherpa_worker *w, struct sherpa_live *s,
		       bool last, struct asr_result *r)
{
	const char *json =
		w->api->GetOnlineStreamResultAsJson(w->rec, s->stream);
	int err = json ? asr_wire_sherpa_result(&s->wire, json, strlen(json),
						last)
		       : -EIO;

	w->api->DestroyOnlineStreamResultJson(json);
	asr_wire_text(&s->wire, r->text);
	r->confidence = asr_wire_confidence(&s->wire);

	return err;
}

/* A stream has no more to decode for now. */
static void report(struct sherpa_worker *w, struct sherpa_live *s)
{
	struct asr_result r;
	int err;

	if (s->told || (!s->ended && !s->fresh))
		return;
	err = read_result(w, s, s->ended, &r);
	s->fresh = false;
	if (s->ended || err) {
		s->told = true;
		tell(w, s, err ? SHERPA_FAILED : SHERPA_FINAL, &r);
	} else if (r.text[0]) {
		tell(w, s, SHERPA_PARTIAL, &r);
	}
}

/* ---- letters taken ------------------------------------------------------- */

static void open_live(struct sherpa_worker *w, struct sherpa_letter *l)
{
	struct sherpa_live *s = l->live;

	s->stream = l->hotwords ? w->api->CreateOnlineStreamWithHotwords(
					  w->rec, l->hotwords)
				: w->api->CreateOnlineStream(w->rec);
	s->next = w->live;
	w->live = s;
	if (!s->stream) {
		s->told = true;
		tell(w, s, SHERPA_FAILED, NULL);
	}
}

static void close_live(struct sherpa_worker *w, struct sherpa_live *s)
{
	struct sherpa_live **at = &w->live;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	if (s->stream)
		w->api->DestroyOnlineStream(s->stream);
	tell(w, s, SHERPA_GONE, NULL);
}

static void end_live(struct sherpa_worker *w, struct sherpa_live *s)
{
	static const float silence[TAIL];

	w->api->OnlineStreamAcceptWaveform(s->stream, RATE_HZ, silence, TAIL);
	w->api->OnlineStreamInputFinished(s->stream);
	s->ended = true;
}

static void take(struct sherpa_worker *w, struct sherpa_letter *l)
{
	struct sherpa_live *s = l->live;

	if (l->what == SHERPA_OPEN)
		open_live(w, l);
	else if (l->what == SHERPA_SAMPLES && s->stream)
		w->api->OnlineStreamAcceptWaveform(s->stream, RATE_HZ,
						   l->samples, (int32_t)l->n);
	else if (l->what == SHERPA_END && s->stream)
		end_live(w, s);
	else if (l->what == SHERPA_CLOSE)
		close_live(w, s);
	sherpa_letter_free(l);
}

/* ---- the thread ---------------------------------------------------------- */

/* The next streams that have enough, at most BATCH; tells of the others.
 * @param at Where to go on; NULL at the end */
static int32_t gather(struct sherpa_worker *w, struct sherpa_live **at,
		      const struct sherpa_stream *batch[BATCH])
{
	struct sherpa_live *s = *at;
	int32_t n = 0;

	for (; s && n < BATCH; s = s->next) {
		if (s->told || !s->stream)
			continue;
		if (!w->api->IsOnlineStreamReady(w->rec, s->stream)) {
			report(w, s);
			continue;
		}
		s->fresh = true;
		batch[n++] = s->stream;
	}
	*at = s;

	return n;
}

/* One step of every stream that has enough. @return was there any? */
static bool decode(struct sherpa_worker *w)
{
	const struct sherpa_stream *batch[BATCH];
	struct sherpa_live *at = w->live;
	bool any = false;

	while (at) {
		int32_t n = gather(w, &at, batch);

		if (!n)
			continue;
		w->api->DecodeMultipleOnlineStreams(w->rec, batch, n);
		any = true;
	}

	return any;
}

/* All letters that are there; waits for one unless `busy`. */
static struct sherpa_letter *fetch(struct sherpa_worker *w, bool busy,
				   bool *stop)
{
	struct sherpa_letter *l;

	pthread_mutex_lock(&w->lock);
	while (!busy && !w->head && !w->stop)
		pthread_cond_wait(&w->more, &w->lock);
	l = w->head;
	w->head = w->tail = NULL;
	*stop = w->stop && !l;
	pthread_mutex_unlock(&w->lock);

	return l;
}

static void *run(void *arg)
{
	struct sherpa_worker *w = arg;
	bool busy = false, stop = false;

	while (!stop) {
		struct sherpa_letter *l = fetch(w, busy, &stop), *next;

		for (; l; l = next) {
			next = l->next;
			take(w, l);
		}
		busy = decode(w);
	}

	return NULL;
}

int sherpa_worker_start(struct sherpa_worker **out,
			const struct sherpa_api *api,
			const struct sherpa_recognizer *rec,
			struct yh_inbox *events)
{
	struct sherpa_worker *w = yh_zalloc(sizeof(*w));
	int err;

	if (!w)
		return -ENOMEM;
	w->api = api;
	w->rec = rec;
	w->events = events;
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->more, NULL);
	err = pthread_create(&w->thread, NULL, run, w);
	if (err) {
		yh_free(w);
		return -err;
	}
	*out = w;

	return 0;
}

void sherpa_worker_stop(struct sherpa_worker *w)
{
	if (!w)
		return;
	pthread_mutex_lock(&w->lock);
	w->stop = true;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->lock);
	yh_free(w);
}
