/** @file speech.c  Speech on its way to recognition, contract in speech.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "rpc/rpc.h"
#include "speech.h"
#include "yinhu/v1/speech.pb-c.h"

enum {
	OPEN_MS = 1000,	   /* for OpenStream */
	RESULT_MS = 1200,  /* for the answer to the last chunk */
	SO_FAR_MS = 500,   /* for the answer to a pause */
	CHUNK = 800,	   /* bytes while it is spoken: 100 ms */
	CHUNK_MAX = 16000, /* bytes when it is sent again */
	BACKOFF_MS = 50,   /* doubled at every try */
	BACKOFF_MAX_MS = 800,
	HINTS_MAX = 256,
};

struct utterance {
	struct utterance *next;
	struct dial_heard heard;
	bool ended, asked;
	bool paused, pause_asked;
	size_t pause_at; /* bytes that are sent while paused */
	uint32_t seq, pause_seq;
	uint64_t give_up_ms;
	size_t len, cap, sent;
	uint8_t *alaw;
};

struct dial_speech {
	struct yh_bus *bus;
	ProtobufCService *asr;
};

struct dial_ears {
	struct dial_speech *sp;
	char call_id[64];
	char *script, *region;
	bool agent, for_agent;
	dial_heard_cb *cb; /* NULL: closed, waits for callbacks */
	dial_so_far_cb *so_far;
	void *arg;
	char instance[64]; /* "" = no stream */
	bool opening;
	unsigned out;	/* callbacks that will come */
	unsigned tries; /* since the last success */
	uint64_t again_ms;
	struct utterance *head, *tail;
	unsigned n;
	char **hints;
	size_t n_hints;
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

static void drop_head(struct dial_ears *e)
{
	struct utterance *u = e->head;

	e->head = u->next;
	if (!e->head)
		e->tail = NULL;
	e->n--;
	yh_free(u->alaw);
	yh_free(u);
}

static void free_if_done(struct dial_ears *e)
{
	if (e->cb || e->out)
		return;
	while (e->head)
		drop_head(e);
	free_hints(e);
	yh_free(e->script);
	yh_free(e->region);
	yh_free(e);
}

/* ---- the stream ------------------------------------------------------------
 */

static void pump(struct dial_ears *e);

/* @param res Borrowed; NULL: it has failed */
static void resolve(struct dial_ears *e, const Yinhu__V1__UtteranceResult *res)
{
	struct dial_heard heard = e->head->heard;

	heard.failed = !res;
	if (res) {
		heard.text = res->text;
		heard.confidence = res->confidence;
		heard.secret = res->secret;
	} else {
		yh_metric_add(&dial_m_unheard, 1);
	}
	drop_head(e);
	e->cb(e->arg, &heard);
}

/* The stream is lost: from the beginning, at whoever answers. */
static void lost(struct dial_ears *e, const char *why)
{
	unsigned shift = e->tries < 8 ? e->tries : 8;
	uint64_t wait = (uint64_t)BACKOFF_MS << shift;
	uint64_t now = yh_now_ms();

	yh_debug("speech.lost", "call_id=%s why=%s", e->call_id, why);
	e->instance[0] = '\0';
	e->tries++;
	e->again_ms = now + (wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS);
	if (!e->head)
		return;
	if (e->head->sent)
		yh_metric_add(&dial_m_resends, 1);
	e->head->sent = 0;
	e->head->seq = 0;
	e->head->asked = e->head->pause_asked = false;
	if (e->head->ended && now >= e->head->give_up_ms) {
		yh_warn("speech.failed", "call_id=%s utterance=%u why=%s",
			e->call_id, e->head->heard.utterance, why);
		resolve(e, NULL);
	}
}

static void on_opened(const Yinhu__V1__OpenStreamResponse *res, void *arg)
{
	struct dial_ears *e = arg;

	e->out--;
	e->opening = false;
	if (!e->cb) {
		free_if_done(e);
	} else if (res && res->instance[0] &&
		   strlen(res->instance) < sizeof(e->instance)) {
		snprintf(e->instance, sizeof(e->instance), "%s", res->instance);
		pump(e);
	} else {
		lost(e, "not opened");
	}
}

static void open_stream(struct dial_ears *e)
{
	Yinhu__V1__OpenStreamRequest req = YINHU__V1__OPEN_STREAM_REQUEST__INIT;

	e->opening = true;
	e->out++;
	req.call_id = e->call_id;
	req.script = e->script;
	req.language = (char *)"zh-CN";
	req.region = e->region;
	req.agent = e->agent;
	req.for_agent = e->for_agent;
	yinhu__v1__speech_service__open_stream(e->sp->asr, &req, on_opened, e);
}

/* ---- chunks ----------------------------------------------------------------
 */

static void on_result(void *arg, int err, const struct yh_msg *msg)
{
	struct dial_ears *e = arg;
	Yinhu__V1__UtteranceResult *res = NULL;
	bool good;

	e->out--;
	if (!e->cb) {
		free_if_done(e);
		return;
	}
	if (!err)
		res = yinhu__v1__utterance_result__unpack(NULL, yh_msg_len(msg),
							  yh_msg_data(msg));
	good = res && !res->unknown_stream && e->head &&
	       res->utterance == e->head->heard.utterance;
	if (good) {
		e->tries = 0;
		resolve(e, res);
	} else {
		lost(e, err ? yh_err_text(err) : "unknown stream");
	}
	if (res)
		yinhu__v1__utterance_result__free_unpacked(res, NULL);
	if (e->cb)
		pump(e);
}

static bool is_so_far(const struct dial_ears *e,
		      const Yinhu__V1__UtteranceResult *res)
{
	const struct utterance *u = e->head;

	return u && res->partial && u->paused && !u->ended &&
	       res->utterance == u->heard.utterance && res->seq == u->pause_seq;
}

/* Without an answer nothing is known so far; the end will be asked for. */
static void on_so_far(void *arg, int err, const struct yh_msg *msg)
{
	struct dial_ears *e = arg;
	Yinhu__V1__UtteranceResult *res = NULL;
	struct dial_so_far so_far;

	e->out--;
	if (!e->cb) {
		free_if_done(e);
		return;
	}
	if (!err)
		res = yinhu__v1__utterance_result__unpack(NULL, yh_msg_len(msg),
							  yh_msg_data(msg));
	if (res && e->so_far && is_so_far(e, res)) {
		so_far = (struct dial_so_far){res->utterance, res->text,
					      res->whole   ? YH_PHRASE_WHOLE
					      : res->begun ? YH_PHRASE_BEGUN
							   : YH_PHRASE_NONE};
		e->so_far(e->arg, &so_far);
	}
	if (res)
		yinhu__v1__utterance_result__free_unpacked(res, NULL);
}

static int send_packed(struct dial_ears *e, const Yinhu__V1__AudioChunk *c)
{
	size_t len = yinhu__v1__audio_chunk__get_packed_size(c);
	uint8_t *buf = yh_zalloc(len + 1);
	char subject[160];
	int err;

	if (!buf)
		return -ENOMEM;
	yinhu__v1__audio_chunk__pack(c, buf);
	snprintf(subject, sizeof(subject), "yinhu.audio.%s.%s", e->instance,
		 e->call_id);
	if (c->last)
		err = yh_bus_request(e->sp->bus, subject, buf, len, RESULT_MS,
				     on_result, e);
	else if (c->pause)
		err = yh_bus_request(e->sp->bus, subject, buf, len, SO_FAR_MS,
				     on_so_far, e);
	else
		err = yh_bus_publish(e->sp->bus, subject, buf, len);
	yh_free(buf);

	return err;
}

enum kind { MORE, PAUSE, LAST };

static int send_chunk(struct dial_ears *e, struct utterance *u, size_t n,
		      enum kind kind)
{
	Yinhu__V1__AudioChunk c = YINHU__V1__AUDIO_CHUNK__INIT;
	const bool last = kind == LAST;
	int err;

