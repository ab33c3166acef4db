/** @file pg.c  Jobs and the pool, contract in pg.h */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "pg/pg_priv.h"

/* ---- jobs ------------------------------------------------------------------
 */

static void job_free(struct job *job)
{
	for (unsigned i = 0; i < job->n; i++) {
		yh_free(job->stmts[i].sql);
		yh_free(job->stmts[i].params);
		PQclear(job->stmts[i].res);
	}
	yh_free(job->tx);
	yh_free(job);
}

/* Copy pointers and texts into one block. */
static char **copy_params(int n, const char *const *params)
{
	size_t size = (size_t)n * sizeof(char *);
	char **out, *p;

	for (int i = 0; i < n; i++)
		size += params[i] ? strlen(params[i]) + 1 : 0;
	out = yh_zalloc(size);
	if (!out)
		return NULL;
	p = (char *)(out + n);
	for (int i = 0; i < n; i++) {
		size_t len = params[i] ? strlen(params[i]) + 1 : 0;

		if (!len)
			continue;
		memcpy(p, params[i], len);
		out[i] = p;
		p += len;
	}

	return out;
}

struct job *yh_pg_job_create(const struct yh_pg_stmt *stmts, unsigned n)
{
	struct job *job = yh_zalloc(sizeof(*job) + n * sizeof(job->stmts[0]));

	if (!job)
		return NULL;
	job->deadline_ms = yh_now_ms() + QUERY_MS;
	job->n = n;
	for (unsigned i = 0; i < n; i++) {
		struct stmt *s = &job->stmts[i];

		s->n = stmts[i].n;
		s->preparing = -1;
		s->sql = yh_strdup(stmts[i].sql);
		if (s->n)
			s->params = copy_params(s->n, stmts[i].params);
		if (!s->sql || (s->n && !s->params)) {
			job_free(job);
			return NULL;
		}
	}

	return job;
}

void yh_pg_job_end(struct job *job, int err, struct yh_pg_tx *tx)
{
	const PGresult *res[YH_PG_BATCH];

	for (unsigned i = 0; i < job->n; i++)
		res[i] = job->stmts[i].res;
	if (job->batch)
		job->batch(job->arg, err, err ? NULL : tx, err ? NULL : res);
	else if (job->cb)
		job->cb(job->arg, err, err ? NULL : res[0]);
	job_free(job);
}

/* ---- pool ------------------------------------------------------------------
 */

static struct job *queue_pop(struct yh_pg *pg)
{
	struct job *job = pg->head;

	if (!job)
		return NULL;
	pg->head = job->next;
	if (!pg->head)
		pg->tail = &pg->head;
	pg->waiting--;

	return job;
}

/* Give waiting jobs to idle connections. */
void yh_pg_pump(struct yh_pg *pg)
{
	for (unsigned i = 0; i < pg->n && pg->head && !pg->closing; i++) {
		struct conn *c = &pg->conns[i];

		if (c->state == CONN_UP && !c->job && !c->tx)
			yh_pg_run(c, queue_pop(pg));
	}
}

static void check_conn(struct conn *c, uint64_t now)
{
	if (c->state == CONN_DOWN && now >= c->at_ms)
		yh_pg_conn_start(c);
	else if (c->state == CONN_CONNECTING && now >= c->at_ms)
		yh_pg_conn_fail(c);
	else if (c->job && now >= c->job->deadline_ms)
		yh_pg_conn_drop(c, -ETIMEDOUT);
	else if (c->tx && now >= c->tx->deadline_ms)
		yh_pg_conn_drop(c, -ETIMEDOUT);
}

static void on_tick(uv_timer_t *t)
{
	struct yh_pg *pg = t->data;
	uint64_t now = yh_now_ms();

	for (unsigned i = 0; i < pg->n && !pg->closing; i++)
		check_conn(&pg->conns[i], now);
	/* All waits are equally long: the oldest is first. */
	while (!pg->closing && pg->head && now >= pg->head->deadline_ms)
		yh_pg_job_end(queue_pop(pg), -ETIMEDOUT, NULL);
}

