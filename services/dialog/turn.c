/** @file turn.c  One step, contract in turn.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "brief.h"
#include "fields.h"
#include "outbox.h"
#include "script/engine.h"
#include "text/moment.h"
#include "script/keypad.h"
#include "turn.h"

enum { MAX_APPLIED = 64, MAX_INTENTS = 200 };
/* Nothing is done about an emotion that is less certain. */
static const float EMOTION_FLOOR = 0.6f;
/* Nor about a machine: a person taken for one is the costlier error. */
static const float MACHINE_FLOOR = 0.8f;
static const char CALL_BACK[] = "call_back_time";

static const char APOLOGY[] =
	"非常抱歉，刚才的内容表述有误，请以我行官方渠道公布的信息为准。"
	"稍后会有工作人员与您联系，感谢您的理解，再见。";

static const char NO_AGENT[] =
	"抱歉，人工坐席暂时繁忙，我们会尽快与您联系，再见。";

/* What a machine at the other end means by being one: an intent, NULL = it is
 * none, or doubtful. */
static const char *machine_says(const Yinhu__V1__Progress *p)
{
	if (p->early_media || p->confidence < MACHINE_FLOOR)
		return NULL;
	if (!strcmp(p->verdict, "voicemail"))
		return "voicemail";

	return !strcmp(p->verdict, "call_assistant") ? "voice_assistant" : NULL;
}

bool dlg_turn_concerns(const Yinhu__V1__CallEvent *ev)
{
	if (ev->for_agent)
		return false; /* a person talks */
	switch (ev->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
	case YINHU__V1__CALL_EVENT__BODY_SILENCE:
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return true;
	case YINHU__V1__CALL_EVENT__BODY_FINDING:
		return ev->finding->severity == 1;
	case YINHU__V1__CALL_EVENT__BODY_PROGRESS:
		return machine_says(ev->progress);
	case YINHU__V1__CALL_EVENT__BODY_TRANSFER:
		return ev->transfer->state ==
		       YINHU__V1__TRANSFER_PROGRESS__STATE__FAILED;
	default:
		return false;
	}
}

Yinhu__V1__DialogSession *dlg_turn_begin(const Yinhu__V1__CallEvent *ev)
{
	Yinhu__V1__DialogSession s = YINHU__V1__DIALOG_SESSION__INIT;

	s.call_id = ev->call_id;
	s.context = ev->answered->context;
	s.next_command_seq = 1;

	return (Yinhu__V1__DialogSession *)dlg_copy(&s.base);
}

bool dlg_turn_is_applied(const Yinhu__V1__DialogSession *s,
			 const char *event_id)
{
	for (size_t i = 0; i < s->n_applied_events; i++) {
		if (!strcmp(s->applied_events[i], event_id))
			return true;
	}

	return false;
}

static const char *of_context(const Yinhu__V1__CallContext *c, const char *name,
			      size_t len)
{
	for (size_t i = 0; i < c->n_variables; i++) {
		if (strlen(c->variables[i]->key) == len &&
		    !memcmp(c->variables[i]->key, name, len))
			return c->variables[i]->value;
	}

	return "";
}

/* The callee's clock is so far ahead of UTC [s]: the contact's column
 * `time_zone`, as the campaign's rules of hours go by it. */
static int64_t zone_of(const Yinhu__V1__DialogSession *s)
{
	return yh_zone_s(
		of_context(s->context, "time_zone", strlen("time_zone")));
}

/* The callee's clock [s]. */
static int64_t clock_of(const Yinhu__V1__DialogSession *s, int64_t wall_us)
{
	return wall_us / 1000000 + zone_of(s);
}

/* What prompts and conditions may name. */
struct bindings {
	const Yinhu__V1__DialogSession *session;
	char call_back[64]; /* as it is said: "明天上午10点" */
};

static const char *variable(void *arg, const char *name, size_t len)
{
	const struct bindings *b = arg;

	if (len == strlen(CALL_BACK) && !memcmp(name, CALL_BACK, len))
		return b->call_back;

	return of_context(b->session->context, name, len);
}

static void remember(Yinhu__V1__DialogSession *s, const char *event_id)
{
	if (s->n_applied_events == MAX_APPLIED) {
		yh_free(s->applied_events[0]);
		memmove(s->applied_events, s->applied_events + 1,
			--s->n_applied_events * sizeof(char *));
	}
	(void)dlg_append(&s->applied_events, &s->n_applied_events, event_id);
}

