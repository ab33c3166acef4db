/**
 * @file migrate.c  Numbered SQL files, each applied once, under an advisory
 *                  lock so that replicas can start together. Blocks; runs
 *                  before the loop does.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "app.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum { CONNECT_FOR_MS = 30000, MAX_FILE = 1 << 20 };

static PGconn *connect_db(const char *url)
{
	uint64_t until = yh_now_ms() + CONNECT_FOR_MS;
	PGconn *pq;

	for (;;) {
		pq = PQconnectdb(url);
		if (PQstatus(pq) == CONNECTION_OK)
			return pq;
		if (yh_now_ms() > until)
			break;
		PQfinish(pq);
		usleep(200000);
	}
	yh_error("pg.down", "error=\"%.*s\"",
		 (int)strcspn(PQerrorMessage(pq), "\n"), PQerrorMessage(pq));
	PQfinish(pq);

	return NULL;
}

static int run(PGconn *pq, const char *sql)
{
	PGresult *res = PQexec(pq, sql);
	ExecStatusType status = PQresultStatus(res);

	PQclear(res);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	yh_error("migrate.sql", "error=\"%.*s\"",
		 (int)strcspn(PQerrorMessage(pq), "\n"), PQerrorMessage(pq));

	return -EIO;
}

static int is_applied(PGconn *pq, const char *name)
{
	PGresult *res = PQexecParams(
		pq, "SELECT 1 FROM schema_migrations WHERE name = $1", 1, NULL,
		&name, NULL, NULL, 0);
	int n = PQresultStatus(res) == PGRES_TUPLES_OK ? PQntuples(res) : -EIO;

	PQclear(res);

	return n;
}

static char *read_file(const char *dir, const char *name)
{
	char *path = yh_asprintf("%s/%s", dir, name);
	char *text = yh_zalloc(MAX_FILE + 1);
	FILE *f = path ? fopen(path, "r") : NULL;
	size_t n = f && text ? fread(text, 1, MAX_FILE, f) : 0;

	if (f)
		fclose(f);
	yh_free(path);
	if (n)
		return text;
	yh_free(text);

	return NULL;
}

static int apply(PGconn *pq, const char *dir, const char *name)
{
	int err = is_applied(pq, name);
	char *sql;

	if (err)
		return err < 0 ? err : 0;
	sql = read_file(dir, name);
	if (!sql) {
		yh_error("migrate.file", "name=%s error=\"cannot be read\"",
			 name);
		return -ENOENT;
	}
	err = run(pq, "BEGIN");
	if (!err)
		err = run(pq, sql);
	if (!err) {
		PGresult *res = PQexecParams(
			pq, "INSERT INTO schema_migrations (name) VALUES ($1)",
			1, NULL, &name, NULL, NULL, 0);

		err = PQresultStatus(res) == PGRES_COMMAND_OK ? 0 : -EIO;
		PQclear(res);
	}
	if (!err)
		err = run(pq, "COMMIT");
	yh_free(sql);
	if (!err)
		yh_info("migrate.applied", "name=%s", name);

	return err;
}

static int is_sql(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 4 && !strcmp(e->d_name + n - 4, ".sql");
}

static int apply_all(PGconn *pq, const char *dir)
{
	struct dirent **list = NULL;
	int n = scandir(dir, &list, is_sql, alphasort);
	int err = 0;

	if (n <= 0) {
		yh_error("migrate.dir", "dir=%s error=\"no *.sql there\"", dir);
		err = -ENOENT;
	}
	for (int i = 0; i < n; i++) {
		if (!err)
			err = apply(pq, dir, list[i]->d_name);
		free(list[i]);
	}
	free(list);

	return err;
}

int cmp_migrate(const char *pg_url, const char *dir)
{
	PGconn *pq = connect_db(pg_url);
	int err;

	if (!pq)
		return YH_ERR_DB_DOWN;
	PQclear(PQexec(pq, "SET client_min_messages = warning"));
	err = run(pq, "SELECT pg_advisory_lock(7309453)");
	if (!err)
		err = run(pq, "CREATE TABLE IF NOT EXISTS schema_migrations ("
			      "name text PRIMARY KEY, applied_at timestamptz "
			      "NOT NULL DEFAULT now())");
	if (!err)
		err = apply_all(pq, dir);
	PQfinish(pq); /* releases the lock */

	return err;
}