int yh_pg_open(struct yh_pg **out, uv_loop_t *loop, const char *url,
	       unsigned connections)
{
	struct yh_pg *pg;

	if (!out || !loop || !url || !connections || connections > MAX_CONNS)
		return -EINVAL;
	pg = yh_zalloc(sizeof(*pg));
	if (!pg)
		return -ENOMEM;
	pg->url = yh_strdup(url);
	if (!pg->url) {
		yh_free(pg);
		return -ENOMEM;
	}
	pg->loop = loop;
	pg->tail = &pg->head;
	pg->n = connections;
	for (unsigned i = 0; i < pg->n; i++)
		pg->conns[i].pg = pg;
	uv_timer_init(loop, &pg->tick);
	pg->tick.data = pg;
	uv_timer_start(&pg->tick, on_tick, 0, TICK_MS);
	*out = pg;

	return 0;
}

bool yh_pg_is_up(const struct yh_pg *pg)
{
	for (unsigned i = 0; pg && i < pg->n; i++)
		if (pg->conns[i].state == CONN_UP)
			return true;

	return false;
}

static void on_closed(uv_handle_t *h)
{
	struct yh_pg *pg = h->data;

	yh_free(pg->url);
	yh_free(pg);
}

void yh_pg_close(struct yh_pg *pg)
{
	if (!pg || pg->closing)
		return;
	pg->closing = true;
	for (unsigned i = 0; i < pg->n; i++)
		yh_pg_conn_drop(&pg->conns[i], -ECANCELED);
	while (pg->head)
		yh_pg_job_end(queue_pop(pg), -ECANCELED, NULL);
	uv_timer_stop(&pg->tick);
	uv_close((uv_handle_t *)&pg->tick, on_closed);
}

/* Queue a job, or end it with why not. */
static void submit(struct yh_pg *pg, struct job *job)
{
	if (pg->closing) {
		yh_pg_job_end(job, -ECANCELED, NULL);
		return;
	}
	if (pg->waiting >= MAX_WAITING) {
		yh_pg_job_end(job, YH_ERR_QUEUE_FULL, NULL);
		return;
	}
	*pg->tail = job;
	pg->tail = &job->next;
	pg->waiting++;
	yh_pg_pump(pg);
}

void yh_pg_query(struct yh_pg *pg, const char *sql, int n,
		 const char *const *params, yh_pg_cb *cb, void *arg)
{
	const struct yh_pg_stmt stmt = {sql, n, params};
	struct job *job = yh_pg_job_create(&stmt, 1);

	if (!job) {
		cb(arg, -ENOMEM, NULL);
		return;
	}
	job->cb = cb;
	job->arg = arg;
	submit(pg, job);
}

void yh_pg_batch(struct yh_pg *pg, struct yh_pg_tx *tx,
		 const struct yh_pg_stmt *stmts, unsigned n, yh_pg_batch_cb *cb,
		 void *arg)
{
	struct conn *c = tx ? tx->conn : NULL;
	struct job *job = NULL;
	int err = -EINVAL;

	if (tx && !c) {
		err = YH_ERR_DB_DOWN;
	} else if (n && n <= YH_PG_BATCH) {
		job = yh_pg_job_create(stmts, n);
		err = -ENOMEM;
	}
	if (!job) {
		yh_pg_rollback(tx);
		cb(arg, err, NULL, NULL);
		return;
	}
	job->batch = cb;
	job->arg = arg;
	job->tx = tx;
	if (!c) {
		submit(pg, job);
		return;
	}
	c->tx = NULL;
	yh_pg_run(c, job);
}

void yh_pg_rollback(struct yh_pg_tx *tx)
{
	struct conn *c = tx ? tx->conn : NULL;

	yh_free(tx);
	if (!c)
		return;
	c->tx = NULL;
	yh_pg_conn_idle(c);
}