	c.call_id = e->call_id;
	c.agent = e->agent;
	c.utterance = u->heard.utterance;
	c.seq = u->seq;
	c.alaw.data = u->alaw + u->sent;
	c.alaw.len = n;
	c.last = last;
	c.pause = kind == PAUSE;
	c.start_ms = u->heard.start_ms;
	c.barge_in = u->heard.barge_in;
	if (!u->seq) {
		c.hints = e->hints;
		c.n_hints = e->n_hints;
	}
	if (last) {
		c.end_ms = u->heard.end_ms;
		c.end_time_us = u->heard.end_time_us;
	}
	err = send_packed(e, &c);
	if (err)
		return err;
	if (kind == PAUSE) {
		u->pause_seq = u->seq;
		u->pause_asked = true;
	}
	u->seq++;
	u->sent += n;
	u->asked = last;
	e->out += kind != MORE;

	return 0;
}

/* Send of the first utterance what can be sent now. */
static void pump(struct dial_ears *e)
{
	struct utterance *u = e->head;

	while (u && e->instance[0] && !u->asked) {
		size_t left = (u->paused ? u->pause_at : u->len) - u->sent;
		size_t n = left < CHUNK_MAX ? left : CHUNK_MAX;
		enum kind kind = left > CHUNK_MAX		? MORE
				 : u->ended			? LAST
				 : u->paused && !u->pause_asked ? PAUSE
								: MORE;

		if (kind == MORE && n < CHUNK)
			return;
		if (send_chunk(e, u, n, kind)) {
			lost(e, "not sent");
			return;
		}
	}
}

void dial_ears_tick(struct dial_ears *e, uint64_t now_ms)
{
	if (!e->instance[0] && !e->opening && now_ms >= e->again_ms)
		open_stream(e);
}

/* ---- the call's side -------------------------------------------------------
 */

int dial_ears_begin(struct dial_ears *e, uint32_t utterance, uint32_t start_ms,
		    bool barge_in)
{
	struct utterance *u;

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

static bool grow(struct utterance *u, size_t len)
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
	struct utterance *u = e->tail;

	if (!u || u->ended || !grow(u, len))
		return;
	memcpy(u->alaw + u->len, alaw, len);
	u->len += len;
	pump(e);
}

void dial_ears_pause(struct dial_ears *e)
{
	struct utterance *u = e->tail;

	if (!u || u->ended || u->paused)
		return;
	u->paused = true;
	u->pause_asked = false;
	u->pause_at = u->len;
	pump(e);
}

void dial_ears_resume(struct dial_ears *e)
{
	struct utterance *u = e->tail;

	if (!u || u->ended)
		return;
	u->paused = false;
	pump(e);
}

void dial_ears_end(struct dial_ears *e, uint32_t end_ms, int64_t end_time_us)
{
	struct utterance *u = e->tail;

	if (!u || u->ended)
		return;
	u->ended = true;
	if (u->paused)
		u->len = u->pause_at;
	u->heard.end_ms = end_ms;
	u->heard.end_time_us = end_time_us;
	u->give_up_ms = yh_now_ms() + DIAL_SPEECH_TRY_MS;
	pump(e);
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
		free_if_done(e);
		return -ENOMEM;
	}
	e->sp = sp;
	e->agent = conf->agent;
	e->for_agent = conf->for_agent;
	snprintf(e->call_id, sizeof(e->call_id), "%s", conf->call_id);
	e->cb = conf->heard;
	e->so_far = conf->so_far;
	e->arg = conf->arg;
	open_stream(e);
	*out = e;

	return 0;
}

void dial_ears_close(struct dial_ears *e)
{
	if (!e)
		return;
	e->cb = NULL;
	free_if_done(e);
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