static const char *hang_up_disposition(const Yinhu__V1__Ended *e)
{
	return e->outcome == YINHU__V1__CALL_OUTCOME__INTERRUPTED
		       ? "interrupted"
		       : "callee_hangup";
}

/* The agent who takes over this call; "": nobody does, they are only told. */
static const char *agent_of(const Yinhu__V1__DialogSession *s,
			    const struct yh_dialog_actions *a)
{
	return a->channel && !strcmp(a->channel, "agent")
		       ? of_context(s->context, "agent", strlen("agent"))
		       : "";
}

static int act(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
	       const Yinhu__V1__CallEvent *ev, struct yh_dialog_actions *a)
{
	const char *agent = agent_of(s, a);
	int err = 0;

	if (agent[0]) { /* the call goes on, without the bot */
		a->hang_up = false;
		a->listen_ms = 0;
	}

	if (a->do_not_call)
		err = dlg_post_do_not_call(s, ev);
	if (!err && a->channel)
		err = dlg_post_handover(s, ev, a);
	if (!err && a->disposition)
		err = dlg_post_end(s, ev, a->disposition);
	if (!err && (a->prompt[0] || a->keep_listening))
		err = dlg_post_say(s, book, ev, a);
	if (!err && agent[0])
		err = dlg_post_transfer(s, book, agent);

	return err;
}

/* ---- session and state of the engine ---- */

/* FNV-1a (Fowler, Noll, Vo): the same wording in all of a call. */
static unsigned wording_of(const char *call_id)
{
	uint32_t h = 2166136261u;

	while (*call_id)
		h = (h ^ (unsigned char)*call_id++) * 16777619u;

	return h;
}

static struct yh_dialog_state load(const Yinhu__V1__DialogSession *s,
				   const struct yh_script *script)
{
	struct yh_dialog_state st = yh_dialog_begin(wording_of(s->call_id));

	if (s->state[0])
		st.state = yh_script_state(script, s->state);
	st.unclear = s->state_misunderstood;
	st.silences = s->state_silences;
	st.turns = s->turn - 1;
	st.verified = s->verified;
	st.ended = s->ended;
	snprintf(st.emotion, sizeof(st.emotion), "%s", s->emotion);
	st.emotion_turns = s->emotion_turns;
	for (size_t i = 0; i < s->n_slots; i++) {
		int slot = yh_script_slot(script, s->slots[i]->key,
					  strlen(s->slots[i]->key));

		if (slot >= 0)
			snprintf(st.slots[slot], YH_SLOT_VALUE, "%s",
				 s->slots[i]->value);
	}

	return st;
}

static Yinhu__V1__DialogSession__SlotsEntry *
slot_entry(Yinhu__V1__DialogSession *s, const char *key)
{
	Yinhu__V1__DialogSession__SlotsEntry **grown, *e;

	for (size_t i = 0; i < s->n_slots; i++)
		if (!strcmp(s->slots[i]->key, key))
			return s->slots[i];
	grown = yh_realloc(s->slots, (s->n_slots + 1) * sizeof(*grown));
	e = yh_zalloc(sizeof(*e));
	if (grown)
		s->slots = grown;
	if (!grown || !e) {
		yh_free(e);
		return NULL;
	}
	yinhu__v1__dialog_session__slots_entry__init(e);
	dlg_set(&e->key, key);
	s->slots[s->n_slots++] = e;

	return e;
}

static int store(Yinhu__V1__DialogSession *s, const struct yh_script *script,
		 const struct yh_dialog_state *st)
{
	dlg_set(&s->state, script->states[st->state].id);
	s->state_misunderstood = st->unclear;
	s->state_silences = st->silences;
	s->verified = st->verified;
	dlg_set(&s->emotion, st->emotion);
	s->emotion_turns = st->emotion_turns;
	for (unsigned i = 0; i < script->n_slots; i++) {
		Yinhu__V1__DialogSession__SlotsEntry *e;

		if (!st->slots[i][0])
			continue;
		e = slot_entry(s, script->slots[i].id);
		if (!e)
			return -ENOMEM;
		dlg_set(&e->value, st->slots[i]);
	}

	return 0;
}

struct yh_day dlg_turn_day(int64_t wall_us, int64_t zone_s)
{
	enum { DAY_S = 86400 };

