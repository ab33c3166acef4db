/** @file test_pg.c  Mirrors lib/pg, over a real PostgreSQL */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "pg/pg.h"

/* One server for all tests; each test is a process with a table of its own. */

static char run[64];
static uv_loop_t loop;
static struct yh_pg *pg;
static unsigned n_ends;
static int last_err;
static char last_value[64];

static void stack(const char *verb)
{
	char cmd[256];

	snprintf(cmd, sizeof(cmd),
		 "YINHU_RUN='%s' deploy/local/stack %s >/dev/null 2>&1", run,
		 verb);
	if (system(cmd))
		fprintf(stderr, "deploy/local/stack %s failed\n", verb);
}

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	(void)tests;
	strcpy(run, "/tmp/yh-pg-XXXXXX");
	if (mkdtemp(run))
		stack("up");
	setenv("YH_TEST_PG_RUN", run, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	char cmd[128];

	(void)stats;
	stack("down");
	snprintf(cmd, sizeof(cmd), "rm -rf '%s'", run);
	(void)!system(cmd);
}

static void on_end(void *arg, int err, const PGresult *res)
{
	(void)arg;
	n_ends++;
	last_err = err;
	last_value[0] = '\0';
	if (!err && res && PQntuples(res) > 0)
		snprintf(last_value, sizeof(last_value), "%s",
			 PQgetvalue(res, 0, 0));
}

static void wait_ends(unsigned n)
{
	uint64_t end = uv_hrtime() + 15000000000u;

	while (n_ends < n && uv_hrtime() < end)
		uv_run(&loop, UV_RUN_ONCE);
	cr_assert_eq(n_ends, n);
}

/* Run a statement to its end. */
static int sql(const char *text)
{
	yh_pg_query(pg, text, 0, NULL, on_end, NULL);
	wait_ends(n_ends + 1);

	return last_err;
}

/* The stack says where its server is. */
static void find_server(char *url, size_t size)
{
	char cmd[256];
	FILE *f;

	snprintf(cmd, sizeof(cmd),
		 "eval \"$(YINHU_RUN='%s' deploy/local/stack env)\"; "
		 "printf %%s \"$YH_PG_URL\"",
		 getenv("YH_TEST_PG_RUN"));
	f = popen(cmd, "r");
	cr_assert_not_null(f);
	url[fread(url, 1, size - 1, f)] = '\0';
	pclose(f);
	cr_assert(url[0], "no PostgreSQL in the stack's environment");
}

static void setup(void)
{
	char url[512];

	find_server(url, sizeof(url));
	uv_loop_init(&loop);
	cr_assert_eq(yh_pg_open(&pg, &loop, url, 2), 0);
	for (uint64_t end = uv_hrtime() + 10000000000u;
	     !yh_pg_is_up(pg) && uv_hrtime() < end;)
		uv_run(&loop, UV_RUN_ONCE);
	cr_assert(yh_pg_is_up(pg));
}

static void teardown(void)
{
	yh_pg_close(pg);
	uv_run(&loop, UV_RUN_DEFAULT);
	cr_assert_eq(uv_loop_close(&loop), 0);
}

TestSuite(pg, .init = setup, .fini = teardown, .timeout = 60);

Test(pg, a_parameter_goes_to_the_server_and_comes_back)
{
	const char *params[] = {"it's; drop table x"};

	yh_pg_query(pg, "select $1::text", 1, params, on_end, NULL);
	wait_ends(1);
	cr_assert_eq(last_err, 0);
	cr_assert_str_eq(last_value, params[0]);
}

Test(pg, errors_are_told_apart)
{
	cr_assert_eq(sql("create table told (id int primary key)"), 0);
	cr_assert_eq(sql("insert into told values (1)"), 0);
	cr_assert_eq(sql("insert into told values (1)"), -EEXIST);
	cr_assert_eq(sql("select * from no_such_table"), -EIO);
	cr_assert_eq(sql("select count(*) from told"), 0);
	cr_assert_str_eq(last_value, "1");
}

Test(pg, many_statements_share_few_connections)
{
	for (unsigned i = 0; i < 500; i++)
		yh_pg_query(pg, "select 1", 0, NULL, on_end, NULL);
	wait_ends(500);
	cr_assert_eq(last_err, 0);
}

/* ---- batches ---------------------------------------------------------------
 */

static struct yh_pg_tx *tx;
static char values[YH_PG_BATCH][32];
static unsigned n_values;

static void on_batch(void *arg, int err, struct yh_pg_tx *open,
		     const PGresult *const *res)
{
	(void)arg;
	n_ends++;
	last_err = err;
	tx = open;
	for (unsigned i = 0; res && i < n_values; i++)
		snprintf(values[i], sizeof(values[i]), "%s",
			 PQntuples(res[i]) ? PQgetvalue(res[i], 0, 0) : "");
}

