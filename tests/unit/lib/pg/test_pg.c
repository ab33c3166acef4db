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

static bool commits;

static void on_inserted(void *arg, int err, const PGresult *res)
{
	struct yh_pg_tx *tx = arg;

	(void)res;
	cr_assert_eq(err, 0);
	if (commits) {
		yh_pg_commit(tx, on_end, NULL);
	} else {
		yh_pg_rollback(tx);
		n_ends++;
	}
}

static void on_begun(void *arg, int err, struct yh_pg_tx *tx)
{
	(void)arg;
	cr_assert_eq(err, 0);
	yh_pg_tx_query(tx, "insert into tx values (1)", 0, NULL, on_inserted,
		       tx);
}

Test(pg, what_is_rolled_back_never_was_and_what_is_committed_stays)
{
	cr_assert_eq(sql("create table tx (id int)"), 0);
	commits = false;
	yh_pg_begin(pg, on_begun, NULL);
	wait_ends(n_ends + 1);
	cr_assert_eq(sql("select count(*) from tx"), 0);
	cr_assert_str_eq(last_value, "0");

	commits = true;
	yh_pg_begin(pg, on_begun, NULL);
	wait_ends(n_ends + 1);
	cr_assert_eq(last_err, 0);
	cr_assert_eq(sql("select count(*) from tx"), 0);
	cr_assert_str_eq(last_value, "1");
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
