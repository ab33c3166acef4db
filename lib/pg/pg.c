/** @file pg.c  PostgreSQL on the loop, contract in pg.h */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "pg/pg.h"

enum {
	MAX_WAITING = 10000,
	MAX_CONNS = 32,
	QUERY_MS = 10000,
	TX_MS = 30000,
	CONNECT_MS = 5000,
	TICK_MS = 100,
	BACKOFF_MIN_MS = 100,
	BACKOFF_MAX_MS = 2000,
};

/* A statement that waits or runs; `begin` instead of `cb` opens a tx. */
struct job {
	struct job *next;
	uint64_t deadline_ms;
	char *sql;
	char **params; /* shape (n), in one block with the texts */
	int n;
	yh_pg_cb *cb;
	yh_pg_tx_cb *begin;
	void *arg;
};

enum conn_state { CONN_DOWN, CONN_CONNECTING, CONN_UP };

struct conn {
	struct yh_pg *pg;
	PGconn *pq;
	uv_poll_t *poll; /* own life: libuv closes it later */
	enum conn_state state;
	struct job *job; /* runs now */
	struct yh_pg_tx *tx;
	PGresult *result; /* first of the running statement */
	uint64_t at_ms;	  /* DOWN: next try; CONNECTING: deadline */
	unsigned backoff_ms;
};

struct yh_pg_tx {
	struct conn *conn; /* NULL when it has gone */
	uint64_t deadline_ms;
};

struct yh_pg {
	uv_loop_t *loop;
	uv_timer_t tick;
	char *url;
	struct job *head, **tail;
	unsigned waiting;
	unsigned n;
	bool closing;
	struct conn conns[MAX_CONNS];
};

static void pump(struct yh_pg *pg);
static void on_poll(uv_poll_t *poll, int status, int events);

/* ---- jobs ------------------------------------------------------------------
 */

static void job_free(struct job *job)
{
	if (!job)
		return;
	yh_free(job->sql);
	yh_free(job->params);
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

static struct job *job_create(const char *sql, int n, const char *const *params)
{
	struct job *job = yh_zalloc(sizeof(*job));

	if (!job)
		return NULL;
	job->deadline_ms = yh_now_ms() + QUERY_MS;
	job->n = n;
	job->sql = yh_strdup(sql);
	job->params = n ? copy_params(n, params) : NULL;
	if (!job->sql || (n && !job->params)) {
		job_free(job);
		return NULL;
	}

	return job;
}

static void job_end(struct job *job, int err, const PGresult *res)
{
	if (job->begin)
		job->begin(job->arg, err, NULL);
	else if (job->cb)
		job->cb(job->arg, err, res);
	job_free(job);
}

/* ---- one connection --------------------------------------------------------
 */

static void on_poll_closed(uv_handle_t *h)
{
	yh_free(h);
}

static void conn_unpoll(struct conn *c)
{
	if (!c->poll)
		return;
	uv_poll_stop(c->poll);
	uv_close((uv_handle_t *)c->poll, on_poll_closed);
	c->poll = NULL;
}

static int conn_poll(struct conn *c, int events)
{
	int err;

	if (!c->poll) {
		c->poll = yh_zalloc(sizeof(*c->poll));
		if (!c->poll)
			return -ENOMEM;
		err = uv_poll_init(c->pg->loop, c->poll, PQsocket(c->pq));
		if (err) {
			yh_free(c->poll);
			c->poll = NULL;
			return err;
		}
		c->poll->data = c;
	}

	return uv_poll_start(c->poll, events, on_poll);
}

/* Drop the connection; what ran on it ends with err. */
static void conn_drop(struct conn *c, int err)
{
	struct job *job = c->job;

	conn_unpoll(c);
	if (c->pq)
		PQfinish(c->pq);
	PQclear(c->result);
	c->pq = NULL;
	c->result = NULL;
	c->job = NULL;
	if (c->tx)
		c->tx->conn = NULL;
	c->tx = NULL;
	c->state = CONN_DOWN;
	c->backoff_ms = c->backoff_ms ? c->backoff_ms * 2 : BACKOFF_MIN_MS;
	if (c->backoff_ms > BACKOFF_MAX_MS)
		c->backoff_ms = BACKOFF_MAX_MS;
	c->at_ms = yh_now_ms() + c->backoff_ms;
	if (job)
		job_end(job, err, NULL);
}

static void conn_fail(struct conn *c)
{
	yh_warn("pg.down", "backoff_ms=%u error=\"%.*s\"", c->backoff_ms,
		c->pq ? (int)strcspn(PQerrorMessage(c->pq), "\n") : 0,
		c->pq ? PQerrorMessage(c->pq) : "");
	conn_drop(c, YH_ERR_DB_DOWN);
}

static void conn_flush(struct conn *c)
{
	int left = PQflush(c->pq);

	if (left < 0 ||
	    conn_poll(c, left ? UV_READABLE | UV_WRITABLE : UV_READABLE))
		conn_fail(c);
}

static void conn_run(struct conn *c, struct job *job)
{
	int ok;

	c->job = job;
	ok = job->n ? PQsendQueryParams(c->pq, job->sql, job->n, NULL,
					(const char *const *)job->params, NULL,
					NULL, 0)
		    : PQsendQuery(c->pq, job->sql);
	if (!ok)
		conn_fail(c);
	else
		conn_flush(c);
}

static int result_err(const PGresult *res, const struct job *job)
{
	const char *state;

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		/* COMMIT of a failed transaction succeeds as a rollback. */
		if (!strcmp(job->sql, "COMMIT") &&
		    strcmp(PQcmdStatus((PGresult *)res), "COMMIT"))
			return YH_ERR_CONFLICT;
		return 0;
	default:
		break;
	}
	state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	if (!state)
		return YH_ERR_DB_DOWN;
	if (!strcmp(state, "23505"))
		return -EEXIST;
	if (!strcmp(state, "40001") || !strcmp(state, "40P01"))
		return YH_ERR_CONFLICT;
	/* The message may quote values: it stays out of the log. */
	yh_error("pg.error", "sqlstate=%s sql=\"%.60s\"", state, job->sql);
	if (!strncmp(state, "57P", 3) || !strncmp(state, "08", 2))
		return YH_ERR_DB_DOWN;

	return -EIO;
}

