/**
 * @file test_histories.c  Random histories of the ledger keep its invariants.
 *
 * HISTORIES=N how many (200,000; tests/fault/test_histories runs millions),
 * SEED=N the first.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "history.h"

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

TestSuite(histories, .timeout = 3600);

Test(histories, no_cap_is_exceeded_no_flight_is_double_no_contact_is_lost)
{
	uint64_t n = from_env("HISTORIES", 200000), seed = from_env("SEED", 1);
	struct history_sum sum = {0};

	for (uint64_t i = 0; i < n; i++) {
		const char *bad = history_run(seed + i, BUG_NONE, &sum);

		cr_assert_null(bad, "seed %" PRIu64 ": %s", seed + i, bad);
	}
	fprintf(stderr,
		"%" PRIu64 " histories, %" PRIu64 " steps: %" PRIu64
		" leases, %" PRIu64 " refusals, %" PRIu64 " INVITEs, %" PRIu64
		" answered, %" PRIu64 " interrupted, %" PRIu64
		" crashes, %" PRIu64 " clock steps, %" PRIu64 " late answers\n",
		sum.histories, sum.steps, sum.leases, sum.refusals, sum.invites,
		sum.answers, sum.interruptions, sum.crashes, sum.clock_steps,
		sum.stale_answers);
	/* They are about something. */
	cr_assert_gt(sum.invites, n);
	cr_assert_gt(sum.refusals, n);
	cr_assert_gt(sum.interruptions, n / 20);
	cr_assert_gt(sum.clock_steps, n / 20);
}

/* Each seeded bug must be found, as in tests/model/run.sh. */
Test(histories, every_seeded_bug_is_found)
{
	static const char *const names[BUGS] = {
		"none", "FLIGHT", "PERSON", "CAP",    "REST",  "REDIAL",
		"LOST", "TWICE",  "CLOCK",  "ANSWER", "FENCE", "FRESH",
	};
	struct history_sum sum = {0};

	for (int bug = BUG_NONE + 1; bug < BUGS; bug++) {
		const char *bad = NULL;
		uint64_t seed = 0;

		while (!bad && seed < 200000)
			bad = history_run(++seed, (enum dbl_bug)bug, &sum);
		fprintf(stderr, "%-7s seed %" PRIu64 ": %s\n", names[bug], seed,
			bad ? bad : "NOT FOUND");
		cr_expect_not_null(bad, "the bug %s is not found", names[bug]);
	}
}
