/**
 * @file calls.c  Events of calls, one after the other in each call.
 *
 * For an event: load the session, step, save by compare-and-set, send the
 * outbox, acknowledge. What dies in between is delivered again; an event that
 * was stepped on already only sends the outbox again, and commands and events
 * have fixed numbers, so that nothing is said or told twice.
 *
 * With Redis away the replica that took the call's last step goes on from its
 * own memory (held.c), the others give its events back, and no call begins.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "script/play.h"

enum {
	MAX_WAITING = 64, /* events of one call */
	COMMAND_MS = 500,
	COMMAND_TRIES = 3,
	AGAIN_MS = 200,
	MAX_DELIVERIES = 50,
	MAX_UNBEGUN = 10, /* deliveries: 2 s of silence */
};

struct event {
	struct event *next;
	struct yh_msg *msg;
	Yinhu__V1__CallEvent *ev;
	uint64_t began_us;
};

struct dlg_call {
	struct dlg_call *next;
	struct dlg_app *app;
	char call_id[64];
	struct event *first, **last;
	unsigned n_events;
	Yinhu__V1__DialogSession *session;
	/* The second opinion on the event under way. */
	bool asked;
	char opinion[YH_SCRIPT_MAX_ID + 1]; /* "" = none */
	/* The outbox under way. */
	size_t next_command;
	unsigned tries, stores;
	bool store_failed;
};

static void advance(struct dlg_call *c);

static unsigned bucket_of(const char *id)
{
	unsigned h = 5381;

	for (; *id; id++)
		h = h * 33 ^ (unsigned char)*id;

	return h % DLG_BUCKETS;
}

static struct dlg_call *find(struct dlg_app *app, const char *id)
{
	struct dlg_call *c = app->buckets[bucket_of(id)];

	while (c && strcmp(c->call_id, id))
		c = c->next;

	return c;
}

static struct dlg_call *add(struct dlg_app *app, const char *id)
{
	struct dlg_call *c = yh_zalloc(sizeof(*c));
	unsigned b = bucket_of(id);

	if (!c)
		return NULL;
	c->app = app;
	c->last = &c->first;
	snprintf(c->call_id, sizeof(c->call_id), "%s", id);
	c->next = app->buckets[b];
	app->buckets[b] = c;
	app->n_calls++;

	return c;
}

static void forget(struct dlg_call *c)
{
	struct dlg_call **at = &c->app->buckets[bucket_of(c->call_id)];

	while (*at != c)
		at = &(*at)->next;
	*at = c->next;
	c->app->n_calls--;
	yh_free(c);
}

static void free_event(struct event *e)
{
	yinhu__v1__call_event__free_unpacked(e->ev, NULL);
	yh_free(e);
}

/* ---- the end of an event
 * ---------------------------------------------------------- */

static void finish(struct dlg_call *c, bool done)
{
	struct event *e = c->first;

	c->first = e->next;
	if (!c->first)
		c->last = &c->first;
	c->n_events--;
	if (c->session)
		yinhu__v1__dialog_session__free_unpacked(c->session, NULL);
	c->session = NULL;
	if (done && e->ev->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED)
		dlg_held_drop(c->app, c->call_id);
	c->asked = false;
	c->opinion[0] = '\0';
	if (done) {
		yh_metric_observe(&dlg_m_step,
				  (double)(yh_now_us() - e->began_us) / 1e6);
		yh_msg_ack(e->msg);
	} else {
		yh_metric_add(&dlg_m_retries, 1);
		yh_msg_nak(e->msg, AGAIN_MS);
	}
	free_event(e);
	if (c->first)
		advance(c);
	else
		forget(c);
}

/* ---- outbox
 * ----------------------------------------------------------------------- */

static void send_commands(struct dlg_call *c);

static void check_done(struct dlg_call *c)
{
	if (c->next_command == c->session->n_outbox_commands && !c->stores)
		finish(c, !c->store_failed);
}

