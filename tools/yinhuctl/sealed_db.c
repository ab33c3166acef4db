/** @file sealed_db.c  Rows with sealed fields, contract in sealed_db.h */
#include "sealed_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"

int yc_db_open(struct yc_db *db, const char *url, const char *key_file)
{
	int err;

	*db = (struct yc_db){0};
	err = key_file ? yh_keys_load(&db->keys, key_file) : -ENOENT;
	if (err) {
		fprintf(stderr,
			"yinhuctl: --key-file: %s; what was said is sealed in "
			"the database\n",
			strerror(-err));
		return -1;
	}
	db->pq = PQconnectdb(url);
	if (PQstatus(db->pq) == CONNECTION_OK)
		return 0;
	fprintf(stderr, "yinhuctl: %s", PQerrorMessage(db->pq));

	return -1;
}

void yc_db_close(struct yc_db *db)
{
	PQfinish(db->pq);
	yh_keys_destroy(db->keys);
	*db = (struct yc_db){0};
}

PGresult *yc_db_query(struct yc_db *db, const char *sql, int n,
		      const char *const *params)
{
	PGresult *res =
		PQexecParams(db->pq, sql, n, NULL, params, NULL, NULL, 0);

	if (PQresultStatus(res) == PGRES_TUPLES_OK)
		return res;
	fprintf(stderr, "yinhuctl: %s", PQerrorMessage(db->pq));
	PQclear(res);

	return NULL;
}

char *yc_db_unseal(const struct yc_db *db, const char *label,
		   const PGresult *res, int row, int col, size_t *len)
{
	unsigned char *sealed;
	char *plain = NULL;
	size_t n = 0;

	sealed = PQunescapeBytea(
		(const unsigned char *)PQgetvalue(res, row, col), &n);
	if (!sealed || yh_unseal(db->keys, label, sealed, n, &plain, len)) {
		fprintf(stderr,
			"yinhuctl: a row cannot be opened with this key\n");
		plain = NULL;
	}
	PQfreemem(sealed);

	return plain;
}
