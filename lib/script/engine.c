/** @file engine.c  The conversation, contract in engine.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "script/engine.h"
#include "script/hints.h"
#include "script/keypad.h"

static const char default_unclear[] = "抱歉，我没有听清。";
static const char default_silence[] = "您好，请问您在听吗？";

/* What a callee may demand, and who must not be talked business to: heard
 * before a slot can take the sentence for its own. */
static const char *const demands[] = {
	"do_not_call", "wrong_person",	  "third_party", "human_agent",
	"complaint",   "fraud_suspicion", "bereavement", "minor_or_incapable",
};

enum { MAX_MOVES = 8 }; /* states entered in one step */

struct step {
	const struct yh_script *script;
	struct yh_dialog_state *s;
	const struct yh_dialog_event *ev;
	struct yh_dialog_actions *out;
	yh_variable_cb *variable;
	void *arg;
	size_t len; /* of the prompt */
	unsigned moves;
	int err;
	char shown[YH_SLOT_VALUE * 4];
};

static const struct yh_state *current(const struct step *st)
{
	return &st->script->states[st->s->state];
}

/* ---- facts and values ---- */

static bool is(const char *name, size_t len, const char *what)
{
	return strlen(what) == len && !memcmp(name, what, len);
}

static const char *show_number(struct step *st, unsigned v)
{
	snprintf(st->shown, sizeof(st->shown), "%u", v);

	return st->shown;
}

/* A value of the conversation, raw: for conditions. */
static const char *fact(void *arg, const char *name, size_t len)
{
	struct step *st = arg;
	int slot = yh_script_slot(st->script, name, len);

	if (slot >= 0)
		return st->s->slots[slot][0] ? st->s->slots[slot] : NULL;
	if (is(name, len, "emotion"))
		return st->s->emotion[0] ? st->s->emotion : NULL;
	if (is(name, len, "emotion_turns"))
		return show_number(st, st->s->emotion_turns);
	if (is(name, len, "turns"))
		return show_number(st, st->s->turns);
	if (is(name, len, "unclear"))
		return show_number(st, st->s->unclear);
	if (is(name, len, "verified"))
		return st->s->verified ? "true" : "false";

	return st->variable(st->arg, name, len);
}

/* The same as a person says it: for prompts. */
static const char *value(struct step *st, const char *name, size_t len)
{
	int slot = yh_script_slot(st->script, name, len);

	if (slot < 0)
		return st->variable(st->arg, name, len);
	yh_slot_show(&st->script->slots[slot], st->s->slots[slot], st->shown,
		     sizeof(st->shown));

	return st->shown;
}

/* ---- prompts ---- */

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
		const char *v;

		put(st, text, n);
		if (!text[n] || !close)
			return;
		v = value(st, text + n + 1, (size_t)(close - text) - n - 1);
		if (v)
			put(st, v, strlen(v));
		text = close + 1;
	}
}

static void say_one(struct step *st, const struct yh_texts *texts)
{
	if (texts->n)
		say(st, texts->list[st->s->wording % texts->n]);
}

int yh_dialog_asks(const struct yh_script *script,
		   const struct yh_dialog_state *s)
{
	const struct yh_state *state =
		s->state < 0 ? NULL : &script->states[s->state];

	for (unsigned i = 0; state && i < state->n_fill; i++)
		if (!s->slots[state->fill[i]][0])
			return (int)state->fill[i];

	return -1;
}

static int missing(const struct step *st)
{
	return yh_dialog_asks(st->script, st->s);
}

static void ask(struct step *st)
{
	const struct yh_state *state = current(st);
	int slot = missing(st);

	if (slot >= 0)
		say(st, st->script->slots[slot].ask);
	else
		say_one(st, &state->ask);
	st->out->barge_in = state->barge_in;
	st->out->listen_ms = st->script->listen_ms;
	st->out->expect = yh_script_expects(st->script, st->s->state, slot);
}

/* ---- moves ---- */

/* @return false: identity is not proven, so the way is closed */
static bool may_enter(const struct step *st, int target)
{
	const struct yh_state *state = &st->script->states[target];

	return !state->verified || state->verifies || st->s->verified;
}

/* @return Where the routes lead now, -1 = nowhere */
static int way(struct step *st, const struct yh_routes *routes)
{
	for (unsigned i = 0; i < routes->n; i++) {
		const struct yh_route *r = &routes->list[i];

		if (may_enter(st, r->target) &&
		    yh_cond_holds(r->when, fact, st))
			return r->target;
	}

	return -1;
}

