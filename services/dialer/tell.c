/** @file tell.c  The events of a call, contract in call.h */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/mem.h"
#include "call.h"
#include "summary.h"
#include "quality.h"

typedef Yinhu__V1__CallContext__VariablesEntry variable_t;

enum { ID_MAX = 128 };

static uint32_t ms_between(uint64_t from_us, uint64_t until_us)
{
	return from_us && until_us > from_us
		       ? (uint32_t)((until_us - from_us) / 1000)
		       : 0;
}

/* ---- what all events share -------------------------------------------------
 */

static void init_event(Yinhu__V1__CallEvent *ev, const struct dial_call *c,
		       Yinhu__V1__CallEvent__BodyCase body)
{
	yinhu__v1__call_event__init(ev);
	ev->call_id = c->lease->call_id;
	ev->time_us = yh_wall_us();
	ev->offset_ms = ms_between(c->answered_us, yh_now_us());
	ev->source = (char *)"dialer";
	ev->for_agent = c->pool != NULL;
	ev->body_case = body;
}

/* @param n 0: there is but one of its kind */
static void store(struct dial_call *c, Yinhu__V1__CallEvent *ev,
		  const char *name, uint32_t n)
{
	char id[ID_MAX];

	snprintf(id, sizeof(id), n ? "%s.%s.%u" : "%s.%s", c->lease->call_id,
		 name, n);
	ev->event_id = id;
	(void)dial_event_store(c->app, ev, NULL, 0); /* logged and counted */
}

static const char *kind_name(Yinhu__V1__Campaign__Kind kind)
{
	switch (kind) {
	case YINHU__V1__CAMPAIGN__KIND__MARKETING:
		return "marketing";
	case YINHU__V1__CAMPAIGN__KIND__SERVICE:
		return "service";
	case YINHU__V1__CAMPAIGN__KIND__COLLECTION:
		return "collection";
	default:
		return "";
	}
}

/* The lease's variables are of another type with the same members. */
static void init_context(Yinhu__V1__CallContext *x, const struct dial_call *c)
{
	Yinhu__V1__AttemptLease *l = c->lease;
	variable_t *entries;

	yinhu__v1__call_context__init(x);
	x->attempt_id = l->attempt_id;
	x->campaign_id = l->campaign_id;
	x->contact_id = l->contact_id;
	x->script = l->script;
	x->kind = (char *)kind_name(l->kind);
	x->instance = c->app->conf->common.instance;
	x->for_agent = c->pool != NULL;
	entries = yh_calloc(l->n_variables + 1, sizeof(*entries));
	x->variables = yh_calloc(l->n_variables + 1, sizeof(variable_t *));
	if (!entries || !x->variables) {
		yh_free(entries);
		return;
	}
	for (size_t i = 0; i < l->n_variables; i++) {
		yinhu__v1__call_context__variables_entry__init(&entries[i]);
		entries[i].key = l->variables[i]->key;
		entries[i].value = l->variables[i]->value;
		x->variables[i] = &entries[i];
	}
	x->variables[l->n_variables] = entries; /* where they are freed */
	x->n_variables = l->n_variables;
}

static void fini_context(Yinhu__V1__CallContext *x)
{
	if (x->variables)
		yh_free(x->variables[x->n_variables]);
	yh_free(x->variables);
}

/* ---- the events ------------------------------------------------------------
 */

void dial_tell_dialing(struct dial_call *c)
{
	Yinhu__V1__Dialing body = YINHU__V1__DIALING__INIT;
	Yinhu__V1__CallContext context;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_DIALING);
	init_context(&context, c);
	body.context = &context;
	ev.dialing = &body;
	store(c, &ev, "dialing", 0);
	fini_context(&context);
}

void dial_tell_ringing(struct dial_call *c, bool early_media)
{
	Yinhu__V1__Ringing ringing = YINHU__V1__RINGING__INIT;
	Yinhu__V1__EarlyMedia early = YINHU__V1__EARLY_MEDIA__INIT;
	uint32_t after = ms_between(c->invited_us, yh_now_us());
	Yinhu__V1__CallEvent ev;

	if (early_media) {
		init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_EARLY_MEDIA);
		early.after_ms = after;
		ev.early_media = &early;
		store(c, &ev, "early_media", 0);
	} else {
		init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_RINGING);
		ringing.after_ms = after;
		ev.ringing = &ringing;
		store(c, &ev, "ringing", 0);
	}
}

void dial_tell_answered(struct dial_call *c)
{
	Yinhu__V1__Answered body = YINHU__V1__ANSWERED__INIT;
	Yinhu__V1__CallContext context;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_ANSWERED);
	init_context(&context, c);
	body.context = &context;
	body.ring_ms = c->ring_ms;
	ev.answered = &body;
	store(c, &ev, "answered", 0);
	fini_context(&context);
}

