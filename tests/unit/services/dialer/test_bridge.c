/** @file test_bridge.c  Frames between two legs */
#include <criterion/criterion.h>
#include <string.h>

#include "bridge.h"

static void put(struct dial_bridge *b, int value)
{
	uint8_t frame[160];

	memset(frame, value, sizeof(frame));
	dial_bridge_put(b, frame);
}

Test(bridge, nothing_is_given_before_two_frames_wait)
{
	struct dial_bridge b = {0};

	cr_expect_null(dial_bridge_take(&b));
	put(&b, 1);
	cr_expect_null(dial_bridge_take(&b));
	put(&b, 2);
	for (int i = 1; i <= 2; i++) {
		const uint8_t *frame = dial_bridge_take(&b);

		cr_assert_not_null(frame);
		cr_expect_eq(frame[159], i);
	}
	cr_expect_null(dial_bridge_take(&b), "it is dry");
	put(&b, 3);
	cr_expect_null(dial_bridge_take(&b), "and fills up again first");
}

Test(bridge, a_full_one_loses_its_oldest)
{
	struct dial_bridge b = {0};

	for (int i = 1; i <= DIAL_BRIDGE_FRAMES + 2; i++)
		put(&b, i);
	for (int i = 3; i <= DIAL_BRIDGE_FRAMES + 2; i++) {
		const uint8_t *frame = dial_bridge_take(&b);

		cr_assert_not_null(frame);
		cr_expect_eq(frame[0], i);
	}
	cr_expect_null(dial_bridge_take(&b));
}
