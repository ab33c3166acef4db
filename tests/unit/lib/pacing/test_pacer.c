/** @file test_pacer.c  How many calls to start for human agents */
#include <criterion/criterion.h>
#include <errno.h>

#include "pacing/pacer.h"

enum { AGENTS = 10 };

static struct yh_pacer *p;

static void setup_mode(enum yh_pacing mode)
{
	struct yh_pacer_conf conf = yh_pacer_defaults(AGENTS);

	conf.mode = mode;
	cr_assert_eq(yh_pacer_create(&p, &conf, 0), 0);
}

static void all(enum yh_agent_state state, uint64_t now_ms)
{
	for (unsigned i = 0; i < AGENTS; i++)
		cr_assert_eq(yh_pacer_agent(p, i, state, now_ms), 0);
}

/* Half an hour of calls that are all answered at 10 s and last 100 s. */
static uint64_t work(uint64_t now)
{
	for (unsigned round = 0; round < 20; round++) {
		int dials[AGENTS];

		all(YH_AGENT_IDLE, now);
		for (unsigned i = 0; i < AGENTS; i++)
			dials[i] = yh_pacer_dialled(p, 0, now);
		for (unsigned s = 0; s < 10; s++)
			(void)yh_pacer_ask(p, 0, now += 1000);
		for (unsigned i = 0; i < AGENTS; i++)
			cr_assert_eq(yh_pacer_answered(p, dials[i], now), 0);
		all(YH_AGENT_TALK, now);
		for (unsigned s = 0; s < 100; s++)
			(void)yh_pacer_ask(p, 0, now += 1000);
		all(YH_AGENT_WRAP, now);
		now += 5000;
	}

	return now;
}

Test(pacer, preview_starts_nothing_by_itself)
{
	setup_mode(YH_PACING_PREVIEW);
	all(YH_AGENT_IDLE, 0);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), 0u);
	yh_pacer_destroy(p);
}

Test(pacer, progressive_starts_a_dial_for_each_agent_who_waits)
{
	setup_mode(YH_PACING_PROGRESSIVE);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), 0u);
	all(YH_AGENT_IDLE, 1000);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), (unsigned)AGENTS);
	for (unsigned i = 0; i < 4; i++)
		cr_assert_geq(yh_pacer_dialled(p, 0, 1000), 0);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), 6u);
	cr_assert_eq(yh_pacer_failed(p, 2, 9000), 0);
	cr_assert_eq(yh_pacer_ask(p, 0, 9000), 7u);
	yh_pacer_destroy(p);
}

Test(pacer, predictive_is_progressive_until_there_is_a_budget)
{
	setup_mode(YH_PACING_PREDICTIVE);
	all(YH_AGENT_IDLE, 0);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), (unsigned)AGENTS);
	yh_pacer_destroy(p);
}

Test(pacer, predictive_dials_for_an_agent_who_is_about_to_be_free)
{
	uint64_t now;

	setup_mode(YH_PACING_PREDICTIVE);
	now = work(1000);
	all(YH_AGENT_TALK, now);
	cr_assert_eq(yh_pacer_ask(p, 0, now + 20000), 0u);
	for (unsigned s = 21; s < 99; s++)
		(void)yh_pacer_ask(p, 0, now + s * 1000);
	cr_assert_gt(yh_pacer_ask(p, 0, now + 99000), 0u);
	yh_pacer_destroy(p);
}

Test(pacer, abandoned_calls_turn_it_progressive)
{
	uint64_t now;

	setup_mode(YH_PACING_PREDICTIVE);
	now = work(1000);
	all(YH_AGENT_TALK, now);
	for (unsigned i = 0; i < 8; i++) {
		int dial = yh_pacer_dialled(p, 0, now);

		cr_assert_eq(yh_pacer_answered(p, dial, now + 10000), 0);
		yh_pacer_abandoned(p, now + 12000);
	}
	cr_assert_eq(yh_pacer_ask(p, 0, now + 99000), 0u);
	yh_pacer_destroy(p);
}

/* Two dials more ring than the budget could bear to lose, for two agents who
 * were idle. */
