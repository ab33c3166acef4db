/**
 * @file recognize.c  Speech that belongs to no utterance: asked, answered,
 *                    forgotten.
 *
 * It climbs the same ladder of engines as an utterance (ladder.h) and leaves no
 * event behind.
 */
#include <errno.h>
#include <string.h>

#include "app.h"
#include "audio/g711.h"
#include "base/mem.h"

enum { MAX_BYTES = 20 * YH_RATE_HZ, MAX_HINTS = 1000, CHUNK = 800 };

struct asr_recall {
	struct asr_recall *prev, *next;
	struct asr_app *app;
	struct asr_hearing *hearing;
	Yinhu__V1__RecognizeResponse_Closure closure;
	void *data;
};

static void drop(struct asr_recall *r)
{
	struct asr_app *app = r->app;

	if (r->next)
		r->next->prev = r->prev;
	if (r->prev)
		r->prev->next = r->next;
	else
		app->recalls = r->next;
	asr_hearing_close(r->hearing);
	yh_free(r);
	yh_metric_set(&asr_m_decoding, --app->n_decoding);
}

static void fail(struct asr_recall *r, enum yh_status_code code,
		 const char *why)
{
	yh_rpc_fail((ProtobufCClosure)r->closure, r->data, code, "%s", why);
	drop(r);
}

static void on_heard(void *arg, const struct asr_outcome *outcome)
{
	Yinhu__V1__RecognizeResponse res = YINHU__V1__RECOGNIZE_RESPONSE__INIT;
	struct asr_recall *r = arg;
	const float floor = (float)r->app->conf->confidence_percent / 100.0f;

	if (outcome->err) {
		fail(r, YH_UNAVAILABLE, "no engine could listen");
		return;
	}
	if (outcome->result.confidence >= floor)
		res.text = (char *)outcome->result.text;
	res.confidence = outcome->result.confidence;
	r->closure(&res, r->data);
	drop(r);
}

static int feed(struct asr_hearing *h, const uint8_t *alaw, size_t len)
{
	int16_t pcm[CHUNK];
	int err = 0;

	while (len && !err) {
		size_t n = len < CHUNK ? len : CHUNK;

		yh_alaw_decode_n(alaw, pcm, n);
		err = asr_hearing_feed(h, pcm, n);
		alaw += n;
		len -= n;
	}
	explicit_bzero(pcm, sizeof(pcm));

	return err;
}

static struct asr_recall *add(struct asr_app *app,
			      Yinhu__V1__RecognizeResponse_Closure closure,
			      void *data)
{
	struct asr_recall *r = yh_zalloc(sizeof(*r));

	if (!r)
		return NULL;
	r->app = app;
	r->closure = closure;
	r->data = data;
	r->next = app->recalls;
	if (r->next)
		r->next->prev = r;
	app->recalls = r;
	yh_metric_set(&asr_m_decoding, ++app->n_decoding);

	return r;
}

void asr_recognize(Yinhu__V1__SpeechService_Service *rpc,
		   const Yinhu__V1__RecognizeRequest *req,
		   Yinhu__V1__RecognizeResponse_Closure closure, void *data)
{
	struct asr_app *app = (struct asr_app *)rpc;
	const struct asr_hints hints = {
		.list = (const char *const *)req->hints,
		.n = req->n_hints < MAX_HINTS ? req->n_hints : MAX_HINTS};
	struct asr_hearing_cb cb = {.done = on_heard};
	struct asr_recall *r;

	if (!req->alaw.len || req->alaw.len > MAX_BYTES) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_INVALID_ARGUMENT, "alaw must have 1 to %d bytes",
			    MAX_BYTES);
		return;
	}
	r = cb.arg = add(app, closure, data);
	if (!r) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_RESOURCE_EXHAUSTED, "out of memory");
		return;
	}
	if (asr_hearing_open(&r->hearing, app->ladder, &app->engines->routes[0],
			     &hints, &cb) ||
	    feed(r->hearing, req->alaw.data, req->alaw.len))
		fail(r, YH_RESOURCE_EXHAUSTED, "out of memory");
	else
		asr_hearing_finish(r->hearing);
}

void asr_recognize_close(struct asr_app *app)
{
	while (app->recalls) /* who asked has a deadline of their own */
		drop(app->recalls);
}
