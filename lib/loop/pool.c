/** @file pool.c  Worker threads, contract in pool.h */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "loop/inbox.h"
#include "loop/pool.h"

struct job {
	struct job *next;
	void *user;
	yh_pool_work_cb *work;
	yh_pool_done_cb *done;
};

struct worker {
	struct yh_pool *pool;
	pthread_t thread;
	unsigned number;
};

struct yh_pool {
	pthread_mutex_t lock;
	pthread_cond_t some;
	struct job *first, **last;
	struct yh_inbox *results;
	struct worker *workers; /* shape (n_workers) */
	size_t waiting, unfinished, max_jobs;
	unsigned n_workers;
	bool ending;
};

static struct job *next_job(struct yh_pool *pool)
{
	struct job *job;

	pthread_mutex_lock(&pool->lock);
	while (!pool->first && !pool->ending)
		pthread_cond_wait(&pool->some, &pool->lock);
	job = pool->first;
	if (job) {
		pool->first = job->next;
		if (!pool->first)
			pool->last = &pool->first;
		pool->waiting--;
	}
	pthread_mutex_unlock(&pool->lock);

	return job;
}

static void *run(void *arg)
{
	struct worker *w = arg;
	struct job *job;

	while ((job = next_job(w->pool))) {
		job->work(job->user, w->number);
		/* The inbox holds max_jobs + n_workers: it is never full. */
		if (yh_inbox_put(w->pool->results, job))
			break;
	}

	return NULL;
}

static void finish(void *item)
{
	struct job *job = item;

	job->done(job->user);
	yh_free(job);
}

static void on_result(void *arg, void *item)
{
	struct yh_pool *pool = arg;

	pool->unfinished--;
	finish(item);
}

static void end_threads(struct yh_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->ending = true;
	pthread_cond_broadcast(&pool->some);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->n_workers; i++)
		pthread_join(pool->workers[i].thread, NULL);
}

static int start_threads(struct yh_pool *pool, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct worker *w = &pool->workers[i];
		int err;

		w->pool = pool;
		w->number = i;
		err = pthread_create(&w->thread, NULL, run, w);
		if (err)
			return -err;
		pool->n_workers++;
	}

	return 0;
}

int yh_pool_open(struct yh_pool **out, uv_loop_t *loop,
		 const struct yh_pool_conf *conf)
{
	struct yh_pool *pool;
	int err;

	if (!out || !loop || !conf || !conf->threads || conf->threads > 64 ||
	    !conf->max_jobs || conf->max_jobs > 1000000 - 64)
		return -EINVAL;

	pool = yh_zalloc(sizeof(*pool));
	if (!pool)
		return -ENOMEM;

	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->some, NULL);
	pool->last = &pool->first;
	pool->max_jobs = conf->max_jobs;
	pool->workers = yh_calloc(conf->threads, sizeof(*pool->workers));
	err = pool->workers ? yh_inbox_open(&pool->results, loop,
					    conf->max_jobs + conf->threads,
					    on_result, pool)
			    : -ENOMEM;
	if (!err)
		err = start_threads(pool, conf->threads);
	if (err) {
		yh_pool_close(pool);
		return err;
	}
	*out = pool;

	return 0;
}

int yh_pool_submit(struct yh_pool *pool, void *user, yh_pool_work_cb *work,
		   yh_pool_done_cb *done)
{
	struct job *job;

	if (pool->unfinished >= pool->max_jobs)
		return YH_ERR_QUEUE_FULL;

	job = yh_zalloc(sizeof(*job));
	if (!job)
		return -ENOMEM;
	job->user = user;
	job->work = work;
	job->done = done;

	pthread_mutex_lock(&pool->lock);
	*pool->last = job;
	pool->last = &job->next;
	pool->waiting++;
	pool->unfinished++;
	pthread_cond_signal(&pool->some);
	pthread_mutex_unlock(&pool->lock);

	return 0;
}

void yh_pool_close(struct yh_pool *pool)
{
	if (!pool)
		return;

	end_threads(pool);
	yh_inbox_close(pool->results, finish);
	pthread_cond_destroy(&pool->some);
	pthread_mutex_destroy(&pool->lock);
	yh_free(pool->workers);
	yh_free(pool);
}
