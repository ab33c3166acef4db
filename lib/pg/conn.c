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
	for (unsigned i = 0; i < MAX_PREPARED; i++) {
		yh_free(c->prepared[i]);
		c->prepared[i] = NULL;
	}
	if (c->pq)
		PQfinish(c->pq);
	c->pq = NULL;
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

void yh_pg_conn_flush(struct conn *c)
{
	int left = PQflush(c->pq);

	if (left < 0 ||
	    conn_poll(c, left ? UV_READABLE | UV_WRITABLE : UV_READABLE))
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
		yh_pg_conn_flush(c);
	if (c->state == CONN_UP && (events & UV_READABLE))
		yh_pg_read(c);
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
