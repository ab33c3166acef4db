/** @file leg.c  One call's media, contract in leg.h */
#include <errno.h>
#include <string.h>

#include "audio/plc.h"
#include "base/mem.h"
#include "leg_priv.h"

enum {
	QUIET_LINE_US = 200000, /* without packets: the callee is silent */
};

static const uint8_t silence[YH_FRAME_SAMPLES] = {[0 ... YH_FRAME_SAMPLES - 1] =
							  YH_ALAW_SILENCE};

int dial_leg_create(struct dial_leg **out, const struct dial_leg_env *env,
		    uint32_t id, const struct dial_port_pair *ports,
		    struct dial_shared *shared)
{
	struct dial_leg *leg = yh_zalloc(sizeof(*leg));
	int err;

	if (!leg)
		return -ENOMEM;
	memset(leg, 0, sizeof(*leg)); /* its pages now, not in the worker */
	leg->loudest_dbov = -127.0f;
	leg->env = env;
	leg->id = id;
	err = dial_stream_init(&leg->stream, ports, shared, env->counts);
	if (err)
		yh_free(leg);
	else
		*out = leg;

	return err;
}

void dial_leg_destroy(struct dial_leg *leg)
{
	dial_stream_fini(&leg->stream);
	yh_free(leg);
}

/* ---- what comes ------------------------------------------------------------
 */

static void remember(struct dial_leg *leg, const uint8_t *alaw)
{
	memcpy(leg->ring[leg->n_heard++ % DIAL_RING_FRAMES], alaw,
	       YH_FRAME_SAMPLES);
}

/* Early media: speech goes to the recogniser, for it may be an announcement. */
static void overhear(struct dial_leg *leg, const struct dial_frame *f)
{
	const uint8_t *alaw = f->kind == DIAL_FRAME_AUDIO ? f->alaw : NULL;
	bool speech = leg->progress.vad.talking;
	unsigned acts;

	if (f->kind == DIAL_FRAME_KEY)
		return;
	if (alaw)
		remember(leg, alaw);
	acts = yh_progress_push(&leg->progress, alaw);
	if (speech && alaw)
		dial_leg_add_words(leg, alaw);
	if (acts & YH_PROGRESS_PAUSE)
		dial_leg_tell_words(leg);
	dial_leg_tell_progress(leg, acts);
	if (acts & YH_PROGRESS_SPEECH)
		dial_leg_add_before(leg, leg->progress.vad.spurt_ms);
}

/* The frame that was heard last begins a spurt; those before it may be soft. */
static void recall(struct dial_leg *leg)
{
	const uint8_t *before[DIAL_BARGE_SOFT];
	unsigned n = 0;

	for (; n < DIAL_BARGE_SOFT && n + 1 < leg->n_heard; n++)
		before[n] =
			leg->ring[(leg->n_heard - 2 - n) % DIAL_RING_FRAMES];
	dial_barge_recall(&leg->barge, before, n, &leg->vad);
}

/* Does it mean to interrupt? Asked only while there is a prompt to stop, and
 * until it is answered. What is meant is speech, however short.
 * @return The VAD's event */
static enum yh_vad_event judge_spurt(struct dial_leg *leg, const uint8_t *alaw,
				     enum yh_vad_event ev)
{
	const struct dial_media_conf *conf = leg->env->conf;
	bool begins = leg->vad.voiced_ms == YH_FRAME_MS && leg->vad.voiced;

	if (begins) {
		dial_barge_begin(&leg->barge);
		leg->talk.meant = false;
	}
	if (!conf->barge || !leg->vad.voiced_ms ||
	    !dial_talk_may_stop(&leg->talk) || leg->talk.speaking ||
	    leg->talk.meant)
		return ev;
	if (begins)
		recall(leg);
	leg->talk.meant = conf->barge->push(&leg->barge, alaw, &leg->vad,
					    conf->talk.barge_ms);

	return leg->talk.meant && !leg->vad.talking ? yh_vad_start(&leg->vad)
						    : ev;
}

