/** @file test_pool.c  Mirrors services/dialer/pool.c */
#include <criterion/criterion.h>

#include "pool.h"

static struct dial_pool *p;

static void open_mode(enum yh_pacing mode)
{
	cr_assert_eq(dial_pool_create(&p, mode, 30000, 0), 0);
}

static void teardown(void)
{
	dial_pool_destroy(p);
	p = NULL;
}

TestSuite(pool, .fini = teardown);

static struct dial_pool_word words[] = {
	{"ann", "1001", true, 1, 0},
	{"bob", "1002", true, 1, 0},
};

static struct dial_pool_agent agent(unsigned i)
{
	struct dial_pool_agent a = {0};

	cr_assert(dial_pool_agent(p, i, &a));

	return a;
}

static void order(enum dial_pool_what what, uint32_t call, const char *who,
		  uint64_t now_ms)
{
	struct dial_pool_order o;

	cr_assert(dial_pool_order(p, &o, now_ms));
	cr_assert_eq(o.what, what);
	cr_assert_eq(o.call, call);
	if (who)
		cr_assert_str_eq(o.agent, who);
}

static void nothing(uint64_t now_ms)
{
	struct dial_pool_order o;

	cr_assert_not(dial_pool_order(p, &o, now_ms));
}

Test(pool, an_answer_goes_to_who_has_waited_longest)
{
	open_mode(YH_PACING_PROGRESSIVE);
	dial_pool_sync(p, words, 1, 0);
	dial_pool_sync(p, words, 2, 1000);
	cr_assert_eq(dial_pool_wants(p, 1000), 2u);
	cr_assert_eq(dial_pool_dialled(p, 7, 1000), 0);
	cr_assert_eq(dial_pool_dialled(p, 8, 1000), 0);
	cr_assert_eq(dial_pool_wants(p, 1000), 0u);
	dial_pool_answered(p, 8, 4000);
	order(DIAL_POOL_CONNECT, 8, "ann", 4000);
	nothing(4000);
	cr_assert_eq(agent(0).state, YH_AGENT_TALK);
	cr_assert_eq(agent(0).call, 8u);
	dial_pool_ended(p, 7, 5000);
	cr_assert_eq(dial_pool_wants(p, 5000), 1u);
}

Test(pool, wrap_up_lasts_until_the_agent_is_ready_again)
{
	struct dial_pool_word again = words[0];

	open_mode(YH_PACING_PROGRESSIVE);
	dial_pool_sync(p, words, 1, 0);
	cr_assert_eq(dial_pool_dialled(p, 7, 0), 0);
	dial_pool_answered(p, 7, 100);
	order(DIAL_POOL_CONNECT, 7, "ann", 100);
	dial_pool_ended(p, 7, 9000);
	dial_pool_sync(p, words, 1, 9500); /* the old "ready" */
	cr_assert_eq(agent(0).state, YH_AGENT_WRAP);
	again.ready_seq = 2;
	dial_pool_sync(p, &again, 1, 12000);
	cr_assert_eq(agent(0).state, YH_AGENT_IDLE);
}

Test(pool, who_finds_no_agent_within_the_grace_is_given_up)
{
	open_mode(YH_PACING_PREDICTIVE);
	dial_pool_sync(p, words, 1, 0);
	cr_assert_eq(dial_pool_dialled(p, 7, 0), 0);
	cr_assert_eq(dial_pool_dialled(p, 8, 0), 0);
	dial_pool_answered(p, 7, 5000);
	dial_pool_answered(p, 8, 5100);
	order(DIAL_POOL_CONNECT, 7, "ann", 5100);
	nothing(5100);
	nothing(7099);
	order(DIAL_POOL_ABANDON, 8, NULL, 7100);
	nothing(7100);
	dial_pool_ended(p, 8, 12000);
	cr_assert_eq(agent(0).call, 7u);
}

Test(pool, who_hangs_up_before_is_not_abandoned)
{
	struct yh_pacer_view v;

	open_mode(YH_PACING_PREDICTIVE);
	dial_pool_sync(p, words, 1, 0);
	cr_assert_eq(dial_pool_dialled(p, 7, 0), 0);
	cr_assert_eq(dial_pool_dialled(p, 8, 0), 0);
	dial_pool_answered(p, 7, 5000);
	order(DIAL_POOL_CONNECT, 7, "ann", 5000);
	dial_pool_answered(p, 8, 5000);
	dial_pool_ended(p, 8, 6000);
	nothing(8000);
	dial_pool_view(p, 8000, &v);
	cr_assert_eq(v.waiting, 0u);
	cr_assert_float_eq(v.abandoned_day, 0, 1e-9);
}