static void enter(struct step *st, int target);

/* Go on when everything is filled, else ask. */
static void go_on(struct step *st)
{
	const struct yh_state *state = current(st);
	int next =
		state->n_fill && missing(st) < 0 ? way(st, &state->then) : -1;

	if (next >= 0)
		enter(st, next);
	else
		ask(st);
}

static void close_call(struct step *st, const struct yh_state *state)
{
	st->s->ended = true;
	st->out->hang_up = true;
	st->out->barge_in = false;
	st->out->disposition = state->end;
}

static void enter(struct step *st, int target)
{
	const struct yh_state *state = &st->script->states[target];
	int from = st->s->state;

	if (++st->moves > MAX_MOVES) {
		st->err = -ELOOP;
		return;
	}
	if (state->verifies)
		st->s->verified = true;
	st->out->do_not_call = st->out->do_not_call || state->do_not_call;
	if (state->channel) {
		st->out->channel = state->channel;
		st->out->template_id = state->template_id;
	}
	st->s->unclear = st->s->silences = 0;
	say_one(st, &state->say);
	if (state->back && from >= 0) { /* said; the question comes again */
		ask(st);
		return;
	}
	st->s->state = target;
	if (state->end)
		close_call(st, state);
	else
		go_on(st);
}

static bool follow(struct step *st, const struct yh_moves *moves,
		   const char *intent)
{
	const struct yh_move *m = yh_moves_find(moves, intent);
	int target = m ? way(st, &m->routes) : -1;

	if (target >= 0)
		enter(st, target);

	return target >= 0;
}

static bool digress(struct step *st, const char *intent)
{
	const struct yh_answer *a = yh_script_answer(st->script, intent);

	if (!a)
		return false;
	st->s->unclear = st->s->silences = 0;
	say_one(st, &a->say);
	ask(st);

	return true;
}