/* The running statement is complete. */
static void conn_done(struct conn *c)
{
	struct yh_pg *pg = c->pg;
	struct job *job = c->job;
	PGresult *res = c->result;
	struct yh_pg_tx *tx;
	int err;

	c->job = NULL;
	c->result = NULL;
	if (!job)
		return;
	err = res ? result_err(res, job) : YH_ERR_DB_DOWN;
	if (job->begin && !err) {
		tx = yh_zalloc(sizeof(*tx));
		if (tx) {
			tx->conn = c;
			tx->deadline_ms = yh_now_ms() + TX_MS;
			c->tx = tx;
			job->begin(job->arg, 0, tx);
			job_free(job);
		} else {
			conn_drop(c, 0);
			job_end(job, -ENOMEM, NULL);
		}
	} else {
		job_end(job, err, err ? NULL : res);
	}
	PQclear(res);
	pump(pg);
}

static void conn_read(struct conn *c)
{
	PGresult *res;

	if (!PQconsumeInput(c->pq)) {
		conn_fail(c);
		return;
	}
	while (c->state == CONN_UP && !PQisBusy(c->pq)) {
		res = PQgetResult(c->pq);
		if (!res) {
			if (!c->job)
				return;
			conn_done(c);
			return;
		}
		/* The first error of several statements is what counts. */
		if (c->result && PQresultStatus(c->result) == PGRES_FATAL_ERROR)
			PQclear(res);
		else {
			PQclear(c->result);
			c->result = res;
		}
	}
	if (PQstatus(c->pq) == CONNECTION_BAD)
		conn_fail(c);
}

