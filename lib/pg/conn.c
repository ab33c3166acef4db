/** @file conn.c  One connection to PostgreSQL. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "pg/pg_priv.h"

static void on_poll(uv_poll_t *poll, int status, int events);

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
void yh_pg_conn_drop(struct conn *c, int err)
{
	struct job *job = c->job;

	conn_unpoll(c);
	while (c->n_prepared)
		yh_free(c->prepared[--c->n_prepared]);
	c->preparing = false;
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
		yh_pg_job_end(job, err, NULL);
}

void yh_pg_conn_fail(struct conn *c)
{
	yh_warn("pg.down", "backoff_ms=%u error=\"%.*s\"", c->backoff_ms,
		c->pq ? (int)strcspn(PQerrorMessage(c->pq), "\n") : 0,
		c->pq ? PQerrorMessage(c->pq) : "");
	yh_pg_conn_drop(c, YH_ERR_DB_DOWN);
}

static void conn_flush(struct conn *c)
{
	int left = PQflush(c->pq);

	if (left < 0 ||
	    conn_poll(c, left ? UV_READABLE | UV_WRITABLE : UV_READABLE))
		yh_pg_conn_fail(c);
}

/* @return its number, n_prepared when there is none of this text */
static unsigned find_prepared(const struct conn *c, const char *sql)
{
	unsigned i = 0;

	while (i < c->n_prepared && strcmp(c->prepared[i], sql) != 0)
		i++;

	return i;
}

/* Prepare it first, run it, or have it planned for this time only. */
static int send_params(struct conn *c, const struct job *job)
{
	const char *const *params = (const char *const *)job->params;
	unsigned i = find_prepared(c, job->sql);
	char name[16];

	snprintf(name, sizeof(name), "s%u", i);
	if (i < c->n_prepared)
		return PQsendQueryPrepared(c->pq, name, job->n, params, NULL,
					   NULL, 0);
	if (i < MAX_PREPARED)
		c->prepared[i] = yh_strdup(job->sql);
	if (i == MAX_PREPARED || !c->prepared[i])
		return PQsendQueryParams(c->pq, job->sql, job->n, NULL, params,
					 NULL, NULL, 0);
	c->n_prepared++;
	c->preparing = true;

	return PQsendPrepare(c->pq, name, job->sql, job->n, NULL);
}

void yh_pg_conn_run(struct conn *c, struct job *job)
{
	c->job = job;
	if (job->n ? !send_params(c, job) : !PQsendQuery(c->pq, job->sql))
		yh_pg_conn_fail(c);
	else
		conn_flush(c);
}

/* A statement has been prepared, or not: then it is none.
 * @return true when the job goes on with running it */
static bool end_prepare(struct conn *c)
{
	struct job *job = c->job;

	c->preparing = false;
	if (PQresultStatus(c->result) != PGRES_COMMAND_OK) {
		yh_free(c->prepared[--c->n_prepared]);
		return false;
	}
	PQclear(c->result);
	c->result = NULL;
	yh_pg_conn_run(c, job);

	return true;
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
			yh_pg_job_free(job);
		} else {
			yh_pg_conn_drop(c, 0);
			yh_pg_job_end(job, -ENOMEM, NULL);
		}
	} else {
		yh_pg_job_end(job, err, err ? NULL : res);
	}
	PQclear(res);
	yh_pg_pump(pg);
}

static void conn_read(struct conn *c)
{
	PGresult *res;

	if (!PQconsumeInput(c->pq)) {
		yh_pg_conn_fail(c);
		return;
	}
	while (c->state == CONN_UP && !PQisBusy(c->pq)) {
		res = PQgetResult(c->pq);
		if (!res) {
			if (!c->job || (c->preparing && end_prepare(c)))
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
		yh_pg_conn_fail(c);
}

static void conn_connect_step(struct conn *c)
{
	/* libpq may open another socket under the same number: epoll must see
	 * it as a new one. */
	conn_unpoll(c);
	switch (PQconnectPoll(c->pq)) {
	case PGRES_POLLING_READING:
		if (conn_poll(c, UV_READABLE))
			yh_pg_conn_fail(c);
		break;
	case PGRES_POLLING_WRITING:
		if (conn_poll(c, UV_WRITABLE))
			yh_pg_conn_fail(c);
		break;
	case PGRES_POLLING_OK:
		c->state = CONN_UP;
		c->backoff_ms = 0;
		if (PQsetnonblocking(c->pq, 1) || conn_poll(c, UV_READABLE))
			yh_pg_conn_fail(c);
		else
			yh_pg_pump(c->pg);
		break;
	default:
		yh_pg_conn_fail(c);
		break;
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct conn *c = poll->data;

	if (status < 0 && c->state == CONN_UP) {
		yh_pg_conn_fail(c);
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

void yh_pg_conn_start(struct conn *c)
{
	c->state = CONN_CONNECTING;
	c->at_ms = yh_now_ms() + CONNECT_MS;
	c->pq = PQconnectStart(c->pg->url);
	if (!c->pq || PQstatus(c->pq) == CONNECTION_BAD) {
		yh_pg_conn_fail(c);
		return;
	}
	PQsetNoticeReceiver(c->pq, on_notice, NULL);
	if (conn_poll(c, UV_WRITABLE))
		yh_pg_conn_fail(c);
}
