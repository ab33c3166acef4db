/** @file call.c  One call from its lease to its stored end, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call_priv.h"
#include "metrics.h"

enum {
	RING_DEFAULT_MS = 30000,
	QUIET_LINE_US = 200000, /* without packets: the callee is silent */
};

static uint8_t silence[YH_FRAME_SAMPLES];

struct dial_call *dial_call_by_id(struct dial_app *app, uint32_t id)
{
	struct dial_call *c = app->calls;

	while (c && c->id != id)
		c = c->next;

	return c;
}

struct dial_call *dial_call_find(struct dial_app *app, const char *call_id)
{
	struct dial_call *c = app->calls;

	while (c && strcmp(c->lease->call_id, call_id))
		c = c->next;

	return c;
}

/* ---- the callee's words
 * ---------------------------------------------------- */

static uint32_t offset_ms(const struct dial_call *c, uint64_t at_us)
{
	return at_us > c->answered_us
		       ? (uint32_t)((at_us - c->answered_us) / 1000)
		       : 0;
}

void dial_call_end_words(struct dial_call *c)
{
	uint64_t end = c->talk.speech_until_us;

	dial_ears_end(c->ears, offset_ms(c, end),
		      yh_wall_us() - (int64_t)(yh_now_us() - end));
}

/* The ring holds what was heard; the part before the confirmation, and the
 * pre-roll before that, belong to the utterance. */
static void begin_words(struct dial_call *c)
{
	uint32_t n = (c->vad.spurt_ms + DIAL_PREROLL_MS) / YH_FRAME_MS;
	int err = dial_ears_begin(c->ears, c->talk.utterance,
				  offset_ms(c, c->talk.speech_from_us),
				  c->talk.barge_in);

	dial_tell_speech(c);
	if (err) {
		yh_warn("call.words_lost", "call_id=%s err=%s",
			c->lease->call_id, yh_err_text(err));
		return;
	}
	if (n > DIAL_RING_FRAMES)
		n = DIAL_RING_FRAMES;
	if (n > c->n_heard)
		n = c->n_heard;
	for (uint32_t i = c->n_heard - n; i < c->n_heard; i++)
		dial_ears_add(c->ears, c->ring[i % DIAL_RING_FRAMES],
			      YH_FRAME_SAMPLES);
}

static void on_heard(void *arg, const struct dial_heard *heard)
{
	struct dial_call *c = arg;

	if (heard->failed)
		dial_tell_unheard(c, heard);
	dial_talk_resolved(&c->talk, yh_now_us());
}

/* ---- what talk says
 * -------------------------------------------------------- */

void dial_call_act(struct dial_call *c, unsigned acts)
{
	if (acts & DIAL_TALK_SPEECH_START)
		begin_words(c);
	if (acts & DIAL_TALK_STARTED)
		dial_say_started(c);
	if (acts & DIAL_TALK_PLAYED)
		dial_say_played(c);
	if (acts & DIAL_TALK_SPEECH_END)
		dial_call_end_words(c);
	if (acts & DIAL_TALK_SILENCE)
		dial_tell_silence(c);
	if (acts & DIAL_TALK_HANG_UP)
		dial_call_hang_up(c, "bot", false, "the dialog has ended");
	if (acts & DIAL_TALK_LOST) {
		yh_metric_add(&dial_m_watchdog, 1);
		dial_call_hang_up(c, "bot", true, "no command from the dialog");
	}
}

static void hear(struct dial_call *c, uint64_t at_us, const uint8_t *alaw)
{
	int16_t pcm[YH_FRAME_SAMPLES];
	enum yh_vad_event ev;
	bool spoke = c->talk.speaking;
	unsigned acts;

	memcpy(c->ring[c->n_heard++ % DIAL_RING_FRAMES], alaw,
	       YH_FRAME_SAMPLES);
	yh_alaw_decode_n(alaw, pcm, YH_FRAME_SAMPLES);
	ev = yh_vad_push(&c->vad, pcm, YH_FRAME_SAMPLES);
	if (spoke)
		dial_ears_add(c->ears, alaw, YH_FRAME_SAMPLES);
	acts = dial_talk_heard(&c->talk, at_us, ev, &c->vad);
	dial_call_act(c, acts);
}

