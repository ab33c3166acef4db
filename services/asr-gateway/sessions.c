/**
 * @file sessions.c  The calls whose speech this instance owns.
 *
 * A session is the utterance that comes in of one side of a call, and its
 * dialect; the speech itself is in its hearing (ladder.h). When the instance
 * dies, the dialer opens another one and sends the utterance again. An event's
 * id is fixed by call and utterance, so that a second result is no second
 * event.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "audio/g711.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "text/redact.h"
#include "text/utf8.h"
#include "yinhu/v1/call.pb-c.h"

enum { MAX_HINTS = 1000 }; /* of a state; the rest is not listened for */

struct asr_session {
	struct asr_session *next;
	struct asr_app *app;
	char call_id[64];
	bool agent, for_agent;
	uint64_t used_ms;
	struct asr_dialect_state dialect;
	uint32_t utterance, next_seq;
	bool gap; /* a chunk is missing */
	struct asr_hearing *hearing;
	struct yh_msg *asked; /* at the last pause; NULL = it is answered */
	uint32_t asked_seq;
	struct yh_caller caller;
	/* The result of the last utterance, for a repeated question. */
	bool has_answer;
	uint32_t answered;
	struct asr_result result;
};

/* An utterance that is complete: owns its hearing, apart from the session. */
struct asr_job {
	struct asr_job *prev, *next;
	struct asr_app *app;
	char call_id[64];
	bool agent, for_agent;
	uint32_t utterance, start_ms, end_ms;
	int64_t end_time_us;
	bool barge_in;
	const char *dialect;
	struct asr_hearing *hearing; /* NULL: the event is on its way */
	struct asr_mood *mood;	     /* NULL: not asked for */
	bool measuring, heard;
	struct yh_msg *msg; /* waits for the answer */
	struct asr_outcome outcome;
	uint64_t began_us;
};

static unsigned bucket_of(const char *call_id)
{
	unsigned h = 5381;

	for (; *call_id; call_id++)
		h = h * 33 ^ (unsigned char)*call_id;

	return h % ASR_BUCKETS;
}

static struct asr_session *find(struct asr_app *app, const char *call_id,
				bool agent)
{
	struct asr_session *s = app->buckets[bucket_of(call_id)];

	while (s && (s->agent != agent || strcmp(s->call_id, call_id)))
		s = s->next;

	return s;
}

static void answer_pause(struct asr_session *s, const struct asr_result *r);

static void forget_utterance(struct asr_session *s)
{
	answer_pause(s, NULL);
	asr_hearing_close(s->hearing);
	s->hearing = NULL;
	s->next_seq = 0;
	s->gap = false;
}