	return yh_day_of_number((wall_us / 1000000 + zone_s) / DAY_S);
}

/* What a script's conditions go by: a doubtful emotion is none, so that nobody
 * is handed over for it. NULL when nobody looked. */
static const char *emotion_of(const Yinhu__V1__Transcript *t)
{
	if (!t->emotion[0])
		return NULL;

	return t->emotion_confidence >= EMOTION_FLOOR ? t->emotion : "calm";
}

static struct yh_dialog_event heard(const struct dlg_book *book,
				    const struct yh_dialog_state *st,
				    const Yinhu__V1__Transcript *t,
				    float *confidence)
{
	struct yh_dialog_event de = {.cause = YH_SAID, .text = t->text};
	unsigned n = 0;
	float other;

	if (t->keys[0]) {
		de.text = t->keys;
		de.intent = yh_keypad_intent(book->script, st->state,
					     yh_dialog_asks(book->script, st),
					     t->keys);
		*confidence = 1;
		return de;
	}
	de.deaf = t->level == YINHU__V1__RECOGNITION_LEVEL__DTMF;
	de.intent = yh_classify(book->classifier, t->text, confidence);
	/* A cough, or the line: nothing was said into the prompt. */
	if (t->barge_in && !t->text[0])
		de.intent = "backchannel";
	de.emotion = emotion_of(t);
	for (size_t i = 0; i < t->n_alternatives && n < YH_DIALOG_OTHERS; i++) {
		de.other_texts[n] = t->alternatives[i];
		de.others[n++] = yh_classify(book->classifier,
					     t->alternatives[i], &other);
	}

	return de;
}

/* Not words, but as good as: a beep, a fingerprint. */
static struct yh_dialog_event is_machine(const Yinhu__V1__Progress *p,
					 float *confidence)
{
	*confidence = p->confidence;

	return (struct yh_dialog_event){
		.cause = YH_SAID, .text = "", .intent = machine_says(p)};
}

static void count(Yinhu__V1__DialogSession *s, const struct yh_dialog_event *de,
		  const struct yh_dialog_actions *a)
{
	if (de->cause == YH_SILENT)
		s->silences++;
	if (de->cause != YH_SAID)
		return;
	if (!a->understood)
		s->misunderstood++;
	else if (s->n_intents < MAX_INTENTS)
		(void)dlg_append(&s->intents, &s->n_intents, de->intent);
}

/* "晚点再打": when. Another wish that is understood takes it back. */
static void note_call_back(Yinhu__V1__DialogSession *s,
			   const struct yh_dialog_event *de, int64_t wall_us)
{
	bool later =
		!strcmp(de->intent, "call_back") || !strcmp(de->intent, "busy");
	int64_t zone_s = zone_of(s), now_s = clock_of(s, wall_us), at_s;
	struct yh_day d;
	char text[40];

	if (!later && strcmp(de->intent, "none") != 0)
		dlg_set(&s->call_back_time, "");
	if (!yh_find_moment(de->text, now_s, &at_s) ||
	    (!later && !s->call_back_time[0]))
		return;
	d = yh_day_of_number(at_s / 86400);
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d",
		 d.year, d.month, d.day, (int)(at_s / 3600 % 24),
		 (int)(at_s / 60 % 60), (int)(at_s % 60),
		 zone_s < 0 ? '-' : '+', abs((int)zone_s) / 3600,
		 abs((int)zone_s) / 60 % 60);
	dlg_set(&s->call_back_time, text);
}

static void show_call_back(const Yinhu__V1__DialogSession *s, int64_t wall_us,
			   char *out, size_t size)
{
	struct yh_day d;
	int h, m, sec;

	snprintf(out, size, "稍后");
	if (sscanf(s->call_back_time, "%d-%d-%dT%d:%d:%d", &d.year, &d.month,
		   &d.day, &h, &m, &sec) == 6)
		yh_show_moment(yh_day_number(d) * 86400 + h * 3600 + m * 60 +
				       sec,
			       clock_of(s, wall_us), out, size);
}

