/** @file talk.c  Who speaks when, contract in talk.h */
#include <errno.h>
#include <string.h>

#include "audio/g711.h"
#include "talk.h"

static uint32_t ms_between(uint64_t from_us, uint64_t until_us)
{
	return until_us > from_us ? (uint32_t)((until_us - from_us) / 1000) : 0;
}

bool dial_talk_may_stop(const struct dial_talk *t)
{
	return t->playing && t->now.barge_in && !t->now.then_hang_up;
}

static bool is_tone(const struct dial_talk *t, uint64_t now_us)
{
	return t->key_us && ms_between(t->key_us, now_us) < DIAL_TALK_TONE_MS;
}

void dial_talk_init(struct dial_talk *t, const struct dial_talk_conf *conf,
		    uint64_t now_us)
{
	*t = (struct dial_talk){.conf = *conf,
				.idle_us = now_us,
				.end_ms = conf->endpoint.usual_ms};
}

void dial_talk_fetch(struct dial_talk *t)
{
	t->fetching++;
}

static void listen(struct dial_talk *t, uint64_t now_us, uint32_t ms,
		   uint32_t seq)
{
	t->listen_from_us = now_us;
	t->listen_ms = ms;
	t->listen_seq = seq;
}

/* The prompt has ended: tell how, and what comes then. */
static unsigned end_prompt(struct dial_talk *t, uint64_t now_us, bool broken)
{
	t->playing = false;
	t->played.seq = t->now.seq;
	t->played.interrupted = broken;
	t->played.played_ms = (uint32_t)t->at * YH_FRAME_MS;
	t->played.stop_latency_ms = 0;
	if (!broken && t->now.then_hang_up)
		t->hang_up_us = now_us + DIAL_TALK_LINGER_MS * 1000;
	else if (!broken && t->now.listen_ms)
		listen(t, now_us, t->now.listen_ms, t->now.seq);

	return DIAL_TALK_PLAYED;
}

/* Interrupted, but perhaps not for good: it is told when that is known. A part
 * of a millisecond counts as one: a latency is not flattered. */
static void suspend(struct dial_talk *t)
{
	t->playing = false;
	t->suspended = true;
	t->stop_ms = ms_between(t->speech_from_us, t->sent_us + 999);
	t->n_barge_ins++;
}

static unsigned end_suspended(struct dial_talk *t, uint64_t now_us)
{
	unsigned acts;

	if (!t->suspended)
		return 0;
	t->suspended = false;
	acts = end_prompt(t, now_us, true);
	t->played.stop_latency_ms = t->stop_ms;

	return acts;
}

static void resume(struct dial_talk *t)
{
	const size_t back = DIAL_TALK_BACK_MS / YH_FRAME_MS;

	t->suspended = false;
	t->playing = true;
	t->at = t->at > back ? t->at - back : 0;
	t->n_barge_ins--;
	t->n_resumed++;
}

/* It says nothing itself: it only lets go on what was going on. */
static unsigned go_on(struct dial_talk *t, const struct dial_prompt *prompt)
{
	if (t->suspended)
		resume(t);
	t->played.seq = prompt->seq;
	t->played.interrupted = false;
	t->played.played_ms = t->played.stop_latency_ms = 0;

	return DIAL_TALK_PLAYED;
}

int dial_talk_play(struct dial_talk *t, uint64_t now_us,
		   const struct dial_prompt *prompt, unsigned *acts)
{
	*acts = 0;
	if (t->fetching)
		t->fetching--;
	if (prompt->resume && (t->suspended || t->playing)) {
		*acts = go_on(t, prompt);
		return 0;
	}
	if (t->n_queue == DIAL_TALK_QUEUE)
		return -ENOSPC;
	*acts = end_suspended(t, now_us);
	if (dial_talk_may_stop(t))
		*acts = end_prompt(t, now_us, true);
	t->listen_ms = 0;
	if (!t->n_queue)
		t->hold_us = now_us;
	t->queue[t->n_queue++] = *prompt;

	return 0;
}

unsigned dial_talk_stop(struct dial_talk *t, uint64_t now_us)
{
	t->n_queue = 0;
	if (t->suspended)
		return end_suspended(t, now_us);

	return t->playing ? end_prompt(t, now_us, true) : 0;
}

