/** @file test_rtcp.c  RTCP, telephone events, the E-model */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "audio/emodel.h"
#include "audio/events.h"
#include "audio/rtcp.h"

Test(rtcp, what_is_written_can_be_read)
{
	const struct yh_rtcp out = {
		.ssrc = 0x11223344,
		.has_sr = true,
		.ntp = 0x8000000123456789u,
		.timestamp = 4711,
		.packets = 50,
		.octets = 8000,
		.has_block = true,
		.block = {.ssrc = 9,
			  .fraction_lost = 25,
			  .lost = -2,
			  .highest_seq = 0x10005,
			  .jitter = 33,
			  .lsr = 7,
			  .dlsr = 8},
		.bye = true,
	};
	uint8_t buf[YH_RTCP_BYTES];
	size_t n = yh_rtcp_write(&out, "0123456789abcdef", buf);
	struct yh_rtcp in;

	cr_assert_eq(n % 4, 0);
	cr_assert_eq(yh_rtcp_parse(&in, 9, buf, n), 0);
	cr_assert_eq(in.ssrc, out.ssrc);
	cr_assert_eq(in.ntp, out.ntp);
	cr_assert_eq(in.packets, 50);
	cr_assert_eq(in.block.fraction_lost, 25);
	cr_assert_eq(in.block.lost, -2);
	cr_assert_eq(in.block.highest_seq, 0x10005);
	cr_assert_eq(in.block.jitter, 33);
	cr_assert_eq(in.block.lsr, 7);
	cr_assert_eq(in.block.dlsr, 8);
	cr_assert(in.bye);
	cr_assert_eq(yh_rtcp_parse(&in, 10, buf, n), 0);
	cr_assert_not(in.has_block); /* it is about somebody else */
}

Test(rtcp, lengths_that_lie_are_refused)
{
	const struct yh_rtcp out = {.ssrc = 1, .has_block = true};
	uint8_t buf[YH_RTCP_BYTES];
	size_t n = yh_rtcp_write(&out, "x", buf);
	struct yh_rtcp in;

	for (size_t cut = 1; cut < n; cut++)
		(void)yh_rtcp_parse(&in, 1, buf, cut);
	cr_assert_eq(yh_rtcp_parse(&in, 1, buf, n - 1), -EBADMSG);
	buf[0] = 0x9f; /* 31 blocks */
	cr_assert_eq(yh_rtcp_parse(&in, 1, buf, n), -EBADMSG);
	buf[0] = 0x41; /* version 1 */
	cr_assert_eq(yh_rtcp_parse(&in, 1, buf, n), -EBADMSG);
}

Test(rtcp, the_round_trip_is_what_is_left_of_the_time)
{
	uint64_t sent = yh_rtcp_ntp(1700000000000000), back;
	struct yh_rtcp_block b = {.lsr = (uint32_t)(sent >> 16),
				  .dlsr = 65536 / 2};

	back = yh_rtcp_ntp(1700000000000000 + 500000 + 40000);
	cr_assert_float_eq((double)yh_rtcp_round_trip_us(&b, back), 40000, 40);
	b.lsr = 0;
	cr_assert_eq(yh_rtcp_round_trip_us(&b, back), 0);
	b.lsr = (uint32_t)(back >> 16); /* it would be negative */
	cr_assert_eq(yh_rtcp_round_trip_us(&b, back), 0);
}

static char put(struct yh_event_in *in, uint8_t code, bool end, uint32_t ts)
{
	const struct yh_event ev = {.code = code, .end = end};

	return yh_event_in_put(in, &ev, ts);
}

Test(events, a_key_counts_once_however_often_its_end_comes)
{
	struct yh_event_in in = {0};

	cr_assert_eq(put(&in, 1, false, 100), '\0');
	cr_assert_eq(put(&in, 1, true, 100), '1');
	cr_assert_eq(put(&in, 1, true, 100), '\0');
	cr_assert_eq(put(&in, 1, true, 100), '\0');
	cr_assert_eq(put(&in, 11, true, 900), '#'); /* only ends came */
	cr_assert_eq(yh_event_in_end(&in), '\0');
}

Test(events, a_key_whose_ends_are_lost_counts_at_the_next_sound)
{
	struct yh_event_in in = {0};

	put(&in, 10, false, 100);
	cr_assert_eq(yh_event_in_end(&in), '*');
	put(&in, 2, false, 500);
	cr_assert_eq(put(&in, 3, false, 900), '2');
	cr_assert_eq(put(&in, 3, true, 900), '3');
	cr_assert_eq(put(&in, 2, true, 500), '\0');   /* late */
	cr_assert_eq(put(&in, 64, true, 1300), '\0'); /* not a key */
}

Test(events, keys_are_pressed_one_after_the_other_with_a_gap)
{
	struct yh_event_out out = {0};
	struct yh_event ev;
	char seen[64] = "";
	int n = 0;

	cr_assert_eq(yh_event_out_press(&out, "1x"), -EINVAL);
	cr_assert_eq(yh_event_out_press(&out, "1#"), 0);
	while (yh_event_out_busy(&out) && n < 60)
		seen[n++] = yh_event_out_tick(&out, &ev)
				    ? ev.end ? 'e' : yh_event_key(ev.code)
				    : '.';
	cr_assert_str_eq(seen, "1111eee.....####eee.....");
	cr_assert_eq(ev.duration, 800);
	cr_assert_eq(
		yh_event_out_press(&out, "000000000000000000000000000000000"),
		-ENOSPC);
}

/* G.107's own default: R = 93.2 gives 4.41; the table of G.113 for loss. */
Test(emodel, follows_the_recommendation)
{
	float clean = yh_emodel_mos(yh_emodel_r(0, 0));
	float lossy = yh_emodel_mos(yh_emodel_r(0.05f, 0));

	cr_assert_float_eq(clean, 4.41f, 0.01f);
	cr_assert_float_eq(yh_emodel_r(0.05f, 0), 93.2f - 95 * 5 / 30.1f,
			   0.01f);
	cr_assert_lt(lossy, clean);
	cr_assert_lt(yh_emodel_mos(yh_emodel_r(0, 400)), 3.7f);
	cr_assert_eq(yh_emodel_mos(yh_emodel_r(1, 5000)), 1.0f);
}