static void on_frame(void *arg, uint64_t at_us, const uint8_t *alaw)
{
	struct dial_call *c = arg;

	if (c->state != DIAL_TALKING)
		return;
	c->heard_us = at_us;
	if (!alaw)
		alaw = silence;
	dial_recording_heard(&c->rec, alaw);
	hear(c, at_us, alaw);
}

/* ---- the beat --------------------------------------------------------------
 */

static void talk(struct dial_call *c, uint64_t now_us)
{
	const uint8_t *frame;
	unsigned acts;

	dial_stream_receive(&c->stream, now_us, on_frame, c);
	if (c->state != DIAL_TALKING)
		return;
	if (now_us > c->heard_us + QUIET_LINE_US)
		hear(c, now_us, silence);
	acts = dial_talk_tick(&c->talk, now_us, &frame);
	dial_stream_send(&c->stream, frame ? frame : silence,
			 acts & DIAL_TALK_STARTED);
	dial_recording_beat(&c->rec, frame ? frame : silence);
	dial_call_act(c, acts);
	dial_ears_tick(c->ears, now_us / 1000);
	if (dial_passed(c->answered_us, now_us, c->app->conf->max_call_ms))
		dial_call_hang_up(c, "bot", false, "longest call");
}

static void ring(struct dial_call *c, uint64_t now_us)
{
	uint32_t limit = c->lease->ring_timeout_ms ? c->lease->ring_timeout_ms
						   : RING_DEFAULT_MS;

	dial_stream_receive(&c->stream, now_us, on_frame, c);
	if (!c->hang_up_us && dial_passed(c->invited_us, now_us, limit)) {
		c->rang_out = true;
		dial_call_hang_up(c, "bot", false, "no answer");
	}
}

void dial_call_tick(struct dial_call *c, uint64_t now_us)
{
	if (c->state == DIAL_TALKING)
		talk(c, now_us);
	else if (c->state == DIAL_DIALING)
		ring(c, now_us);
	else if (c->ears)
		dial_ears_tick(c->ears, now_us / 1000);
	if (c->state < DIAL_ENDING && c->hang_up_us &&
	    dial_passed(c->hang_up_us, now_us, DIAL_HANG_UP_MS))
		dial_call_line_down(c, true);
	if (c->state == DIAL_ENDING)
		dial_call_finish(c, now_us);
}

/* ---- SIP -------------------------------------------------------------------
 */

static void answer(struct dial_call *c, const struct dial_sip_event *ev)
{
	const struct dial_conf *conf = c->app->conf;
	const struct yh_vad_conf vad = {
		.start_ms = conf->vad_start_ms,
		.end_ms = conf->endpoint_ms,
		.floor_dbov = -(float)conf->vad_floor_db,
		.margin_db = (float)conf->vad_margin_db,
		.max_ms = 20000,
	};
	const struct dial_talk_conf talk_conf = {.barge_ms = conf->barge_in_ms,
						 .lost_ms = conf->no_dialog_ms};

	c->state = DIAL_TALKING;
	c->answered_us = yh_now_us();
	c->heard_us = c->answered_us;
	c->ring_ms = (uint32_t)((c->answered_us - c->invited_us) / 1000);
	yh_vad_init(&c->vad, &vad);
	dial_talk_init(&c->talk, &talk_conf, c->answered_us);
	dial_stream_start(&c->stream, &ev->media);
	yh_metric_add(&dial_m_answered, 1);
	yh_metric_observe(&dial_m_setup, c->ring_ms / 1000.0);
	yh_info("call.answered", "call_id=%s ring_ms=%u", c->lease->call_id,
		c->ring_ms);
	if (dial_ears_open(&c->ears, c->app->speech, c->lease->call_id,
			   c->lease->script, on_heard, c)) {
		dial_call_hang_up(c, "bot", true, "out of memory");
		return;
	}
	dial_tell_answered(c);
}

static void end_by_sip(struct dial_call *c, const struct dial_sip_event *ev)
{
	if (c->state >= DIAL_ENDING)
		return;
	c->sip_code = c->answered_us ? 200 : ev->code;
	c->q850 = ev->q850;
	if (!c->hang_up_us) {
		c->hung_up_by = ev->by_peer ? "callee" : "network";
		snprintf(c->reason, sizeof(c->reason), "%s", ev->text);
	}
	dial_call_line_down(c, ev->local);
}