static void conn_connect_step(struct conn *c)
{
	/* libpq may open another socket under the same number: epoll must see
	 * it as a new one. */
	conn_unpoll(c);
	switch (PQconnectPoll(c->pq)) {
	case PGRES_POLLING_READING:
		if (conn_poll(c, UV_READABLE))
			conn_fail(c);
		break;
	case PGRES_POLLING_WRITING:
		if (conn_poll(c, UV_WRITABLE))
			conn_fail(c);
		break;
	case PGRES_POLLING_OK:
		c->state = CONN_UP;
		c->backoff_ms = 0;
		if (PQsetnonblocking(c->pq, 1) || conn_poll(c, UV_READABLE))
			conn_fail(c);
		else
			pump(c->pg);
		break;
	default:
		conn_fail(c);
		break;
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct conn *c = poll->data;

	if (status < 0 && c->state == CONN_UP) {
		conn_fail(c);
		return;
	}
	if (c->state == CONN_CONNECTING) {
		conn_connect_step(c);
		return;
	}
	if (events & UV_WRITABLE)
		conn_flush(c);
	if (c->state == CONN_UP && (events & UV_READABLE))
		conn_read(c);
}

static void on_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

static void conn_start(struct conn *c)
{
	c->state = CONN_CONNECTING;
	c->at_ms = yh_now_ms() + CONNECT_MS;
	c->pq = PQconnectStart(c->pg->url);
	if (!c->pq || PQstatus(c->pq) == CONNECTION_BAD) {
		conn_fail(c);
		return;
	}
	PQsetNoticeReceiver(c->pq, on_notice, NULL);
	if (conn_poll(c, UV_WRITABLE))
		conn_fail(c);
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
static void pump(struct yh_pg *pg)
{
	for (unsigned i = 0; i < pg->n && pg->head && !pg->closing; i++) {
		struct conn *c = &pg->conns[i];

		if (c->state == CONN_UP && !c->job && !c->tx)
			conn_run(c, queue_pop(pg));
	}
}

static void check_conn(struct conn *c, uint64_t now)
{
	if (c->state == CONN_DOWN && now >= c->at_ms)
		conn_start(c);
	else if (c->state == CONN_CONNECTING && now >= c->at_ms)
		conn_fail(c);
	else if (c->job && now >= c->job->deadline_ms)
		conn_drop(c, -ETIMEDOUT);
	else if (c->tx && now >= c->tx->deadline_ms)
		conn_drop(c, -ETIMEDOUT);
}

static void on_tick(uv_timer_t *t)
{
	struct yh_pg *pg = t->data;
	uint64_t now = yh_now_ms();

	for (unsigned i = 0; i < pg->n && !pg->closing; i++)
		check_conn(&pg->conns[i], now);
	/* All waits are equally long: the oldest is first. */
	while (!pg->closing && pg->head && now >= pg->head->deadline_ms)
		job_end(queue_pop(pg), -ETIMEDOUT, NULL);
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
		conn_drop(&pg->conns[i], -ECANCELED);
	while (pg->head)
		job_end(queue_pop(pg), -ECANCELED, NULL);
	uv_timer_stop(&pg->tick);
	uv_close((uv_handle_t *)&pg->tick, on_closed);
}

/* Queue a job, or end it with why not. */
static void submit(struct yh_pg *pg, struct job *job)
{
	if (pg->closing) {
		job_end(job, -ECANCELED, NULL);
		return;
	}
	if (pg->waiting >= MAX_WAITING) {
		job_end(job, YH_ERR_QUEUE_FULL, NULL);
		return;
	}
	*pg->tail = job;
	pg->tail = &job->next;
	pg->waiting++;
	pump(pg);
}

void yh_pg_query(struct yh_pg *pg, const char *sql, int n,
		 const char *const *params, yh_pg_cb *cb, void *arg)
{
	struct job *job = job_create(sql, n, params);

	if (!job) {
		cb(arg, -ENOMEM, NULL);
		return;
	}
	job->cb = cb;
	job->arg = arg;
	submit(pg, job);
}

void yh_pg_begin(struct yh_pg *pg, yh_pg_tx_cb *cb, void *arg)
{
	struct job *job = job_create("BEGIN", 0, NULL);

	if (!job) {
		cb(arg, -ENOMEM, NULL);
		return;
	}
	job->begin = cb;
	job->arg = arg;
	submit(pg, job);
}

void yh_pg_tx_query(struct yh_pg_tx *tx, const char *sql, int n,
		    const char *const *params, yh_pg_cb *cb, void *arg)
{
	struct job *job = NULL;

	if (tx->conn && !tx->conn->job)
		job = job_create(sql, n, params);
	if (!job) {
		cb(arg, tx->conn ? -ENOMEM : YH_ERR_DB_DOWN, NULL);
		return;
	}
	job->cb = cb;
	job->arg = arg;
	conn_run(tx->conn, job);
}

/* End a transaction: its connection goes back to the pool with the result. */
static void tx_end(struct yh_pg_tx *tx, const char *sql, yh_pg_cb *cb,
		   void *arg)
{
	struct conn *c = tx->conn;
	struct job *job = c ? job_create(sql, 0, NULL) : NULL;

	yh_free(tx);
	if (c)
		c->tx = NULL;
	if (!job) {
		if (c)
			conn_drop(c, YH_ERR_DB_DOWN);
		if (cb)
			cb(arg, YH_ERR_DB_DOWN, NULL);
		return;
	}
	job->cb = cb;
	job->arg = arg;
	conn_run(c, job);
}

void yh_pg_commit(struct yh_pg_tx *tx, yh_pg_cb *cb, void *arg)
{
	tx_end(tx, "COMMIT", cb, arg);
}

void yh_pg_rollback(struct yh_pg_tx *tx)
{
	if (tx)
		tx_end(tx, "ROLLBACK", NULL, NULL);
}