static unsigned taken_back(enum yh_agent_state then)
{
	struct yh_pacer_view v;
	uint64_t now;
	unsigned n = 0;

	setup_mode(YH_PACING_PREDICTIVE);
	now = work(1000);
	all(YH_AGENT_TALK, now);
	cr_assert_eq(yh_pacer_agent(p, 0, then, now), 0);
	cr_assert_eq(yh_pacer_agent(p, 1, then, now), 0);
	yh_pacer_view(p, now, &v);
	for (unsigned i = 0; i < v.budget_left + 2; i++)
		cr_assert_eq(yh_pacer_dialled(p, 0, now), (int)i);
	for (unsigned s = 1; s < 12; s++) {
		(void)yh_pacer_ask(p, 0, now += 1000);
		while (yh_pacer_excess(p) >= 0)
			n++;
	}

	return n;
}

Test(pacer, takes_back_the_dials_that_could_break_the_budget)
{
	struct yh_pacer_view before, after;

	cr_assert_eq(taken_back(YH_AGENT_AWAY), 2u);
	yh_pacer_view(p, 3000000, &before);
	cr_assert_eq(yh_pacer_withdrawn(p, 0, 3000000), 0);
	cr_assert_eq(yh_pacer_withdrawn(p, 0, 3000000), -EINVAL);
	cr_assert_eq(yh_pacer_answered(p, 1, 3000000), 0); /* on the way */
	yh_pacer_view(p, 3000000, &after);
	cr_assert_eq(after.ringing, before.ringing - 2);
	yh_pacer_destroy(p);
}

Test(pacer, takes_nothing_back_while_agents_wait)
{
	cr_assert_eq(taken_back(YH_AGENT_IDLE), 0u);
	yh_pacer_destroy(p);
}

Test(pacer, takes_back_all_that_rings_when_everybody_has_left)
{
	unsigned n = 0;

	setup_mode(YH_PACING_PREDICTIVE);
	all(YH_AGENT_IDLE, 0);
	for (unsigned i = 0; i < 5; i++)
		cr_assert_geq(yh_pacer_dialled(p, 0, 0), 0);
	all(YH_AGENT_AWAY, 1000);
	cr_assert_eq(yh_pacer_ask(p, 0, 1000), 0u);
	while (yh_pacer_excess(p) >= 0)
		n++;
	cr_assert_eq(n, 5u);
	yh_pacer_destroy(p);
}

Test(pacer, a_dial_that_was_taken_back_says_nothing_of_the_answer_rate)
{
	struct yh_pacer_view before, after;

	setup_mode(YH_PACING_PREDICTIVE);
	yh_pacer_view(p, 0, &before);
	for (unsigned i = 0; i < 100; i++) {
		int dial = yh_pacer_dialled(p, 0, 0);

		cr_assert_eq(yh_pacer_withdrawn(p, dial, 0), 0);
	}
	yh_pacer_view(p, 0, &after);
	cr_assert_float_eq(after.answer_rate, before.answer_rate, 1e-9);
	yh_pacer_destroy(p);
}

Test(pacer, never_asks_for_more_dials_than_may_ring)
{
	struct yh_pacer_conf conf = yh_pacer_defaults(AGENTS);

	conf.max_dials = 3;
	cr_assert_eq(yh_pacer_create(&p, &conf, 0), 0);
	all(YH_AGENT_IDLE, 0);
	for (unsigned i = 0; i < 3; i++) {
		cr_assert_eq(yh_pacer_ask(p, 0, 0), 3 - i);
		cr_assert_eq(yh_pacer_dialled(p, 0, 0), (int)i);
	}
	cr_assert_eq(yh_pacer_ask(p, 0, 0), 0u);
	cr_assert_eq(yh_pacer_dialled(p, 0, 0), -ENOBUFS);
	yh_pacer_destroy(p);
}

Test(pacer, refuses_what_it_does_not_know)
{
	struct yh_pacer_conf conf = yh_pacer_defaults(0);

	cr_assert_eq(yh_pacer_create(&p, &conf, 0), -EINVAL);
	setup_mode(YH_PACING_PREDICTIVE);
	cr_assert_eq(yh_pacer_agent(p, AGENTS, YH_AGENT_IDLE, 0), -EINVAL);
	cr_assert_eq(yh_pacer_answered(p, 0, 0), -EINVAL);
	cr_assert_eq(yh_pacer_failed(p, -1, 0), -EINVAL);
	yh_pacer_destroy(p);
}