void dial_call_on_sip(struct dial_call *c, const struct dial_sip_event *ev)
{
	switch (ev->kind) {
	case DIAL_SIP_RINGING:
		if (!c->ringing)
			dial_tell_ringing(c, false);
		c->ringing = true;
		break;
	case DIAL_SIP_EARLY_MEDIA:
		if (!c->early)
			dial_tell_ringing(c, true);
		c->early = true;
		break;
	case DIAL_SIP_ANSWERED:
		if (c->state == DIAL_DIALING && !c->hang_up_us)
			answer(c, ev);
		break;
	case DIAL_SIP_MEDIA:
		if (c->state == DIAL_TALKING)
			dial_stream_start(&c->stream, &ev->media);
		break;
	case DIAL_SIP_ENDED:
		end_by_sip(c, ev);
		break;
	default:
		break;
	}
}

/* ---- the beginning ---------------------------------------------------------
 */

static Yinhu__V1__AttemptLease *copy_lease(const Yinhu__V1__AttemptLease *l)
{
	size_t len = yinhu__v1__attempt_lease__get_packed_size(l);
	uint8_t *buf = yh_zalloc(len + 1);
	Yinhu__V1__AttemptLease *copy;

	if (!buf)
		return NULL;
	yinhu__v1__attempt_lease__pack(l, buf);
	copy = yinhu__v1__attempt_lease__unpack(NULL, len, buf);
	yh_free(buf);

	return copy;
}

/* The lease's number if it is of the contracted pool, else the pool's first.
 * NULL: the call must not be placed. */
static const char *caller_id(const struct dial_call *c)
{
	const struct dial_app *app = c->app;

	if (!c->lease->caller_id[0])
		return app->n_caller_ids ? app->caller_ids[0] : NULL;
	for (size_t i = 0; i < app->n_caller_ids; i++) {
		if (!strcmp(app->caller_ids[i], c->lease->caller_id))
			return app->caller_ids[i];
	}

	return NULL;
}

/* It never left: told as such, without an INVITE. */
static void refuse(struct dial_call *c, Yinhu__V1__CallOutcome outcome,
		   const char *why)
{
	c->outcome = outcome;
	c->hung_up_by = "network";
	snprintf(c->reason, sizeof(c->reason), "%s", why);
	dial_call_line_down(c, true);
}

static void invite(struct dial_call *c)
{
	struct dial_sip_invite inv = {.id = c->id,
				      .number = c->lease->phone,
				      .caller = caller_id(c),
				      .session = c->id};
	int err;

	if (!inv.caller) {
		refuse(c, YINHU__V1__CALL_OUTCOME__OTHER_FAILURE,
		       "the caller id is not in the trunk's pool");
		return;
	}
	err = dial_stream_open(&c->stream, c->app->media);
	if (err) {
		refuse(c, YINHU__V1__CALL_OUTCOME__TRUNK_FAILURE,
		       "no free RTP port");
		return;
	}
	inv.rtp_port = c->stream.port;
	dial_tell_dialing(c);
	err = dial_sip_invite(c->app->sip, &inv);
	if (err)
		refuse(c, YINHU__V1__CALL_OUTCOME__OTHER_FAILURE,
		       "the number cannot be dialled");
	else
		yh_metric_add(&dial_m_attempts, 1);
}

int dial_call_start(struct dial_app *app, const Yinhu__V1__AttemptLease *lease)
{
	struct dial_call *c = yh_zalloc(sizeof(*c));

	if (!c)
		return -ENOMEM;
	memset(silence, YH_ALAW_SILENCE, sizeof(silence));
	c->app = app;
	c->stream.fd = -1;
	c->hung_up_by = "";
	c->lease = copy_lease(lease);
	if (!c->lease) {
		yh_free(c);
		return -ENOMEM;
	}
	c->id = ++app->last_id;
	c->invited_us = yh_now_us();
	c->next = app->calls;
	app->calls = c;
	app->n_calls++;
	yh_metric_set(&dial_m_calls, app->n_calls);
	invite(c);

	return 0;
}
