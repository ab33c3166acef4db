/** @file held.c  Sessions in memory, contract in held.h */
#include "held.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/mem.h"

enum { BUCKETS = 2048, NOTE_MAX = 160 };
static const char subject[] = "yinhu.dialog.held";

struct entry {
	struct entry *next;
	Yinhu__V1__DialogSession *session;
	bool ahead; /* of what Redis has */
};

struct dlg_held {
	struct yh_bus *bus;
	struct yh_sub *sub;
	uint64_t me; /* tells our own notes */
	struct entry *buckets[BUCKETS];
	unsigned n;
};

static struct entry **place_of(struct dlg_held *h, const char *call_id)
{
	struct entry **e;
	unsigned hash = 5381;

	for (const char *p = call_id; *p; p++)
		hash = hash * 33 ^ (unsigned char)*p;
	e = &h->buckets[hash % BUCKETS];
	while (*e && strcmp((*e)->session->call_id, call_id) != 0)
		e = &(*e)->next;

	return e;
}

static void drop(struct dlg_held *h, struct entry **place)
{
	struct entry *e = *place;

	*place = e->next;
	h->n--;
	yinhu__v1__dialog_session__free_unpacked(e->session, NULL);
	yh_free(e);
}

/* "<who> <turn> <call_id>" of another replica that has gone on. */
static void on_note(void *arg, struct yh_msg *msg)
{
	struct dlg_held *h = arg;
	char note[NOTE_MAX] = "", call_id[64] = "";
	size_t len = yh_msg_len(msg);
	uint64_t who;
	uint32_t turn;
	struct entry **e;

	if (len < sizeof(note))
		memcpy(note, yh_msg_data(msg), len);
	yh_msg_free(msg);
	if (sscanf(note, "%" SCNx64 " %" SCNu32 " %63s", &who, &turn,
		   call_id) != 3 ||
	    who == h->me)
		return;
	e = place_of(h, call_id);
	if (*e && (*e)->session->turn < turn)
		drop(h, e);
}

int dlg_held_create(struct dlg_held **out, struct yh_bus *bus)
{
	struct dlg_held *h = yh_zalloc(sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	h->bus = bus;
	err = uv_random(NULL, NULL, &h->me, sizeof(h->me), 0, NULL);
	if (!err)
		err = yh_bus_subscribe(bus, subject, NULL, on_note, h, &h->sub);
	if (err)
		dlg_held_destroy(h);
	else
		*out = h;

	return err;
}

void dlg_held_destroy(struct dlg_held *h)
{
	if (!h)
		return;
	yh_sub_close(h->sub);
	for (size_t i = 0; i < BUCKETS; i++) {
		while (h->buckets[i])
			drop(h, &h->buckets[i]);
	}
	yh_free(h);
}

/* A deep copy, by way of the wire. */
static Yinhu__V1__DialogSession *copy_of(const Yinhu__V1__DialogSession *s)
{
	size_t n = yinhu__v1__dialog_session__get_packed_size(s);
	uint8_t *buf = yh_zalloc(n);
	Yinhu__V1__DialogSession *copy = NULL;

	if (buf) {
		yinhu__v1__dialog_session__pack(s, buf);
		copy = yinhu__v1__dialog_session__unpack(NULL, n, buf);
	}
	yh_free(buf);

	return copy;
}

static void tell_others(const struct dlg_held *h,
			const Yinhu__V1__DialogSession *s)
{
	char note[NOTE_MAX];
	int n = snprintf(note, sizeof(note), "%" PRIx64 " %" PRIu32 " %s",
			 h->me, s->turn, s->call_id);

	/* Lost with the bus: then no event comes to them either. */
	(void)yh_bus_publish(h->bus, subject, note, (size_t)n);
}

void dlg_held_keep(struct dlg_app *app, const Yinhu__V1__DialogSession *s,
		   int stored_err)
{
	struct dlg_held *h = app->held;
	struct entry **place = place_of(h, s->call_id), *e;

	tell_others(h, s);
	if (*place)
		drop(h, place);
	if (h->n == DLG_MAX_HELD)
		return;
	e = yh_zalloc(sizeof(*e));
	if (e)
		e->session = copy_of(s);
	if (!e || !e->session) {
		yh_free(e);
		return;
	}
	e->ahead = stored_err;
	e->next = *place;
	*place = e;
	h->n++;
}

const Yinhu__V1__DialogSession *dlg_held_find(const struct dlg_app *app,
					      const char *call_id)
{
	struct entry *e = *place_of(app->held, call_id);

	return e ? e->session : NULL;
}

bool dlg_held_is_ahead(const struct dlg_app *app,
		       const Yinhu__V1__DialogSession *s)
{
	struct entry *e = *place_of(app->held, s->call_id);

	return e && e->ahead && e->session->turn + 1 == s->turn;
}

Yinhu__V1__DialogSession *dlg_held_latest(struct dlg_app *app,
					  const char *call_id, int err,
					  Yinhu__V1__DialogSession *stored)
{
	struct entry *e = *place_of(app->held, call_id);
	Yinhu__V1__DialogSession *mine;

	if (!e || (!err && !e->ahead) ||
	    (stored && stored->turn >= e->session->turn))
		return stored;
	mine = copy_of(e->session);
	if (mine && stored)
		yinhu__v1__dialog_session__free_unpacked(stored, NULL);

	return mine ? mine : stored;
}

void dlg_held_drop(struct dlg_app *app, const char *call_id)
{
	struct entry **place = place_of(app->held, call_id);

	if (*place)
		drop(app->held, place);
}
