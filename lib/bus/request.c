/**
 * @file request.c  Waits: requests and stores that have no answer yet.
 *
 * A table by token finds the wait of a reply; a hashed timing wheel (10 ms
 * steps, one timer that runs only while something waits) ends the overdue.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "bus/bus_priv.h"

/* ---- wheel --------------------------------------------------------------- */

static void wheel_add(struct yh_bus *bus, struct wait *w, uint64_t due_ms)
{
	struct wait **head;

	w->due_ms = due_ms;
	head = &bus->wheel[(due_ms / TICK_MS + 1) % WHEEL_SLOTS];
	w->next = *head;
	w->prev = head;
	if (w->next)
		w->next->prev = &w->next;
	*head = w;
}

static void wheel_remove(struct wait *w)
{
	*w->prev = w->next;
	if (w->next)
		w->next->prev = w->prev;
}

static void on_due(struct yh_bus *bus, struct wait *w, uint64_t now_ms)
{
	if (w->is_store) {
		yh_bus_store_due(bus, w, now_ms);
		return;
	}
	yh_bus_wait_remove(bus, w);
	w->on_reply(w->arg, w->err, NULL);
	yh_free(w);
}

/* The list is taken off first: callbacks may add to the same slot. */
static void run_slot(struct yh_bus *bus, size_t i, uint64_t now_ms)
{
	struct wait *list = bus->wheel[i], *w;

	bus->wheel[i] = NULL;
	if (list)
		list->prev = &list;
	while ((w = list)) {
		wheel_remove(w);
		if (w->due_ms > now_ms) {
			wheel_add(bus, w, w->due_ms); /* a later round */
			continue;
		}
		wheel_add(bus, w, w->due_ms);
		on_due(bus, w, now_ms);
		if (bus->closing)
			return;
	}
}

static void on_tick(uv_timer_t *t)
{
	struct yh_bus *bus = t->data;
	uint64_t now_ms = yh_now_ms(), last = now_ms / TICK_MS;
	uint64_t step = bus->wheel_ms / TICK_MS;

	if (last - step > WHEEL_SLOTS)
		step = last - WHEEL_SLOTS;
	while (step < last && !bus->closing)
		run_slot(bus, ++step % WHEEL_SLOTS, now_ms);
	if (bus->closing)
		return;

	bus->wheel_ms = now_ms;
	if (!yh_bus_sweep(bus, now_ms) && !bus->n_requests && !bus->n_stores)
		uv_timer_stop(t);
}

void yh_bus_tick_start(struct yh_bus *bus)
{
	if (bus->closing || uv_is_active((uv_handle_t *)&bus->tick))
		return;
	bus->wheel_ms = yh_now_ms();
	uv_timer_start(&bus->tick, on_tick, TICK_MS, TICK_MS);
}

/* ---- table --------------------------------------------------------------- */