static void hear(struct dial_leg *leg, uint64_t at_us, const uint8_t *alaw)
{
	float level = yh_energy_dbov(yh_alaw_energy(alaw, YH_FRAME_SAMPLES),
				     YH_FRAME_SAMPLES);
	bool spoke = leg->talk.speaking;
	enum yh_vad_event ev;

	remember(leg, alaw);
	leg->vad.conf.end_ms = leg->talk.end_ms;
	ev = yh_vad_push_level(&leg->vad, level);
	if (spoke)
		dial_leg_add_words(leg, alaw);
	ev = judge_spurt(leg, alaw, ev);
	dial_leg_tell_acts(leg,
			   dial_talk_heard(&leg->talk, at_us, ev, &leg->vad));
	if (leg->agent || leg->progress_over)
		return;
	dial_leg_tell_progress(leg, yh_progress_push(&leg->progress, alaw) &
					    YH_PROGRESS_VERDICT);
	leg->progress_over = !yh_progress_listens(&leg->progress);
}

static void conceal(struct dial_leg *leg, uint64_t at_us)
{
	uint8_t history[YH_PLC_HISTORY][YH_FRAME_SAMPLES];
	uint8_t made[YH_FRAME_SAMPLES];
	uint32_t n = leg->n_heard - leg->n_lost;

	if (n < YH_PLC_HISTORY || leg->n_lost >= YH_PLC_FRAMES) {
		leg->n_lost++;
		hear(leg, at_us, silence);
		return;
	}
	for (uint32_t i = 0; i < YH_PLC_HISTORY; i++)
		memcpy(history[i],
		       leg->ring[(n - YH_PLC_HISTORY + i) % DIAL_RING_FRAMES],
		       YH_FRAME_SAMPLES);
	yh_plc_conceal(history[0], leg->n_lost, made);
	leg->n_lost++;
	hear(leg, at_us, made);
}

static void hear_packet(struct dial_leg *leg, const struct dial_frame *f)
{
	leg->n_lost = 0;
	leg->peer_quiet = false;
	if (f->at_us >= leg->answered_us)
		dial_recording_heard(
			&leg->rec,
			(uint32_t)((f->at_us - leg->answered_us) / 125),
			f->timestamp, f->alaw, YH_FRAME_SAMPLES);
	hear(leg, f->at_us, f->alaw);
	if (leg->vad.level_dbov > leg->loudest_dbov)
		leg->loudest_dbov = leg->vad.level_dbov;
}

static void on_frame(void *arg, const struct dial_frame *f)
{
	struct dial_leg *leg = arg;

	if (!leg->talking) {
		if (leg->listening)
			overhear(leg, f);
		return;
	}
	leg->heard_us = f->at_us;
	if (leg->peer && f->kind == DIAL_FRAME_AUDIO)
		dial_bridge_put(&leg->peer->said, f->alaw);
	if (!leg->heard)
		return;
	switch (f->kind) {
	case DIAL_FRAME_AUDIO:
		hear_packet(leg, f);
		break;
	case DIAL_FRAME_LOST:
		conceal(leg, f->at_us);
		break;
	case DIAL_FRAME_NOISE:
		leg->peer_quiet = true;
		hear(leg, f->at_us, silence);
		break;
	case DIAL_FRAME_KEY:
		if (!leg->agent)
			dial_leg_tell_acts(
				leg,
				dial_talk_key(&leg->talk, f->at_us, f->key));
		break;
	}
}

/* ---- is anything heard? ----------------------------------------------------
 */

static enum dial_no_audio judge(const struct dial_leg *leg)
{
	const struct dial_watch_facts facts = {
		.audio = leg->stream.audio,
		.other_codec = leg->stream.other_codec,
		.foreign = leg->stream.foreign,
		.srtp_failed = leg->stream.srtp_failed,
		.loudest_dbov = leg->loudest_dbov};

	return dial_watch_judge(&facts);
}