static void remove_session(struct asr_app *app, struct asr_session *s)
{
	struct asr_session **at = &app->buckets[bucket_of(s->call_id)];

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	forget_utterance(s);
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
	s = find(app, req->call_id, req->agent);
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

/* ---- results ---- */

static void reply(struct asr_app *app, const struct yh_msg *msg,
		  const Yinhu__V1__UtteranceResult *res)
{
	uint8_t buf[ASR_TEXT_MAX + 64];

	if (yh_msg_wants_reply(msg))
		(void)yh_bus_reply(app->svc->bus, msg, buf,
				   yinhu__v1__utterance_result__pack(res, buf));
}

static void answer(struct asr_app *app, const struct yh_msg *msg,
		   const struct asr_result *r, uint32_t utterance, bool unknown)
{
	Yinhu__V1__UtteranceResult res = YINHU__V1__UTTERANCE_RESULT__INIT;

	res.utterance = utterance;
	res.text = r ? (char *)r->text : res.text;
	res.confidence = r ? r->confidence : 0;
	res.secret = r && r->secret;
	res.unknown_stream = unknown;
	reply(app, msg, &res);
}

static float floor_of(const struct asr_app *app)
{
	return (float)app->conf->confidence_percent / 100.0f;
}

/* Among the phrases that can be said here. */
static enum yh_phrase find_phrase(const struct asr_session *s, const char *text)
{
	char spoken[ASR_TEXT_MAX];
	enum yh_phrase general, hinted;

	yh_utf8_spoken(text, spoken, sizeof(spoken));
	general = yh_intents_find(s->app->intents, spoken);
	if (general == YH_PHRASE_WHOLE || !s->hearing)
		return general;
	hinted = asr_hearing_find(s->hearing, spoken);

	return hinted == YH_PHRASE_NONE ? general : hinted;
}

/* @param r NULL: nothing is known */
static void answer_pause(struct asr_session *s, const struct asr_result *r)
{
	Yinhu__V1__UtteranceResult res = YINHU__V1__UTTERANCE_RESULT__INIT;

	if (!s->asked)
		return;
	res.utterance = s->utterance;
	res.seq = s->asked_seq;
	res.partial = true;
	if (r && r->confidence >= floor_of(s->app)) {
		const enum yh_phrase phrase = find_phrase(s, r->text);

		res.text = (char *)r->text;
		res.confidence = r->confidence;
		res.whole = phrase == YH_PHRASE_WHOLE;
		res.begun = phrase == YH_PHRASE_BEGUN;
	}
	reply(s->app, s->asked, &res);
	yh_msg_free(s->asked);
	s->asked = NULL;
}

static void free_job(struct asr_job *job)
{
	struct asr_app *app = job->app;

	if (job->next)
		job->next->prev = job->prev;
	if (job->prev)
		job->prev->next = job->next;
	else
		app->jobs = job->next;
	asr_hearing_close(job->hearing);
	asr_mood_close(job->mood);
	yh_msg_free(job->msg);
	yh_free(job);
	yh_metric_set(&asr_m_decoding, --app->n_decoding);
}

/* The event is in the stream (or could not be stored: the dialer asks again) */
static void on_stored(void *arg, int err)
{
	struct asr_job *job = arg;
	const struct asr_result *r = &job->outcome.result;
	struct asr_session *s = find(job->app, job->call_id, job->agent);

	if (!err) {
		if (s) {
			s->has_answer = true;
			s->answered = job->utterance;
			s->result = *r;
		}
		answer(job->app, job->msg, r, job->utterance, false);
	} else if (err != -ECANCELED) {
		yh_warn("asr.event", "call_id=%s err=%s", job->call_id,
			yh_err_text(err));
	}
	free_job(job);
}

static uint32_t latency_ms(const struct asr_job *job)
{
	int64_t us = yh_wall_us() - job->end_time_us;

	return job->end_time_us && us > 0 ? (uint32_t)(us / 1000) : 0;
}

static struct asr_feeling feel(struct asr_job *job)
{
	struct asr_session *s = find(job->app, job->call_id, job->agent);
	struct asr_feeling f =
		asr_mood_judge(job->app->moods, job->mood,
			       s ? &s->caller : NULL, job->outcome.result.text);

	if (f.confidence > 0)
		yh_metric_add_l(&asr_m_emotions, yh_emotion_name(f.emotion), 1);

	return f;
}

static void publish(struct asr_job *job)
{
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Transcript tr = YINHU__V1__TRANSCRIPT__INIT;
	const struct asr_feeling f = feel(job);
	char id[128];

	snprintf(id, sizeof(id), "%s.%s.%u", job->call_id,
		 job->agent ? "agent" : "utt", job->utterance);
	ev.event_id = id;
	ev.call_id = job->call_id;
	ev.time_us = yh_wall_us();
	ev.offset_ms = job->end_ms;
	ev.source = (char *)"asr-gateway";
	ev.for_agent = job->for_agent;
	if (job->agent) {
		ev.body_case = YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH;
		ev.agent_speech = &tr;
	} else {
		ev.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
		ev.transcript = &tr;
	}
	tr.utterance = job->utterance;
	tr.text = job->outcome.result.text;
	tr.confidence = job->outcome.result.confidence;
	tr.start_ms = job->start_ms;
	tr.end_ms = job->end_ms;
	tr.engine = (char *)job->outcome.engine;
	tr.pool = (char *)job->outcome.pool;
	tr.dialect = (char *)job->dialect;
	tr.level = (Yinhu__V1__RecognitionLevel)job->outcome.level;
	tr.latency_ms = latency_ms(job);
	tr.barge_in = job->barge_in;
	if (job->app->moods)
		tr.emotion = (char *)yh_emotion_name(f.emotion);
	tr.emotion_confidence = f.confidence;
	yh_metric_observe(&asr_m_final, tr.latency_ms / 1000.0);
	if (yh_event_publish(job->app->svc->bus, &ev.base, on_stored, job))
		free_job(job);
}

/* Two hardly understood ones in a row: perhaps it is another dialect. */
static void judge_dialect(struct asr_job *job, bool low)
{
	struct asr_session *s = find(job->app, job->call_id, job->agent);
	const struct asr_engines *e = job->app->engines;
	const char *name;

	if (!s || !asr_dialect_heard(&s->dialect, e->n, low))
		return;
	name = e->dialects[s->dialect.now].name;
	yh_metric_add_l(&asr_m_dialect_switches, name, 1);
	yh_info("asr.dialect", "call_id=%s from=%s to=%s", job->call_id,
		job->dialect, name);
}

static void on_heard(void *arg, const struct asr_outcome *outcome)
{
	struct asr_job *job = arg;
	struct asr_result *r = &job->outcome.result;
	const int err = outcome->err;

	job->outcome = *outcome;
	asr_hearing_close(job->hearing);
	job->hearing = NULL;
	yh_metric_observe(&asr_m_decode,
			  (double)(yh_now_us() - job->began_us) / 1e6);
	if (err == YH_ERR_QUEUE_FULL) {
		yh_metric_add(&asr_m_shed, 1);
		free_job(job); /* the dialer asks another instance */
		return;
	}
	yh_metric_add(&asr_m_utterances, 1);
	if (err) {
		yh_metric_add(&asr_m_failures, 1);
		yh_error("asr.heard", "call_id=%s err=%s", job->call_id,
			 yh_err_text(err));
	}
	if (r->confidence < floor_of(job->app))
		r->text[0] = '\0';
	if (!r->text[0])
		yh_metric_add(&asr_m_not_understood, 1);
	if (!err)
		judge_dialect(job, !r->text[0]);
	r->secret = yh_redact(r->text);
	yh_metric_add(&asr_m_redacted, r->secret);
	job->heard = true;
	if (!job->measuring)
		publish(job);
}

static void on_mood(void *arg)
{
	struct asr_job *job = arg;

	job->measuring = false;
	if (job->heard)
		publish(job);
}

/* Beside the recognition; without it the utterance counts as calm. */
static void begin_mood(struct asr_job *job, struct asr_hearing *hearing)
{
	size_t n = 0;
	const int16_t *pcm = hearing ? asr_hearing_pcm(hearing, &n) : NULL;

	if (!job->app->moods || !n)
		return;
	job->measuring = !asr_mood_open(&job->mood, job->app->pool, pcm, n,
					on_mood, job);
}

/* ---- audio ---- */

/* The speech was kept for as long as it may be: ask for it again. */
static void on_too_old(void *arg, const struct asr_outcome *outcome)
{
	struct asr_session *s = arg;

	(void)outcome;
	asr_hearing_close(s->hearing);
	s->hearing = NULL;
	s->gap = true;
}

static void on_paused(void *arg, const struct asr_result *so_far)
{
	answer_pause(arg, so_far);
}

static int append(struct asr_session *s, const uint8_t *alaw, size_t len)
{
	int16_t pcm[800];
	int err = s->hearing ? 0 : -ENOENT;

	while (len && !err) {
		size_t n = len < YH_ARRAY_LEN(pcm) ? len : YH_ARRAY_LEN(pcm);

		yh_alaw_decode_n(alaw, pcm, n);
		err = asr_hearing_feed(s->hearing, pcm, n);
		alaw += n;
		len -= n;
	}
	explicit_bzero(pcm, sizeof(pcm));

	return err;
}

static void begin_utterance(struct asr_app *app, struct asr_session *s,
			    const Yinhu__V1__AudioChunk *c)
{
	const struct asr_hints hints = {
		.list = (const char *const *)c->hints,
		.n = c->n_hints < MAX_HINTS ? c->n_hints : MAX_HINTS,
	};
	const struct asr_hearing_cb cb = {
		.paused = on_paused, .done = on_too_old, .arg = s};

	forget_utterance(s);
	s->utterance = c->utterance;
	(void)asr_hearing_open(&s->hearing, app->ladder,
			       &app->engines->routes[s->dialect.now], &hints,
			       &cb);
}

/* The utterance is complete. @param msg Taken on success */
static int decode(struct asr_app *app, struct asr_session *s,
		  const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	struct asr_job *job = yh_zalloc(sizeof(*job));
	const struct asr_hearing_cb cb = {.done = on_heard, .arg = job};

	if (!job)
		return -ENOMEM;
	job->app = app;
	snprintf(job->call_id, sizeof(job->call_id), "%s", s->call_id);
	job->agent = s->agent;
	job->for_agent = s->for_agent;
	job->utterance = c->utterance;
	job->start_ms = c->start_ms;
	job->end_ms = c->end_ms;
	job->end_time_us = c->end_time_us;
	job->barge_in = c->barge_in;
	job->dialect = app->engines->dialects[s->dialect.now].name;
	job->hearing = s->hearing;
	job->msg = msg;
	job->began_us = yh_now_us();
	job->next = app->jobs;
	if (job->next)
		job->next->prev = job;
	app->jobs = job;
	yh_metric_set(&asr_m_decoding, ++app->n_decoding);
	answer_pause(s, NULL);
	s->hearing = NULL;
	s->next_seq = 0;
	asr_hearing_give(job->hearing, &cb);
	asr_hearing_finish(job->hearing);
	begin_mood(job, job->hearing);

	return 0;
}

/* The callee is silent for now. @param msg Taken */
static void pause_utterance(struct asr_session *s,
			    const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	answer_pause(s, NULL); /* an older one */
	s->asked = msg;
	s->asked_seq = c->seq;
	asr_hearing_pause(s->hearing);
}

static void refuse(struct asr_app *app, struct asr_session *s,
		   const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	yh_metric_add(&asr_m_resends, 1);
	answer(app, msg, NULL, c->utterance, true);
	forget_utterance(s);
}

/* @return true when msg was taken */
static bool take_chunk(struct asr_app *app, struct asr_session *s,
		       const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	s->used_ms = yh_now_ms();
	if (c->last && s->has_answer && s->answered == c->utterance) {
		answer(app, msg, &s->result, c->utterance, false);
		return false;
	}
	if (c->seq == 0)
		begin_utterance(app, s, c);
	if (c->utterance != s->utterance || c->seq != s->next_seq)
		s->gap = true;
	s->next_seq = c->seq + 1;
	if (!s->gap && append(s, c->alaw.data, c->alaw.len))
		s->gap = true;
	if (!c->last && !c->pause)
		return false;
	if (s->gap) {
		refuse(app, s, c, msg);
		return false;
	}
	if (!c->last) {
		pause_utterance(s, c, msg);
		return true;
	}

	return decode(app, s, c, msg) == 0;
}

static void on_audio(void *arg, struct yh_msg *msg)
{
	struct asr_app *app = arg;
	Yinhu__V1__AudioChunk *c = yinhu__v1__audio_chunk__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	struct asr_session *s = c ? find(app, c->call_id, c->agent) : NULL;
	bool taken = false;

	if (s)
		taken = take_chunk(app, s, c, msg);
	else if (c && (c->last || c->pause))
		answer(app, msg, NULL, c->utterance, true);
	if (!taken)
		yh_msg_free(msg);
	if (c)
		yinhu__v1__audio_chunk__free_unpacked(c, NULL);
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
	err = yh_bus_subscribe(app->svc->bus, subject, NULL, on_audio, app,
			       &app->audio);
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
	struct asr_job *next;

	asr_recognize_close(app);
	for (struct asr_job *job = app->jobs; job; job = next) {
		next = job->next;
		if (job->hearing) /* else the bus still has it */
			free_job(job);
	}
	yh_rpc_server_close(app->server);
	yh_sub_close(app->audio);
	for (unsigned b = 0; b < ASR_BUCKETS; b++) {
		while (app->buckets[b])
			remove_session(app, app->buckets[b]);
	}
	if (app->reaper_open)
		uv_close((uv_handle_t *)&app->reaper, NULL);
}
