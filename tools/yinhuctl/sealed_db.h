/**
 * @file sealed_db.h  The campaign service's database, read with the bank's key.
 *                    Faults are told on stderr.
 */
#ifndef YC_SEALED_DB_H
#define YC_SEALED_DB_H

#include <libpq-fe.h>
#include <stddef.h>

struct yh_keys;

struct yc_db {
	PGconn *pq;
	struct yh_keys *keys;
};

/** @param url "postgresql://..." @param key_file Of the sealed fields
 * @return 0, -1; close in both cases */
int yc_db_open(struct yc_db *db, const char *url, const char *key_file);
void yc_db_close(struct yc_db *db);
/** @param params Borrowed, shape (n) @return Cleared by the caller, or NULL */
PGresult *yc_db_query(struct yc_db *db, const char *sql, int n,
		      const char *const *params);
/** Open a sealed column.
 * @param[out] len Bytes @return Heap, freed with yh_wipe_free; NULL: it does
 * not fit to the key */
char *yc_db_unseal(const struct yc_db *db, const char *label,
		   const PGresult *res, int row, int col, size_t *len);

#endif
