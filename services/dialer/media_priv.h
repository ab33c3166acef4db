/**
 * @file media_priv.h  What the loop's side and the workers' threads of media.h
 *                     share.
 *
 * Orders go to a worker by its queue of letters, news come back by the loop's
 * inbox; letters and news go home by stacks to be used again, so that a worker
 * neither allocates in the long run nor waits.
 */
#ifndef DIAL_MEDIA_PRIV_H
#define DIAL_MEDIA_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include "leg.h"
#include "loop/inbox.h"
#include "loop/queue.h"

enum {
	DIAL_INBOX = 65536, /* orders of a worker; news of all */
	/* The pre-roll and what came until it was known as speech, 100 ms each;
	 * what was done; one to spare. */
	DIAL_NEWS_A_LEG = 6,
};

struct dial_slot {
	struct dial_leg *legs;	    /* list */
	struct dial_shared *shared; /* ports of theirs, list */
	unsigned n;
};

enum { DIAL_SHARED_MAX = 64 };

struct dial_worker {
	struct dial_media *media;
	pthread_t thread;
	int timer, wake; /* timerfd; eventfd for one who sleeps */
	_Atomic bool asleep, quitting;
	struct yh_queue orders;
	struct dial_scratch *scratch;
	struct dial_counts counts, told;
	struct dial_leg_env env;
	struct dial_slot slots[DIAL_SLOTS];
	unsigned n_legs, n_closing, slot;
	uint64_t due_us; /* of the slot that is being done */
	uint64_t metrics_us;
	struct yh_stack returned; /* news that the loop has read */
	struct yh_stack_item *spare;
	unsigned n_news;		/* allocated beside n_reserved */
	bool told_loop;			/* and has not woken it */
	uint64_t busy_us, busy_told_us; /* in beats */
	/* For dial_media_counts, which any thread may ask. */
	_Atomic uint64_t sent, late, failed, received;
	_Atomic unsigned busy_permille;
	/* The loop thread's. */
	unsigned load; /* legs given to it */
	unsigned n_shared;
	struct dial_shared *shared[DIAL_SHARED_MAX];
	unsigned n_reserved; /* news allocated for them */
};

struct dial_media {
	struct dial_media_conf conf;
	struct dial_ports ports;
	struct dial_writer *writer;
	struct yh_inbox *news;
	dial_news_cb *cb;
	void *arg;
	struct yh_stack used; /* letters that workers have read */
	struct yh_stack_item *spare;
	unsigned n_legs;
	unsigned n_workers;
	struct dial_worker workers[DIAL_WORKERS_MAX];
};

/* What travels to a worker. */
struct dial_letter {
	struct yh_stack_item item;
	struct dial_leg *leg;
	bool add; /* else the order */
	struct dial_order order;
};

/** Start its thread. @param w Zeroed @return 0, -ENOMEM, -errno */
int dial_worker_start(struct dial_worker *w, struct dial_media *media);
/** An order is in its queue: see that it is read. */
void dial_worker_wake(struct dial_worker *w);
/** End its calls and its thread. Blocks. */
void dial_worker_end(struct dial_worker *w);

#endif
