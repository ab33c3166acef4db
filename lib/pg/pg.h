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
 * Source: libpq's asynchronous interface and pipeline mode, PostgreSQL manual
 * chapters 34.4 and 34.5.
 */
#ifndef YH_PG_H
#define YH_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>
#include <uv.h>

struct yh_pg;
struct yh_pg_tx;

enum { YH_PG_BATCH = 16 }; /**< Most statements that are sent together */

/** A statement. @param params Shape (n), NULL in it = SQL NULL */
struct yh_pg_stmt {
	const char *sql;
	int n;
	const char *const *params;
};

/** A statement's end. @param err 0, YH_ERR_DB_DOWN (also: nobody knows whether
 * a commit was done), -ETIMEDOUT, -EEXIST (unique violation), YH_ERR_CONFLICT
 * (serialization, deadlock: try again), -EIO (other SQL error, logged without
 * its values), YH_ERR_QUEUE_FULL, -ENOMEM, -ECANCELED (closed)
 * @param res Borrowed, NULL on error */
typedef void yh_pg_cb(void *arg, int err, const PGresult *res);

/** A batch's end. @param err Of the first statement that failed, as above
 * @param tx The transaction that is open now, to go on with or to roll back;
 * NULL: there is none. On error it has been rolled back
 * @param res Borrowed, shape (n) as the statements, NULL on error */
typedef void yh_pg_batch_cb(void *arg, int err, struct yh_pg_tx *tx,
			    const PGresult *const *res);

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

/**
 * Run statements that are sent together: the server is waited for once. Each
 * sees what those before it did; behind the first that fails none is done.
 *
 * "BEGIN" opens a transaction (read committed), "COMMIT" ends it; what stands
 * before a BEGIN is committed by itself.
 *
 * @param tx Taken, the transaction to go on with; NULL: any connection
 * @param stmts Borrowed, shape (n), n [1..YH_PG_BATCH], else -EINVAL
 */
void yh_pg_batch(struct yh_pg *pg, struct yh_pg_tx *tx,
		 const struct yh_pg_stmt *stmts, unsigned n, yh_pg_batch_cb *cb,
		 void *arg);
/** @param tx Taken, may be NULL */
void yh_pg_rollback(struct yh_pg_tx *tx);

#endif
