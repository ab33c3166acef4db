/** @file calls_source.c  Recorded events, contract in calls_source.h */
#include "calls_source.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "json/protojson.h"
#include "sealed_db.h"

/* ---- the list
 * ---------------------------------------------------------------- */

/* @param event Taken */
static int add(struct yc_calls *c, Yinhu__V1__CallEvent *event)
{
	if (c->n == YC_MAX_EVENTS) {
		fprintf(stderr, "yinhuctl: more than %d events\n",
			YC_MAX_EVENTS);
		yinhu__v1__call_event__free_unpacked(event, NULL);
		return -1;
	}
	if (!(c->n & (c->n - 1))) { /* at powers of two */
		void *grown = realloc(c->events, (c->n ? 2 * c->n : 1) *
							 sizeof(*c->events));

		if (!grown) {
			yinhu__v1__call_event__free_unpacked(event, NULL);
			return -1;
		}
		c->events = grown;
	}
	c->events[c->n++] = event;

	return 0;
}

/* What was decided at the same time comes after what it was decided about. */
static int by_call_and_time(const void *a, const void *b)
{
	const Yinhu__V1__CallEvent *x = *(Yinhu__V1__CallEvent *const *)a;
	const Yinhu__V1__CallEvent *y = *(Yinhu__V1__CallEvent *const *)b;
	int c = strcmp(x->call_id, y->call_id);
	bool x_turn = x->body_case == YINHU__V1__CALL_EVENT__BODY_TURN;
	bool y_turn = y->body_case == YINHU__V1__CALL_EVENT__BODY_TURN;

	if (!c)
		c = (x->time_us > y->time_us) - (x->time_us < y->time_us);

	return c ? c : x_turn - y_turn;
}

void yc_calls_free(struct yc_calls *c)
{
	for (size_t i = 0; i < c->n; i++)
		yinhu__v1__call_event__free_unpacked(c->events[i], NULL);
	free(c->events);
	*c = (struct yc_calls){0};
}

size_t yc_calls_next(const struct yc_calls *c, size_t at)
{
	const char *id = c->events[at]->call_id;

	while (at < c->n && !strcmp(c->events[at]->call_id, id))
		at++;

	return at;
}

/* ---- lines
 * ------------------------------------------------------------------- */

static int read_line(struct yc_calls *c, const char *text)
{
	ProtobufCMessage *msg;
	char error[300];

	if (yh_protojson_parse(&yinhu__v1__call_event__descriptor, text,
			       strlen(text), YH_PROTOJSON_IGNORE_UNKNOWN, &msg,
			       error, sizeof(error))) {
		fprintf(stderr, "yinhuctl: %s", error);
		return -1;
	}

	return add(c, (Yinhu__V1__CallEvent *)msg);
}

static int read_file(struct yc_calls *c, const char *path)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
	char *text = NULL;
	size_t size = 0;
	int err = 0;

	if (!f) {
		fprintf(stderr, "yinhuctl: %s: %s\n", path, strerror(errno));
		return -1;
	}
	for (unsigned n = 1; !err && getline(&text, &size, f) > 0; n++) {
		if (!text[strspn(text, " \t\r\n")])
			continue;
		err = read_line(c, text);
		if (err)
			fprintf(stderr, " (%s:%u)\n", path, n);
	}
	if (!err && ferror(f)) {
		fprintf(stderr, "yinhuctl: %s: %s\n", path, strerror(errno));
		err = -1;
	}
	free(text);
	if (f != stdin)
		fclose(f);

	return err;
}

/* ---- the database
 * ------------------------------------------------------------ */

static int read_row(struct yc_calls *c, const struct yc_db *db,
		    const PGresult *res, int row)
{
	Yinhu__V1__CallEvent *event = NULL;
	size_t n = 0;
	char *plain = yc_db_unseal(db, "event", res, row, 0, &n);

	if (plain)
		event = yinhu__v1__call_event__unpack(NULL, n,
						      (uint8_t *)plain);
	yh_wipe_free(plain, n);

	return event ? add(c, event) : -1;
}

/* A day is Chinese. */
static const char events_sql[] =
	"SELECT e.payload_enc FROM call_events e JOIN (SELECT a.id FROM "
	"attempts a JOIN campaigns c ON c.id = a.campaign_id WHERE "
	"a.answered_at IS NOT NULL AND ($1::text IS NULL OR "
	"c.script_id = $1) AND ($3::text IS NULL OR c.id = $3) AND "
	"($4::date IS NULL OR "
	" (a.answered_at AT TIME ZONE 'Asia/Shanghai')::date = $4::date) "
	"ORDER BY a.seq DESC LIMIT $2::int) a ON a.id = e.call_id";

static int read_db(struct yc_calls *c, const struct yc_calls_query *q)
{
	char most[16];
	const char *params[] = {q->script, most, q->campaign, q->day};
	struct yc_db db;
	PGresult *res = NULL;
	int err = yc_db_open(&db, q->from, q->key_file);

	snprintf(most, sizeof(most), "%u", q->most);
	if (!err)
		res = yc_db_query(&db, events_sql, 4, params);
	err = res ? 0 : -1;
	for (int i = 0; !err && i < PQntuples(res); i++)
		err = read_row(c, &db, res, i);
	PQclear(res);
	yc_db_close(&db);

	return err;
}

int yc_calls_read(struct yc_calls *out, const struct yc_calls_query *q)
{
	bool db = !strncmp(q->from, "postgres", 8);
	int err;

	*out = (struct yc_calls){0};
	err = db ? read_db(out, q) : read_file(out, q->from);
	if (!err && out->n)
		qsort(out->events, out->n, sizeof(*out->events),
		      by_call_and_time);

	return err;
}
