/** @file call.c  One call from its lease to its stored end, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/g711.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call.h"
#include "metrics.h"
#include "outcome.h"

enum {
	RING_DEFAULT_MS = 30000,
	QUIET_LINE_US = 200000, /* without packets: the callee is silent */
	STORE_AGAIN_US = 1000000,
};

static uint8_t silence[YH_FRAME_SAMPLES];

static bool passed(uint64_t since_us, uint64_t now_us, uint32_t ms)
{
	return now_us >= since_us && now_us - since_us >= ms * 1000ull;
}

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

/* ---- prompts ---------------------------------------------------------------
 */

static struct dial_said *find_said(struct dial_call *c, uint32_t seq)
{
	for (int i = 0; i < DIAL_SOUNDS; i++) {
		if (c->said[i].seq == seq)
			return &c->said[i];
	}

	return NULL;
}

static void forget_said(struct dial_said *s)
{
	dial_sound_unref(s->sound);
	yh_free(s->text);
	*s = (struct dial_said){0};
}

static void tell_started(struct dial_call *c)
{
	struct dial_said *s = find_said(c, c->talk.now.seq);

	dial_tell_started(c, s ? s->text : "");
	if (c->talk.turn_latency_ms)
		yh_metric_observe(&dial_m_turn_latency,
				  c->talk.turn_latency_ms / 1000.0);
}

static void tell_played(struct dial_call *c)
{
	struct dial_said *s = find_said(c, c->talk.played.seq);

	dial_tell_played(c);
	if (c->talk.played.stop_latency_ms)
		yh_metric_observe(&dial_m_barge_in,
				  c->talk.played.stop_latency_ms / 1000.0);
	if (s)
		forget_said(s);
}

/* ---- the callee's words
 * ---------------------------------------------------- */

static uint32_t offset_ms(const struct dial_call *c, uint64_t at_us)
{
	return at_us > c->answered_us
		       ? (uint32_t)((at_us - c->answered_us) / 1000)
		       : 0;
}

static void end_words(struct dial_call *c)
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

static void act(struct dial_call *c, unsigned acts)
{
	if (acts & DIAL_TALK_SPEECH_START)
		begin_words(c);
	if (acts & DIAL_TALK_STARTED)
		tell_started(c);
	if (acts & DIAL_TALK_PLAYED)
		tell_played(c);
	if (acts & DIAL_TALK_SPEECH_END)
		end_words(c);
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
	act(c, acts);
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

/* ---- commands --------------------------------------------------------------
 */

struct say {
	struct dial_app *app;
	uint32_t call;
	struct dial_prompt prompt;
};

static void play(struct dial_call *c, struct dial_prompt *p,
		 struct dial_sound *sound)
{
	struct dial_said *s = find_said(c, p->seq);
	unsigned acts;

	if (s)
		s->sound = sound;
	p->alaw = sound && s ? sound->alaw : NULL;
	p->n = sound && s ? sound->n : 0;
	if (sound && !s)
		dial_sound_unref(sound);
	if (dial_talk_play(&c->talk, yh_now_us(), p, &acts)) {
		yh_warn("call.prompt_dropped", "call_id=%s seq=%u",
			c->lease->call_id, p->seq);
		if (s)
			forget_said(s);
	}
	act(c, acts);
}

static void on_sound(void *arg, struct dial_sound *sound)
{
	struct say *say = arg;
	struct dial_call *c = dial_call_by_id(say->app, say->call);

	if (c && c->state == DIAL_TALKING)
		play(c, &say->prompt, sound);
	else
		dial_sound_unref(sound);
	yh_free(say);
}

static void command_say(struct dial_call *c, uint32_t seq,
			const Yinhu__V1__Say *cmd)
{
	struct say *say = yh_zalloc(sizeof(*say));
	struct dial_said *slot = find_said(c, 0);
	struct dial_sound *hit;

	if (!say || !slot) {
		yh_warn("call.prompt_dropped", "call_id=%s seq=%u",
			c->lease->call_id, seq);
		yh_free(say);
		return;
	}
	slot->seq = seq;
	slot->text = yh_strdup(cmd->text);
	*say = (struct say){.app = c->app,
			    .call = c->id,
			    .prompt = {.seq = seq,
				       .barge_in = cmd->barge_in,
				       .then_hang_up = cmd->then_hang_up,
				       .listen_ms = cmd->listen_ms,
				       .utterance = cmd->utterance}};
	dial_ears_expect(c->ears, cmd->hints, cmd->n_hints);
	dial_talk_fetch(&c->talk);
	if (!cmd->text[0] ||
	    dial_voice_get(c->app->voice, cmd->text, on_sound, say, &hit))
		on_sound(say, NULL);
	else if (hit)
		on_sound(say, hit);
}

void dial_call_command(struct dial_call *c, const Yinhu__V1__CallCommand *cmd)
{
	if (c->state != DIAL_TALKING)
		return; /* too late, or too soon: there is nobody to talk to */
	yh_metric_add(&dial_m_commands, 1);
	switch (cmd->action_case) {
	case YINHU__V1__CALL_COMMAND__ACTION_SAY:
		command_say(c, cmd->seq, cmd->say);
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_HANGUP:
		dial_call_hang_up(c, "bot", false, "told to hang up");
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_STOP_PLAYING:
		act(c, dial_talk_stop(&c->talk, yh_now_us()));
		break;
	default:
		break;
	}
}

/* ---- the end ---------------------------------------------------------------
 */

void dial_call_free(struct dial_call *c)
{
	struct dial_app *app = c->app;
	struct dial_call **at = &app->calls;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at) {
		*at = c->next;
		app->n_calls--;
		yh_metric_set(&dial_m_calls, app->n_calls);
	}
	for (int i = 0; i < DIAL_SOUNDS; i++)
		forget_said(&c->said[i]);
	dial_ears_close(c->ears);
	dial_stream_close(&c->stream);
	dial_recording_fini(&c->rec);
	if (c->lease)
		yinhu__v1__attempt_lease__free_unpacked(c->lease, NULL);
	yh_free(c);
}

