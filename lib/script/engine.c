/** @file engine.c  The conversation, contract in engine.h */
#include <errno.h>
#include <string.h>

#include "script/engine.h"

static const char default_unclear[] = "抱歉，我没有听清。";
static const char default_silence[] = "您好，请问您在听吗？";

struct step {
	const struct yh_script *script;
	struct yh_dialog_state *s;
	struct yh_dialog_actions *out;
	yh_variable_cb *variable;
	void *arg;
	size_t len; /* of the prompt */
	int err;
};

/* ---- prompts
 * -------------------------------------------------------------------- */

static void put(struct step *st, const char *text, size_t n)
{
	if (st->len + n + 1 > YH_PROMPT_MAX) {
		st->err = -ENOSPC;
		return;
	}
	memcpy(st->out->prompt + st->len, text, n);
	st->len += n;
	st->out->prompt[st->len] = '\0';
}

/* Append a text of the script, {variables} filled in. */
static void say(struct step *st, const char *text)
{
	while (text && *text) {
		size_t n = strcspn(text, "{");
		const char *close = strchr(text + n, '}');
		const char *value;

		put(st, text, n);
		if (!text[n] || !close)
			return;
		value = st->variable(st->arg, text + n + 1,
				     (size_t)(close - text) - n - 1);
		if (value)
			put(st, value, strlen(value));
		text = close + 1;
	}
}

static const struct yh_state *current(const struct step *st)
{
	return &st->script->states[st->s->state];
}

static void ask(struct step *st)
{
	const struct yh_state *state = current(st);

	say(st, state->ask);
	st->out->barge_in = state->barge_in;
	st->out->listen_ms = st->script->listen_ms;
}

/* ---- moves
 * ---------------------------------------------------------------------- */

static void enter(struct step *st, int target)
{
	const struct yh_state *state = &st->script->states[target];

	st->s->state = target;
	st->s->unclear = st->s->silences = 0;
	if (state->verifies)
		st->s->verified = true;
	say(st, state->say);
	st->out->do_not_call = state->do_not_call;
	st->out->channel = state->channel;
	st->out->template_id = state->template_id;
	if (!state->end) {
		ask(st);
		return;
	}
	st->s->ended = true;
	st->out->hang_up = true;
	st->out->barge_in = false;
	st->out->disposition = state->end;
}

/* @return false: identity is not proven, so the way is closed */
static bool may_enter(const struct step *st, int target)
{
	const struct yh_state *state = &st->script->states[target];

	return !state->verified || state->verifies || st->s->verified;
}

static bool follow(struct step *st, const struct yh_pairs *pairs,
		   const char *intent)
{
	const struct yh_pair *p = yh_pairs_find(pairs, intent);

	if (!p || !may_enter(st, p->target))
		return false;
	enter(st, p->target);

	return true;
}

static bool digress(struct step *st, const char *intent)
{
	const struct yh_pair *p = yh_pairs_find(&st->script->answers, intent);

	if (!p)
		return false;
	st->s->unclear = st->s->silences = 0;
	say(st, p->value);
	ask(st);

	return true;
}

static bool says_again(struct step *st, const char *intent)
{
	const struct yh_state *state = current(st);

	if (strcmp(intent, "repeat") && strcmp(intent, "slower"))
		return false;
	st->s->unclear = st->s->silences = 0;
	say(st, state->say);
	ask(st);

	return true;
}

static void retry(struct step *st, const struct yh_retry *r, unsigned *count,
		  const char *def)
{
	if (++*count > r->times) {
		enter(st, r->target);
		return;
	}
	say(st, r->say ? r->say : def);
	ask(st);
}

static void hear(struct step *st, const char *intent)
{
	const struct yh_state *state = current(st);

	st->out->understood = strcmp(intent, "none") != 0;
	if (follow(st, &state->on, intent) || digress(st, intent) ||
	    follow(st, &st->script->global, intent) || says_again(st, intent))
		return;
	if (!strcmp(intent, "backchannel") || !strcmp(intent, "wait") ||
	    !strcmp(intent, "thanks")) {
		st->out->keep_listening = true;
		st->out->listen_ms = st->script->listen_ms;
		return;
	}
	retry(st, &state->unclear, &st->s->unclear, default_unclear);
}

int yh_dialog_step(const struct yh_script *script, struct yh_dialog_state *s,
		   const struct yh_dialog_event *ev, yh_variable_cb *variable,
		   void *arg, struct yh_dialog_actions *out)
{
	struct step st = {script, s, out, variable, arg, 0, 0};

	memset(out, 0, sizeof(*out));
	if (s->ended)
		return -EALREADY;
	if (ev->cause == YH_ANSWERED)
		enter(&st, (int)script->start);
	else if (s->state < 0)
		return -EALREADY; /* not begun: nothing to step from */
	else if (ev->cause == YH_SAID)
		hear(&st, ev->intent);
	else
		retry(&st, &current(&st)->silence, &s->silences,
		      default_silence);

	return st.err;
}