void dial_talk_resolved(struct dial_talk *t, uint64_t now_us)
{
	if (t->unresolved)
		t->unresolved--;
	t->idle_us = now_us;
}

/* ---- the callee ------------------------------------------------------------
 */

/* A prompt that nobody may interrupt is nobody's concern here. */
static bool may_interrupt(const struct dial_talk *t)
{
	return !t->conf.judged || !dial_talk_may_stop(t) || t->meant;
}

static unsigned confirm(struct dial_talk *t)
{
	t->candidate = false;
	t->speaking = true;
	t->utterance++;
	t->barge_in = t->playing;
	t->listen_ms = 0;
	if (dial_talk_may_stop(t))
		suspend(t);

	return DIAL_TALK_SPEECH_START;
}

static unsigned end_speech(struct dial_talk *t, uint64_t now_us)
{
	bool spoke = t->speaking;

	t->candidate = false;
	t->speaking = false;
	t->paused = false;
	if (!spoke)
		return 0;
	t->unresolved++;
	t->ends_us[t->utterance % DIAL_TALK_ENDS] = t->speech_until_us;
	t->hold_us = now_us;

	return DIAL_TALK_SPEECH_END;
}

static void set_end(struct dial_talk *t, enum yh_turn turn)
{
	t->end_ms = yh_endpoint_ms(&t->conf.endpoint, t->expect, turn);
}

void dial_talk_judged(struct dial_talk *t, uint32_t utterance,
		      enum yh_turn turn)
{
	if (t->paused && utterance == t->utterance)
		set_end(t, turn);
}

/* Silence that may be the end, and the voice that says that it was not. */
static unsigned watch_pause(struct dial_talk *t, const struct yh_vad *vad)
{
	if (!t->speaking)
		return 0;
	if (t->paused && vad->voiced) {
		t->paused = false;
		set_end(t, YH_TURN_UNKNOWN);
		return DIAL_TALK_RESUME;
	}
	if (t->paused || vad->quiet_ms < t->conf.pause_ms)
		return 0;
	t->paused = true;

	return DIAL_TALK_PAUSE;
}

unsigned dial_talk_heard(struct dial_talk *t, uint64_t now_us,
			 enum yh_vad_event ev, const struct yh_vad *vad)
{
	uint32_t need = t->playing && !t->conf.judged ? t->conf.barge_ms : 0;

	if (vad->voiced && vad->talking)
		t->callee_ms += YH_FRAME_MS;
	if (ev == YH_VAD_END)
		return end_speech(t, now_us);
	if (ev == YH_VAD_START) {
		t->candidate = true;
		set_end(t, YH_TURN_UNKNOWN);
		t->speech_from_us = now_us - vad->spurt_ms * 1000ull;
	}
	if (vad->voiced)
		t->speech_until_us = now_us;
	if (t->candidate && vad->voiced && vad->voiced_ms >= need &&
	    !is_tone(t, now_us) && may_interrupt(t))
		return confirm(t);

	return watch_pause(t, vad);
}

/* ---- keys ------------------------------------------------------------------
 */

unsigned dial_talk_key(struct dial_talk *t, uint64_t now_us, char key)
{
	unsigned acts;

	if (dial_talk_may_stop(t)) {
		t->speech_from_us = now_us;
		suspend(t);
	}
	acts = end_suspended(t, now_us); /* a key is always meant */
	if (!t->n_keys)
		t->keys_from_us = now_us;
	t->listen_ms = 0;
	t->key_us = now_us;
	if (key == '#')
		t->keys_done = true;
	else if (t->n_keys < DIAL_TALK_KEYS_MAX)
		t->keys[t->n_keys++] = key;

	return acts;
}

static unsigned check_keys(struct dial_talk *t, uint64_t now_us)
{
	bool done = t->keys_done || t->n_keys == DIAL_TALK_KEYS_MAX ||
		    ms_between(t->key_us, now_us) >= DIAL_TALK_KEYS_MS;

	if (!done || t->speaking)
		return 0;
	t->keys_done = false;
	if (!t->n_keys)
		return 0;
	t->keys[t->n_keys] = '\0';
	t->n_keys = 0;
	t->utterance++;
	t->barge_in = false;
	t->speech_from_us = t->keys_from_us;
	t->speech_until_us = t->key_us;
	t->ends_us[t->utterance % DIAL_TALK_ENDS] = t->key_us;
	t->unresolved++;
	t->hold_us = now_us;

	return DIAL_TALK_KEYS;
}

