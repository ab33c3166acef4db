/** @file test_held.c  Mirrors services/dialog/held.c: two replicas over a real
 *                     nats-server. */
#include "../../lib/bus/nats_server.h"
#include "app.h"
#include "base/mem.h"

static struct nats_server server;
static uv_loop_t loop;
static struct yh_bus *bus;
static struct dlg_app one, two;

static void setup(void)
{
	nats_start(&server);
	uv_loop_init(&loop);
	cr_assert_eq(yh_bus_open(&bus, &loop, server.url, "test"), 0);
	cr_assert_eq(dlg_held_create(&one.held, bus), 0);
	cr_assert_eq(dlg_held_create(&two.held, bus), 0);
}

static void finish(void)
{
	dlg_held_destroy(one.held);
	dlg_held_destroy(two.held);
	yh_bus_close(bus);
	cr_assert_eq(loop_finish(&loop), 0);
	nats_stop(&server);
}

TestSuite(held, .init = setup, .timeout = 20);

static Yinhu__V1__DialogSession *session(const char *call_id, uint32_t turn)
{
	Yinhu__V1__DialogSession *s = yh_zalloc(sizeof(*s));

	yinhu__v1__dialog_session__init(s);
	s->call_id = yh_strdup(call_id);
	s->turn = turn;

	return s;
}

static void keep(struct dlg_app *app, const char *call_id, uint32_t turn,
		 int stored_err)
{
	Yinhu__V1__DialogSession *s = session(call_id, turn);

	dlg_held_keep(app, s, stored_err);
	yinhu__v1__dialog_session__free_unpacked(s, NULL);
}

/* What a replica goes on from; frees it. */
static uint32_t latest(struct dlg_app *app, int err, int stored_turn)
{
	Yinhu__V1__DialogSession *s = dlg_held_latest(
		app, "c", err,
		stored_turn < 0 ? NULL : session("c", (uint32_t)stored_turn));
	uint32_t turn = s ? s->turn : 0;

	if (s)
		yinhu__v1__dialog_session__free_unpacked(s, NULL);

	return turn;
}

Test(held, with_redis_away_the_replica_that_stepped_goes_on)
{
	keep(&one, "c", 3, YH_ERR_CACHE_DOWN);
	cr_expect_eq(latest(&one, YH_ERR_CACHE_DOWN, -1), 3);
	cr_expect_eq(latest(&one, 0, 2), 3, "redis is behind");
	cr_expect_eq(latest(&one, 0, 4), 4, "another has gone on");
	cr_expect_eq(latest(&two, YH_ERR_CACHE_DOWN, -1), 0);
	finish();
}

Test(held, what_redis_has_is_believed_where_nothing_is_ahead)
{
	keep(&one, "c", 3, 0);
	cr_expect_eq(latest(&one, 0, -1), 0, "it was deleted there");
	cr_expect_eq(latest(&one, 0, 3), 3);
	finish();
}

Test(held, the_next_step_is_ahead_of_redis)
{
	Yinhu__V1__DialogSession *next = session("c", 4);

	keep(&one, "c", 3, YH_ERR_CACHE_DOWN);
	cr_expect(dlg_held_is_ahead(&one, next));
	keep(&one, "c", 3, 0);
	cr_expect_not(dlg_held_is_ahead(&one, next));
	yinhu__v1__dialog_session__free_unpacked(next, NULL);
	finish();
}

Test(held, who_hears_that_another_stepped_forgets)
{
	keep(&one, "c", 3, YH_ERR_CACHE_DOWN);
	keep(&one, "other", 9, YH_ERR_CACHE_DOWN);
	keep(&two, "c", 4, YH_ERR_CACHE_DOWN);
	while (dlg_held_find(&one, "c"))
		uv_run(&loop, UV_RUN_ONCE);
	cr_expect_not_null(dlg_held_find(&two, "c"), "not by its own note");
	cr_expect_not_null(dlg_held_find(&one, "other"));
	dlg_held_drop(&two, "c");
	cr_expect_null(dlg_held_find(&two, "c"));
	finish();
}

Test(held, no_more_than_the_bound_are_held)
{
	char id[16];

	for (unsigned i = 0; i <= DLG_MAX_HELD; i++) {
		snprintf(id, sizeof(id), "%u", i);
		keep(&one, id, 1, YH_ERR_CACHE_DOWN);
	}
	cr_expect_not_null(dlg_held_find(&one, "0"));
	cr_expect_null(dlg_held_find(&one, id));
	finish();
}