/* Run up to four statements together, the last NULL. */
static int batch(const char *a, const char *b, const char *c, const char *d)
{
	const char *texts[] = {a, b, c, d};
	const char *params[] = {"1"};
	struct yh_pg_stmt stmts[4];

	for (n_values = 0; n_values < 4 && texts[n_values]; n_values++) {
		bool has = strchr(texts[n_values], '$') != NULL;

		stmts[n_values] =
			(struct yh_pg_stmt){texts[n_values], has, params};
	}
	yh_pg_batch(pg, tx, stmts, n_values, on_batch, NULL);
	wait_ends(n_ends + 1);

	return last_err;
}

static void assert_rows(const char *table, const char *n)
{
	char text[64];

	snprintf(text, sizeof(text), "select count(*) from %s", table);
	cr_assert_eq(sql(text), 0);
	cr_assert_str_eq(last_value, n);
}

Test(pg, what_is_rolled_back_never_was_and_what_is_committed_stays)
{
	cr_assert_eq(sql("create table tx (id int)"), 0);
	cr_assert_eq(batch("BEGIN", NULL, NULL, NULL), 0);
	cr_assert_eq(batch("insert into tx values (1)", NULL, NULL, NULL), 0);
	cr_assert_not_null(tx);
	yh_pg_rollback(tx);
	tx = NULL;
	assert_rows("tx", "0");

	cr_assert_eq(batch("BEGIN", NULL, NULL, NULL), 0);
	cr_assert_eq(batch("insert into tx values (1)", NULL, NULL, NULL), 0);
	cr_assert_eq(batch("COMMIT", NULL, NULL, NULL), 0);
	cr_assert_null(tx);
	assert_rows("tx", "1");
}

Test(pg, what_is_sent_together_sees_what_came_before_it)
{
	cr_assert_eq(sql("create table together (id int)"), 0);
	for (int round = 0; round < 2; round++) {
		cr_assert_eq(
			batch("BEGIN", "insert into together values ($1::int)",
			      "select count(*) + $1::int from together", NULL),
			0);
		cr_assert_str_eq(values[2], "2");
		cr_assert_not_null(tx);
		cr_assert_eq(batch("delete from together", "COMMIT",
				   "select count(*) from together", NULL),
			     0);
		cr_assert_str_eq(values[2], "0");
		cr_assert_null(tx);
	}
}

Test(pg, behind_a_failure_nothing_is_done_and_nothing_stays)
{
	cr_assert_eq(sql("create table fails (id int primary key)"), 0);
	cr_assert_eq(batch("BEGIN", "insert into fails values (1)",
			   "insert into fails values ($1::int)", "COMMIT"),
		     -EEXIST);
	cr_assert_null(tx);
	assert_rows("fails", "0");
	cr_assert_eq(batch("BEGIN", "insert into no_such values ($1::int)",
			   "insert into fails values ($1::int)", "COMMIT"),
		     -EIO);
	assert_rows("fails", "0");
	/* What could not be prepared then can be now. */
	cr_assert_eq(sql("create table no_such (id int)"), 0);
	for (int round = 0; round < 4; round++)
		cr_assert_eq(batch("BEGIN",
				   "insert into no_such values ($1::int)",
				   "COMMIT", NULL),
			     0);
	assert_rows("no_such", "4");
}

Test(pg, what_stands_before_begin_stays_without_the_transaction)
{
	cr_assert_eq(sql("create table before (id int)"), 0);
	cr_assert_eq(batch("insert into before values ($1::int)", "BEGIN",
			   "insert into before values (2)", NULL),
		     0);
	yh_pg_rollback(tx);
	tx = NULL;
	assert_rows("before", "1");
}

Test(pg, a_transaction_whose_connection_has_gone_ends_with_db_down)
{
	cr_assert_eq(batch("BEGIN", NULL, NULL, NULL), 0);
	cr_assert_eq(batch("select pg_terminate_backend(pg_backend_pid())",
			   "select 1", NULL, NULL),
		     YH_ERR_DB_DOWN);
	cr_assert_null(tx);
}

Test(pg, a_batch_of_none_or_too_many_is_refused)
{
	struct yh_pg_stmt stmts[YH_PG_BATCH + 1] = {{NULL, 0, NULL}};

	yh_pg_batch(pg, NULL, stmts, 0, on_batch, NULL);
	cr_assert_eq(last_err, -EINVAL);
	yh_pg_batch(pg, NULL, stmts, YH_PG_BATCH + 1, on_batch, NULL);
	cr_assert_eq(last_err, -EINVAL);
}

Test(pg, a_connection_that_is_cut_is_an_answer_and_comes_back)
{
	cr_assert_eq(sql("select pg_terminate_backend(pg_backend_pid())"),
		     YH_ERR_DB_DOWN);
	for (uint64_t end = uv_hrtime() + 10000000000u;
	     sql("select 7") && uv_hrtime() < end;)
		;
	cr_assert_str_eq(last_value, "7");
}

Test(pg, closing_answers_everything_that_waits)
{
	for (unsigned i = 0; i < 10; i++)
		yh_pg_query(pg, "select pg_sleep(30)", 0, NULL, on_end, NULL);
	uv_run(&loop, UV_RUN_NOWAIT);
	yh_pg_close(pg);
	pg = NULL;
	cr_assert_eq(n_ends, 10);
	cr_assert_eq(last_err, -ECANCELED);
}
