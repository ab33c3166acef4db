/**
 * @file pool.h  Worker threads for CPU work that the loop must not do.
 *
 * Bounded queue; the result comes back on the loop thread.
 */
#ifndef YH_POOL_H
#define YH_POOL_H

#include <stddef.h>
#include <uv.h>

struct yh_pool;

struct yh_pool_conf {
	unsigned threads; /**< [1..64] */
	size_t max_jobs;  /**< Most jobs that wait [1..1000000] */
};

/** Runs on a worker. @param worker Its number, 0..threads-1 */
typedef void yh_pool_work_cb(void *job, unsigned worker);
/** Runs on the loop thread after the work. @param job Taken back */
typedef void yh_pool_done_cb(void *job);

/** @return 0, -EINVAL, -ENOMEM, or a thread's error */
int yh_pool_open(struct yh_pool **out, uv_loop_t *loop,
		 const struct yh_pool_conf *conf);

/**
 * Queue a job; jobs start in this order. Loop thread only.
 *
 * @param job Kept until `done`
 * @return 0, YH_ERR_QUEUE_FULL (done is never called)
 */
int yh_pool_submit(struct yh_pool *pool, void *job, yh_pool_work_cb *work,
		   yh_pool_done_cb *done);

/** Finish every queued job (their `done` is called), then end the threads.
 * Blocks the loop for as long as the jobs run. @param pool Taken or NULL */
void yh_pool_close(struct yh_pool *pool);

#endif