static int converse(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		    const Yinhu__V1__CallEvent *ev, const char *opinion)
{
	struct yh_dialog_state st = load(s, book->script);
	struct yh_dialog_event de = {.cause = YH_SILENT, .intent = ""};
	struct yh_dialog_actions a;
	struct bindings bound = {.session = s};
	char *from = yh_strdup(s->state);
	bool spoke = ev->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	float confidence = 0;
	int err;

	if (!from)
		return -ENOMEM;
	if (ev->body_case == YINHU__V1__CALL_EVENT__BODY_ANSWERED)
		de.cause = YH_ANSWERED;
	else if (spoke)
		de = heard(book, &st, ev->transcript, &confidence);
	else if (ev->body_case == YINHU__V1__CALL_EVENT__BODY_PROGRESS)
		de = is_machine(ev->progress, &confidence);
	if (opinion && spoke)
		de.intent = opinion;
	if (spoke)
		note_call_back(s, &de, ev->time_us);
	show_call_back(s, ev->time_us, bound.call_back,
		       sizeof(bound.call_back));
	de.today = dlg_turn_day(ev->time_us, zone_of(s));
	err = yh_dialog_step(book->script, &st, &de, variable, &bound, &a);
	if (err == -EALREADY) { /* over, or not begun: nothing to say */
		yh_free(from);
		return 0;
	}
	if (!err)
		err = store(s, book->script, &st);
	if (!err)
		count(s, &de, &a);
	if (!err && spoke)
		err = dlg_brief_line(s, "callee", ev->transcript->text);
	if (!err && a.prompt[0])
		err = dlg_brief_line(s, "bot", a.prompt);
	if (!err)
		err = dlg_post_turn(s, ev, from, de.intent, confidence);
	if (!err)
		err = act(s, book, ev, &a);
	yh_free(from);

	return err;
}

/* The inspector found what must not go on: silence, the apology, the end. The
 * campaign's own wording comes with the contact as `apology`. */
static int stop_for_finding(Yinhu__V1__DialogSession *s,
			    const struct dlg_book *book,
			    const Yinhu__V1__CallEvent *ev)
{
	Yinhu__V1__CallCommand stop = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__StopPlaying why = YINHU__V1__STOP_PLAYING__INIT;
	struct yh_dialog_actions a = {.hang_up = true};
	const char *own = of_context(s->context, "apology", strlen("apology"));
	int err;

	if (s->ended)
		return 0; /* the call is closing already */
	snprintf(a.prompt, sizeof(a.prompt), "%s", own[0] ? own : APOLOGY);
	why.reason = ev->finding->rule;
	stop.action_case = YINHU__V1__CALL_COMMAND__ACTION_STOP_PLAYING;
	stop.stop_playing = &why;
	err = dlg_post_command(s, &stop);
	if (!err)
		err = dlg_post_say(s, book, ev, &a);

	return err ? err : dlg_post_end(s, ev, "stopped_by_inspector");
}

/* No agent was reached: the bot says so and takes leave. The handover has been
 * told, so that somebody calls back. The campaign's own wording comes with the
 * contact as `no_agent`. */
static int leave_without_agent(Yinhu__V1__DialogSession *s,
			       const struct dlg_book *book,
			       const Yinhu__V1__CallEvent *ev)
{
	struct yh_dialog_actions a = {.hang_up = true};
	const char *own =
		of_context(s->context, "no_agent", strlen("no_agent"));

	if (!s->ended || strcmp(s->disposition, "stopped_by_inspector") == 0)
		return 0; /* not our transfer, or the bot is taking leave */
	snprintf(a.prompt, sizeof(a.prompt), "%s", own[0] ? own : NO_AGENT);

	return dlg_post_say(s, book, ev, &a);
}

int dlg_turn_step(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		  const Yinhu__V1__CallEvent *ev)
{
	return dlg_turn_step_as(s, book, ev, NULL);
}

int dlg_turn_step_as(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		     const Yinhu__V1__CallEvent *ev, const char *intent)
{
	if (dlg_outbox_clear(s))
		return -ENOMEM;
	s->turn++;
	remember(s, ev->event_id);
	if (ev->body_case == YINHU__V1__CALL_EVENT__BODY_FINDING)
		return stop_for_finding(s, book, ev);
	if (ev->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSFER)
		return leave_without_agent(s, book, ev);
	if (ev->body_case != YINHU__V1__CALL_EVENT__BODY_ENDED)
		return converse(s, book, ev, intent);
	if (s->ended)
		return 0;

	return dlg_post_end(s, ev, hang_up_disposition(ev->ended));
}
