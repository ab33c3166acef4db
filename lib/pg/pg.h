/**
 * @file pg.h  PostgreSQL on the loop: a small pool of libpq connections.
 *
 * Reconnects for ever with bounded steps (100 ms .. 2 s). At most 10000
 * statements wait; each ends within 10 s, a transaction within 30 s (its
 * connection is dropped then). Parameters and results are text format. A
 * statement with parameters is prepared at its first use on a connection, so
 * that the server need not plan it again and again.
 *
 * A callback comes exactly once, on the loop thread. It comes before the
 * starting function returns only when memory is out, the queue is full or the
 * transaction's connection has gone: so let the call be the last thing that a
 * function does.
 *
 * Source: libpq's asynchronous interface, PostgreSQL manual chapter 34.4.
 */
#ifndef YH_PG_H
#define YH_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>
#include <uv.h>

struct yh_pg;
struct yh_pg_tx;

/** A statement's end. @param err 0, YH_ERR_DB_DOWN (also: nobody knows whether
 * a commit was done), -ETIMEDOUT, -EEXIST (unique violation), YH_ERR_CONFLICT
 * (serialization, deadlock: try again), -EIO (other SQL error, logged without
 * its values), YH_ERR_QUEUE_FULL, -ENOMEM, -ECANCELED (closed)
 * @param res Borrowed, NULL on error */
typedef void yh_pg_cb(void *arg, int err, const PGresult *res);

/** A transaction has begun. @param tx NULL on error; end it with
 * yh_pg_commit or yh_pg_rollback, after an error in it too */
typedef void yh_pg_tx_cb(void *arg, int err, struct yh_pg_tx *tx);

/** Start connecting. @param url Borrowed @param connections [1..32]
 * @return 0, -EINVAL, -ENOMEM */
int yh_pg_open(struct yh_pg **out, uv_loop_t *loop, const char *url,
	       unsigned connections);
/** Is at least one connection up? */
bool yh_pg_is_up(const struct yh_pg *pg);
/** Close; what waits or runs ends with -ECANCELED before it returns.
 * @param pg Taken, may be NULL */
void yh_pg_close(struct yh_pg *pg);

/** One statement of its own. @param sql Borrowed; may hold several statements
 * when n is 0 @param params Borrowed, shape (n), NULL = SQL NULL */
void yh_pg_query(struct yh_pg *pg, const char *sql, int n,
		 const char *const *params, yh_pg_cb *cb, void *arg);

/** Begin a transaction (read committed) on a connection of its own. */
void yh_pg_begin(struct yh_pg *pg, yh_pg_tx_cb *cb, void *arg);
/** One statement in it; one at a time. */
void yh_pg_tx_query(struct yh_pg_tx *tx, const char *sql, int n,
		    const char *const *params, yh_pg_cb *cb, void *arg);
/** @param tx Taken; cb says whether it was committed */
void yh_pg_commit(struct yh_pg_tx *tx, yh_pg_cb *cb, void *arg);
/** @param tx Taken, may be NULL */
void yh_pg_rollback(struct yh_pg_tx *tx);

#endif
