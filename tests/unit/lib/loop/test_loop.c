/** @file test_loop.c  Mirrors lib/loop: inbox and worker pool */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "loop/inbox.h"
#include "loop/pool.h"

TestSuite(loop, .timeout = 20);

enum { ITEMS = 1000 };

static uv_loop_t uv;
static struct yh_inbox *in;
static intptr_t seen, last;

static void on_item(void *arg, void *item)
{
	(void)arg;
	cr_assert_gt((intptr_t)item, last, "items came out of order");
	last = (intptr_t)item;
	if (++seen == ITEMS)
		yh_inbox_close(in, NULL);
}

static void *writer(void *arg)
{
	(void)arg;
	for (intptr_t i = 1; i <= ITEMS; i++) {
		while (yh_inbox_put(in, (void *)i) == YH_ERR_QUEUE_FULL)
			sched_yield();
	}

	return NULL;
}

Test(loop, another_threads_items_arrive_once_and_in_order)
{
	pthread_t t;

	uv_loop_init(&uv);
	cr_assert_eq(yh_inbox_open(&in, &uv, 16, on_item, NULL), 0);
	pthread_create(&t, NULL, writer, NULL);
	uv_run(&uv, UV_RUN_DEFAULT);
	pthread_join(t, NULL);
	cr_assert_eq(seen, ITEMS);
	cr_assert_eq(uv_loop_close(&uv), 0);
}

static void never(void *arg, void *item)
{
	(void)arg;
	(void)item;
	cr_assert_fail("called after close");
}

static int dropped;

static void drop(void *item)
{
	(void)item;
	dropped++;
}

Test(loop, a_full_inbox_refuses_and_close_drops_what_waits)
{
	int x;

	uv_loop_init(&uv);
	cr_assert_eq(yh_inbox_open(&in, &uv, 2, never, NULL), 0);
	cr_assert_eq(yh_inbox_put(in, &x), 0);
	cr_assert_eq(yh_inbox_put(in, &x), 0);
	cr_assert_eq(yh_inbox_put(in, &x), YH_ERR_QUEUE_FULL);
	yh_inbox_close(in, drop);
	cr_assert_eq(dropped, 2);
	uv_run(&uv, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&uv), 0);
}

struct sum {
	int in, out;
};

static int finished;

static void square(void *job, unsigned worker)
{
	struct sum *s = job;

	(void)worker;
	s->out = s->in * s->in;
}

static void done(void *job)
{
	struct sum *s = job;

	cr_assert_eq(s->out, s->in * s->in);
	finished++;
}

Test(loop, the_pool_does_every_job_even_when_it_is_closed_early)
{
	const struct yh_pool_conf conf = {.threads = 2, .max_jobs = 50};
	struct sum jobs[50];
	struct sum extra;
	struct yh_pool *pool;

	uv_loop_init(&uv);
	cr_assert_eq(yh_pool_open(&pool, &uv, &conf), 0);
	for (int i = 0; i < 50; i++) {
		jobs[i].in = i;
		cr_assert_eq(yh_pool_submit(pool, &jobs[i], square, done), 0);
	}
	cr_assert_eq(yh_pool_submit(pool, &extra, square, done),
		     YH_ERR_QUEUE_FULL);
	yh_pool_close(pool);
	cr_assert_eq(finished, 50);
	uv_run(&uv, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&uv), 0);
}
