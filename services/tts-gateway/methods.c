/** @file methods.c  SynthesisService: say, export, render a script ahead */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "crypto/crypto.h"
#include "prerender.h"
#include "tts_metrics.h"
#include "wav_out.h"

typedef Yinhu__V1__SynthesisService_Service service_t;

/* A request that is answered later. */
struct call {
	struct tts_app *app;
	uint64_t begun_us;
	ProtobufCClosure closure;
	void *data;
};

static void refuse(const struct call *c, enum yh_status_code code,
		   const char *why)
{
	yh_rpc_fail(c->closure, c->data, code, "%s", why);
}

static struct call *call_create(service_t *s, ProtobufCClosure closure,
				void *data)
{
	struct call *c = yh_zalloc(sizeof(*c));

	if (!c) {
		yh_rpc_fail(closure, data, YH_RESOURCE_EXHAUSTED,
			    "out of memory");
		return NULL;
	}
	c->app = (struct tts_app *)s;
	c->begun_us = yh_now_us();
	c->closure = closure;
	c->data = data;

	return c;
}

static void refuse_prompt(const struct call *c, int err)
{
	yh_metric_add(&tts_m_failures, 1);
	if (err == -EMSGSIZE)
		refuse(c, YH_INVALID_ARGUMENT,
		       "text is longer than 2000 bytes; split the prompt");
	else if (err == -ENODATA)
		refuse(c, YH_INVALID_ARGUMENT,
		       "there is nothing in the text that can be said");
	else if (err == -E2BIG)
		refuse(c, YH_INVALID_ARGUMENT,
		       "the prompt is over 60 s; split it");
	else if (err == -EINVAL)
		refuse(c, YH_INVALID_ARGUMENT, "no engine can say the text");
	else if (err == -ECANCELED)
		refuse(c, YH_UNAVAILABLE, "shutting down");
	else
		refuse(c, yh_err_status(err), yh_err_text(err));
}

/* ---- a prompt --------------------------------------------------------------
 */

/* @return NULL: refused */
static const struct tts_voice *voice_of(const struct call *c, const char *name)
{
	const struct tts_voice *v = tts_voices_find(c->app->voices, name);

	if (!v)
		refuse(c, YH_INVALID_ARGUMENT,
		       "there is no such voice; see voices_file");

	return v;
}

static void say(struct call *c, const char *text, const char *voice,
		tts_said_cb *cb)
{
	const struct tts_voice *v = voice_of(c, voice);
	int err = v ? tts_prompt_say(&c->app->studio, v, text, cb, c) : 0;

	yh_metric_add(&tts_m_requests, 1);
	if (err)
		refuse_prompt(c, err);
	if (err || !v)
		yh_free(c);
}

static void on_said(void *arg, int err, const struct tts_said *said)
{
	struct call *c = arg;
	Yinhu__V1__SynthesizeResponse res =
		YINHU__V1__SYNTHESIZE_RESPONSE__INIT;

	yh_metric_observe(&tts_m_prompt,
			  (double)(yh_now_us() - c->begun_us) / 1e6);
	if (err) {
		refuse_prompt(c, err);
	} else {
		res.alaw.data = said->sound->alaw;
		res.alaw.len = said->sound->n;
		res.duration_ms = (uint32_t)(said->sound->n / 8);
		res.cached =
			said->n_cached + said->n_recorded == said->n_clauses;
		res.engine = (char *)said->engine;
		res.clauses = (uint32_t)said->n_clauses;
		res.recorded = (uint32_t)said->n_recorded;
		c->closure(&res.base, c->data);
	}
	yh_free(c);
}

static void synthesize(service_t *s, const Yinhu__V1__SynthesizeRequest *req,
		       Yinhu__V1__SynthesizeResponse_Closure closure,
		       void *data)
{
	struct call *c = call_create(s, (ProtobufCClosure)closure, data);

	if (c)
		say(c, req->text, req->voice, on_said);
}

/* ---- a file ----------------------------------------------------------------
 */

/* The number of the content is what it is: its digest. */
static uint8_t *file_of(const struct call *c, const struct tts_said *said,
			size_t *n)
{
	char sha256[YH_SHA256_HEX];
	const struct yh_aigc label = {c->app->conf->aigc_producer, sha256};
	bool synthetic = said->n_recorded < said->n_clauses;

	if (yh_sha256_hex(said->sound->alaw, said->sound->n, sha256))
		return NULL;

	return tts_wav(said->sound, synthetic ? &label : NULL, n);
}

static void on_exported(void *arg, int err, const struct tts_said *said)
{
	struct call *c = arg;
	Google__Api__HttpBody res = GOOGLE__API__HTTP_BODY__INIT;

	if (!err) {
		res.data.data = file_of(c, said, &res.data.len);
		err = res.data.data ? 0 : -ENOMEM;
	}
	if (err) {
		refuse_prompt(c, err);
	} else {
		res.content_type = (char *)"audio/wav";
		c->closure(&res.base, c->data);
		yh_free(res.data.data);
	}
	yh_free(c);
}

static void export_prompt(service_t *s,
			  const Yinhu__V1__ExportPromptRequest *req,
			  Google__Api__HttpBody_Closure closure, void *data)
{
	struct call *c = call_create(s, (ProtobufCClosure)closure, data);

	if (c)
		say(c, req->text, req->voice, on_exported);
}

/* ---- a script --------------------------------------------------------------
 */

static void on_prerendered(void *arg, int err,
			   const struct tts_prerendered *done)
{
	struct call *c = arg;
	Yinhu__V1__PrerenderScriptResponse res =
		YINHU__V1__PRERENDER_SCRIPT_RESPONSE__INIT;

	if (err) {
		refuse_prompt(c, err);
	} else {
		yh_info("tts.script",
			"clauses=%zu variable=%zu rendered=%zu cached=%zu "
			"recorded=%zu failed=%zu",
			done->n_clauses, done->n_variable, done->rendered,
			done->cached, done->recorded, done->failed);
		res.clauses = (uint32_t)done->n_clauses;
		res.variable = (uint32_t)done->n_variable;
		res.rendered = (uint32_t)done->rendered;
		res.cached = (uint32_t)done->cached;
		res.recorded = (uint32_t)done->recorded;
		res.failed = (uint32_t)done->failed;
		c->closure(&res.base, c->data);
	}
	yh_free(c);
}

static void prerender_script(service_t *s,
			     const Yinhu__V1__PrerenderScriptRequest *req,
			     Yinhu__V1__PrerenderScriptResponse_Closure closure,
			     void *data)
{
	struct call *c = call_create(s, (ProtobufCClosure)closure, data);
	const struct tts_voice *v = c ? voice_of(c, req->voice) : NULL;
	struct tts_texts texts;
	char error[512] = "";
	int err;

	if (!v) {
		yh_free(c);
		return;
	}
	err = tts_script_texts(&texts, req->source, error, sizeof(error));
	if (!err) {
		err = tts_prerender(&c->app->studio, v, &texts, on_prerendered,
				    c);
		if (err)
			tts_texts_fini(&texts);
	}
	if (!err)
		return;
	refuse(c, yh_err_status(err), error[0] ? error : yh_err_text(err));
	yh_free(c);
}

void tts_methods_bind(struct tts_app *app)
{
	yinhu__v1__synthesis_service__init(&app->rpc, NULL);
	app->rpc.synthesize = synthesize;
	app->rpc.export_prompt = export_prompt;
	app->rpc.prerender_script = prerender_script;
}
