/** @file outbox.c  What a step sends, contract in outbox.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "brief.h"
#include "fields.h"
#include "outbox.h"
#include "script/hints.h"

enum { MAX_OUTBOX = 6, MAX_SUMMARY = 16, MAX_KEY = 33 };

/* The utterance that is answered, 0 = none. */
static uint32_t utterance_of(const Yinhu__V1__CallEvent *cause)
{
	return cause->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT
		       ? cause->transcript->utterance
		       : 0;
}

/* The session may have come from Redis, with arrays of its own size. */
static int make_room(Yinhu__V1__DialogSession *s)
{
	void *c = yh_realloc(s->outbox_commands,
			     MAX_OUTBOX * sizeof(*s->outbox_commands));
	void *e;

	if (!c)
		return -ENOMEM;
	s->outbox_commands = c;
	e = yh_realloc(s->outbox_events,
		       MAX_OUTBOX * sizeof(*s->outbox_events));
	if (!e)
		return -ENOMEM;
	s->outbox_events = e;

	return 0;
}

int dlg_outbox_clear(Yinhu__V1__DialogSession *s)
{
	for (size_t i = 0; i < s->n_outbox_commands; i++)
		yinhu__v1__call_command__free_unpacked(s->outbox_commands[i],
						       NULL);
	for (size_t i = 0; i < s->n_outbox_events; i++)
		yinhu__v1__call_event__free_unpacked(s->outbox_events[i], NULL);
	s->n_outbox_commands = s->n_outbox_events = 0;

	return make_room(s);
}

int dlg_post_command(Yinhu__V1__DialogSession *s, Yinhu__V1__CallCommand *cmd)
{
	if (s->n_outbox_commands == MAX_OUTBOX)
		return -ENOMEM;
	cmd->call_id = s->call_id;
	cmd->seq = s->next_command_seq++;
	s->outbox_commands[s->n_outbox_commands] =
		(Yinhu__V1__CallCommand *)dlg_copy(&cmd->base);

	return s->outbox_commands[s->n_outbox_commands++] ? 0 : -ENOMEM;
}

static int post_event(Yinhu__V1__DialogSession *s,
		      const Yinhu__V1__CallEvent *cause,
		      Yinhu__V1__CallEvent *ev, const char *what)
{
	char id[192];

	if (s->n_outbox_events == MAX_OUTBOX)
		return -ENOMEM;
	snprintf(id, sizeof(id), "%s.%s", s->call_id, what);
	ev->event_id = id;
	ev->call_id = s->call_id;
	ev->time_us = cause->time_us;
	ev->offset_ms = cause->offset_ms;
	ev->source = (char *)"dialog";
	s->outbox_events[s->n_outbox_events] =
		(Yinhu__V1__CallEvent *)dlg_copy(&ev->base);

	return s->outbox_events[s->n_outbox_events++] ? 0 : -ENOMEM;
}

static const char *cause_name(const Yinhu__V1__CallEvent *cause)
{
	switch (cause->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
		return "transcript";
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
		return "answered";
	case YINHU__V1__CALL_EVENT__BODY_PROGRESS:
		return "progress";
	default:
		return "silence";
	}
}

int dlg_post_turn(Yinhu__V1__DialogSession *s,
		  const Yinhu__V1__CallEvent *cause, const char *from,
		  const char *intent, float confidence)
{
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Turn t = YINHU__V1__TURN__INIT;
	char what[32];

	snprintf(what, sizeof(what), "turn.%u", s->turn);
	t.number = s->turn;
	t.from_state = (char *)from;
	t.to_state = s->state;
	t.intent = (char *)intent;
	t.confidence = confidence;
	t.cause = (char *)cause_name(cause);
	t.utterance = utterance_of(cause);
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_TURN;
	ev.turn = &t;

	return post_event(s, cause, &ev, what);
}

int dlg_post_do_not_call(Yinhu__V1__DialogSession *s,
			 const Yinhu__V1__CallEvent *cause)
{
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__DoNotCall d = YINHU__V1__DO_NOT_CALL__INIT;

	d.attempt_id = s->context->attempt_id;
	d.utterance = utterance_of(cause);
	d.reason = (char *)"said so in the call";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL;
	ev.do_not_call = &d;

	return post_event(s, cause, &ev, "do_not_call");
}