Test(pool, a_call_that_no_agent_could_take_is_taken_back_while_it_rings)
{
	struct dial_pool_word away = words[0];
	struct dial_pool_order o = {0};
	uint64_t now = 0;

	open_mode(YH_PACING_PREDICTIVE);
	/* So many answers that the day could bear an abandoned call. */
	for (unsigned i = 0; i < 60; i++) {
		struct dial_pool_word again = words[0];

		again.ready_seq = i + 1;
		dial_pool_sync(p, &again, 1, now);
		cr_assert_eq(dial_pool_dialled(p, 7, now), 0);
		dial_pool_answered(p, 7, now += 8000);
		order(DIAL_POOL_CONNECT, 7, "ann", now);
		(void)dial_pool_wants(p, now);
		dial_pool_ended(p, 7, now += 60000);
		nothing(now);
	}
	away.ready_seq = 61;
	dial_pool_sync(p, &away, 1, now);
	cr_assert_eq(dial_pool_dialled(p, 8, now), 0);
	(void)dial_pool_wants(p, now += 1000);
	nothing(now);
	away.ready = false;
	dial_pool_sync(p, &away, 1, now);
	for (unsigned i = 0; i < 10 && !o.call; i++) {
		(void)dial_pool_wants(p, now += 1000);
		(void)dial_pool_order(p, &o, now);
	}
	cr_assert_eq(o.what, DIAL_POOL_WITHDRAW);
	cr_assert_eq(o.call, 8u);
	nothing(now);
	dial_pool_ended(p, 8, now + 300);
	cr_assert(dial_pool_wants(p, now + 300) == 0);
}

Test(pool, who_leaves_in_a_call_is_not_counted_on_after_it)
{
	struct dial_pool_word away = words[0];
	struct dial_pool_order o;
	struct yh_pacer_view v;

	open_mode(YH_PACING_PREDICTIVE);
	dial_pool_sync(p, words, 1, 0);
	cr_assert_eq(dial_pool_dialled(p, 7, 0), 0);
	cr_assert_eq(dial_pool_dialled(p, 8, 0), 0);
	dial_pool_answered(p, 7, 100);
	order(DIAL_POOL_CONNECT, 7, "ann", 100);
	away.ready = false;
	dial_pool_sync(p, &away, 1, 500);
	dial_pool_view(p, 500, &v);
	cr_assert_eq(v.talk, 0u);
	cr_assert_eq(agent(0).state, YH_AGENT_TALK);
	cr_assert_eq(dial_pool_wants(p, 1000), 0u);
	cr_assert(dial_pool_order(p, &o, 1000));
	cr_assert_eq(o.what, DIAL_POOL_WITHDRAW);
	cr_assert_eq(o.call, 8u);
	dial_pool_ended(p, 7, 9000);
	cr_assert_eq(agent(0).state, YH_AGENT_AWAY);
}

Test(pool, preview_starts_a_call_only_for_who_asks_and_gives_it_to_them)
{
	struct dial_pool_word both[2] = {words[0], words[1]};

	open_mode(YH_PACING_PREVIEW);
	dial_pool_sync(p, both, 2, 0);
	cr_assert_eq(dial_pool_wants(p, 0), 0u);
	both[1].dial_seq = 1;
	dial_pool_sync(p, both, 2, 500);
	cr_assert_eq(dial_pool_wants(p, 500), 1u);
	cr_assert_eq(dial_pool_dialled(p, 7, 500), 0);
	cr_assert_eq(dial_pool_wants(p, 500), 0u);
	dial_pool_answered(p, 7, 4000);
	order(DIAL_POOL_CONNECT, 7, "bob", 4000);
}

Test(pool, an_agent_who_signs_out_keeps_the_call_and_goes_after_it)
{
	struct dial_pool_agent a;

	open_mode(YH_PACING_PROGRESSIVE);
	dial_pool_sync(p, words, 1, 0);
	cr_assert_eq(dial_pool_dialled(p, 7, 0), 0);
	dial_pool_answered(p, 7, 100);
	order(DIAL_POOL_CONNECT, 7, "ann", 100);
	dial_pool_sync(p, NULL, 0, 500);
	cr_assert_eq(agent(0).state, YH_AGENT_TALK);
	dial_pool_ended(p, 7, 9000);
	dial_pool_sync(p, NULL, 0, 9500);
	cr_assert_not(dial_pool_agent(p, 0, &a));
	cr_assert(dial_pool_is_empty(p));
}

Test(pool, who_is_away_gets_no_call)
{
	struct dial_pool_word away = words[0];

	open_mode(YH_PACING_PROGRESSIVE);
	away.ready = false;
	dial_pool_sync(p, &away, 1, 0);
	cr_assert_eq(dial_pool_wants(p, 0), 0u);
	cr_assert_eq(agent(0).state, YH_AGENT_AWAY);
}
