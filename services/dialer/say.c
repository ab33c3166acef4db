/** @file say.c  Commands to a call and its prompts, see call.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "call_priv.h"
#include "metrics.h"
#include "transfer.h"

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

void dial_say_started(struct dial_call *c)
{
	struct dial_said *s = find_said(c, c->facts.started.seq);

	dial_tell_started(c, s ? s->text : "");
	if (c->facts.started.turn_latency_ms)
		yh_metric_observe(&dial_m_turn_latency,
				  c->facts.started.turn_latency_ms / 1000.0);
}

void dial_say_played(struct dial_call *c)
{
	struct dial_said *s = find_said(c, c->facts.played.seq);

	dial_tell_played(c);
	if (c->facts.played.stop_latency_ms)
		yh_metric_observe(&dial_m_barge_in,
				  c->facts.played.stop_latency_ms / 1000.0);
	if (s)
		forget_said(s);
}

/* ---- commands --------------------------------------------------------------
 */

struct say {
	struct dial_app *app;
	uint32_t call;
	struct dial_prompt prompt;
};

void dial_say_dropped(struct dial_call *c, uint32_t seq)
{
	struct dial_said *s = find_said(c, seq);

	yh_warn("call.prompt_dropped", "call_id=%s seq=%u", c->lease->call_id,
		seq);
	if (s)
		forget_said(s);
}

/* Its place holds the sound until the leg has played or dropped it. */
static void play(struct dial_call *c, const struct dial_prompt *p,
		 struct dial_sound *sound)
{
	struct dial_order o = {.kind = DIAL_ORDER_PLAY, .prompt = *p};
	struct dial_said *s = find_said(c, p->seq);

	if (!s) {
		dial_sound_unref(sound);
		return;
	}
	s->sound = sound;
	o.prompt.alaw = sound ? sound->alaw : NULL;
	o.prompt.n = sound ? sound->n : 0;
	if (!dial_call_order(c, &o))
		forget_said(s);
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

static enum yh_expect expectation(const Yinhu__V1__Say *cmd)
{
	_Static_assert((int)YH_EXPECT_TEXT ==
			       YINHU__V1__EXPECTATION__EXPECT_TEXT,
		       "one number for one thing");

	return cmd->expect <= YINHU__V1__EXPECTATION__EXPECT_TEXT
		       ? (enum yh_expect)cmd->expect
		       : YH_EXPECT_ANY;
}

static void command_say(struct dial_call *c, uint32_t seq,
			const Yinhu__V1__Say *cmd)
{
	const struct dial_order fetch = {.kind = DIAL_ORDER_FETCH};
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
				       .resume = cmd->resume,
				       .then_hang_up = cmd->then_hang_up,
				       .listen_ms = cmd->listen_ms,
				       .utterance = cmd->utterance,
				       .expect = expectation(cmd)}};
	c->expect = say->prompt.expect;
	dial_ears_expect(c->ears, cmd->hints, cmd->n_hints);
	dial_call_order(c, &fetch);
	if (!cmd->text[0] ||
	    dial_voice_get(c->app->voice, cmd->text, on_sound, say, &hit))
		on_sound(say, NULL);
	else if (hit)
		on_sound(say, hit);
}

static void command_keys(struct dial_call *c, const char *keys)
{
	struct dial_order o = {.kind = DIAL_ORDER_KEYS};

	if (strlen(keys) >= sizeof(o.keys))
		return;
	snprintf(o.keys, sizeof(o.keys), "%s", keys);
	dial_call_order(c, &o);
}

/* What waits is dropped; what is still being fetched comes later. */
static void command_stop(struct dial_call *c)
{
	const struct dial_order o = {.kind = DIAL_ORDER_STOP};

	dial_call_order(c, &o);
}

void dial_call_command(struct dial_call *c, const Yinhu__V1__CallCommand *cmd)
{
	if (c->state != DIAL_TALKING)
		return; /* too late, or too soon: there is nobody to talk to */
	yh_metric_add(&dial_m_commands, 1);
	if (dial_transfer_connected(c) &&
	    cmd->action_case != YINHU__V1__CALL_COMMAND__ACTION_HANGUP)
		return; /* two people talk: the bot is silent */
	switch (cmd->action_case) {
	case YINHU__V1__CALL_COMMAND__ACTION_SAY:
		command_say(c, cmd->seq, cmd->say);
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_HANGUP:
		dial_call_hang_up(c, "bot", false, "told to hang up");
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_PRESS_KEYS:
		command_keys(c, cmd->press_keys->keys);
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_STOP_PLAYING:
		command_stop(c);
		break;
	case YINHU__V1__CALL_COMMAND__ACTION_TRANSFER:
		dial_transfer_start(c, cmd->seq, cmd->transfer);
		break;
	default:
		break;
	}
}

void dial_say_forget(struct dial_call *c)
{
	for (int i = 0; i < DIAL_SOUNDS; i++)
		forget_said(&c->said[i]);
}