int dlg_post_handover(Yinhu__V1__DialogSession *s,
		      const Yinhu__V1__CallEvent *cause,
		      const struct yh_dialog_actions *a)
{
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Handover h = YINHU__V1__HANDOVER__INIT;
	char id[128], summary[DLG_SUMMARY_MAX];

	snprintf(id, sizeof(id), "%s.%s", s->call_id, a->channel);
	h.handover_id = id;
	h.channel = (char *)a->channel;
	h.template_ = (char *)a->template_id;
	h.attempt_id = s->context->attempt_id;
	h.slots = (Yinhu__V1__Handover__SlotsEntry **)s->slots;
	h.n_slots = s->n_slots;
	if (!strcmp(a->channel, "agent")) {
		dlg_brief_summary(s, summary, sizeof(summary));
		h.summary = summary;
		h.transcript = s->lines;
		h.n_transcript = s->n_lines;
	}
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_HANDOVER;
	ev.handover = &h;

	return post_event(s, cause, &ev, "handover");
}

/* Does a slot's value tell nobody who somebody is? */
static bool is_harmless(const struct yh_script *script, const char *slot)
{
	int i = yh_script_slot(script, slot, strlen(slot));

	return i >= 0 && script->slots[i].type != YH_SLOT_PHONE &&
	       script->slots[i].type != YH_SLOT_TEXT;
}

int dlg_post_transfer(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		      const char *agent)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Transfer t = YINHU__V1__TRANSFER__INIT;
	Yinhu__V1__Transfer__SummaryEntry list[MAX_SUMMARY], *refs[MAX_SUMMARY];
	char id[128], keys[MAX_SUMMARY][MAX_KEY];
	size_t n = 0;

	for (size_t i = 0; i < MAX_SUMMARY; i++) {
		yinhu__v1__transfer__summary_entry__init(&list[i]);
		list[i].key = keys[i];
		refs[i] = &list[i];
	}
	snprintf(id, sizeof(id), "%s.agent", s->call_id);
	snprintf(keys[n], MAX_KEY, "handover");
	list[n++].value = id;
	snprintf(keys[n], MAX_KEY, "state");
	list[n++].value = s->state;
	snprintf(keys[n], MAX_KEY, "verified");
	list[n++].value = (char *)(s->verified ? "true" : "false");
	for (size_t i = 0; i < s->n_slots && n < MAX_SUMMARY; i++) {
		if (!is_harmless(book->script, s->slots[i]->key) ||
		    strlen(s->slots[i]->key) >= MAX_KEY)
			continue;
		snprintf(keys[n], MAX_KEY, "%s", s->slots[i]->key);
		for (char *c = keys[n]; *c; c++)
			*c = *c == '_' ? '-' : *c; /* a header's name */
		list[n++].value = s->slots[i]->value;
	}
	t.agent = (char *)agent;
	t.summary = refs;
	t.n_summary = n;
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_TRANSFER;
	cmd.transfer = &t;

	return dlg_post_command(s, &cmd);
}

int dlg_post_end(Yinhu__V1__DialogSession *s, const Yinhu__V1__CallEvent *cause,
		 const char *disposition)
{
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__DialogEnded e = YINHU__V1__DIALOG_ENDED__INIT;

	s->ended = true;
	dlg_set(&s->disposition, disposition);
	e.disposition = s->disposition;
	e.intents = s->intents;
	e.n_intents = s->n_intents;
	e.turns = s->turn;
	e.misunderstood = s->misunderstood;
	e.silences = s->silences;
	e.verified = s->verified;
	e.call_back_time = s->call_back_time;
	/* Entries of all maps of texts are alike on the wire. */
	e.slots = (Yinhu__V1__DialogEnded__SlotsEntry **)s->slots;
	e.n_slots = s->n_slots;
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED;
	ev.dialog_ended = &e;

	return post_event(s, cause, &ev, "dialog_ended");
}

int dlg_post_say(Yinhu__V1__DialogSession *s, const struct dlg_book *book,
		 const Yinhu__V1__CallEvent *cause,
		 const struct yh_dialog_actions *a)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Say say = YINHU__V1__SAY__INIT;
	const char *hints[YH_HINTS_MAX];

	say.text = (char *)a->prompt;
	say.barge_in = a->barge_in;
	say.listen_ms = a->listen_ms;
	say.then_hang_up = a->hang_up;
	say.resume = a->resume;
	say.utterance = utterance_of(cause);
	say.expect = (Yinhu__V1__Expectation)a->expect;
	say.n_hints = yh_script_hints(book->script,
				      yh_script_state(book->script, s->state),
				      hints, YH_HINTS_MAX);
	say.hints = (char **)hints;
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_SAY;
	cmd.say = &say;

	return dlg_post_command(s, &cmd);
}
