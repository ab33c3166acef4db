/**
 * @file pg.h  PostgreSQL on the loop: a small pool of libpq connections.
 *
 * Reconnects for ever with bounded steps. At most 10000 queries wait; each
 * ends within 10 s. Parameters and results are text format; bytea goes as hex.
 */
#ifndef YH_PG_H
#define YH_PG_H

#include <stdbool.h>
#include <stddef.h>
#include <libpq-fe.h>
#include <uv.h>

struct yh_pg;
struct yh_pg_tx;

/** A query's end. @param err 0, YH_ERR_DB_DOWN, -ETIMEDOUT, -EEXIST (unique
 * violation), YH_ERR_CONFLICT (serialization, deadlock: try again), -EIO
 * (other SQL error, logged without its parameters), -ECANCELED
 * @param res Borrowed, NULL on error */
typedef void yh_pg_cb(void *arg, int err, const PGresult *res);

/** A transaction has begun. @param tx NULL on error; end it with
 * yh_pg_commit or yh_pg_rollback */
typedef void yh_pg_tx_cb(void *arg, int err, struct yh_pg_tx *tx);

/** Start connecting. @param connections [1..32] @return 0, -EINVAL, -ENOMEM */
int yh_pg_open(struct yh_pg **out, uv_loop_t *loop, const char *url,
	       unsigned connections);
bool yh_pg_is_up(const struct yh_pg *pg);
/** Close; waiting queries end with -ECANCELED. @param pg Taken or NULL */
void yh_pg_close(struct yh_pg *pg);

/** One statement of its own. @param params Borrowed, shape (n), NULL = SQL
 * NULL @return 0 and cb comes exactly once, later; or an error and never */
int yh_pg_query(struct yh_pg *pg, const char *sql, int n,
		const char *const *params, yh_pg_cb *cb, void *arg);

/** Begin a transaction on a connection of its own. */
int yh_pg_begin(struct yh_pg *pg, yh_pg_tx_cb *cb, void *arg);
/** One statement in it; one at a time. */
int yh_pg_tx_query(struct yh_pg_tx *tx, const char *sql, int n,
		   const char *const *params, yh_pg_cb *cb, void *arg);
/** @param tx Taken; cb says whether it was committed */
int yh_pg_commit(struct yh_pg_tx *tx, yh_pg_cb *cb, void *arg);
/** @param tx Taken */
void yh_pg_rollback(struct yh_pg_tx *tx);

#endif