static void on_command(void *arg, int err, const struct yh_msg *msg)
{
	struct dlg_call *c = arg;

	(void)msg; /* a call that is not there any more needs no command */
	if (err && ++c->tries < COMMAND_TRIES && err != -ECANCELED) {
		send_commands(c);
		return;
	}
	/* A dialer that is there and does not answer gets it again, with the
	 * event; one that is gone has taken its call along. */
	if (err && err != YH_ERR_NO_RESPONDERS &&
	    yh_msg_delivered(c->first->msg) <= MAX_DELIVERIES) {
		c->store_failed = true;
		c->next_command = c->session->n_outbox_commands;
		check_done(c);
		return;
	}
	if (err) {
		yh_metric_add(&dlg_m_commands_lost, 1);
		yh_warn("dialog.command", "call_id=%s err=%s", c->call_id,
			yh_err_text(err));
	}
	c->tries = 0;
	c->next_command++;
	send_commands(c);
}

static void send_commands(struct dlg_call *c)
{
	const Yinhu__V1__DialogSession *s = c->session;
	const Yinhu__V1__CallCommand *cmd;
	char subject[192];
	uint8_t *buf;
	size_t n;
	int err;

	if (c->next_command == s->n_outbox_commands) {
		check_done(c);
		return;
	}
	cmd = s->outbox_commands[c->next_command];
	n = yinhu__v1__call_command__get_packed_size(cmd);
	buf = yh_zalloc(n);
	snprintf(subject, sizeof(subject), "yinhu.cmd.%s.%s",
		 s->context->instance, s->call_id);
	err = -ENOMEM;
	if (buf) {
		yinhu__v1__call_command__pack(cmd, buf);
		err = yh_bus_request(c->app->svc->bus, subject, buf, n,
				     COMMAND_MS, on_command, c);
	}
	yh_free(buf);
	if (err) { /* the bus is down: the stream brings the event again */
		c->store_failed = true;
		c->next_command = s->n_outbox_commands;
		check_done(c);
	}
}

static void on_told(void *arg, int err)
{
	struct dlg_call *c = arg;

	c->stores--;
	c->store_failed = c->store_failed || err;
	check_done(c);
}

static void send_outbox(struct dlg_call *c)
{
	const Yinhu__V1__DialogSession *s = c->session;

	c->next_command = c->tries = 0;
	c->store_failed = false;
	c->stores = 1; /* ours, so that it is not done before all are out */
	for (size_t i = 0; i < s->n_outbox_events; i++) {
		c->stores++;
		if (yh_event_publish(c->app->svc->bus,
				     &s->outbox_events[i]->base, on_told, c)) {
			c->stores--;
			c->store_failed = true;
		}
	}
	c->stores--;
	send_commands(c);
}

/* ---- the step
 * ------------------------------------------------------------------------ */

static void on_saved(void *arg, int err, Yinhu__V1__DialogSession *none)
{
	struct dlg_call *c = arg;

	(void)none;
	if (err == YH_ERR_CONFLICT)
		yh_metric_add(&dlg_m_conflicts, 1);
	/* The store is away: what is held here goes on, nothing begins. */
	if (err &&
	    (err == YH_ERR_CONFLICT || !dlg_held_find(c->app, c->call_id))) {
		finish(c, false);
		return;
	}
	if (err)
		yh_metric_add(&dlg_m_from_memory, 1);
	dlg_held_keep(c->app, c->session, err);
	yh_metric_add(&dlg_m_turns, 1);
	send_outbox(c);
}

static void on_book(void *arg, int err, const struct dlg_book *book);

static void on_opinion(void *arg, const char *intent)
{
	struct dlg_call *c = arg;

	snprintf(c->opinion, sizeof(c->opinion), "%s", intent ? intent : "");
	if (c->app->closing)
		finish(c, false);
	else
		dlg_library_get(c->app->library, c->session->context->script,
				on_book, c);
}