static void on_recorded(void *arg, uint32_t id, int err, const char *sha256)
{
	struct dial_call *c = dial_call_by_id(arg, id);

	if (err) {
		yh_metric_add(&dial_m_recordings_failed, 1);
		yh_error("call.recording", "err=%s", yh_err_text(err));
	}
	if (!c)
		return;
	c->recorded = !err;
	snprintf(c->sha256, sizeof(c->sha256), "%s", err ? "" : sha256);
	c->recording = false;
}

static void save_recording(struct dial_call *c)
{
	char *path = yh_asprintf("%s/%s.wav", c->app->conf->recordings_dir,
				 c->lease->call_id);
	int err = path ? dial_recording_write(&c->rec, c->app->svc->loop, path,
					      c->id, on_recorded, c->app)
		       : -ENOMEM;

	c->recording = !err;
	if (err && err != -ENODATA)
		yh_metric_add(&dial_m_recordings_failed, 1);
	yh_free(path);
}

static void choose_outcome(struct dial_call *c, bool local)
{
	const struct dial_end end = {.sip_code = c->sip_code,
				     .q850_cause = c->q850,
				     .local = local,
				     .rang_out = c->rang_out};

	if (c->interrupted)
		c->outcome = YINHU__V1__CALL_OUTCOME__INTERRUPTED;
	else if (c->answered_us)
		c->outcome = YINHU__V1__CALL_OUTCOME__ANSWERED;
	else if (c->outcome ==
		 YINHU__V1__CALL_OUTCOME__CALL_OUTCOME_UNSPECIFIED)
		c->outcome = dial_outcome(&end);
}

/* The line is down. Words and the recording may take a little longer. */
static void line_down(struct dial_call *c, bool local)
{
	if (c->state >= DIAL_ENDING)
		return;
	c->state = DIAL_ENDING;
	c->line_down_us = yh_now_us();
	if (!c->ring_ms)
		c->ring_ms =
			(uint32_t)((c->line_down_us - c->invited_us) / 1000);
	if (c->talk.speaking)
		end_words(c);
	choose_outcome(c, local);
	yh_metric_add_l(&dial_m_outcomes, dial_outcome_name(c->outcome), 1);
	yh_metric_add(&dial_m_rtp_lost,
		      (double)yh_rtp_stats_lost(&c->stream.stats));
	if (c->answered_us) {
		yh_metric_observe(&dial_m_talk,
				  (double)(c->line_down_us - c->answered_us) /
					  1e6);
		save_recording(c);
	}
	dial_stream_close(&c->stream);
	yh_info("call.ended",
		"call_id=%s outcome=%s by=%s code=%u q850=%u reason=%s",
		c->lease->call_id, dial_outcome_name(c->outcome), c->hung_up_by,
		c->sip_code, c->q850, c->reason);
}

void dial_call_hang_up(struct dial_call *c, const char *by, bool interrupted,
		       const char *why)
{
	if (c->state >= DIAL_ENDING || c->hang_up_us)
		return;
	c->hang_up_us = yh_now_us();
	c->hung_up_by = by;
	c->interrupted = interrupted;
	snprintf(c->reason, sizeof(c->reason), "%s", why);
	if (dial_sip_hang_up(c->app->sip, c->id, 16, why))
		c->hang_up_us -= DIAL_HANG_UP_MS * 1000; /* wait no longer */
}

static void on_stored(struct dial_app *app, uint32_t id)
{
	struct dial_call *c = dial_call_by_id(app, id);

	if (c)
		dial_call_free(c);
}

static void finish(struct dial_call *c, uint64_t now_us)
{
	bool words = c->ears && !dial_ears_idle(c->ears) &&
		     !passed(c->line_down_us, now_us, DIAL_WORDS_MS);

	if (words || c->recording || now_us < c->store_us)
		return;
	c->state = DIAL_STORING;
	if (dial_tell_ended(c, on_stored)) {
		c->state = DIAL_ENDING;
		c->store_us = now_us + STORE_AGAIN_US;
	}
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
	act(c, acts);
	dial_ears_tick(c->ears, now_us / 1000);
	if (passed(c->answered_us, now_us, c->app->conf->max_call_ms))
		dial_call_hang_up(c, "bot", false, "longest call");
}

static void ring(struct dial_call *c, uint64_t now_us)
{
	uint32_t limit = c->lease->ring_timeout_ms ? c->lease->ring_timeout_ms
						   : RING_DEFAULT_MS;

	dial_stream_receive(&c->stream, now_us, on_frame, c);
	if (!c->hang_up_us && passed(c->invited_us, now_us, limit)) {
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
	    passed(c->hang_up_us, now_us, DIAL_HANG_UP_MS))
		line_down(c, true);
	if (c->state == DIAL_ENDING)
		finish(c, now_us);
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
	line_down(c, ev->local);
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
	line_down(c, true);
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
