/**
 * @file heard.c  Utterances that are complete, contract in session.h
 *
 * An event's id is fixed by call and utterance, so that a second result is no
 * second event.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "session.h"
#include "text/redact.h"
#include "yinhu/v1/call.pb-c.h"

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

float asr_floor(const struct asr_app *app)
{
	return (float)app->conf->confidence_percent / 100.0f;
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
	struct asr_session *s =
		asr_session_find(job->app, job->call_id, job->agent);

	if (!err) {
		if (s) {
			s->has_answer = true;
			s->answered = job->utterance;
			s->result = *r;
		}
		asr_answer(job->app, job->msg, r, job->utterance, false);
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
	struct asr_session *s =
		asr_session_find(job->app, job->call_id, job->agent);
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
	struct asr_session *s =
		asr_session_find(job->app, job->call_id, job->agent);
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
	if (r->confidence < asr_floor(job->app))
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
	job->measuring = !asr_mood_open(&job->mood, job->app->mood_pool, pcm, n,
					on_mood, job);
}

int asr_heard_begin(struct asr_session *s, const Yinhu__V1__AudioChunk *c,
		    struct yh_msg *msg)
{
	struct asr_app *app = s->app;
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
	asr_answer_pause(s, NULL);
	s->hearing = NULL;
	s->next_seq = 0;
	asr_hearing_give(job->hearing, &cb);
	asr_hearing_finish(job->hearing);
	begin_mood(job, job->hearing);

	return 0;
}

void asr_heard_close(struct asr_app *app)
{
	struct asr_job *next;

	for (struct asr_job *job = app->jobs; job; job = next) {
		next = job->next;
		if (job->hearing) /* else the bus still has it */
			free_job(job);
	}
}
