/** @file sessions.c  The calls of this instance, contract in session.h */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "session.h"

static unsigned bucket_of(const char *call_id)
{
	unsigned h = 5381;

	for (; *call_id; call_id++)
		h = h * 33 ^ (unsigned char)*call_id;

	return h % ASR_BUCKETS;
}

struct asr_session *asr_session_find(struct asr_app *app, const char *call_id,
				     bool agent)
{
	struct asr_session *s = app->buckets[bucket_of(call_id)];

	while (s && (s->agent != agent || strcmp(s->call_id, call_id)))
		s = s->next;

	return s;
}

static void remove_session(struct asr_app *app, struct asr_session *s)
{
	struct asr_session **at = &app->buckets[bucket_of(s->call_id)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	asr_utterance_forget(s);
	yh_free(s);
	yh_metric_set(&asr_m_streams, --app->n_sessions);
}

/* ---- OpenStream ---- */

static struct asr_session *add_session(struct asr_app *app,
				       const Yinhu__V1__OpenStreamRequest *req)
{
	const struct asr_engines *e = app->engines;
	const char *id = req->call_id;
	struct asr_session *s = yh_zalloc(sizeof(*s));
	unsigned b = bucket_of(id);

	if (!s)
		return NULL;
	s->app = app;
	snprintf(s->call_id, sizeof(s->call_id), "%s", id);
	s->agent = req->agent;
	s->for_agent = req->for_agent;
	asr_dialect_begin(&s->dialect, e->dialects, e->n, req->region,
			  req->language);
	s->next = app->buckets[b];
	app->buckets[b] = s;
	yh_metric_set(&asr_m_streams, ++app->n_sessions);

	return s;
}

static void open_stream(Yinhu__V1__SpeechService_Service *rpc,
			const Yinhu__V1__OpenStreamRequest *req,
			Yinhu__V1__OpenStreamResponse_Closure closure,
			void *data)
{
	struct asr_app *app = (struct asr_app *)rpc;
	Yinhu__V1__OpenStreamResponse res =
		YINHU__V1__OPEN_STREAM_RESPONSE__INIT;
	struct asr_session *s;

	if (!req->call_id[0] || strlen(req->call_id) > 63) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_INVALID_ARGUMENT,
			    "call_id must have 1 to 63 characters");
		return;
	}
	s = asr_session_find(app, req->call_id, req->agent);
	if (!s && app->n_sessions < app->conf->max_streams)
		s = add_session(app, req);
	if (!s) {
		yh_rpc_fail((ProtobufCClosure)closure, data,
			    YH_RESOURCE_EXHAUSTED, "all %u streams are in use",
			    app->conf->max_streams);
		return;
	}
	s->used_ms = yh_now_ms();
	res.instance = app->conf->common.instance;
	res.engine = (char *)app->engines->dialects[s->dialect.now].name;
	closure(&res, data);
}

/* ---- life cycle ---- */

static void on_reap(uv_timer_t *t)
{
	struct asr_app *app = t->data;
	uint64_t now = yh_now_ms();

	for (unsigned b = 0; b < ASR_BUCKETS; b++) {
		struct asr_session *s = app->buckets[b], *next;

		for (; s; s = next) {
			next = s->next;
			if (now - s->used_ms > app->conf->idle_ms)
				remove_session(app, s);
		}
	}
}

int asr_sessions_open(struct asr_app *app)
{
	char subject[128];
	int err;

	yinhu__v1__speech_service__init(&app->rpc, NULL);
	app->rpc.open_stream = open_stream;
	app->rpc.recognize = asr_recognize;
	uv_timer_init(app->svc->loop, &app->reaper);
	app->reaper_open = true;
	app->reaper.data = app;
	uv_timer_start(&app->reaper, on_reap, 1000, 1000);
	err = yh_stream_ensure(app->svc->bus, "CALLS", "yinhu.call.>", 0);
	if (err)
		return err;
	snprintf(subject, sizeof(subject), "yinhu.audio.%s.*",
		 app->conf->common.instance);
	err = yh_bus_subscribe(app->svc->bus, subject, NULL, asr_utterance_take,
			       app, &app->audio);
	if (err)
		return err;

	return yh_rpc_serve(&app->server, app->svc->bus, &app->rpc.base);
}

void asr_sessions_drain(struct asr_app *app)
{
	yh_rpc_server_close(app->server);
	app->server = NULL;
}

void asr_sessions_close(struct asr_app *app)
{
	asr_recognize_close(app);
	asr_heard_close(app);
	yh_rpc_server_close(app->server);
	yh_sub_close(app->audio);
	for (unsigned b = 0; b < ASR_BUCKETS; b++) {
		while (app->buckets[b])
			remove_session(app, app->buckets[b]);
	}
	if (app->reaper_open)
		uv_close((uv_handle_t *)&app->reaper, NULL);
}
