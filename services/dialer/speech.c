/** @file speech.c  Speech on its way to recognition, contract in speech.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "metrics.h"
#include "rpc/rpc.h"
#include "speech_priv.h"
#include "yinhu/v1/speech.pb-c.h"

enum {
	OPEN_MS = 1000, /* for OpenStream */
	HINTS_MAX = 256,
};

/* ---- memory ----------------------------------------------------------------
 */

static void free_hints(struct dial_ears *e)
{
	for (size_t i = 0; i < e->n_hints; i++)
		yh_free(e->hints[i]);
	yh_free(e->hints);
	e->hints = NULL;
	e->n_hints = 0;
}

void dial_ears_drop_head(struct dial_ears *e)
{
	struct dial_utterance *u = e->head;

	e->head = u->next;
	if (!e->head)
		e->tail = NULL;
	e->n--;
	yh_free(u->alaw);
	yh_free(u);
}

void dial_ears_free_if_done(struct dial_ears *e)
{
	if (e->cb || e->out)
		return;
	while (e->head)
		dial_ears_drop_head(e);
	free_hints(e);
	yh_free(e->script);
	yh_free(e->region);
	yh_free(e);
}

/* ---- the call's side -------------------------------------------------------
 */

int dial_ears_begin(struct dial_ears *e, uint32_t utterance, uint32_t start_ms,
		    bool barge_in)
{
	struct dial_utterance *u;

	if (e->n == DIAL_SPEECH_QUEUE)
		return -ENOSPC;
	u = yh_zalloc(sizeof(*u));
	if (!u)
		return -ENOMEM;
	u->heard.utterance = utterance;
	u->heard.start_ms = start_ms;
	u->heard.barge_in = barge_in;
	if (e->tail)
		e->tail->next = u;
	else
		e->head = u;
	e->tail = u;
	e->n++;
	yh_metric_add(&dial_m_utterances, 1);

	return 0;
}

static bool grow(struct dial_utterance *u, size_t len)
{
	size_t cap = u->cap ? u->cap : 8000;
	uint8_t *alaw;

	if (u->len + len > DIAL_SPEECH_MAX_BYTES)
		return false;
	while (cap < u->len + len)
		cap *= 2;
	if (cap == u->cap)
		return true;
	alaw = yh_realloc(u->alaw, cap);
	if (!alaw)
		return false;
	u->alaw = alaw;
	u->cap = cap;

	return true;
}

void dial_ears_add(struct dial_ears *e, const uint8_t *alaw, size_t len)
{
	struct dial_utterance *u = e->tail;

	if (!u || u->ended || !grow(u, len))
		return;
	memcpy(u->alaw + u->len, alaw, len);
	u->len += len;
	dial_ears_pump(e);
}

void dial_ears_pause(struct dial_ears *e)
{
	struct dial_utterance *u = e->tail;

	if (!u || u->ended || u->paused)
		return;
	u->paused = true;
	u->pause_asked = false;
	u->pause_at = u->len;
	dial_ears_pump(e);
}

void dial_ears_resume(struct dial_ears *e)
{
	struct dial_utterance *u = e->tail;

	if (!u || u->ended)
		return;
	u->paused = false;
	dial_ears_pump(e);
}

void dial_ears_end(struct dial_ears *e, uint32_t end_ms, int64_t end_time_us)
{
	struct dial_utterance *u = e->tail;

	if (!u || u->ended)
		return;
	u->ended = true;
	if (u->paused)
		u->len = u->pause_at;
	u->heard.end_ms = end_ms;
	u->heard.end_time_us = end_time_us;
	u->give_up_ms = yh_now_ms() + DIAL_SPEECH_TRY_MS;
	dial_ears_pump(e);
}

void dial_ears_expect(struct dial_ears *e, char *const *hints, size_t n)
{
	free_hints(e);
	n = n < HINTS_MAX ? n : HINTS_MAX;
	e->hints = n ? yh_calloc(n, sizeof(char *)) : NULL;
	for (size_t i = 0; i < n && e->hints; i++) {
		e->hints[e->n_hints] = yh_strdup(hints[i]);
		if (e->hints[e->n_hints])
			e->n_hints++;
	}
}

bool dial_ears_idle(const struct dial_ears *e)
{
	return !e->head;
}

int dial_ears_open(struct dial_ears **out, struct dial_speech *sp,
		   const struct dial_ears_conf *conf)
{
	struct dial_ears *e = yh_zalloc(sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->script = yh_strdup(conf->script);
	e->region = yh_strdup(conf->region);
	if (!e->script || !e->region) {
		dial_ears_free_if_done(e);
		return -ENOMEM;
	}
	e->sp = sp;
	e->agent = conf->agent;
	e->for_agent = conf->for_agent;
	snprintf(e->call_id, sizeof(e->call_id), "%s", conf->call_id);
	e->cb = conf->heard;
	e->so_far = conf->so_far;
	e->arg = conf->arg;
	dial_ears_open_stream(e);
	*out = e;

	return 0;
}

void dial_ears_close(struct dial_ears *e)
{
	if (!e)
		return;
	e->cb = NULL;
	dial_ears_free_if_done(e);
}

int dial_speech_open(struct dial_speech **out, struct yh_bus *bus)
{
	struct dial_speech *sp = yh_zalloc(sizeof(*sp));

	if (!sp)
		return -ENOMEM;
	sp->bus = bus;
	sp->asr = yh_rpc_client_create(
		bus, &yinhu__v1__speech_service__descriptor, OPEN_MS);
	if (!sp->asr) {
		yh_free(sp);
		return -ENOMEM;
	}
	*out = sp;

	return 0;
}

ProtobufCService *dial_speech_rpc(struct dial_speech *sp)
{
	return sp->asr;
}

void dial_speech_close(struct dial_speech *sp)
{
	if (!sp)
		return;
	protobuf_c_service_destroy(sp->asr);
	yh_free(sp);
}
