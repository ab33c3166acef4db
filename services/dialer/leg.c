/** @file leg.c  One call's media, contract in leg.h */
#include <errno.h>
#include <string.h>

#include "audio/plc.h"
#include "base/mem.h"
#include "leg.h"

enum {
	QUIET_LINE_US = 200000, /* without packets: the callee is silent */
	SAMPLES_A_MS = YH_FRAME_SAMPLES / YH_FRAME_MS,
};

static const uint8_t silence[YH_FRAME_SAMPLES] = {[0 ... YH_FRAME_SAMPLES - 1] =
							  YH_ALAW_SILENCE};

int dial_leg_create(struct dial_leg **out, const struct dial_leg_env *env,
		    uint32_t id, const struct dial_port_pair *ports)
{
	struct dial_leg *leg = yh_zalloc(sizeof(*leg));
	int err;

	if (!leg)
		return -ENOMEM;
	memset(leg, 0, sizeof(*leg)); /* its pages now, not in the worker */
	leg->loudest_dbov = -127.0f;
	leg->env = env;
	leg->id = id;
	err = dial_stream_init(&leg->stream, ports, env->counts);
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

/* ---- news ------------------------------------------------------------------
 */

static struct dial_news *news_of(struct dial_leg *leg, enum dial_news_kind kind)
{
	struct dial_news *n = leg->env->news(leg->env->arg);

	if (!n) {
		leg->told_lost++;
		return NULL;
	}
	n->kind = kind;
	n->id = leg->id;
	n->len = 0;

	return n;
}

static void tell(struct dial_leg *leg, struct dial_news *n)
{
	if (n && leg->env->tell(leg->env->arg, n))
		leg->told_lost++;
}

static void tell_words(struct dial_leg *leg)
{
	tell(leg, leg->words);
	leg->words = NULL;
}

static void add_words(struct dial_leg *leg, const uint8_t *alaw)
{
	if (!leg->words)
		leg->words = news_of(leg, DIAL_NEWS_AUDIO);
	if (!leg->words)
		return;
	memcpy(leg->words->audio + leg->words->len, alaw, YH_FRAME_SAMPLES);
	leg->words->len += YH_FRAME_SAMPLES;
	if (leg->words->len == DIAL_WORDS_BYTES)
		tell_words(leg);
}

static void note_facts(const struct dial_talk *t, struct dial_facts *f)
{
	f->started.seq = t->now.seq;
	f->started.duration_ms = (uint32_t)t->now.n * YH_FRAME_MS;
	f->started.turn_latency_ms = t->turn_latency_ms;
	f->played.seq = t->played.seq;
	f->played.interrupted = t->played.interrupted;
	f->played.played_ms = t->played.played_ms;
	f->played.stop_latency_ms = t->played.stop_latency_ms;
	f->silence.seq = t->silence.seq;
	f->silence.waited_ms = t->silence.waited_ms;
	f->utterance = t->utterance;
	f->barge_in = t->barge_in;
	f->speech_from_us = t->speech_from_us;
	f->speech_until_us = t->speech_until_us;
	memcpy(f->keys, t->keys, sizeof(f->keys));
}

/* The ring holds what was heard; the part before the confirmation, and the
 * pre-roll before that, belong to the utterance. */
static uint32_t frames_before(const struct dial_leg *leg, uint32_t spurt_ms)
{
	uint32_t n = (spurt_ms + DIAL_PREROLL_MS) / YH_FRAME_MS;

	if (n > DIAL_RING_FRAMES)
		n = DIAL_RING_FRAMES;

	return n < leg->n_heard ? n : leg->n_heard;
}

static void add_before(struct dial_leg *leg, uint32_t spurt_ms)
{
	for (uint32_t k = frames_before(leg, spurt_ms); k; k--)
		add_words(leg,
			  leg->ring[(leg->n_heard - k) % DIAL_RING_FRAMES]);
}

static void tell_acts(struct dial_leg *leg, unsigned acts)
{
	struct dial_news *n;

	if (!acts)
		return;
	if (acts & (DIAL_TALK_SPEECH_END | DIAL_TALK_PAUSE))
		tell_words(leg);
	n = news_of(leg, DIAL_NEWS_ACTS);
	if (n) {
		n->acts = acts;
		note_facts(&leg->talk, &n->facts);
	}
	tell(leg, n);
	if (acts & DIAL_TALK_SPEECH_START)
		add_before(leg, leg->vad.spurt_ms);
}

static void tell_progress(struct dial_leg *leg, unsigned acts)
{
	const struct yh_progress *p = &leg->progress;
	struct dial_news *n = acts ? news_of(leg, DIAL_NEWS_PROGRESS) : NULL;

	if (!n)
		return;
	n->progress.acts = acts;
	n->progress.answered = p->answered;
	n->progress.ms = p->ms;
	n->progress.first_ms = p->first_ms;
	memcpy(n->progress.evidence, p->evidence, sizeof(p->evidence));
	tell(leg, n);
}

static void tell_dropped(struct dial_leg *leg, uint32_t seq)
{
	struct dial_news *n = news_of(leg, DIAL_NEWS_DROPPED);

	if (n)
		n->seq = seq;
	tell(leg, n);
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
		add_words(leg, alaw);
	if (acts & YH_PROGRESS_PAUSE)
		tell_words(leg);
	tell_progress(leg, acts);
	if (acts & YH_PROGRESS_SPEECH)
		add_before(leg, leg->progress.vad.spurt_ms);
}

/* Does it mean to interrupt? Asked only while there is a prompt to stop, and
 * until it is answered. */
static void judge_spurt(struct dial_leg *leg, const uint8_t *alaw)
{
	const struct dial_media_conf *conf = leg->env->conf;
	bool begins = leg->vad.voiced_ms == YH_FRAME_MS && leg->vad.voiced;

	if (begins) {
		dial_barge_begin(&leg->barge);
		leg->talk.meant = false;
	}
	if (!conf->barge || !leg->vad.voiced_ms || !leg->talk.playing ||
	    leg->talk.speaking || leg->talk.meant)
		return;
	leg->talk.meant = conf->barge->push(&leg->barge, alaw, &leg->vad,
					    conf->talk.barge_ms);
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
		add_words(leg, alaw);
	judge_spurt(leg, alaw);
	tell_acts(leg, dial_talk_heard(&leg->talk, at_us, ev, &leg->vad));
	if (yh_progress_listens(&leg->progress))
		tell_progress(leg, yh_progress_push(&leg->progress, alaw) &
					   YH_PROGRESS_VERDICT);
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
	if (leg->agent)
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
		tell_acts(leg, dial_talk_key(&leg->talk, f->at_us, f->key));
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
			    ? news_of(leg, DIAL_NEWS_UNHEARD)
			    : NULL;
		if (n)
			n->no_audio = cause;
		tell(leg, n);
	}
	if (limit && !leg->dead &&
	    now_us > leg->stream.alive_us + limit * 1000ull) {
		leg->dead = true;
		tell(leg, news_of(leg, DIAL_NEWS_DEAD));
	}
}

