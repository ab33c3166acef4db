/** @file voice.c  Rendered prompts, contract in voice.h */
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "rpc/rpc.h"
#include "voice.h"
#include "yinhu/v1/speech.pb-c.h"

enum { BUCKETS = 512, TRIES = 3, TIMEOUT_MS = 4000, AGAIN_MS = 300 };

struct entry {
	struct entry *next; /* of the bucket */
	char *text;
	struct dial_sound *sound;
	uint64_t used; /* count of uses, not time */
};

struct job {
	struct job *next;
	struct dial_voice *v;
	char *text;
	dial_sound_cb *cb; /* NULL: closed, waits for its request's end */
	void *arg;
	unsigned tries;
	uint64_t again_ms; /* 0 = a request is out */
};

struct dial_voice {
	ProtobufCService *tts;
	struct entry *buckets[BUCKETS];
	struct job *jobs;
	unsigned n;
	size_t bytes;
	uint64_t clock;
};

void dial_sound_unref(struct dial_sound *s)
{
	if (s && !--s->refs)
		yh_free(s);
}

/* ---- the cache -------------------------------------------------------------
 */

static struct entry **place(struct dial_voice *v, const char *text)
{
	unsigned h = 2166136261u;
	struct entry **at;

	for (const char *p = text; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	at = &v->buckets[h % BUCKETS];
	while (*at && strcmp((*at)->text, text))
		at = &(*at)->next;

	return at;
}

static void forget(struct dial_voice *v, struct entry **at)
{
	struct entry *e = *at;

	*at = e->next;
	v->n--;
	v->bytes -= e->sound->n * YH_FRAME_SAMPLES;
	dial_sound_unref(e->sound);
	yh_free(e->text);
	yh_free(e);
}

static void forget_oldest(struct dial_voice *v)
{
	struct entry **oldest = NULL;

	for (unsigned i = 0; i < BUCKETS; i++) {
		struct entry **at = &v->buckets[i];

		for (; *at; at = &(*at)->next) {
			if (!oldest || (*at)->used < (*oldest)->used)
				oldest = at;
		}
	}
	if (oldest)
		forget(v, oldest);
}

static void keep(struct dial_voice *v, const char *text,
		 struct dial_sound *sound)
{
	struct entry **at = place(v, text);
	struct entry *e;

	if (*at)
		return;
	e = yh_zalloc(sizeof(*e));
	if (e)
		e->text = yh_strdup(text);
	if (!e || !e->text) {
		yh_free(e);
		return;
	}
	sound->refs++;
	e->sound = sound;
	e->used = ++v->clock;
	*at = e;
	v->n++;
	v->bytes += sound->n * YH_FRAME_SAMPLES;
	while (v->n > DIAL_VOICE_MAX || v->bytes > DIAL_VOICE_BYTES)
		forget_oldest(v);
}

/* ---- requests --------------------------------------------------------------
 */

static void free_job(struct job *job)
{
	yh_free(job->text);
	yh_free(job);
}

static void finish(struct job *job, struct dial_sound *sound)
{
	struct job **at = &job->v->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (!sound)
		yh_metric_add(&dial_m_synth_failures, 1);
	job->cb(job->arg, sound);
	free_job(job);
}

static struct dial_sound *sound_of(const Yinhu__V1__SynthesizeResponse *res)
{
	size_t n = res->alaw.len / YH_FRAME_SAMPLES;
	struct dial_sound *s =
		n ? yh_zalloc(sizeof(*s) + n * YH_FRAME_SAMPLES) : NULL;

	if (!s)
		return NULL;
	s->refs = 1;
	s->n = n;
	memcpy(s->alaw, res->alaw.data, n * YH_FRAME_SAMPLES);

	return s;
}

static void on_synthesized(const Yinhu__V1__SynthesizeResponse *res, void *arg)
{
	struct job *job = arg;
	struct dial_sound *sound = res && job->cb ? sound_of(res) : NULL;
	const struct yh_status *why = yh_rpc_status();

	if (!job->cb) {
		free_job(job);
	} else if (sound) {
		keep(job->v, job->text, sound);
		finish(job, sound);
	} else if (job->tries >= TRIES || why->code == YH_INVALID_ARGUMENT ||
		   why->code == YH_CANCELLED) {
		yh_warn("voice.failed", "code=%d", why->code);
		finish(job, NULL);
	} else {
		job->again_ms = yh_now_ms() + AGAIN_MS;
	}
}

static void ask(struct job *job)
{
	Yinhu__V1__SynthesizeRequest req = YINHU__V1__SYNTHESIZE_REQUEST__INIT;

	job->again_ms = 0;
	job->tries++;
	req.text = job->text;
	yinhu__v1__synthesis_service__synthesize(job->v->tts, &req,
						 on_synthesized, job);
}

void dial_voice_tick(struct dial_voice *v, uint64_t now_ms)
{
	struct job *next;

	for (struct job *job = v->jobs; job; job = next) {
		next = job->next;
		if (job->again_ms && now_ms >= job->again_ms)
			ask(job);
	}
}

int dial_voice_get(struct dial_voice *v, const char *text, dial_sound_cb *cb,
		   void *arg, struct dial_sound **hit)
{
	struct entry *e = *place(v, text);
	struct job *job;

	*hit = NULL;
	if (e) {
		e->used = ++v->clock;
		e->sound->refs++;
		*hit = e->sound;
		yh_metric_add(&dial_m_prompt_hits, 1);
		return 0;
	}
	job = yh_zalloc(sizeof(*job));
	if (job)
		job->text = yh_strdup(text);
	if (!job || !job->text) {
		yh_free(job);
		return -ENOMEM;
	}
	job->v = v;
	job->cb = cb;
	job->arg = arg;
	job->next = v->jobs;
	v->jobs = job;
	ask(job);

	return 0;
}

int dial_voice_open(struct dial_voice **out, struct yh_bus *bus)
{
	struct dial_voice *v = yh_zalloc(sizeof(*v));

	if (!v)
		return -ENOMEM;
	v->tts = yh_rpc_client_create(
		bus, &yinhu__v1__synthesis_service__descriptor, TIMEOUT_MS);
	if (!v->tts) {
		yh_free(v);
		return -ENOMEM;
	}
	*out = v;

	return 0;
}

/* A request that is out ends later, when the bus is closed. */
static void let_go(struct dial_voice *v)
{
	struct job *job = v->jobs;

	v->jobs = job->next;
	job->cb(job->arg, NULL);
	job->cb = NULL;
	if (job->again_ms)
		free_job(job);
}

void dial_voice_close(struct dial_voice *v)
{
	if (!v)
		return;
	while (v->jobs)
		let_go(v);
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (v->buckets[i])
			forget(v, &v->buckets[i]);
	}
	protobuf_c_service_destroy(v->tts);
	yh_free(v);
}