static void watch(struct dial_leg *leg, uint64_t now_us)
{
	uint32_t limit = leg->env->conf->no_rtp_ms;
	enum dial_no_audio cause;
	struct dial_news *n;

	if (!leg->watched && now_us > leg->answered_us + DIAL_WATCH_MS * 1000) {
		leg->watched = true;
		cause = judge(leg);
		n = cause && cause != DIAL_SILENCE
			    ? dial_leg_news_of(leg, DIAL_NEWS_UNHEARD)
			    : NULL;
		if (n)
			n->no_audio = cause;
		dial_leg_post(leg, n);
	}
	if (limit && !leg->dead &&
	    now_us > leg->stream.alive_us + limit * 1000ull) {
		leg->dead = true;
		dial_leg_post(leg, dial_leg_news_of(leg, DIAL_NEWS_DEAD));
	}
}

/* ---- the beat --------------------------------------------------------------
 */

/* The next frame to send: of the bot, or of the peer. @return acts */
static unsigned speak(struct dial_leg *leg, uint64_t now_us,
		      const uint8_t **frame)
{
	if (leg->heard &&
	    (leg->peer_quiet || now_us > leg->heard_us + QUIET_LINE_US))
		hear(leg, now_us, silence);
	if (!leg->agent && !leg->peer)
		return dial_talk_tick(&leg->talk, now_us, frame);
	*frame = dial_bridge_take(&leg->said);

	return 0;
}

void dial_leg_prefetch_frames(const struct dial_leg *leg)
{
	const uint8_t *ring;

	if (!leg || !leg->talking)
		return;
	ring = leg->ring[leg->n_heard % DIAL_RING_FRAMES];
	for (size_t i = 0; i < YH_FRAME_SAMPLES; i += 64)
		__builtin_prefetch(ring + i, 1);
	dial_recording_prefetch(&leg->rec);
}

void dial_leg_beat(struct dial_leg *leg, struct dial_scratch *scratch,
		   uint64_t now_us)
{
	const uint8_t *frame = NULL;
	unsigned acts = 0;

	dial_stream_receive(&leg->stream, scratch, now_us, on_frame, leg);
	if (!leg->talking)
		return;
	if (!leg->held_us) {
		acts = speak(leg, now_us, &frame);
		watch(leg, now_us);
	}
	dial_stream_send(&leg->stream, frame, acts & DIAL_TALK_STARTED);
	dial_stream_control(&leg->stream, scratch, now_us);
	dial_recording_beat(&leg->rec, frame);
	dial_leg_tell_acts(leg, acts);
}

/* ---- its end --------------------------------------------------------------
 */

static struct dial_leg_stats stats_of(const struct dial_leg *leg)
{
	const struct dial_stream *s = &leg->stream;
	const struct dial_talk *t = &leg->talk;

	return (struct dial_leg_stats){
		.sent = s->sent,
		.sent_late = s->sent_late,
		.received = yh_rtp_stats_received(&s->stats),
		.lost = yh_rtp_stats_lost(&s->stats),
		.jitter_us = yh_rtp_stats_jitter_us(&s->stats),
		.foreign = s->foreign,
		.srtp_failed = s->srtp_failed,
		.sources = s->sources,
		.srtp = s->srtp,
		.round_trip_us = s->control.round_trip_us,
		.peer_lost = s->control.peer_lost,
		.peer_jitter_us = s->control.peer_jitter_us,
		.reports = s->control.heard,
		.no_audio = leg->watched ? judge(leg) : DIAL_AUDIO_OK,
		.callee_ms = t->callee_ms,
		.bot_ms = t->bot_ms,
		.n_barge_ins = t->n_barge_ins,
		.n_resumed = t->n_resumed,
		.utterances = t->utterance,
	};
}

bool dial_leg_finish(struct dial_leg *leg)
{
	struct dial_news *n = dial_leg_news_of(leg, DIAL_NEWS_GONE);

	if (!n)
		return false;
	n->leg = leg;
	n->recorded = leg->recorded;
	n->stats = stats_of(leg);

	return !leg->env->tell(leg->env->arg, n);
}
