/** @file bus_priv.h  What the files of lib/bus share; nobody else includes it.
 *
 * bus.c: connection, subscriptions, messages. request.c: everything that
 * waits for an answer, with deadlines. stream.c: JetStream.
 */
#ifndef YH_BUS_PRIV_H
#define YH_BUS_PRIV_H

#include <nats/nats.h>
#include <pthread.h>
#include <stdatomic.h>

#include "bus/bus.h"
#include "loop/inbox.h"

enum {
	INBOX_MAX = 65536,
	REQUESTS_MAX = 65536,
	STORES_MAX = 100000,
	TICK_MS = 10,
	WHEEL_SLOTS = 1024,
};

struct yh_sub {
	struct yh_bus *bus;
	struct yh_sub *next, **prev; /* in bus->subs */
	natsSubscription *ns;
	yh_msg_cb *cb;
	void *arg;
	uint64_t linger_until_ms; /* 0 until it was seen ended */
	atomic_uint queued;	  /* its messages in the inbox */
	atomic_bool ended;	  /* nats.c calls it no more */
	bool closed;		  /* our user wants no more */
	bool stream;
};

struct yh_msg {
	natsMsg *nm;
	struct yh_sub *sub;
	struct yh_bus *bus;
	bool stream;
};

/* Something that waits for an answer: a request or a message to store. */
struct wait {
	struct wait *next, **prev; /* in a slot of the wheel */
	uint64_t due_ms;
	uint64_t give_up_ms; /* stores only */
	uint64_t token;
	yh_reply_cb *on_reply;
	yh_stored_cb *on_stored;
	void *arg;
	int err; /* what a request ends with when it is due */
	bool is_store;
	size_t len;
	char *subject, *msg_id; /* stores only, in `room` */
	uint8_t *data;
	char room[];
};

struct slot {
	struct wait *wait;
	uint32_t generation, next_free;
};

struct yh_bus {
	uv_loop_t *loop;
	natsConnection *nc;
	struct yh_inbox *inbox;
	uv_timer_t tick;
	struct yh_sub *subs;
	char *reply_prefix; /* "_INBOX.<nuid>." */
	struct wait *wheel[WHEEL_SLOTS];
	uint64_t wheel_ms; /* everything before it has been looked at */
	struct slot *slots;
	uint32_t n_slots, first_free; /* first_free == n_slots: none */
	unsigned n_requests, n_stores, n_lingering;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned live_subs; /* under lock: nats.c may still call them */
	bool nc_open;	    /* under lock: or the connection's callbacks */
	atomic_ullong dropped;
	atomic_bool closing;
};

/* bus.c */
int yh_bus_sub_open(struct yh_bus *bus, const char *subject, const char *queue,
		    bool stream, yh_msg_cb *cb, void *arg, struct yh_sub **out);
/* Look after closed subscriptions; @return true while some linger. */
bool yh_bus_sweep(struct yh_bus *bus, uint64_t now_ms);

int yh_bus_err(natsStatus s);

/* request.c */
int yh_bus_waits_init(struct yh_bus *bus);
void yh_bus_tick_start(struct yh_bus *bus);
/* End all waits with -ECANCELED and free the table. */
void yh_bus_waits_fini(struct yh_bus *bus);
int yh_bus_wait_add(struct yh_bus *bus, struct wait *w, uint64_t due_ms);
void yh_bus_wait_move(struct yh_bus *bus, struct wait *w, uint64_t due_ms);
/* Out of the table; the caller frees it. */
void yh_bus_wait_remove(struct yh_bus *bus, struct wait *w);
void yh_bus_wait_subject(const struct yh_bus *bus, const struct wait *w,
			 char *buf, size_t size);

/* stream.c */
void yh_bus_store_reply(struct yh_bus *bus, struct wait *w, natsMsg *nm);
void yh_bus_store_due(struct yh_bus *bus, struct wait *w, uint64_t now_ms);

#endif