/* What the bot asked, as it is kept to be said again. */
static const char *question_of(const Yinhu__V1__DialogSession *s)
{
	for (size_t i = 0; i < s->n_outbox_commands; i++)
		if (s->outbox_commands[i]->action_case ==
		    YINHU__V1__CALL_COMMAND__ACTION_SAY)
			return s->outbox_commands[i]->say->text;

	return "";
}

/* @return Is somebody asked? Then on_opinion comes */
static bool ask_opinion(struct dlg_call *c, const struct dlg_book *book)
{
	const Yinhu__V1__CallEvent *ev = c->first->ev;
	const Yinhu__V1__CallContext *context = c->session->context;
	const struct dlg_choices choices = {
		{c->app->understanding.general, &book->script->intents}};
	char text[YH_SENTENCE_MAX], question[YH_SENTENCE_MAX];
	const char *values[YH_PLAY_MAX_FIELDS];
	float confidence = 0;
	size_t n = 0;

	if (c->asked ||
	    ev->body_case != YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT ||
	    !dlg_opinion_wanted(c->app->opinion,
				yh_classify(book->classifier,
					    ev->transcript->text, &confidence),
				confidence))
		return false;
	for (; n < context->n_variables && n < YH_PLAY_MAX_FIELDS; n++)
		values[n] = context->variables[n]->value;
	dlg_opinion_redact(ev->transcript->text, values, n, text, sizeof(text));
	dlg_opinion_redact(question_of(c->session), values, n, question,
			   sizeof(question));
	c->asked = true;

	return !dlg_opinion_ask(c->app->opinion, question, text, &choices,
				on_opinion, c);
}

static void on_book(void *arg, int err, const struct dlg_book *book)
{
	struct dlg_call *c = arg;
	Yinhu__V1__DialogSession *s = c->session;
	bool was_over = s->ended;
	unsigned unclear = s->misunderstood;

	if (!err && ask_opinion(c, book))
		return;
	if (!err)
		err = dlg_turn_step_as(s, book, c->first->ev,
				       c->opinion[0] ? c->opinion : NULL);
	if (err) {
		yh_warn("dialog.step", "call_id=%s err=%s", c->call_id,
			yh_err_text(err));
		finish(c, false);
		return;
	}
	if (s->ended && !was_over)
		yh_metric_add_l(&dlg_m_dispositions, s->disposition, 1);
	if (s->misunderstood > unclear)
		yh_metric_add(&dlg_m_not_understood, 1);
	err = dlg_session_save(c->app, s, dlg_held_is_ahead(c->app, s),
			       on_saved, c);
	if (err)
		on_saved(c, err, NULL);
}

/* No session: an answered call begins one, the end of a call that was never
 * answered needs none, and anything else has come too early. */
static void without_session(struct dlg_call *c)
{
	const Yinhu__V1__CallEvent *ev = c->first->ev;
	bool answered = ev->body_case == YINHU__V1__CALL_EVENT__BODY_ANSWERED;
	bool over = ev->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED &&
		    ev->ended->outcome != YINHU__V1__CALL_OUTCOME__ANSWERED;

	if (answered && ev->answered->context)
		c->session = dlg_turn_begin(ev);
	if (c->session)
		dlg_library_get(c->app->library, c->session->context->script,
				on_book, c);
	else
		finish(c, over || yh_msg_delivered(c->first->msg) >
					  MAX_DELIVERIES);
}