/* ---- the beat --------------------------------------------------------------
 */

/* The next frame to send: of the bot, or of the peer. @return acts */
static unsigned speak(struct dial_leg *leg, uint64_t now_us,
		      const uint8_t **frame)
{
	if (!leg->agent &&
	    (leg->peer_quiet || now_us > leg->heard_us + QUIET_LINE_US))
		hear(leg, now_us, silence);
	if (!leg->agent && !leg->peer)
		return dial_talk_tick(&leg->talk, now_us, frame);
	*frame = dial_bridge_take(&leg->said);

	return 0;
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
	tell_acts(leg, acts);
}

/* ---- orders ----------------------------------------------------------------
 */

static void take_media(struct dial_leg *leg, const struct dial_order *o,
		       uint64_t now_us)
{
	dial_stream_start(&leg->stream, &o->media, o->srtp, now_us);
	if (leg->stream.held && !leg->held_us) {
		leg->held_us = now_us;
	} else if (!leg->stream.held && leg->held_us) {
		dial_talk_slept(&leg->talk, now_us - leg->held_us);
		leg->heard_us = now_us;
		leg->held_us = 0;
	}
}

/* Theirs may be "sendonly": to be heard is all that early media is for. */
static void listen_early(struct dial_leg *leg, const struct dial_order *o,
			 uint64_t now_us)
{
	struct dial_sdp theirs = o->media;

	if (leg->talking) {
		dial_srtp_destroy(o->srtp);
		return;
	}
	if (!leg->listening)
		yh_progress_init(&leg->progress, leg->env->conf->announcements);
	leg->listening = true;
	theirs.direction = DIAL_SENDRECV;
	dial_stream_start(&leg->stream, &theirs, o->srtp, now_us);
}

