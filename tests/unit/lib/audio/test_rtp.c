/** @file test_rtp.c  RTP headers */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "audio/rtp.h"

static const struct yh_rtp some = {.payload_type = 8,
				   .marker = true,
				   .seq = 0xfffe,
				   .timestamp = 0x80000001,
				   .ssrc = 0xdeadbeef};

Test(rtp, what_is_built_is_parsed_back)
{
	uint8_t buf[YH_RTP_HEADER_BYTES + 160] = {0};
	struct yh_rtp got;

	yh_rtp_write(&some, buf);
	cr_assert_eq(yh_rtp_parse(&got, buf, sizeof(buf)), 0);
	cr_assert_eq(got.payload_type, 8);
	cr_assert(got.marker);
	cr_assert_eq(got.seq, 0xfffe);
	cr_assert_eq(got.timestamp, 0x80000001);
	cr_assert_eq(got.ssrc, 0xdeadbeef);
	cr_assert_eq(got.payload, buf + YH_RTP_HEADER_BYTES);
	cr_assert_eq(got.len, 160u);
}

Test(rtp, csrcs_extension_and_padding_are_no_payload)
{
	/* 1 CSRC, an extension of 1 word, 2 bytes of payload, 2 of padding */
	const uint8_t buf[] = {0xb1, 8, 0, 1, 0,    0,	  0, 0, 0, 0,
			       0,    0, 1, 2, 3,    4,	  0, 0, 0, 1,
			       9,    9, 9, 9, 0xd5, 0xd4, 0, 2};
	struct yh_rtp got;

	cr_assert_eq(yh_rtp_parse(&got, buf, sizeof(buf)), 0);
	cr_assert_eq(got.len, 2u);
	cr_assert_eq(got.payload[0], 0xd5);
}

Test(rtp, what_does_not_fit_is_refused)
{
	static const struct {
		const char *why;
		uint8_t buf[16];
		size_t len;
	} rows[] = {
		{"too short", {0x80}, 11},
		{"version 1", {0x40, 8}, 12},
		{"15 CSRCs", {0x8f, 8}, 16},
		{"no room for the extension's head", {0x90, 8}, 12},
		{"extension of 65535 words",
		 {0x90, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255},
		 16},
		{"padding of 0", {0xa0, 8}, 16},
		{"padding over all",
		 {0xa0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5},
		 16},
	};
	struct yh_rtp got;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(yh_rtp_parse(&got, rows[i].buf, rows[i].len),
			     -EBADMSG, "%s", rows[i].why);
}

static int add(struct yh_rtp_stats *s, uint16_t seq, uint32_t arrival)
{
	struct yh_rtp rtp = some;

	rtp.seq = seq;
	rtp.timestamp = seq * 160u;

	return yh_rtp_stats_add(s, &rtp, arrival);
}

Test(rtp, gaps_are_lost_and_late_packets_are_not)
{
	struct yh_rtp_stats s = {0};

	cr_expect_eq(add(&s, 10, 0), 0);
	cr_expect_eq(add(&s, 11, 160), 0);
	cr_expect_eq(add(&s, 14, 640), 2);
	cr_expect_eq(yh_rtp_stats_lost(&s), 2u);
	cr_expect_eq(add(&s, 13, 660), -1);
	cr_expect_eq(add(&s, 14, 661), -1);
	cr_expect_eq(yh_rtp_stats_lost(&s), 1u);
	cr_expect_eq(yh_rtp_stats_received(&s), 4u);
}

Test(rtp, the_sequence_number_wraps_without_loss)
{
	struct yh_rtp_stats s = {0};

	for (unsigned i = 0; i < 100; i++)
		cr_assert_eq(add(&s, (uint16_t)(65500 + i), i * 160), 0);
	cr_expect_eq(yh_rtp_stats_lost(&s), 0u);
	cr_expect_eq(yh_rtp_stats_received(&s), 100u);
}

Test(rtp, a_new_source_begins_anew_and_the_old_ones_packets_stay_counted)
{
	struct yh_rtp_stats s = {0};
	struct yh_rtp rtp = some;

	add(&s, 1, 0);
	add(&s, 3, 320);
	rtp.ssrc = 1;
	rtp.seq = 40000;
	cr_expect_eq(yh_rtp_stats_add(&s, &rtp, 480), 0);
	cr_expect_eq(yh_rtp_stats_lost(&s), 1u);
	cr_expect_eq(yh_rtp_stats_received(&s), 3u);
}

Test(rtp, jitter_is_zero_when_regular_and_follows_the_deviation)
{
	struct yh_rtp_stats s = {0}, late = {0};

	for (unsigned i = 0; i < 200; i++) {
		add(&s, (uint16_t)i, i * 160);
		add(&late, (uint16_t)i, i * 160 + (i % 2) * 80);
	}
	cr_expect_eq(yh_rtp_stats_jitter_us(&s), 0u);
	/* every step deviates by 80 samples: 10 ms */
	cr_expect(yh_rtp_stats_jitter_us(&late) > 9000);
	cr_expect(yh_rtp_stats_jitter_us(&late) < 10500);
}
