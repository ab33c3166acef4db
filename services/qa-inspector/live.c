/** @file live.c  Events to dialog, contract in live.h. Pure. */
#include "live.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *variable(const Yinhu__V1__CallContext *c, const char *key)
{
	for (size_t i = 0; i < c->n_variables; i++) {
		if (!strcmp(c->variables[i]->key, key))
			return c->variables[i]->value;
	}

	return NULL;
}

static int take_number(struct qa_dialog *d, const Yinhu__V1__CallContext *c,
		       const char *key)
{
	const char *text = variable(c, key);

	return text && text[0] ? qa_dialog_fact(d, key, atof(text)) : 0;
}

static int take_truth(struct qa_dialog *d, const Yinhu__V1__CallContext *c,
		      const char *key)
{
	const char *text = variable(c, key);

	return text ? qa_dialog_fact(d, key, !strcmp(text, "true")) : 0;
}

static int take_bank(struct qa_dialog *d, const Yinhu__V1__CallContext *c)
{
	const char *bank = variable(c, "bank_name");

	if (!bank || d->bank_name)
		return 0;
	d->bank_name = yh_strdup(bank);

	return d->bank_name ? 0 : -ENOMEM;
}

/* What a campaign does not say of itself a column of its contacts may:
 * product (wealth, loan), age, product_risk, customer_risk, free_interest. */
static int take_context(struct qa_dialog *d, const Yinhu__V1__CallContext *c)
{
	static const char *const numbers[] = {"age", "product_risk",
					      "customer_risk"};
	enum qa_kind product;
	int err = 0;

	if (!c || d->kind)
		return 0;

	d->kind = qa_kind_of(c->kind);
	product = qa_kind_of(variable(c, "product"));
	if (d->kind == QA_MARKETING && product & (QA_WEALTH | QA_LOAN))
		d->kind = (enum qa_kind)(d->kind | product);
	for (size_t i = 0; i < YH_ARRAY_LEN(numbers) && !err; i++)
		err = take_number(d, c, numbers[i]);
	err = err ? err : take_truth(d, c, "free_interest");

	return err ? err : take_bank(d, c);
}

static const char *intent_of(Yinhu__V1__CallEvent *const *events, size_t n,
			     uint32_t utterance)
{
	for (size_t i = 0; i < n; i++) {
		if (events[i]->body_case == YINHU__V1__CALL_EVENT__BODY_TURN &&
		    events[i]->turn->utterance == utterance &&
		    events[i]->turn->intent[0])
			return events[i]->turn->intent;
	}

	return NULL;
}

/* Q42: is there a recording, as long as the call, with its digest? Q43: does
 * it carry the label of synthetic audio? */
static int take_end(struct qa_dialog *d, const Yinhu__V1__CallEvent *e)
{
	const Yinhu__V1__Ended *end = e->ended;
	int err = take_context(d, end->context);

	if (err || end->outcome != YINHU__V1__CALL_OUTCOME__ANSWERED)
		return err;

	if (end->recording[0])
		err = qa_dialog_fact(d, "aigc_label", end->recording_labelled);

	return err ? err
		   : qa_dialog_fact(d, "recording_complete",
				    end->recording[0] &&
					    end->recording_sha256[0]);
}

static bool has_event(Yinhu__V1__CallEvent *const *events, size_t n,
		      Yinhu__V1__CallEvent__BodyCase body)
{
	for (size_t i = 0; i < n; i++) {
		if (events[i]->body_case == body)
			return true;
	}

	return false;
}

/* Q07: whoever wants no calls any more must be on the list. */
static int take_dialog_end(struct qa_dialog *d,
			   const Yinhu__V1__DialogEnded *end,
			   Yinhu__V1__CallEvent *const *events, size_t n)
{
	for (size_t i = 0; i < end->n_intents; i++) {
		if (!strcmp(end->intents[i], "do_not_call"))
			return qa_dialog_fact(
				d, "dnc_written",
				has_event(
					events, n,
					YINHU__V1__CALL_EVENT__BODY_DO_NOT_CALL));
	}

	return 0;
}

/* What became of a prompt, NULL as long as it is not told. */
static const Yinhu__V1__Played *played_of(Yinhu__V1__CallEvent *const *events,
					  size_t n, uint32_t command_seq)
{
	for (size_t i = 0; i < n; i++) {
		if (events[i]->body_case ==
			    YINHU__V1__CALL_EVENT__BODY_PLAYED &&
		    events[i]->played->command_seq == command_seq)
			return events[i]->played;
	}

	return NULL;
}

static int take_bot(struct qa_dialog *d, const Yinhu__V1__CallEvent *e,
		    const Yinhu__V1__Played *played)
{
	const Yinhu__V1__BotSpeech *b = e->bot_speech;
	bool cut = played && played->interrupted;
	int err;

	if (!b->text[0])
		return 0; /* it only went on listening */
	err = qa_dialog_add(d, QA_BOT, e->offset_ms,
			    e->offset_ms +
				    (cut ? played->played_ms : b->duration_ms),
			    b->text, NULL);
	if (!err) {
		d->turns[d->n_turns - 1].open = !played;
		d->turns[d->n_turns - 1].cut = cut;
	}

	return err;
}

/* What nobody understood is no turn in which something should have been said.
 */
static int take_agent(struct qa_dialog *d, const Yinhu__V1__Transcript *t)
{
	return t->text[0] ? qa_dialog_add(d, QA_AGENT, t->start_ms, t->end_ms,
					  t->text, NULL)
			  : 0;
}