static void answer(struct dial_leg *leg, const struct dial_order *o,
		   uint64_t now_us)
{
	const struct dial_media_conf *conf = leg->env->conf;

	tell_words(leg); /* what early media said last */
	yh_progress_init(&leg->progress, conf->announcements);
	yh_progress_answer(&leg->progress);
	leg->listening = false;
	leg->n_heard = leg->n_lost = 0;
	dial_stream_forget(&leg->stream);
	leg->talking = true;
	leg->agent = o->agent;
	leg->answered_us = now_us;
	leg->heard_us = now_us;
	yh_vad_init(&leg->vad, &conf->vad);
	dial_talk_init(&leg->talk, &conf->talk, now_us);
	take_media(leg, o, now_us);
	leg->recorded =
		o->path[0] && !dial_recording_begin(&leg->rec, leg->env->writer,
						    o->path, leg->id);
}

static void play(struct dial_leg *leg, const struct dial_prompt *p,
		 uint64_t now_us)
{
	unsigned acts = 0;

	if (!leg->talking || leg->peer ||
	    dial_talk_play(&leg->talk, now_us, p, &acts))
		tell_dropped(leg, p->seq);
	tell_acts(leg, acts);
}

static void stop(struct dial_leg *leg, uint64_t now_us)
{
	for (unsigned i = 0; i < leg->talk.n_queue; i++)
		tell_dropped(leg, leg->talk.queue[i].seq);
	tell_acts(leg, dial_talk_stop(&leg->talk, now_us));
}

static void bridge(struct dial_leg *leg, struct dial_leg *peer, uint64_t now_us)
{
	if (!leg->agent)
		stop(leg, now_us);
	leg->peer = peer;
}

static void press(struct dial_leg *leg, const char *keys)
{
	if (leg->stream.event_pt)
		(void)yh_event_out_press(&leg->stream.keys_out, keys);
}

static void hang_up(struct dial_leg *leg, uint64_t now_us)
{
	if (leg->talk.speaking)
		tell_acts(leg, DIAL_TALK_SPEECH_END);
	if (leg->listening && leg->progress.vad.talking) {
		tell_words(leg);
		tell_progress(leg, YH_PROGRESS_PAUSE);
	}
	leg->talking = leg->listening = false;
	if (leg->peer)
		leg->peer->peer = NULL;
	leg->peer = NULL;
	leg->closing = true;
	dial_stream_bye(&leg->stream, now_us);
	dial_recording_end(&leg->rec);
}

void dial_leg_order(struct dial_leg *leg, const struct dial_order *o,
		    uint64_t now_us)
{
	switch (o->kind) {
	case DIAL_ORDER_LISTEN:
		listen_early(leg, o, now_us);
		break;
	case DIAL_ORDER_ANSWER:
		answer(leg, o, now_us);
		break;
	case DIAL_ORDER_MEDIA:
		take_media(leg, o, now_us);
		break;
	case DIAL_ORDER_FETCH:
		dial_talk_fetch(&leg->talk);
		break;
	case DIAL_ORDER_PLAY:
		play(leg, &o->prompt, now_us);
		break;
	case DIAL_ORDER_STOP:
		stop(leg, now_us);
		break;
	case DIAL_ORDER_RESOLVED:
		dial_talk_resolved(&leg->talk, now_us);
		break;
	case DIAL_ORDER_KEYS:
		press(leg, o->keys);
		break;
	case DIAL_ORDER_JUDGED:
		dial_talk_judged(&leg->talk, o->utterance, o->turn);
		break;
	case DIAL_ORDER_MUTE:
		dial_recording_mute(&leg->rec, o->mute_ms[0] * SAMPLES_A_MS,
				    (o->mute_ms[1] - o->mute_ms[0]) *
					    SAMPLES_A_MS);
		break;
	case DIAL_ORDER_BRIDGE:
		bridge(leg, o->peer, now_us);
		break;
	case DIAL_ORDER_CLOSE:
		hang_up(leg, now_us);
		break;
	}
}

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
	struct dial_news *n = news_of(leg, DIAL_NEWS_GONE);

	if (!n)
		return false;
	n->leg = leg;
	n->recorded = leg->recorded;
	n->stats = stats_of(leg);

	return !leg->env->tell(leg->env->arg, n);
}
