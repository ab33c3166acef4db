/** @file pg_priv.h  What the pool (pg.c) and a connection (conn.c) share. */
#ifndef YH_PG_PRIV_H
#define YH_PG_PRIV_H

#include <stdint.h>

#include "pg/pg.h"

enum {
	MAX_WAITING = 10000,
	MAX_CONNS = 32,
	MAX_PREPARED = 128, /* a connection; the rest is planned each time */
	QUERY_MS = 10000,
	TX_MS = 30000,
	CONNECT_MS = 5000,
	TICK_MS = 100,
	BACKOFF_MIN_MS = 100,
	BACKOFF_MAX_MS = 2000,
};

struct stmt {
	char *sql;
	char **params; /* shape (n), in one block with the texts */
	int n;
	int preparing; /* its place among the prepared; -1: nowhere */
	PGresult *res;
};

/* Statements that wait or run together. */
struct job {
	struct job *next;
	uint64_t deadline_ms;
	struct yh_pg_tx *tx; /* goes on with it; here while it runs */
	yh_pg_cb *cb;	     /* of one statement, or */
	yh_pg_batch_cb *batch;
	void *arg;
	int err;	/* of the first that failed */
	unsigned at;	/* whose result comes next */
	unsigned syncs; /* still to come; 0: no pipeline */
	unsigned n;
	struct stmt stmts[];
};

enum conn_state { CONN_DOWN, CONN_CONNECTING, CONN_UP };

struct conn {
	struct yh_pg *pg;
	PGconn *pq;
	uv_poll_t *poll; /* own life: libuv closes it later */
	enum conn_state state;
	struct job *job; /* runs now */
	struct yh_pg_tx *tx;
	uint64_t at_ms; /* DOWN: next try; CONNECTING: deadline */
	unsigned backoff_ms;
	/* Statements that the server keeps for us, "s0", "s1", ... */
	char *prepared[MAX_PREPARED];
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

/** A job of statements, waiting QUERY_MS at most. @param stmts Borrowed (n)
 * @return NULL: out of memory */
struct job *yh_pg_job_create(const struct yh_pg_stmt *stmts, unsigned n);
/** Call its callback and free it. @param job Taken
 * @param tx Taken: what is open after a batch, NULL */
void yh_pg_job_end(struct job *job, int err, struct yh_pg_tx *tx);

/** Begin to connect. */
void yh_pg_conn_start(struct conn *c);
/** Send what libpq holds, and listen. */
void yh_pg_conn_flush(struct conn *c);
/** Drop the connection; what ran on it ends with err. */
void yh_pg_conn_drop(struct conn *c, int err);
/** The same after a failure of the connection itself, with a line in the log.
 */
void yh_pg_conn_fail(struct conn *c);

/** Send a job's statements. @param job Taken */
void yh_pg_run(struct conn *c, struct job *job);
/** Take what has come of their results. */
void yh_pg_read(struct conn *c);
/** Leave no transaction on it that nobody owns, then let it serve others. */
void yh_pg_conn_idle(struct conn *c);

/** Give waiting jobs to idle connections. */
void yh_pg_pump(struct yh_pg *pg);

#endif
