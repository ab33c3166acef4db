/** @file run.c  Statements on a connection, and their results. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "pg/pg_priv.h"

/* ---- sending ---------------------------------------------------------------
 */

/* @return where it stands, else a free place, MAX_PREPARED when there is none
 */
static unsigned find_prepared(const struct conn *c, const char *sql)
{
	unsigned free_at = MAX_PREPARED;

	for (unsigned i = 0; i < MAX_PREPARED; i++) {
		if (!c->prepared[i]) {
			if (free_at == MAX_PREPARED)
				free_at = i;
		} else if (!strcmp(c->prepared[i], sql)) {
			return i;
		}
	}

	return free_at;
}

/* Have it prepared if it is not, and run it; or have it planned for this time
 * only. */
static int send_stmt(struct conn *c, struct stmt *s)
{
	const char *const *params = (const char *const *)s->params;
	unsigned i = s->n ? find_prepared(c, s->sql) : MAX_PREPARED;
	char name[16];

	snprintf(name, sizeof(name), "s%u", i);
	if (i < MAX_PREPARED && !c->prepared[i]) {
		c->prepared[i] = yh_strdup(s->sql);
		if (!c->prepared[i])
			i = MAX_PREPARED;
		else if (!PQsendPrepare(c->pq, name, s->sql, s->n, NULL))
			return 0;
		else
			s->preparing = (int)i;
	}
	if (i == MAX_PREPARED)
		return PQsendQueryParams(c->pq, s->sql, s->n, NULL, params,
					 NULL, NULL, 0);

	return PQsendQueryPrepared(c->pq, name, s->n, params, NULL, NULL, 0);
}

/* A synchronisation commits what is in no transaction. */
static int send_sync(struct conn *c, struct job *job)
{
	job->syncs++;

	return PQpipelineSync(c->pq);
}

static int send_job(struct conn *c, struct job *job)
{
	/* One without parameters may be several in one text. */
	if (job->n == 1 && !job->stmts[0].n)
		return PQsendQuery(c->pq, job->stmts[0].sql);
	if (!PQenterPipelineMode(c->pq))
		return 0;
	for (unsigned i = 0; i < job->n; i++) {
		struct stmt *s = &job->stmts[i];

		if (i && !strcmp(s->sql, "BEGIN") && !send_sync(c, job))
			return 0;
		if (!send_stmt(c, s))
			return 0;
	}

	return send_sync(c, job);
}

void yh_pg_run(struct conn *c, struct job *job)
{
	c->job = job;
	if (send_job(c, job))
		yh_pg_conn_flush(c);
	else
		yh_pg_conn_fail(c);
}

/* ---- the end ---------------------------------------------------------------
 */

void yh_pg_conn_idle(struct conn *c)
{
	static const struct yh_pg_stmt rollback = {.sql = "ROLLBACK"};
	struct job *job;

	if (c->state != CONN_UP || c->job || c->tx)
		return;
	if (PQtransactionStatus(c->pq) == PQTRANS_IDLE) {
		yh_pg_pump(c->pg);
		return;
	}
	job = yh_pg_job_create(&rollback, 1);
	if (job)
		yh_pg_run(c, job);
	else
		yh_pg_conn_drop(c, 0);
}

/* The transaction that is open behind a job, if somebody is to own it. */
static int keep_tx(struct conn *c, struct job *job)
{
	struct yh_pg_tx *tx = job->tx;

	if (job->err || !job->batch ||
	    PQtransactionStatus(c->pq) != PQTRANS_INTRANS)
		return 0;
	if (!tx) {
		tx = yh_zalloc(sizeof(*tx));
		if (!tx)
			return -ENOMEM;
		tx->deadline_ms = yh_now_ms() + TX_MS;
	}
	tx->conn = c;
	c->tx = tx;
	job->tx = NULL;

	return 0;
}

static void run_done(struct conn *c)
{
	struct job *job = c->job;
	int err;

	if (job->n > 1 || job->stmts[0].n)
		if (!PQexitPipelineMode(c->pq)) {
			yh_pg_conn_fail(c);
			return;
		}
	c->job = NULL;
	err = keep_tx(c, job);
	yh_pg_job_end(job, err ? err : job->err, c->tx);
	yh_pg_conn_idle(c);
}

/* ---- results ---------------------------------------------------------------
 */

static int state_err(const char *state, const char *sql)
{
	if (!strcmp(state, "23505"))
		return -EEXIST;
	if (!strcmp(state, "40001") || !strcmp(state, "40P01"))
		return YH_ERR_CONFLICT;
	/* The message may quote values: it stays out of the log. */
	yh_error("pg.error", "sqlstate=%s sql=\"%.60s\"", state, sql);
	if (!strncmp(state, "57P", 3) || !strncmp(state, "08", 2))
		return YH_ERR_DB_DOWN;

	return -EIO;
}

static int result_err(PGresult *res, const char *sql)
{
	const char *state;

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
		/* COMMIT of a failed transaction succeeds as a rollback. */
		if (!strcmp(sql, "COMMIT") &&
		    strcmp(PQcmdStatus(res), "COMMIT"))
			return YH_ERR_CONFLICT;
		return 0;
	default:
		state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
		return state ? state_err(state, sql) : YH_ERR_DB_DOWN;
	}
}

/* A result of the statement whose turn it is. What stands behind one that
 * failed has failed for it, whatever the server says of it. */
static void take_result(struct conn *c, struct job *job, PGresult *res)
{
	struct stmt *s = &job->stmts[job->at];
	int err = job->err ? job->err : result_err(res, s->sql);

	job->err = err;
	if (s->preparing >= 0 && PQresultStatus(res) != PGRES_COMMAND_OK) {
		yh_free(c->prepared[s->preparing]);
		c->prepared[s->preparing] = NULL;
	}
	PQclear(s->res);
	s->res = res;
}

/* No more of one thing that was sent: its preparing, or the statement. */
static void next_result(struct job *job)
{
	struct stmt *s = &job->stmts[job->at];

	if (!s->res && !job->err)
		job->err = YH_ERR_DB_DOWN;
	if (s->preparing >= 0)
		s->preparing = -1;
	else
		job->at++;
}

/* @return false when the job is done */
static bool read_one(struct conn *c, struct job *job)
{
	PGresult *res = PQgetResult(c->pq);

	if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
		PQclear(res);
		return --job->syncs;
	}
	if (res && job->at < job->n) {
		take_result(c, job, res);
		return true;
	}
	PQclear(res);
	if (job->at < job->n)
		next_result(job);

	return job->syncs;
}

void yh_pg_read(struct conn *c)
{
	if (!PQconsumeInput(c->pq)) {
		yh_pg_conn_fail(c);
		return;
	}
	while (!PQisBusy(c->pq) && c->job) {
		if (!read_one(c, c->job)) {
			run_done(c);
			return;
		}
		if (PQstatus(c->pq) == CONNECTION_BAD)
			break;
	}
	if (PQstatus(c->pq) == CONNECTION_BAD)
		yh_pg_conn_fail(c);
}
