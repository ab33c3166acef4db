/** @file hear.c  The callee's words and what talk says, see call.h */
#include <errno.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "call_priv.h"
#include "metrics.h"
#include "transfer.h"

static uint32_t offset_ms(const struct dial_call *c, uint64_t at_us)
{
	return at_us > c->answered_us
		       ? (uint32_t)((at_us - c->answered_us) / 1000)
		       : 0;
}

static void resolved(struct dial_call *c)
{
	const struct dial_order o = {.kind = DIAL_ORDER_RESOLVED};

	dial_call_order(c, &o);
}

static void begin_words(struct dial_call *c)
{
	/* What is said to an agent is not for the recogniser. */
	int err =
		c->pool ? -ENOTCONN
			: dial_ears_begin(c->ears, c->facts.utterance,
					  offset_ms(c, c->facts.speech_from_us),
					  c->facts.barge_in);

	dial_tell_speech(c);
	c->words_lost = err;
	if (err && !c->pool)
		yh_warn("call.words_lost", "call_id=%s err=%s",
			c->lease->call_id, yh_err_text(err));
}

static void end_words(struct dial_call *c)
{
	uint64_t end = c->facts.speech_until_us;

	if (c->words_lost)
		resolved(c);
	else
		dial_ears_end(c->ears, offset_ms(c, end),
			      yh_wall_us() - (int64_t)(yh_now_us() - end));
}

void dial_call_words(struct dial_call *c, const struct dial_news *news)
{
	if (!c->ears)
		dial_progress_audio(c, news);
	else if (!c->words_lost)
		dial_ears_add(c->ears, news->audio, news->len);
}

/* The VAD's edges are a little inside the speech. */
static void leave_out(struct dial_call *c, const struct dial_heard *heard)
{
	enum { MARGIN_MS = 300 };
	uint32_t from =
		heard->start_ms > MARGIN_MS ? heard->start_ms - MARGIN_MS : 0;
	const struct dial_order o = {
		.kind = DIAL_ORDER_MUTE,
		.mute_ms = {from, heard->end_ms + MARGIN_MS}};

	dial_call_order(c, &o);
}

void dial_call_on_heard(void *arg, const struct dial_heard *heard)
{
	struct dial_call *c = arg;

	if (heard->failed)
		dial_tell_unheard(c, heard);
	else
		dial_progress_heard(c, heard);
	if (heard->secret && heard->end_ms > heard->start_ms)
		leave_out(c, heard);
	resolved(c);
}

/* What the callee has said so far decides how long we wait for more. */
void dial_call_on_so_far(void *arg, const struct dial_so_far *so_far)
{
	struct dial_call *c = arg;
	struct dial_order o = {
		.kind = DIAL_ORDER_JUDGED,
		.utterance = so_far->utterance,
		.turn = yh_turn_judge(c->expect, so_far->text, so_far->phrase)};

	dial_call_order(c, &o);
}

void dial_call_act(struct dial_call *c, const struct dial_news *news)
{
	unsigned acts = c->ears ? news->acts : 0;

	c->facts = news->facts;
	if (acts & DIAL_TALK_SPEECH_START)
		begin_words(c);
	if (acts & DIAL_TALK_STARTED)
		dial_say_started(c);
	if (acts & DIAL_TALK_PLAYED)
		dial_say_played(c);
	if (acts & DIAL_TALK_PAUSE && !c->words_lost)
		dial_ears_pause(c->ears);
	if (acts & DIAL_TALK_RESUME && !c->words_lost)
		dial_ears_resume(c->ears);
	if (acts & DIAL_TALK_SPEECH_END)
		end_words(c);
	if (acts & DIAL_TALK_KEYS) {
		yh_metric_add(&dial_m_keys, 1);
		dial_tell_keys(c);
		resolved(c);
	}
	if (acts & DIAL_TALK_SILENCE)
		dial_tell_silence(c);
	if (acts & DIAL_TALK_HANG_UP)
		dial_call_hang_up(c, "bot", false, "the dialog has ended");
	if (acts & DIAL_TALK_LOST && !c->pool && !dial_transfer_exists(c)) {
		yh_metric_add(&dial_m_watchdog, 1);
		dial_call_hang_up(c, "bot", true, "no command from the dialog");
	}
}