/* ---- time ------------------------------------------------------------------
 */

void dial_talk_slept(struct dial_talk *t, uint64_t us)
{
	t->listen_from_us += us;
	t->idle_us += us;
	t->hold_us += us;
	if (t->hang_up_us)
		t->hang_up_us += us;
}

/* ---- the tick --------------------------------------------------------------
 */

static unsigned begin_prompt(struct dial_talk *t, uint64_t now_us)
{
	uint64_t end;

	t->now = t->queue[0];
	memmove(t->queue, t->queue + 1, --t->n_queue * sizeof(t->queue[0]));
	t->hold_us = now_us;
	t->expect = t->now.expect;
	t->playing = true;
	t->at = 0;
	end = t->now.utterance ? t->ends_us[t->now.utterance % DIAL_TALK_ENDS]
			       : 0;
	if (t->utterance >= t->now.utterance + DIAL_TALK_ENDS)
		end = 0; /* too long ago */
	t->turn_latency_ms = end ? ms_between(end, now_us) : 0;

	return t->now.n ? DIAL_TALK_STARTED : 0;
}

/* Nobody speaks, nobody says what comes next. */
static bool is_forgotten(const struct dial_talk *t, uint64_t now_us)
{
	return t->suspended && !t->candidate && !t->speaking &&
	       !t->unresolved && !t->fetching && !t->n_queue &&
	       ms_between(t->idle_us, now_us) >= DIAL_TALK_RESUME_MS;
}

static bool may_begin(const struct dial_talk *t, uint64_t now_us)
{
	return t->n_queue && !t->playing && !t->hang_up_us && !t->n_keys &&
	       (!t->speaking ||
		now_us - t->hold_us >= DIAL_TALK_HOLD_MS * 1000ull);
}

static unsigned play(struct dial_talk *t, uint64_t now_us,
		     const uint8_t **frame)
{
	if (t->at < t->now.n) {
		*frame = t->now.alaw + t->at++ * YH_FRAME_SAMPLES;
		t->sent_us = now_us;
		t->bot_ms += YH_FRAME_MS;
	}

	return t->at >= t->now.n ? end_prompt(t, now_us, false) : 0;
}

static unsigned check_silence(struct dial_talk *t, uint64_t now_us)
{
	uint32_t waited = ms_between(t->listen_from_us, now_us);

	if (!t->listen_ms || waited < t->listen_ms || t->candidate ||
	    t->n_keys || t->speaking || t->unresolved || t->playing)
		return 0;
	t->listen_ms = 0;
	t->silence.seq = t->listen_seq;
	t->silence.waited_ms = waited;
	t->idle_us = now_us;

	return DIAL_TALK_SILENCE;
}

static unsigned check_idle(struct dial_talk *t, uint64_t now_us)
{
	bool busy = t->playing || t->n_queue || t->fetching || t->speaking ||
		    t->n_keys || t->unresolved || t->listen_ms || t->hang_up_us;

	if (busy)
		t->idle_us = now_us;
	if (now_us - t->idle_us < t->conf.lost_ms * 1000ull)
		return 0;
	t->idle_us = now_us;

	return DIAL_TALK_LOST;
}

unsigned dial_talk_tick(struct dial_talk *t, uint64_t now_us,
			const uint8_t **frame)
{
	unsigned acts = 0;

	*frame = NULL;
	if (is_forgotten(t, now_us))
		resume(t);
	if (may_begin(t, now_us))
		acts |= begin_prompt(t, now_us);
	if (t->playing)
		acts |= play(t, now_us, frame);
	acts |= check_keys(t, now_us);
	acts |= check_silence(t, now_us);
	acts |= check_idle(t, now_us);
	if (t->hang_up_us && now_us >= t->hang_up_us) {
		t->hang_up_us = 0;
		acts |= DIAL_TALK_HANG_UP;
	}

	return acts;
}
