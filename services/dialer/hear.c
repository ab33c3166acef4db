/** @file hear.c  Words of the callee and of an agent, and what talk says, see
 *                call.h */
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

/* One side of a call and its words on their way to recognition. */
struct side {
	struct dial_call *call;
	struct dial_ears *ears;
	const struct dial_facts *facts;
	bool *lost; /* the utterance that goes on was not begun */
	bool agent;
};

static struct side callee_of(struct dial_call *c)
{
	return (struct side){c, c->ears, &c->facts, &c->words_lost, false};
}

static struct side agent_of(struct dial_call *c)
{
	return (struct side){c, c->agent.ears, &c->agent.facts, &c->agent.lost,
			     true};
}

/* What is said to an agent is for the recogniser if they are inspected. */
static bool is_for_nobody(const struct side *s)
{
	return s->call->pool && !s->call->agent.ears;
}

static void begin_words(const struct side *s)
{
	int err = is_for_nobody(s)
			  ? -ENOTCONN
			  : dial_ears_begin(s->ears, s->facts->utterance,
					    offset_ms(s->call,
						      s->facts->speech_from_us),
					    s->facts->barge_in);

	*s->lost = err;
	if (err && !is_for_nobody(s))
		yh_warn("call.words_lost", "call_id=%s err=%s",
			s->call->lease->call_id, yh_err_text(err));
}

/* Nobody will recognise them: that is told in place of their transcript. */
static void tell_lost(const struct side *s, int64_t end_time_us)
{
	const struct dial_heard heard = {
		.utterance = s->facts->utterance,
		.failed = true,
		.barge_in = s->facts->barge_in,
		.start_ms = offset_ms(s->call, s->facts->speech_from_us),
		.end_ms = offset_ms(s->call, s->facts->speech_until_us),
		.end_time_us = end_time_us};

	dial_tell_unheard(s->call, s->agent, &heard);
	if (!s->agent)
		resolved(s->call);
}

static void end_words(const struct side *s)
{
	uint64_t end = s->facts->speech_until_us;
	int64_t end_time_us = yh_wall_us() - (int64_t)(yh_now_us() - end);

	if (*s->lost)
		tell_lost(s, end_time_us);
	else
		dial_ears_end(s->ears, offset_ms(s->call, end), end_time_us);
}

static void take_acts(const struct side *s, unsigned acts)
{
	if (acts & DIAL_TALK_SPEECH_START)
		begin_words(s);
	if (acts & DIAL_TALK_PAUSE && !*s->lost)
		dial_ears_pause(s->ears);
	if (acts & DIAL_TALK_RESUME && !*s->lost)
		dial_ears_resume(s->ears);
	if (acts & DIAL_TALK_SPEECH_END)
		end_words(s);
}

void dial_call_words(struct dial_call *c, const struct dial_news *news)
{
	if (!c->ears)
		dial_progress_audio(c, news);
	else if (!c->words_lost)
		dial_ears_add(c->ears, news->audio, news->len);
}

/* The VAD's edges are a little inside the speech. */
static void leave_out(struct dial_call *c, enum yh_wav_side side,
		      const struct dial_heard *heard)
{
	enum { MARGIN_MS = 300 };
	uint32_t from =
		heard->start_ms > MARGIN_MS ? heard->start_ms - MARGIN_MS : 0;
	const struct dial_order o = {
		.kind = DIAL_ORDER_MUTE,
		.side = side,
		.mute_ms = {from, heard->end_ms + MARGIN_MS}};

	dial_call_order(c, &o);
}

void dial_call_on_heard(void *arg, const struct dial_heard *heard)
{
	struct dial_call *c = arg;

	if (heard->failed)
		dial_tell_unheard(c, false, heard);
	else
		dial_progress_heard(c, heard);
	if (heard->secret && heard->end_ms > heard->start_ms)
		leave_out(c, YH_WAV_LEFT, heard);
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
	const struct side callee = callee_of(c);

	c->facts = news->facts;
	if (acts & DIAL_TALK_SPEECH_START)
		dial_tell_speech(c);
	if (acts & DIAL_TALK_STARTED)
		dial_say_started(c);
	if (acts & DIAL_TALK_PLAYED)
		dial_say_played(c);
	take_acts(&callee, acts);
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

/* ---- an agent --------------------------------------------------------------
 */

static void on_agent_heard(void *arg, const struct dial_heard *heard)
{
	struct dial_call *c = arg;

	if (heard->failed)
		dial_tell_unheard(c, true, heard);
	if (heard->secret && heard->end_ms > heard->start_ms)
		leave_out(c, YH_WAV_RIGHT, heard);
}

const char *dial_agent_inspect(struct dial_call *c)
{
	const struct dial_ears_conf conf = {.call_id = c->lease->call_id,
					    .script = c->lease->script,
					    .region = "",
					    .agent = true,
					    .for_agent = c->pool != NULL,
					    .heard = on_agent_heard,
					    .arg = c};
	struct dial_app *app = c->app;

	if (!app->conf->inspected_bridges)
		return "inspected_bridges is 0";
	if (app->n_inspected >= app->conf->inspected_bridges)
		return "as many as inspected_bridges are inspected now";
	if (dial_ears_open(&c->agent.ears, app->speech, &conf))
		return yh_err_text(-ENOMEM);
	c->agent.leg_lives = true;
	yh_metric_set(&dial_m_inspected, ++app->n_inspected);

	return NULL;
}

void dial_agent_news(struct dial_call *c, const struct dial_news *news)
{
	const struct side agent = agent_of(c);

	if (!c->agent.ears)
		return;
	if (news->kind == DIAL_NEWS_ACTS) {
		c->agent.facts = news->facts;
		take_acts(&agent, news->acts);
	} else if (news->kind == DIAL_NEWS_AUDIO && !c->agent.lost) {
		dial_ears_add(c->agent.ears, news->audio, news->len);
	} else if (news->kind == DIAL_NEWS_GONE) {
		c->agent.leg_lives = false;
	}
}

bool dial_agent_talks(const struct dial_call *c)
{
	return c->agent.ears &&
	       (c->agent.leg_lives || !dial_ears_idle(c->agent.ears));
}

void dial_agent_forget(struct dial_call *c)
{
	if (!c->agent.ears)
		return;
	dial_ears_close(c->agent.ears);
	c->agent.ears = NULL;
	yh_metric_set(&dial_m_inspected, --c->app->n_inspected);
}
