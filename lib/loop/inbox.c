/** @file inbox.c  Door into the loop, contract in inbox.h */
#include <errno.h>

#include "base/mem.h"
#include "loop/inbox.h"
#include "loop/queue.h"

struct yh_inbox {
	uv_async_t wake;
	struct yh_queue queue;
	yh_inbox_cb *cb;
	void *arg;
	bool closed;
};

static void on_wake(uv_async_t *wake)
{
	struct yh_inbox *in = wake->data;
	void *item;

	/* At most one full ring a turn, so that the loop's timers live. */
	for (size_t i = 0; i < in->queue.max && !in->closed; i++) {
		item = yh_queue_take(&in->queue);
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

	if (!out || !loop || !cb)
		return -EINVAL;

	in = yh_zalloc(sizeof(*in));
	if (!in)
		return -ENOMEM;
	err = yh_queue_init(&in->queue, max);
	if (!err) {
		err = uv_async_init(loop, &in->wake, on_wake);
		if (err)
			yh_queue_fini(&in->queue);
	}
	if (err) {
		yh_free(in);
		return err;
	}
	in->wake.data = in;
	in->cb = cb;
	in->arg = arg;
	*out = in;

	return 0;
}

int yh_inbox_add(struct yh_inbox *in, void *item)
{
	return yh_queue_put(&in->queue, item);
}

void yh_inbox_wake(struct yh_inbox *in)
{
	uv_async_send(&in->wake);
}

int yh_inbox_put(struct yh_inbox *in, void *item)
{
	int err = yh_inbox_add(in, item);

	if (!err)
		yh_inbox_wake(in);

	return err;
}

static void on_closed(uv_handle_t *h)
{
	struct yh_inbox *in = h->data;

	yh_queue_fini(&in->queue);
	yh_free(in);
}

void yh_inbox_close(struct yh_inbox *in, void (*drop)(void *item))
{
	void *item;

	if (!in)
		return;

	in->closed = true;
	yh_queue_close(&in->queue);
	while ((item = yh_queue_take(&in->queue))) {
		if (drop)
			drop(item);
	}
	uv_close((uv_handle_t *)&in->wake, on_closed);
}
