/** @file queue.c  Bounded queue of threads, contract in queue.h */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "loop/queue.h"

int yh_queue_init(struct yh_queue *q, size_t max)
{
	pthread_mutexattr_t attr;

	if (!max || max > 1000000)
		return -EINVAL;
	*q = (struct yh_queue){.max = max};
	q->ring = yh_calloc(max, sizeof(void *));
	if (!q->ring)
		return -ENOMEM;
	memset(q->ring, 0, max * sizeof(void *)); /* its pages now */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&q->lock, &attr);
	pthread_mutexattr_destroy(&attr);

	return 0;
}

void yh_queue_fini(struct yh_queue *q)
{
	pthread_mutex_destroy(&q->lock);
	yh_free(q->ring);
}

int yh_queue_put(struct yh_queue *q, void *item)
{
	int err = 0;

	pthread_mutex_lock(&q->lock);
	if (q->closed)
		err = -ECANCELED;
	else if (q->count == q->max)
		err = YH_ERR_QUEUE_FULL;
	else
		q->ring[(q->head + q->count++) % q->max] = item;
	pthread_mutex_unlock(&q->lock);

	return err;
}

void *yh_queue_take(struct yh_queue *q)
{
	void *item = NULL;

	pthread_mutex_lock(&q->lock);
	if (q->count) {
		item = q->ring[q->head];
		q->head = (q->head + 1) % q->max;
		q->count--;
	}
	pthread_mutex_unlock(&q->lock);

	return item;
}

void yh_queue_close(struct yh_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_mutex_unlock(&q->lock);
}