static int take_event(struct qa_dialog *d, const Yinhu__V1__CallEvent *e,
		      Yinhu__V1__CallEvent *const *events, size_t n)
{
	switch (e->body_case) {
	case YINHU__V1__CALL_EVENT__BODY_ANSWERED:
		return take_context(d, e->answered->context);
	case YINHU__V1__CALL_EVENT__BODY_ENDED:
		return take_end(d, e);
	case YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED:
		return take_dialog_end(d, e->dialog_ended, events, n);
	case YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH:
		return take_bot(
			d, e, played_of(events, n, e->bot_speech->command_seq));
	case YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH:
		return take_agent(d, e->agent_speech);
	case YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT:
		return qa_dialog_add(
			d, QA_CALLEE, e->transcript->start_ms,
			e->transcript->end_ms, e->transcript->text,
			intent_of(events, n, e->transcript->utterance));
	default:
		return 0;
	}
}

int qa_live_dialog(struct qa_dialog *d, Yinhu__V1__CallEvent *const *events,
		   size_t n)
{
	int err = 0;

	memset(d, 0, sizeof(*d));
	for (size_t i = 0; i < n && !err; i++)
		err = take_event(d, events[i], events, n);
	if (!d->kind)
		d->kind = QA_SERVICE; /* the rules of every call */
	qa_dialog_sort(d);

	return err;
}

/* Numbers 1, 2, 3 ...: how many came, and the highest that is known of. */
struct numbered {
	uint32_t count, highest;
};

static void see(struct numbered *x, uint32_t number)
{
	x->count++;
	if (number > x->highest)
		x->highest = number;
}

bool qa_live_complete(Yinhu__V1__CallEvent *const *events, size_t n,
		      const Yinhu__V1__CallEvent *ended)
{
	struct numbered callee = {0}, agent = {0}, bot = {0}, begun = {0};
	uint32_t pressed = 0;

	if (ended) {
		agent.highest = ended->ended->agent_utterances;
		bot.highest = ended->ended->prompts;
	}
	if (ended && ended->ended->media)
		callee.highest = ended->ended->media->utterances;
	for (size_t i = 0; i < n; i++) {
		const Yinhu__V1__CallEvent *e = events[i];

		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT)
			see(&callee, e->transcript->utterance);
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH)
			see(&agent, e->agent_speech->utterance);
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT &&
		    e->transcript->keys[0])
			pressed++; /* no speech began */
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH)
			see(&bot, e->bot_speech->number);
		if (e->body_case ==
		    YINHU__V1__CALL_EVENT__BODY_SPEECH_STARTED) {
			see(&begun, e->speech_started->utterance);
			if (e->speech_started->prompts > bot.highest)
				bot.highest = e->speech_started->prompts;
		}
	}

	return callee.count >= callee.highest && agent.count >= agent.highest &&
	       bot.count >= bot.highest &&
	       (!begun.count || begun.count + pressed >= callee.count);
}

/* ---- what could not be judged ----------------------------------------------
 */

/* Utterances of one side, and those of which no words are known. */
struct unheard {
	const char *who;
	uint32_t all, heard;
};

static void hear(struct unheard *u, const Yinhu__V1__Transcript *t)
{
	if (t->utterance > u->all)
		u->all = t->utterance;
	u->heard += t->text[0] || strcmp(t->engine, "none") != 0;
}

static void tell_unheard(struct qa_gaps *out, const struct unheard *u)
{
	if (u->heard < u->all)
		snprintf(out->text[out->n++], QA_GAP_TEXT,
			 "%s: %u of %u utterances were not recognised", u->who,
			 u->all - u->heard, u->all);
}

void qa_live_gaps(struct qa_gaps *out, Yinhu__V1__CallEvent *const *events,
		  size_t n)
{
	struct unheard callee = {.who = "callee"}, agent = {.who = "agent"};
	bool given = false, connected = false;

	out->n = 0;
	for (size_t i = 0; i < n; i++) {
		const Yinhu__V1__CallEvent *e = events[i];

		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT)
			hear(&callee, e->transcript);
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH)
			hear(&agent, e->agent_speech);
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_AGENT_CALL)
			given = true;
		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_ENDED &&
		    e->ended->agent_utterances > agent.all)
			agent.all = e->ended->agent_utterances;
		if (e->body_case != YINHU__V1__CALL_EVENT__BODY_TRANSFER ||
		    e->transfer->state !=
			    YINHU__V1__TRANSFER_PROGRESS__STATE__CONNECTED)
			continue;
		connected = true;
		if (e->transfer->not_inspected[0] && !out->n)
			snprintf(out->text[out->n++], QA_GAP_TEXT, "agent: %s",
				 e->transfer->not_inspected);
	}
	if (given && !connected)
		snprintf(out->text[out->n++], QA_GAP_TEXT,
			 "agent: not connected through the dialer");
	tell_unheard(out, &agent);
	tell_unheard(out, &callee);
}

const char *qa_live_finding_id(const char *call_id, const struct qa_finding *f,
			       char *buf, size_t size)
{
	snprintf(buf, size, "%s.finding.%s.%u", call_id, f->rule->id, f->line);

	return buf;
}

static const char *word_of(enum qa_speaker speaker)
{
	return speaker == QA_BOT     ? "bot"
	       : speaker == QA_AGENT ? "agent"
				     : "callee";
}

void qa_live_finding(Yinhu__V1__Finding *out, const struct qa_finding *f,
		     const struct qa_dialog *d)
{
	const struct qa_turn *t = f->line ? &d->turns[f->line - 1] : NULL;

	yinhu__v1__finding__init(out);
	out->rule = f->rule->id;
	out->severity = f->rule->severity;
	out->line = f->line;
	out->basis = f->rule->basis;
	out->message = f->rule->message;
	out->pack = (char *)f->rule->pack;
	if (t) {
		out->speaker = (char *)word_of(t->speaker);
		out->quote = t->text;
		out->start_ms = t->start_ms;
		out->end_ms = t->end_ms;
	}
}