void dial_tell_started(struct dial_call *c, const char *text)
{
	Yinhu__V1__BotSpeech body = YINHU__V1__BOT_SPEECH__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH);
	body.command_seq = c->facts.started.seq;
	body.text = (char *)text;
	body.duration_ms = c->facts.started.duration_ms;
	body.turn_latency_ms = c->facts.started.turn_latency_ms;
	ev.bot_speech = &body;
	c->n_prompts += body.command_seq > c->told_seq;
	c->told_seq = body.command_seq;
	body.number = c->n_prompts;
	store(c, &ev, "bot_speech", body.command_seq);
}

void dial_tell_played(struct dial_call *c)
{
	Yinhu__V1__Played body = YINHU__V1__PLAYED__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_PLAYED);
	body.command_seq = c->facts.played.seq;
	body.interrupted = c->facts.played.interrupted;
	body.played_ms = c->facts.played.played_ms;
	body.stop_latency_ms = c->facts.played.stop_latency_ms;
	ev.played = &body;
	store(c, &ev, "played", body.command_seq);
}

void dial_tell_speech(struct dial_call *c)
{
	Yinhu__V1__SpeechStarted body = YINHU__V1__SPEECH_STARTED__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_SPEECH_STARTED);
	body.utterance = c->facts.utterance;
	body.barge_in = c->facts.barge_in;
	body.prompts = c->n_prompts;
	ev.speech_started = &body;
	store(c, &ev, "speech_started", body.utterance);
}

static void init_progress(Yinhu__V1__Progress *body, const struct dial_call *c)
{
	const struct dial_progress *p = &c->progress;

	yinhu__v1__progress__init(body);
	body->verdict = (char *)yh_progress_name(p->verdict.class);
	body->confidence = p->verdict.confidence;
	body->at_ms = p->at_ms;
	if (p->first_ms && p->at_ms > p->first_ms)
		body->after_voice_ms = p->at_ms - p->first_ms;
	if (p->verdict.class)
		body->by = (char *)yh_witness_name(p->verdict.by);
	body->early_media = !p->answered;
}

void dial_tell_progress(struct dial_call *c)
{
	Yinhu__V1__Progress body;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_PROGRESS);
	init_progress(&body, c);
	ev.progress = &body;
	store(c, &ev, "progress", c->progress.n_told);
}

/* Keys are an answer that needs no recogniser. */
void dial_tell_keys(struct dial_call *c)
{
	Yinhu__V1__Transcript body = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT);
	body.utterance = c->facts.utterance;
	body.keys = c->facts.keys;
	body.level = YINHU__V1__RECOGNITION_LEVEL__DTMF;
	body.engine = (char *)"keys";
	body.confidence = 1;
	body.start_ms = ms_between(c->answered_us, c->facts.speech_from_us);
	body.end_ms = ms_between(c->answered_us, c->facts.speech_until_us);
	ev.transcript = &body;
	store(c, &ev, "utt", body.utterance);
}

void dial_tell_silence(struct dial_call *c)
{
	Yinhu__V1__Silence body = YINHU__V1__SILENCE__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_SILENCE);
	body.command_seq = c->facts.silence.seq;
	body.waited_ms = c->facts.silence.waited_ms;
	ev.silence = &body;
	store(c, &ev, "silence", ++c->n_silences);
}

/* In place of the recogniser, with its id: if it was stored after all, this
 * one is the second and is dropped. */
void dial_tell_unheard(struct dial_call *c, bool agent,
		       const struct dial_heard *heard)
{
	Yinhu__V1__Transcript body = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c,
		   agent ? YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH
			 : YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT);
	body.utterance = heard->utterance;
	body.start_ms = heard->start_ms;
	body.end_ms = heard->end_ms;
	body.engine = (char *)"none";
	body.level = YINHU__V1__RECOGNITION_LEVEL__DTMF;
	body.barge_in = heard->barge_in;
	body.latency_ms =
		(uint32_t)((yh_wall_us() - heard->end_time_us) / 1000);
	ev.transcript = &body; /* agent_speech is of the same type */
	store(c, &ev, agent ? "agent" : "utt", heard->utterance);
}

void dial_tell_agent(struct dial_call *c, const char *agent, uint32_t waited_ms)
{
	Yinhu__V1__AgentCall body = YINHU__V1__AGENT_CALL__INIT;
	Yinhu__V1__CallEvent ev;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_AGENT_CALL);
	body.agent = (char *)agent;
	body.waited_ms = waited_ms;
	ev.agent_call = &body;
	store(c, &ev, "agent_call", 0);
}

/* ---- transfers -------------------------------------------------------------
 */

typedef Yinhu__V1__TransferProgress__SummaryEntry summary_t;

