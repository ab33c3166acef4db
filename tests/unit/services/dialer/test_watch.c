/** @file test_watch.c  Why a call is not heard; how good it sounded */
#include <criterion/criterion.h>

#include "quality.h"
#include "watch.h"

Test(watch, each_cause_has_its_name)
{
	static const struct {
		struct dial_watch_facts facts;
		const char *want;
	} rows[] = {
		{{.audio = 9, .loudest_dbov = -20}, ""},
		{{.audio = 9, .foreign = 5, .loudest_dbov = -20}, ""},
		{{.audio = 9, .loudest_dbov = -80}, "silence"},
		{{.loudest_dbov = -127}, "no_packets"},
		{{.foreign = 4, .loudest_dbov = -127}, "foreign_source"},
		{{.srtp_failed = 4, .foreign = 1, .loudest_dbov = -127},
		 "srtp"},
		{{.other_codec = 4, .loudest_dbov = -127}, "codec"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_str_eq(
			dial_watch_name(dial_watch_judge(&rows[i].facts)),
			rows[i].want, "row %zu", i);
}

Test(quality, a_clean_call_is_good_and_loss_shows)
{
	const struct dial_leg_stats clean = {.received = 1000, .sent = 1000};
	const struct dial_leg_stats lossy = {.received = 900,
					     .lost = 100,
					     .sent = 1000,
					     .peer_lost = 50,
					     .reports = 1,
					     .round_trip_us = 100000};
	struct dial_quality a = dial_quality_of(&clean);
	struct dial_quality b = dial_quality_of(&lossy);

	cr_assert_gt(a.mos, 4.3f);
	cr_assert_eq(a.mos_peer, 0.0f); /* they did not say */
	cr_assert_float_eq(b.loss, 0.1f, 1e-6f);
	cr_assert_lt(b.mos, 3.6f);
	cr_assert_gt(b.mos_peer, b.mos);
}
