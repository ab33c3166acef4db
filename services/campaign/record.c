/** @file record.c  Transcript of a call, contract in record.h */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "text/redact.h"

typedef Yinhu__V1__CallEvent event_t;
typedef Yinhu__V1__TranscriptLine line_t;

struct fold {
	struct cmp_arena *a;
	event_t *const *events;
	size_t n;
};

/* The first event of a kind whose number is `number`. */
static const event_t *find(const struct fold *f, int kind, uint32_t number)
{
	for (size_t i = 0; i < f->n; i++) {
		const event_t *e = f->events[i];

		if ((int)e->body_case != kind)
			continue;
		if (kind == YINHU__V1__CALL_EVENT__BODY_PLAYED &&
		    e->played->command_seq == number)
			return e;
		if (kind == YINHU__V1__CALL_EVENT__BODY_TURN &&
		    e->turn->utterance == number)
			return e;
	}

	return NULL;
}

/* The script's state at a time: where the last turn before it went. */
static char *state_at(const struct fold *f, int64_t time_us)
{
	const event_t *last = NULL;

	for (size_t i = 0; i < f->n; i++) {
		const event_t *e = f->events[i];

		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_TURN &&
		    e->time_us <= time_us &&
		    (!last || e->time_us >= last->time_us))
			last = e;
	}

	return last ? last->turn->to_state : (char *)protobuf_c_empty_string;
}

static line_t *line_new(const struct fold *f, Yinhu__V1__Speaker speaker,
			char *text)
{
	line_t *l = cmp_alloc(f->a, sizeof(*l));

	yinhu__v1__transcript_line__init(l);
	l->speaker = speaker;
	yh_redact(text); /* a prompt, an agent: what recognition did not see */
	l->text = text;

	return l;
}

static line_t *bot_line(const struct fold *f, const event_t *e)
{
	const Yinhu__V1__BotSpeech *b = e->bot_speech;
	const event_t *played =
		find(f, YINHU__V1__CALL_EVENT__BODY_PLAYED, b->command_seq);
	line_t *l = line_new(f, YINHU__V1__SPEAKER__BOT, b->text);

	l->start_ms = e->offset_ms;
	l->end_ms = e->offset_ms +
		    (played ? played->played->played_ms : b->duration_ms);
	l->interrupted = played && played->played->interrupted;
	l->state = state_at(f, e->time_us);

	return l;
}

/* What the callee said, or pressed. */
static char *words_of(const struct fold *f, const Yinhu__V1__Transcript *t)
{
	static const char PRESSED[] = "按键 ";
	size_t size = sizeof(PRESSED) + strlen(t->keys);
	char *text;

	if (!t->keys[0])
		return t->text;
	text = cmp_alloc(f->a, size);
	snprintf(text, size, "%s%s", PRESSED, t->keys);

	return text;
}

static void note_heard(line_t *l, const Yinhu__V1__Transcript *t)
{
	l->start_ms = t->start_ms;
	l->end_ms = t->end_ms;
	l->confidence = t->confidence;
	l->engine = t->engine;
	l->level = t->level;
	l->emotion = t->emotion;
	l->emotion_confidence = t->emotion_confidence;
}

static line_t *agent_line(const struct fold *f, const Yinhu__V1__Transcript *t)
{
	line_t *l = line_new(f, YINHU__V1__SPEAKER__AGENT, t->text);

	note_heard(l, t);

	return l;
}

static line_t *callee_line(const struct fold *f, const event_t *e)
{
	const Yinhu__V1__Transcript *t = e->transcript;
	const event_t *turn =
		find(f, YINHU__V1__CALL_EVENT__BODY_TURN, t->utterance);
	line_t *l = line_new(f, YINHU__V1__SPEAKER__CALLEE, words_of(f, t));

	note_heard(l, t);
	if (turn) {
		l->intent = turn->turn->intent;
		l->state = turn->turn->from_state;
	}

	return l;
}

static int by_start(const void *a, const void *b)
{
	const line_t *x = *(line_t *const *)a, *y = *(line_t *const *)b;

	if (x->start_ms != y->start_ms)
		return x->start_ms < y->start_ms ? -1 : 1;

	return (int)x->speaker - (int)y->speaker;
}

void cmp_record_fold(struct cmp_arena *a, Yinhu__V1__Call *call,
		     event_t *const *events, size_t n)
{
	struct fold f = {a, events, n};

	call->transcript = cmp_alloc(a, n * sizeof(*call->transcript));
	call->turn_latency_ms =
		cmp_alloc(a, n * sizeof(*call->turn_latency_ms));
	for (size_t i = 0; i < n; i++) {
		const event_t *e = events[i];

		if (e->body_case == YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH) {
			if (!e->bot_speech->text[0])
				continue; /* it only went on listening */
			call->transcript[call->n_transcript++] =
				bot_line(&f, e);
			if (e->bot_speech->turn_latency_ms)
				call->turn_latency_ms
					[call->n_turn_latency_ms++] =
					e->bot_speech->turn_latency_ms;
		} else if (e->body_case ==
			   YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT) {
			call->transcript[call->n_transcript++] =
				callee_line(&f, e);
		} else if (e->body_case ==
				   YINHU__V1__CALL_EVENT__BODY_AGENT_SPEECH &&
			   e->agent_speech->text[0]) {
			call->transcript[call->n_transcript++] =
				agent_line(&f, e->agent_speech);
		}
	}
	if (call->n_transcript)
		qsort(call->transcript, call->n_transcript,
		      sizeof(*call->transcript), by_start);
}
