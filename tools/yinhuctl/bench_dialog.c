/**
 * @file bench_dialog.c  yinhuctl bench dialog: how fast a conversation steps.
 *
 * One core, no service: call event in (packed, as from the stream) to session
 * and outbox out (packed, as to Redis and the dialer), sentence after sentence
 * of an evaluation file through a script.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../services/dialog/turn.h"
#include "authoring.h"
#include "base/clock.h"
#include "base/mem.h"
#include "commands.h"
#include "tsv.h"

enum { MAX_SENTENCES = 20000, STEPS = 20000 };

struct bench {
	struct yc_authoring a;
	struct dlg_book book;
	char *sentences[MAX_SENTENCES];
	unsigned n;
	Yinhu__V1__DialogSession *session;
	double *us; /* shape (STEPS) */
	size_t bytes;
};

static int keep(char **field, void *arg)
{
	struct bench *b = arg;

	if (b->n == MAX_SENTENCES)
		return 0;
	b->sentences[b->n] = strdup(field[0]);

	return b->sentences[b->n++] ? 0 : -1;
}

static int begin(struct bench *b)
{
	Yinhu__V1__CallContext context = YINHU__V1__CALL_CONTEXT__INIT;
	Yinhu__V1__Answered answered = YINHU__V1__ANSWERED__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT;

	answered.context = &context;
	ev.event_id = (char *)"bench.answered";
	ev.call_id = (char *)"bench";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_ANSWERED;
	ev.answered = &answered;
	if (b->session)
		yinhu__v1__dialog_session__free_unpacked(b->session, NULL);
	b->session = dlg_turn_begin(&ev);

	return b->session ? dlg_turn_step(b->session, &b->book, &ev) : -1;
}

/* One event through, as the service does it. */
static int step(struct bench *b, unsigned i)
{
	Yinhu__V1__Transcript t = YINHU__V1__TRANSCRIPT__INIT;
	Yinhu__V1__CallEvent ev = YINHU__V1__CALL_EVENT__INIT, *got;
	uint8_t event[4096], *session;
	char id[32];
	size_t n, size;
	uint64_t from;
	int err;

	snprintf(id, sizeof(id), "bench.utt.%u", i);
	t.utterance = i;
	t.text = b->sentences[i % b->n];
	ev.event_id = id;
	ev.call_id = (char *)"bench";
	ev.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	ev.transcript = &t;
	n = yinhu__v1__call_event__pack(&ev, event);
	from = yh_now_us();
	got = yinhu__v1__call_event__unpack(NULL, n, event);
	if (!got)
		return -1;
	err = dlg_turn_step(b->session, &b->book, got);
	size = yinhu__v1__dialog_session__get_packed_size(b->session);
	session = yh_zalloc(size);
	if (session)
		b->bytes = yinhu__v1__dialog_session__pack(b->session, session);
	yh_free(session);
	yinhu__v1__call_event__free_unpacked(got, NULL);
	b->us[i] = (double)(yh_now_us() - from);

	return err;
}

static int by_value(const void *x, const void *y)
{
	const double *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

static int run(struct bench *b, const char *script)
{
	uint64_t from = yh_now_us();

	if (begin(b))
		return -1;
	for (unsigned i = 0; i < STEPS; i++) {
		if (b->session->ended && begin(b))
			return -1;
		if (step(b, i))
			return -1;
	}
	from = yh_now_us() - from;
	qsort(b->us, STEPS, sizeof(*b->us), by_value);
	printf("{\n \"name\": \"dialog\",\n \"value\": %.3f,\n \"unit\": "
	       "\"ms\",\n"
	       " \"p50_ms\": %.3f,\n \"p99_ms\": %.3f,\n"
	       " \"steps_per_second\": %.0f,\n \"session_bytes\": %zu,\n"
	       " \"bar\": {\"p99\": 5},\n \"conditions\": \"event unpacked to "
	       "session and outbox packed, one core, %u steps of %s, without "
	       "Redis and NATS\"\n}\n",
	       b->us[STEPS * 99 / 100] / 1000, b->us[STEPS / 2] / 1000,
	       b->us[STEPS * 99 / 100] / 1000, STEPS * 1e6 / (double)from,
	       b->bytes, (unsigned)STEPS, script);

	return 0;
}

int yc_bench_dialog(int argc, char **argv)
{
	struct bench *b = calloc(1, sizeof(*b));
	int rc = YC_FAILED;

	if (!b || argc != 3) {
		free(b);
		return YC_USAGE;
	}
	b->us = calloc(STEPS, sizeof(*b->us));
	if (b->us && !yc_tsv_read(argv[2], 2, keep, b) && b->n &&
	    !yc_authoring_open(&b->a, argv[1])) {
		b->book.script = b->a.script;
		b->book.classifier = b->a.classifier;
		rc = run(b, b->a.script->id) ? YC_FAILED : YC_OK;
	}
	if (b->session)
		yinhu__v1__dialog_session__free_unpacked(b->session, NULL);
	yc_authoring_close(&b->a);
	while (b->n)
		free(b->sentences[--b->n]);
	free(b->us);
	free(b);

	return rc;
}
