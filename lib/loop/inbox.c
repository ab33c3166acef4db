/** @file inbox.c  Door into the loop, contract in inbox.h */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "loop/inbox.h"

struct yh_inbox {
	uv_async_t wake;
	pthread_mutex_t lock;
	yh_inbox_cb *cb;
	void *arg;
	void **ring; /* shape (max) */
	size_t max, head, count;
	bool closed;
};

static void *take(struct yh_inbox *in)
{
	void *item = NULL;

	pthread_mutex_lock(&in->lock);
	if (in->count) {
		item = in->ring[in->head];
		in->head = (in->head + 1) % in->max;
		in->count--;
	}
	pthread_mutex_unlock(&in->lock);

	return item;
}

static void on_wake(uv_async_t *wake)
{
	struct yh_inbox *in = wake->data;
	void *item;

	/* At most one full ring a turn, so that the loop's timers live. */
	for (size_t i = 0; i < in->max && !in->closed; i++) {
		item = take(in);
		if (!item)
			return;
		in->cb(in->arg, item);
	}
	if (!in->closed)
		uv_async_send(&in->wake);
}

int yh_inbox_open(struct yh_inbox **out, uv_loop_t *loop, size_t max,
		  yh_inbox_cb *cb, void *arg)
{
	struct yh_inbox *in;
	int err;

	if (!out || !loop || !cb || !max || max > 1000000)
		return -EINVAL;

	in = yh_zalloc(sizeof(*in));
	if (!in)
		return -ENOMEM;
	in->ring = yh_calloc(max, sizeof(void *));
	if (!in->ring) {
		err = -ENOMEM;
		goto fail;
	}
	err = uv_async_init(loop, &in->wake, on_wake);
	if (err)
		goto fail;

	pthread_mutex_init(&in->lock, NULL);
	in->wake.data = in;
	in->cb = cb;
	in->arg = arg;
	in->max = max;
	*out = in;

	return 0;

fail:
	yh_free(in->ring);
	yh_free(in);

	return err;
}

int yh_inbox_put(struct yh_inbox *in, void *item)
{
	int err = 0;

	pthread_mutex_lock(&in->lock);
	if (in->closed) {
		err = -ECANCELED;
	} else if (in->count == in->max) {
		err = YH_ERR_QUEUE_FULL;
	} else {
		in->ring[(in->head + in->count++) % in->max] = item;
		uv_async_send(&in->wake);
	}
	pthread_mutex_unlock(&in->lock);

	return err;
}

static void on_closed(uv_handle_t *h)
{
	struct yh_inbox *in = h->data;

	pthread_mutex_destroy(&in->lock);
	yh_free(in->ring);
	yh_free(in);
}

void yh_inbox_close(struct yh_inbox *in, void (*drop)(void *item))
{
	void *item;

	if (!in)
		return;

	pthread_mutex_lock(&in->lock);
	in->closed = true;
	pthread_mutex_unlock(&in->lock);

	while ((item = take(in))) {
		if (drop)
			drop(item);
	}
	uv_close((uv_handle_t *)&in->wake, on_closed);
}
