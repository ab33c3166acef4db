/** @file utterance.c  Speech as it comes in, contract in session.h */
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/mem.h"
#include "session.h"
#include "text/utf8.h"

enum { MAX_HINTS = 1000 }; /* of a state; the rest is not listened for */

void asr_utterance_forget(struct asr_session *s)
{
	asr_answer_pause(s, NULL);
	asr_hearing_close(s->hearing);
	s->hearing = NULL;
	s->next_seq = 0;
	s->gap = false;
}

/* ---- answers ---- */

static void reply(struct asr_app *app, const struct yh_msg *msg,
		  const Yinhu__V1__UtteranceResult *res)
{
	uint8_t buf[ASR_TEXT_MAX + 64];

	if (yh_msg_wants_reply(msg))
		(void)yh_bus_reply(app->svc->bus, msg, buf,
				   yinhu__v1__utterance_result__pack(res, buf));
}

void asr_answer(struct asr_app *app, const struct yh_msg *msg,
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
void asr_answer_pause(struct asr_session *s, const struct asr_result *r)
{
	Yinhu__V1__UtteranceResult res = YINHU__V1__UTTERANCE_RESULT__INIT;

	if (!s->asked)
		return;
	res.utterance = s->utterance;
	res.seq = s->asked_seq;
	res.partial = true;
	if (r && r->confidence >= asr_floor(s->app)) {
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
	asr_answer_pause(arg, so_far);
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

	asr_utterance_forget(s);
	s->utterance = c->utterance;
	(void)asr_hearing_open(&s->hearing, app->ladder,
			       &app->engines->routes[s->dialect.now], &hints,
			       &cb);
}

/* The callee is silent for now. @param msg Taken */
static void pause_utterance(struct asr_session *s,
			    const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	asr_answer_pause(s, NULL); /* an older one */
	s->asked = msg;
	s->asked_seq = c->seq;
	asr_hearing_pause(s->hearing);
}

static void refuse(struct asr_app *app, struct asr_session *s,
		   const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	yh_metric_add(&asr_m_resends, 1);
	asr_answer(app, msg, NULL, c->utterance, true);
	asr_utterance_forget(s);
}

/* @return true when msg was taken */
static bool take_chunk(struct asr_app *app, struct asr_session *s,
		       const Yinhu__V1__AudioChunk *c, struct yh_msg *msg)
{
	s->used_ms = yh_now_ms();
	if (c->last && s->has_answer && s->answered == c->utterance) {
		asr_answer(app, msg, &s->result, c->utterance, false);
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

	return asr_heard_begin(s, c, msg) == 0;
}

void asr_utterance_take(void *arg, struct yh_msg *msg)
{
	struct asr_app *app = arg;
	Yinhu__V1__AudioChunk *c = yinhu__v1__audio_chunk__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	struct asr_session *s =
		c ? asr_session_find(app, c->call_id, c->agent) : NULL;
	bool taken = false;

	if (s)
		taken = take_chunk(app, s, c, msg);
	else if (c && (c->last || c->pause))
		asr_answer(app, msg, NULL, c->utterance, true);
	if (!taken)
		yh_msg_free(msg);
	if (c)
		yinhu__v1__audio_chunk__free_unpacked(c, NULL);
}
