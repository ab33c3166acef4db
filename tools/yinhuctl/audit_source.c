/** @file audit_source.c  Decisions from lines or PostgreSQL, see audit.h */
#include <errno.h>
#include <jansson.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* ---- lines -----------------------------------------------------------------
 */

static int take(json_t *line, const struct yc_audit_sink *sink)
{
	const char *body, *guard, *inputs;
	json_int_t id = 0, retry = 0;
	int kind, version;
	struct cmp_decision d;

	if (!json_unpack(line, "{s:{s:i, s:i, s:s}}", "policy", "kind", &kind,
			 "version", &version, "body", &body))
		return sink->policy(sink->arg, kind, version, body);
	if (json_unpack(line, "{s:{s?I, s:s, s:i, s:s, s?I}}", "decision", "id",
			&id, "guard", &guard, "policy_version", &version,
			"inputs", &inputs, "retry_s", &retry))
		return -EINVAL;
	d = (struct cmp_decision){id, guard, version, inputs, retry};

	return sink->decision(sink->arg, &d);
}

int yc_audit_read_file(const char *path, const struct yc_audit_sink *sink)
{
	FILE *f = strcmp(path, "-") ? fopen(path, "r") : stdin;
	char *text = NULL;
	size_t size = 0;
	unsigned n = 0;
	int err = 0;

	if (!f) {
		fprintf(stderr, "yinhuctl: %s: %s\n", path, strerror(errno));
		return -EINVAL;
	}
	while (!err && getline(&text, &size, f) > 0) {
		json_t *line;

		n++;
		if (!text[strspn(text, " \t\r\n")])
			continue;
		line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		err = line ? take(line, sink) : -EINVAL;
		json_decref(line);
		if (err == -EINVAL)
			fprintf(stderr,
				"yinhuctl: %s:%u: no policy and no "
				"decision\n",
				path, n);
	}
	if (!err && ferror(f)) {
		fprintf(stderr, "yinhuctl: %s: %s\n", path, strerror(errno));
		err = -EIO;
	} else if (!err && !n) { /* an audit of nothing proves nothing */
		fprintf(stderr, "yinhuctl: %s: no decision in it\n", path);
		err = -ENODATA;
	}
	free(text);
	if (f != stdin)
		fclose(f);

	return err;
}

/* ---- the database ----------------------------------------------------------
 */

static PGresult *query(PGconn *pq, const char *sql)
{
	PGresult *res = PQexec(pq, sql);
	ExecStatusType status = PQresultStatus(res);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return res;
	fprintf(stderr, "yinhuctl: %s", PQerrorMessage(pq));
	PQclear(res);

	return NULL;
}

static int read_policies(PGconn *pq, const struct yc_audit_sink *sink)
{
	PGresult *res = query(pq, "SELECT kind, version, body FROM policies "
				  "ORDER BY kind, version");
	int err = res ? 0 : -EIO;

	for (int i = 0; !err && i < PQntuples(res); i++)
		err = sink->policy(sink->arg, atoi(PQgetvalue(res, i, 0)),
				   atoi(PQgetvalue(res, i, 1)),
				   PQgetvalue(res, i, 2));
	PQclear(res);

	return err;
}

/* @param[out] n Rows of this piece, 0 = the end */
static int read_piece(PGconn *pq, const struct yc_audit_sink *sink, int *n)
{
	PGresult *res = query(pq, "FETCH 5000 FROM decided");
	int err = res ? 0 : -EIO;

	*n = res ? PQntuples(res) : 0;
	for (int i = 0; !err && i < *n; i++) {
		const struct cmp_decision d = {
			.id = atoll(PQgetvalue(res, i, 0)),
			.guard = PQgetvalue(res, i, 1),
			.policy_version = atoi(PQgetvalue(res, i, 2)),
			.inputs = PQgetvalue(res, i, 3),
			.retry_s = atoll(PQgetvalue(res, i, 4)),
		};

		err = sink->decision(sink->arg, &d);
	}
	PQclear(res);

	return err;
}

/* Decisions first, policies after: no version is missed. But a sink wants the
 * policies first, so both are read of one snapshot. */
int yc_audit_read_db(const char *url, const struct yc_audit_sink *sink)
{
	static const char begin[] =
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
		"DECLARE decided NO SCROLL CURSOR FOR SELECT id, guard, "
		"policy_version, inputs, retry_s FROM decisions "
		"WHERE policy_version > 0 ORDER BY id";
	PGconn *pq = PQconnectdb(url);
	PGresult *res = NULL;
	int err = -EIO, n = 1;

	if (PQstatus(pq) != CONNECTION_OK)
		fprintf(stderr, "yinhuctl: %s", PQerrorMessage(pq));
	else
		res = query(pq, begin);
	if (res)
		err = read_policies(pq, sink);
	while (!err && n)
		err = read_piece(pq, sink, &n);
	PQclear(res);
	PQfinish(pq);

	return err;
}
