/** @file leg_order.c  What a leg is told to do, see leg.h */
#include "leg_priv.h"

enum { SAMPLES_A_MS = YH_FRAME_SAMPLES / YH_FRAME_MS };

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

	dial_leg_tell_words(leg); /* what early media said last */
	yh_progress_init(&leg->progress, conf->announcements);
	yh_progress_answer(&leg->progress);
	leg->progress_over = !yh_progress_listens(&leg->progress);
	leg->listening = false;
	leg->n_heard = leg->n_lost = 0;
	dial_stream_forget(&leg->stream);
	leg->talking = true;
	leg->agent = o->agent;
	leg->heard = !o->agent || o->inspected;
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
		dial_leg_tell_dropped(leg, p->seq);
	dial_leg_tell_acts(leg, acts);
}

static void stop(struct dial_leg *leg, uint64_t now_us)
{
	for (unsigned i = 0; i < leg->talk.n_queue; i++)
		dial_leg_tell_dropped(leg, leg->talk.queue[i].seq);
	dial_leg_tell_acts(leg, dial_talk_stop(&leg->talk, now_us));
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
		dial_leg_tell_acts(leg, DIAL_TALK_SPEECH_END);
	if (leg->listening && leg->progress.vad.talking) {
		dial_leg_tell_words(leg);
		dial_leg_tell_progress(leg, YH_PROGRESS_PAUSE);
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
		dial_recording_mute(
			&leg->rec, o->side, o->mute_ms[0] * SAMPLES_A_MS,
			(o->mute_ms[1] - o->mute_ms[0]) * SAMPLES_A_MS);
		break;
	case DIAL_ORDER_BRIDGE:
		bridge(leg, o->peer, now_us);
		break;
	case DIAL_ORDER_CLOSE:
		hang_up(leg, now_us);
		break;
	}
}
