/** @file leg_news.c  What a leg tells the loop, see leg_priv.h */
#include <string.h>

#include "leg_priv.h"

struct dial_news *dial_leg_news_of(struct dial_leg *leg,
				   enum dial_news_kind kind)
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

void dial_leg_post(struct dial_leg *leg, struct dial_news *n)
{
	if (n && leg->env->tell(leg->env->arg, n))
		leg->told_lost++;
}

void dial_leg_tell_words(struct dial_leg *leg)
{
	dial_leg_post(leg, leg->words);
	leg->words = NULL;
}

void dial_leg_add_words(struct dial_leg *leg, const uint8_t *alaw)
{
	if (!leg->words)
		leg->words = dial_leg_news_of(leg, DIAL_NEWS_AUDIO);
	if (!leg->words)
		return;
	memcpy(leg->words->audio + leg->words->len, alaw, YH_FRAME_SAMPLES);
	leg->words->len += YH_FRAME_SAMPLES;
	if (leg->words->len == DIAL_WORDS_BYTES)
		dial_leg_tell_words(leg);
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

void dial_leg_add_before(struct dial_leg *leg, uint32_t spurt_ms)
{
	for (uint32_t k = frames_before(leg, spurt_ms); k; k--)
		dial_leg_add_words(
			leg, leg->ring[(leg->n_heard - k) % DIAL_RING_FRAMES]);
}

void dial_leg_tell_acts(struct dial_leg *leg, unsigned acts)
{
	struct dial_news *n;

	if (!acts)
		return;
	if (acts & (DIAL_TALK_SPEECH_END | DIAL_TALK_PAUSE))
		dial_leg_tell_words(leg);
	n = dial_leg_news_of(leg, DIAL_NEWS_ACTS);
	if (n) {
		n->acts = acts;
		note_facts(&leg->talk, &n->facts);
	}
	dial_leg_post(leg, n);
	if (acts & DIAL_TALK_SPEECH_START)
		dial_leg_add_before(leg, leg->vad.spurt_ms);
}

void dial_leg_tell_progress(struct dial_leg *leg, unsigned acts)
{
	const struct yh_progress *p = &leg->progress;
	struct dial_news *n =
		acts ? dial_leg_news_of(leg, DIAL_NEWS_PROGRESS) : NULL;

	if (!n)
		return;
	n->progress.acts = acts;
	n->progress.answered = p->answered;
	n->progress.ms = p->ms;
	n->progress.first_ms = p->first_ms;
	memcpy(n->progress.evidence, p->evidence, sizeof(p->evidence));
	dial_leg_post(leg, n);
}

void dial_leg_tell_dropped(struct dial_leg *leg, uint32_t seq)
{
	struct dial_news *n = dial_leg_news_of(leg, DIAL_NEWS_DROPPED);

	if (n)
		n->seq = seq;
	dial_leg_post(leg, n);
}