static void hang_up(struct dlg_call *c, const char *instance)
{
	Yinhu__V1__CallCommand cmd = YINHU__V1__CALL_COMMAND__INIT;
	Yinhu__V1__Hangup why = YINHU__V1__HANGUP__INIT;
	char subject[192];
	uint8_t buf[256];

	why.reason = (char *)"the dialog cannot begin";
	cmd.call_id = c->call_id;
	cmd.seq = UINT32_MAX; /* the last word */
	cmd.action_case = YINHU__V1__CALL_COMMAND__ACTION_HANGUP;
	cmd.hangup = &why;
	snprintf(subject, sizeof(subject), "yinhu.cmd.%s.%s", instance,
		 c->call_id);
	/* Lost: the dialer ends a call that nobody leads. */
	if (yinhu__v1__call_command__get_packed_size(&cmd) <= sizeof(buf))
		(void)yh_bus_publish(c->app->svc->bus, subject, buf,
				     yinhu__v1__call_command__pack(&cmd, buf));
}

/* The store is away and nobody here holds the call. One that was answered
 * just now is ended rather than left in silence. */
static void unreachable(struct dlg_call *c)
{
	const Yinhu__V1__CallEvent *ev = c->first->ev;
	bool hopeless = ev->body_case == YINHU__V1__CALL_EVENT__BODY_ANSWERED &&
			ev->answered->context &&
			yh_msg_delivered(c->first->msg) > MAX_UNBEGUN;

	if (hopeless) {
		hang_up(c, ev->answered->context->instance);
		yh_metric_add(&dlg_m_not_begun, 1);
	}
	finish(c, hopeless);
}

static void on_session(void *arg, int err, Yinhu__V1__DialogSession *s)
{
	struct dlg_call *c = arg;

	s = dlg_held_latest(c->app, c->call_id, err, s);
	if (err && !s) {
		unreachable(c);
		return;
	}
	c->session = s;
	if (!s) {
		without_session(c);
	} else if (dlg_turn_is_applied(s, c->first->ev->event_id)) {
		yh_metric_add(&dlg_m_duplicates, 1);
		send_outbox(c);
	} else {
		dlg_library_get(c->app->library, s->context->script, on_book,
				c);
	}
}

static void advance(struct dlg_call *c)
{
	int err = dlg_session_load(c->app, c->call_id, on_session, c);

	if (err)
		on_session(c, err, NULL);
}

/* ---- intake
 * -------------------------------------------------------------------------- */

static int queue(struct dlg_app *app, struct event *e)
{
	struct dlg_call *c = find(app, e->ev->call_id);
	bool idle = !c;

	if (!c)
		c = add(app, e->ev->call_id);
	if (!c || c->n_events == MAX_WAITING)
		return -EAGAIN;
	*c->last = e;
	c->last = &e->next;
	c->n_events++;
	if (idle)
		advance(c);

	return 0;
}

void dlg_on_event(void *arg, struct yh_msg *msg)
{
	struct dlg_app *app = arg;
	Yinhu__V1__CallEvent *ev = yinhu__v1__call_event__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	struct event *e;

	if (!ev || !dlg_turn_concerns(ev) || strlen(ev->call_id) > 63) {
		if (ev)
			yinhu__v1__call_event__free_unpacked(ev, NULL);
		yh_msg_ack(msg);
		return;
	}
	yh_metric_add(&dlg_m_events, 1);
	e = yh_zalloc(sizeof(*e));
	if (!e) {
		yinhu__v1__call_event__free_unpacked(ev, NULL);
		yh_msg_nak(msg, AGAIN_MS);
		return;
	}
	*e = (struct event){.msg = msg, .ev = ev, .began_us = yh_now_us()};
	if (queue(app, e)) {
		free_event(e);
		yh_msg_nak(msg, AGAIN_MS);
	}
}

void dlg_calls_close(struct dlg_app *app)
{
	for (unsigned b = 0; b < DLG_BUCKETS; b++) {
		while (app->buckets[b]) {
			struct dlg_call *c = app->buckets[b];

			while (c->first) {
				struct event *e = c->first;

				c->first = e->next;
				yh_msg_nak(e->msg, 0);
				free_event(e);
			}
			if (c->session)
				yinhu__v1__dialog_session__free_unpacked(
					c->session, NULL);
			forget(c);
		}
	}
}
