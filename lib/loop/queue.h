/**
 * @file queue.h  Pointers from many threads to one, bounded.
 *
 * The lock inherits priority: a thread that runs before others does not wait
 * for one that holds the lock and is not run. Nobody is woken: see inbox.h for
 * a uv loop's door.
 */
#ifndef YH_QUEUE_H
#define YH_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/** Embedded in its owner. */
struct yh_queue {
	pthread_mutex_t lock;
	void **ring; /**< shape (max) */
	size_t max, head, count;
	bool closed;
};

/** @param max Most items that wait [1..1000000] @return 0, -EINVAL, -ENOMEM */
int yh_queue_init(struct yh_queue *q, size_t max);
/** What waits must be taken first. */
void yh_queue_fini(struct yh_queue *q);
/** Any thread. @param item Taken on 0, not NULL
 * @return 0, YH_ERR_QUEUE_FULL, -ECANCELED (closed) */
int yh_queue_put(struct yh_queue *q, void *item);
/** The reader. @return The oldest item, or NULL */
void *yh_queue_take(struct yh_queue *q);
/** No more puts. */
void yh_queue_close(struct yh_queue *q);

#endif
