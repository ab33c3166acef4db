/**
 * @file speech_send.c  The stream to recognition: chunks out, answers in, and
 *                      all of an utterance again when no answer comes.
 *                      Contract in speech.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "metrics.h"
#include "speech_priv.h"
#include "yinhu/v1/speech.pb-c.h"

enum {
	RESULT_MS = 1200,  /* for the answer to the last chunk */
	SO_FAR_MS = 500,   /* for the answer to a pause */
	CHUNK = 800,	   /* bytes while it is spoken: 100 ms */
	CHUNK_MAX = 16000, /* bytes when it is sent again */
	BACKOFF_MS = 50,   /* doubled at every try */
	BACKOFF_MAX_MS = 800,
};

/* ---- the stream ------------------------------------------------------------
 */

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
	dial_ears_drop_head(e);
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
		dial_ears_free_if_done(e);
	} else if (res && res->instance[0] &&
		   strlen(res->instance) < sizeof(e->instance)) {
		snprintf(e->instance, sizeof(e->instance), "%s", res->instance);
		dial_ears_pump(e);
	} else {
		lost(e, "not opened");
	}
}

void dial_ears_open_stream(struct dial_ears *e)
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
		dial_ears_free_if_done(e);
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
		dial_ears_pump(e);
}

static bool is_so_far(const struct dial_ears *e,
		      const Yinhu__V1__UtteranceResult *res)
{
	const struct dial_utterance *u = e->head;

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
		dial_ears_free_if_done(e);
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

static int send_chunk(struct dial_ears *e, struct dial_utterance *u, size_t n,
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

void dial_ears_pump(struct dial_ears *e)
{
	struct dial_utterance *u = e->head;

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
		dial_ears_open_stream(e);
}