static bool says_again(struct step *st, const char *intent)
{
	const struct yh_state *state = current(st);

	if (strcmp(intent, "repeat") && strcmp(intent, "slower"))
		return false;
	st->s->unclear = st->s->silences = 0;
	say_one(st, &state->say);
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

/* ---- slots ---- */

static bool belongs(const struct yh_state *state, unsigned slot,
		    const struct yh_slot *def)
{
	for (unsigned i = 0; i < state->n_fill; i++)
		if (state->fill[i] == slot)
			return true;

	return yh_script_repeats(state, def->id);
}

/* Take what was said into one slot. @return Has it changed? */
static bool take(struct step *st, unsigned slot, const struct yh_heard *heard)
{
	char v[YH_SLOT_VALUE] = "";

	if (!yh_slot_fill(&st->script->slots[slot], heard, v) ||
	    !strcmp(v, st->s->slots[slot]))
		return false;
	memcpy(st->s->slots[slot], v, sizeof(v));

	return true;
}

/* Does the sentence say that something was wrong? */
static bool corrects(const char *text)
{
	static const char *const WORDS[] = {"不对",   "不是", "错了",
					    "改成",   "改为", "换成",
					    "应该是", "说错", "我说的是"};

	for (size_t i = 0; i < YH_ARRAY_LEN(WORDS); i++)
		if (strstr(text, WORDS[i]))
			return true;

	return false;
}

/* What is said along with an answer, or to put a former one right; only what
 * cannot be taken for something else. */
static bool take_others(struct step *st, const struct yh_heard *heard,
			int asked, bool answered)
{
	const struct yh_state *state = current(st);
	bool corrected = corrects(heard->text), taken = false;

	for (unsigned i = 0; i < st->script->n_slots; i++) {
		bool known = st->s->slots[i][0];

		if ((int)i != asked &&
		    (belongs(state, i, &st->script->slots[i]) ||
		     (known ? corrected : answered)))
			taken = take(st, i, heard) || taken;
	}

	return taken;
}

/* @return Was the sentence about slots, and is it done with? */
static bool hear_slots(struct step *st, const char *text, const char *intent)
{
	struct yh_heard heard = {text, intent, st->ev->today, true};
	int asked = missing(st);
	bool answered = asked >= 0 && take(st, (unsigned)asked, &heard);

	heard.asked = false;
	if (!take_others(st, &heard, asked, answered) && !answered)
		return false;
	st->s->unclear = st->s->silences = 0;
	if (!current(st)->n_fill) /* a correction: say it again as it is now */
		say_one(st, &current(st)->say);
	go_on(st);

	return true;
}

static const struct yh_retry *clarify(const struct step *st,
				      struct yh_retry *own)
{
	int slot = missing(st);

	*own = current(st)->unclear;
	if (st->ev->deaf)
		own->say = (char *)yh_keypad_prompt(st->script, st->s->state,
						    slot);
	else if (slot >= 0 && st->script->slots[slot].clarify)
		own->say = st->script->slots[slot].clarify;

	return own;
}

/* ---- what was said ---- */

bool yh_dialog_is_demand(const char *intent)
{
	for (size_t i = 0; i < YH_ARRAY_LEN(demands); i++)
		if (!strcmp(demands[i], intent))
			return true;

	return false;
}

/* What the recogniser held for possible as well. A demand is not taken from a
 * doubtful hypothesis, and a free text would take any. */
static bool hear_others(struct step *st)
{
	for (unsigned i = 0; i < YH_DIALOG_OTHERS && st->ev->others[i]; i++) {
		const char *text = st->ev->other_texts[i];
		int slot = missing(st);

		if (text && slot >= 0 &&
		    st->script->slots[slot].type != YH_SLOT_TEXT &&
		    hear_slots(st, text, st->ev->others[i]))
			return true;
		if (follow(st, &current(st)->on, st->ev->others[i]))
			return true;
	}

	return false;
}

static void hear(struct step *st)
{
	const char *intent = st->ev->intent;
	const struct yh_state *state = current(st);
	struct yh_retry own;

	st->out->understood = true;
	if (!yh_dialog_is_demand(intent) && st->ev->text &&
	    hear_slots(st, st->ev->text, intent))
		return;
	st->out->understood = strcmp(intent, "none") != 0;
	if (follow(st, &state->on, intent) || digress(st, intent) ||
	    follow(st, &st->script->global, intent) || says_again(st, intent))
		return;
	if (hear_others(st)) {
		st->out->understood = true;
		return;
	}
	if (!strcmp(intent, "backchannel") || !strcmp(intent, "wait") ||
	    !strcmp(intent, "thanks")) {
		st->out->keep_listening = true;
		st->out->resume = !strcmp(intent, "backchannel");
		st->out->listen_ms = st->script->listen_ms;
		st->out->expect = yh_script_expects(st->script, st->s->state,
						    missing(st));
		return;
	}
	retry(st, clarify(st, &own), &st->s->unclear, default_unclear);
}

static void feel(struct yh_dialog_state *s, const char *emotion)
{
	if (!emotion)
		return;
	if (strcmp(s->emotion, emotion)) {
		snprintf(s->emotion, sizeof(s->emotion), "%s", emotion);
		s->emotion_turns = 0;
	}
	s->emotion_turns++;
}

/* Conditions come first. @return Was one of them taken? */
static bool look(struct step *st)
{
	int target = way(st, &st->script->when);

	if (target < 0 || target == st->s->state)
		target = way(st, &current(st)->when);
	if (target < 0 || target == st->s->state)
		return false;
	st->out->understood = true;
	enter(st, target);

	return true;
}

struct yh_dialog_state yh_dialog_begin(unsigned wording)
{
	return (struct yh_dialog_state){.state = -1, .wording = wording};
}

static void react(struct step *st)
{
	struct yh_dialog_state *s = st->s;

	if (st->ev->cause == YH_ANSWERED) {
		enter(st, (int)st->script->start);
		return;
	}
	s->turns++;
	if (st->script->max_turns && s->turns > st->script->max_turns) {
		enter(st, st->script->over.target);
		return;
	}
	if (st->ev->cause == YH_SAID)
		feel(s, st->ev->emotion);
	if (!yh_dialog_is_demand(st->ev->intent) && look(st))
		return;
	if (st->ev->cause == YH_SAID)
		hear(st);
	else
		retry(st, &current(st)->silence, &s->silences, default_silence);
}

int yh_dialog_step(const struct yh_script *script, struct yh_dialog_state *s,
		   const struct yh_dialog_event *ev, yh_variable_cb *variable,
		   void *arg, struct yh_dialog_actions *out)
{
	struct step st = {.script = script,
			  .s = s,
			  .ev = ev,
			  .out = out,
			  .variable = variable,
			  .arg = arg};

	memset(out, 0, sizeof(*out));
	if (s->ended || (s->state < 0 && ev->cause != YH_ANSWERED))
		return -EALREADY;
	react(&st);

	return st.err;
}
