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
	/* Statements that the server keeps for us, "s0", "s1", ...; the last
	 * one is being prepared while `preparing`. */
	char *prepared[MAX_PREPARED];
	unsigned n_prepared;
	bool preparing;
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

/** Free a job. @param job Taken or NULL */
void yh_pg_job_free(struct job *job);
/** Call its callback and free it. @param job Taken */
void yh_pg_job_end(struct job *job, int err, const PGresult *res);

/** Begin to connect. */
void yh_pg_conn_start(struct conn *c);
/** Send a job's statement. @param job Taken */
void yh_pg_conn_run(struct conn *c, struct job *job);
/** Drop the connection; what ran on it ends with err. */
void yh_pg_conn_drop(struct conn *c, int err);
/** The same after a failure of the connection itself, with a line in the log.
 */
void yh_pg_conn_fail(struct conn *c);

/** Give waiting jobs to idle connections. */
void yh_pg_pump(struct yh_pg *pg);

#endif