static int grow(struct yh_bus *bus)
{
	uint32_t n = bus->n_slots ? bus->n_slots * 2 : 64;
	struct slot *slots = yh_realloc(bus->slots, n * sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (uint32_t i = bus->n_slots; i < n; i++)
		slots[i] = (struct slot){NULL, 0, i + 1};
	bus->first_free = bus->n_slots;
	bus->slots = slots;
	bus->n_slots = n;

	return 0;
}

int yh_bus_wait_add(struct yh_bus *bus, struct wait *w, uint64_t due_ms)
{
	uint32_t i;

	if (bus->first_free == bus->n_slots && grow(bus))
		return -ENOMEM;

	i = bus->first_free;
	bus->first_free = bus->slots[i].next_free;
	bus->slots[i].wait = w;
	w->token = (uint64_t)++bus->slots[i].generation << 32 | i;
	if (w->is_store)
		bus->n_stores++;
	else
		bus->n_requests++;
	yh_bus_tick_start(bus);
	wheel_add(bus, w, due_ms);

	return 0;
}

void yh_bus_wait_move(struct yh_bus *bus, struct wait *w, uint64_t due_ms)
{
	wheel_remove(w);
	wheel_add(bus, w, due_ms);
}

void yh_bus_wait_remove(struct yh_bus *bus, struct wait *w)
{
	uint32_t i = (uint32_t)w->token;

	wheel_remove(w);
	bus->slots[i].wait = NULL;
	bus->slots[i].next_free = bus->first_free;
	bus->first_free = i;
	if (w->is_store)
		bus->n_stores--;
	else
		bus->n_requests--;
}

void yh_bus_wait_subject(const struct yh_bus *bus, const struct wait *w,
			 char *buf, size_t size)
{
	snprintf(buf, size, "%s%" PRIx64, bus->reply_prefix, w->token);
}

static struct wait *find(struct yh_bus *bus, const char *subject)
{
	uint64_t token;
	struct wait *w;

	if (strncmp(subject, bus->reply_prefix, strlen(bus->reply_prefix)))
		return NULL;
	token = strtoull(subject + strlen(bus->reply_prefix), NULL, 16);
	if ((uint32_t)token >= bus->n_slots)
		return NULL;
	w = bus->slots[(uint32_t)token].wait;

	return w && w->token == token ? w : NULL;
}

static void on_reply(void *arg, struct yh_msg *msg)
{
	struct yh_bus *bus = arg;
	struct wait *w = find(bus, yh_msg_subject(msg));
	bool none = natsMsg_IsNoResponders(msg->nm);

	if (!w) {
		/* Late: its deadline has passed. */
	} else if (w->is_store) {
		yh_bus_store_reply(bus, w, none ? NULL : msg->nm);
	} else {
		yh_bus_wait_remove(bus, w);
		w->on_reply(w->arg, none ? YH_ERR_NO_RESPONDERS : 0,
			    none ? NULL : msg);
		yh_free(w);
	}
	yh_msg_free(msg);
}

int yh_bus_waits_init(struct yh_bus *bus)
{
	natsInbox *inbox = NULL;
	char subject[128];

	if (natsInbox_Create(&inbox) != NATS_OK)
		return -ENOMEM;
	bus->reply_prefix = yh_asprintf("%s.", inbox);
	natsInbox_Destroy(inbox);
	if (!bus->reply_prefix)
		return -ENOMEM;
	snprintf(subject, sizeof(subject), "%s*", bus->reply_prefix);

	return yh_bus_sub_open(bus, subject, NULL, false, on_reply, bus, NULL);
}

void yh_bus_waits_fini(struct yh_bus *bus)
{
	struct wait *w;

	for (uint32_t i = 0; i < bus->n_slots; i++) {
		w = bus->slots[i].wait;
		if (!w)
			continue;
		yh_bus_wait_remove(bus, w);
		if (w->on_stored)
			w->on_stored(w->arg, -ECANCELED);
		else if (w->on_reply)
			w->on_reply(w->arg, -ECANCELED, NULL);
		yh_free(w);
	}
	yh_free(bus->slots);
	bus->slots = NULL;
	bus->n_slots = bus->first_free = 0;
}

static int request_add(struct yh_bus *bus, struct wait **out, int err,
		       unsigned timeout_ms, yh_reply_cb *cb, void *arg)
{
	struct wait *w = yh_zalloc(sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->on_reply = cb;
	w->arg = arg;
	w->err = err;
	if (yh_bus_wait_add(bus, w, yh_now_ms() + timeout_ms)) {
		yh_free(w);
		return -ENOMEM;
	}
	*out = w;

	return 0;
}

int yh_bus_fail_later(struct yh_bus *bus, int err, yh_reply_cb *cb, void *arg)
{
	struct wait *w;

	if (!bus || !err || !cb)
		return -EINVAL;
	if (bus->closing)
		return YH_ERR_BUS_DOWN;

	return request_add(bus, &w, err, 0, cb, arg);
}

int yh_bus_request(struct yh_bus *bus, const char *subject, const void *data,
		   size_t len, unsigned timeout_ms, yh_reply_cb *cb, void *arg)
{
	struct wait *w;
	char reply[128];
	natsStatus s;
	int err;

	if (!bus || !subject || !cb || (!data && len) || len > INT32_MAX ||
	    timeout_ms < 1 || timeout_ms > 60000)
		return -EINVAL;
	if (bus->closing || !yh_bus_is_up(bus))
		return YH_ERR_BUS_DOWN;
	if (bus->n_requests >= REQUESTS_MAX)
		return YH_ERR_QUEUE_FULL;

	err = request_add(bus, &w, -ETIMEDOUT, timeout_ms, cb, arg);
	if (err)
		return err;

	yh_bus_wait_subject(bus, w, reply, sizeof(reply));
	s = natsConnection_PublishRequest(bus->nc, subject, reply, data,
					  (int)len);
	if (s == NATS_OK)
		return 0;

	yh_bus_wait_remove(bus, w);
	yh_free(w);

	return yh_bus_err(s);
}