int dial_tell_transfer(struct dial_call *c,
		       const struct dial_transfer_news *news,
		       void (*done)(struct dial_app *app, uint32_t id),
		       uint32_t id)
{
	Yinhu__V1__TransferProgress body = YINHU__V1__TRANSFER_PROGRESS__INIT;
	summary_t entries[DIAL_SUMMARY_MAX], *list[DIAL_SUMMARY_MAX];
	Yinhu__V1__CallEvent ev;
	char name[ID_MAX];
	size_t n = news->cmd ? news->cmd->n_summary : 0;

	for (size_t i = 0; i < n && i < DIAL_SUMMARY_MAX; i++) {
		yinhu__v1__transfer_progress__summary_entry__init(&entries[i]);
		entries[i].key = news->cmd->summary[i]->key;
		entries[i].value = news->cmd->summary[i]->value;
		list[i] = &entries[i];
		body.n_summary = i + 1;
	}
	body.summary = list;
	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_TRANSFER);
	snprintf(name, sizeof(name), "%s.transfer.%u.%d", c->lease->call_id,
		 news->seq, news->state);
	ev.event_id = name;
	ev.transfer = &body;
	body.state = (Yinhu__V1__TransferProgress__State)news->state;
	body.command_seq = news->seq;
	body.after_ms = ms_between(news->since_us, yh_now_us());
	body.sip_code = news->code;
	body.reason = (char *)news->reason;
	if (news->not_inspected)
		body.not_inspected = (char *)news->not_inspected;

	return dial_event_store(c->app, &ev, done, id);
}

/* ---- the end ---------------------------------------------------------------
 */

static void init_media(Yinhu__V1__MediaStats *m, const struct dial_call *c)
{
	const struct dial_leg_stats *s = &c->stats;
	const struct dial_quality q = dial_quality_of(s);

	yinhu__v1__media_stats__init(m);
	m->rtp_sent = s->sent;
	m->rtp_received = s->received;
	m->rtp_lost = s->lost;
	m->rtp_late_sent = s->sent_late;
	m->jitter_us = s->jitter_us;
	m->rtp_foreign = s->foreign;
	m->callee_speech_ms = (uint32_t)s->callee_ms;
	m->bot_speech_ms = (uint32_t)s->bot_ms;
	m->barge_ins = s->n_barge_ins;
	m->utterances = s->utterances;
	m->no_audio = (char *)dial_watch_name(s->no_audio);
	m->mos = q.mos;
	m->mos_peer = q.mos_peer;
	m->rtcp_reports = s->reports;
	m->round_trip_us = s->round_trip_us;
	m->peer_lost = s->peer_lost;
	m->peer_jitter_us = s->peer_jitter_us;
	m->sources = s->sources;
	m->srtp = s->srtp;
	m->srtp_failed = s->srtp_failed;
	m->false_interruptions = s->n_resumed;
}

int dial_tell_ended(struct dial_call *c,
		    void (*done)(struct dial_app *app, uint32_t call_id))
{
	Yinhu__V1__Ended body = YINHU__V1__ENDED__INIT;
	Yinhu__V1__MediaStats media;
	Yinhu__V1__Progress progress;
	Yinhu__V1__CallContext context;
	Yinhu__V1__CallEvent ev;
	char id[ID_MAX], file[ID_MAX];
	int err;

	init_event(&ev, c, YINHU__V1__CALL_EVENT__BODY_ENDED);
	init_context(&context, c);
	init_media(&media, c);
	init_progress(&progress, c);
	body.prompts = c->n_prompts;
	body.agent_utterances = c->agent.facts.utterance;
	snprintf(id, sizeof(id), "%s.ended", c->lease->call_id);
	snprintf(file, sizeof(file), "%s.wav", c->lease->call_id);
	ev.event_id = id;
	ev.offset_ms = ms_between(c->answered_us, c->line_down_us);
	ev.ended = &body;
	body.outcome = c->outcome;
	body.sip_code = c->sip_code;
	body.q850_cause = c->q850;
	body.hung_up_by = (char *)c->hung_up_by;
	body.ring_ms = c->ring_ms;
	body.talk_ms = ev.offset_ms;
	body.media = &media;
	if (c->progress.n_told || c->answered_us)
		body.progress = &progress;
	body.announcement = (char *)dial_progress_announced(c);
	body.context = &context;
	body.reason = c->reason;
	body.trunk = (char *)c->trunk_name;
	body.abandoned = c->abandoned;
	body.rang = c->ringing || c->early || c->answered_us;
	body.disposition = (char *)c->disposition;
	if (c->recorded) {
		body.recording = file;
		body.recording_sha256 = c->made.sha256;
		body.recording_labelled = c->made.labelled;
	}
	err = dial_event_store(c->app, &ev, done, c->id);
	fini_context(&context);

	return err;
}
