/** @file test_srtp.c  SRTP beside libsrtp2, the reference implementation */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include <srtp2/srtp.h>

#include "audio/rtp.h"
#include "srtp.h"

static const uint8_t key_a[30] = "a23456789012345678901234567890";
static const uint8_t key_b[30] = "b23456789012345678901234567890";

static struct dial_srtp *ours;
static srtp_t tx, rx; /* libsrtp2's, of the other side */

static srtp_t reference(const uint8_t *key, srtp_ssrc_type_t type)
{
	uint8_t copy[30];
	srtp_policy_t p = {.ssrc = {.type = type}, .key = copy};
	srtp_t s;

	memcpy(copy, key, sizeof(copy));
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtp);
	srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&p.rtcp);
	cr_assert_eq(srtp_create(&s, &p), srtp_err_status_ok);

	return s;
}

static void setup(void)
{
	srtp_init();
	cr_assert_eq(dial_srtp_create(&ours, key_a, key_b), 0);
	tx = reference(key_b, ssrc_any_outbound);
	rx = reference(key_a, ssrc_any_inbound);
}

static void teardown(void)
{
	dial_srtp_destroy(ours);
	srtp_dealloc(tx);
	srtp_dealloc(rx);
}

TestSuite(srtp, .init = setup, .fini = teardown);

static size_t make(uint8_t *buf, uint32_t ssrc, uint16_t seq)
{
	const struct yh_rtp rtp = {.ssrc = ssrc, .seq = seq, .timestamp = seq};

	yh_rtp_write(&rtp, buf);
	for (int i = 0; i < 160; i++)
		buf[12 + i] = (uint8_t)(i + seq);

	return 172;
}

static bool is_plain(const uint8_t *buf, uint16_t seq)
{
	for (int i = 0; i < 160; i++) {
		if (buf[12 + i] != (uint8_t)(i + seq))
			return false;
	}

	return true;
}

Test(srtp, what_we_send_the_reference_reads_also_over_the_wrap)
{
	for (uint32_t i = 0; i < 70000; i++) {
		uint8_t buf[256];
		uint16_t seq = (uint16_t)(30000 + i);
		size_t n = make(buf, 7, seq);
		int len;

		cr_assert_eq(dial_srtp_protect(ours, buf, &n, false), 0);
		cr_assert_eq(n, 182);
		len = (int)n;
		cr_assert_eq(srtp_unprotect(rx, buf, &len), 0, "packet %u", i);
		cr_assert(len == 172 && is_plain(buf, seq));
	}
}

Test(srtp, what_the_reference_sends_we_read_also_over_the_wrap)
{
	for (uint32_t i = 0; i < 70000; i++) {
		uint8_t buf[256];
		uint16_t seq = (uint16_t)(30000 + i);
		int len = (int)make(buf, 7, seq);
		size_t n;

		cr_assert_eq(srtp_protect(tx, buf, &len), 0);
		n = (size_t)len;
		cr_assert_eq(dial_srtp_unprotect(ours, buf, &n, false), 0,
			     "packet %u", i);
		cr_assert(n == 172 && is_plain(buf, seq));
	}
}

Test(srtp, rtcp_goes_both_ways)
{
	for (int i = 0; i < 200; i++) {
		uint8_t buf[128] = {0x80, 200, 0, 6, 0, 0, 0, 9, 1, 2, 3};
		size_t n = 28;
		int len;

		cr_assert_eq(dial_srtp_protect(ours, buf, &n, true), 0);
		len = (int)n;
		cr_assert_eq(srtp_unprotect_rtcp(rx, buf, &len), 0);
		cr_assert(len == 28 && buf[8] == 1);
		cr_assert_eq(srtp_protect_rtcp(tx, buf, &len), 0);
		n = (size_t)len;
		cr_assert_eq(dial_srtp_unprotect(ours, buf, &n, true), 0);
		cr_assert(n == 28 && buf[8] == 1);
	}
}

Test(srtp, a_changed_a_replayed_and_a_cut_packet_are_refused)
{
	uint8_t buf[256], again[256];
	int len = (int)make(buf, 7, 100);
	size_t n;

	cr_assert_eq(srtp_protect(tx, buf, &len), 0);
	for (int i = 0; i < len; i++) {
		memcpy(again, buf, sizeof(buf));
		again[i] ^= 1;
		n = (size_t)len;
		cr_expect_eq(dial_srtp_unprotect(ours, again, &n, false),
			     -EBADMSG, "byte %d", i);
	}
	for (n = 0; n < (size_t)len; n++) {
		size_t cut = n;

		memcpy(again, buf, sizeof(buf));
		cr_expect_eq(dial_srtp_unprotect(ours, again, &cut, false),
			     -EBADMSG, "cut to %zu", n);
	}
	memcpy(again, buf, sizeof(buf));
	n = (size_t)len;
	cr_expect_eq(dial_srtp_unprotect(ours, buf, &n, false), 0);
	n = (size_t)len;
	cr_expect_eq(dial_srtp_unprotect(ours, again, &n, false), -EBADMSG);
}

Test(srtp, late_ones_in_the_window_are_read_once)
{
	uint8_t p[4][256];
	size_t n[4];

	for (uint16_t i = 0; i < 4; i++) {
		int len = (int)make(p[i], 7, (uint16_t)(65534 + i));

		cr_assert_eq(srtp_protect(tx, p[i], &len), 0);
		n[i] = (size_t)len;
	}
	cr_expect_eq(dial_srtp_unprotect(ours, p[0], &n[0], false), 0);
	cr_expect_eq(dial_srtp_unprotect(ours, p[3], &n[3], false), 0);
	cr_expect_eq(dial_srtp_unprotect(ours, p[1], &n[1], false), 0);
	cr_expect_eq(dial_srtp_unprotect(ours, p[2], &n[2], false), 0);
}

Test(srtp, sources_have_counts_of_their_own_and_there_are_four_at_most)
{
	for (uint32_t ssrc = 1; ssrc <= 5; ssrc++) {
		uint8_t buf[256];
		int len = (int)make(buf, ssrc, 5);
		size_t n;

		cr_assert_eq(srtp_protect(tx, buf, &len), 0);
		n = (size_t)len;
		cr_expect_eq(dial_srtp_unprotect(ours, buf, &n, false),
			     ssrc <= 4 ? 0 : -EBADMSG);
	}
}

/* ---- many at a time ---- */

enum { N = 100 };

static uint8_t many[N][256];
static struct dial_srtp_packet packets[N];

/* The reference's. */
static void send_many(uint16_t first)
{
	for (unsigned i = 0; i < N; i++) {
		int len = (int)make(many[i], 7, (uint16_t)(first + i));

		cr_assert_eq(srtp_protect(tx, many[i], &len), 0);
		packets[i] = (struct dial_srtp_packet){
			.srtp = ours, .data = many[i], .len = (size_t)len};
	}
}

Test(srtp, many_of_one_call_are_read_in_order_also_over_the_wrap)
{
	send_many(65500);
	dial_srtp_unprotect_many(packets, N);
	for (unsigned i = 0; i < N; i++)
		cr_assert(!packets[i].err && packets[i].len == 172 &&
			  is_plain(many[i], (uint16_t)(65500 + i)));
}

Test(srtp, a_forged_and_a_replayed_one_among_many_are_refused_alone)
{
	send_many(100);
	many[20][30] ^= 1;
	memcpy(many[41], many[40], sizeof(many[40]));
	packets[60].len = 9;
	dial_srtp_unprotect_many(packets, N);
	for (unsigned i = 0; i < N; i++)
		cr_expect_eq(packets[i].err,
			     i == 20 || i == 41 || i == 60 ? -EBADMSG : 0,
			     "packet %u", i);
}

Test(srtp, many_calls_packets_are_what_each_calls_receiver_reads)
{
	struct dial_srtp *calls[N];

	for (unsigned i = 0; i < N; i++) {
		uint8_t key[30] = {(uint8_t)i};

		cr_assert_eq(dial_srtp_create(&calls[i], key, key), 0);
	}
	for (uint16_t seq = 1; seq < 5; seq++) {
		for (unsigned i = 0; i < N; i++)
			packets[i] = (struct dial_srtp_packet){
				.srtp = calls[i],
				.data = many[i],
				.len = make(many[i], i, seq)};
		packets[30].len = 5; /* no RTP */
		dial_srtp_protect_many(packets, N);
		for (unsigned i = 0; i < N; i++) {
			size_t n = packets[i].len;

			cr_assert_eq(packets[i].err, i == 30 ? -EIO : 0);
			if (i == 30)
				continue;
			cr_assert_neq(dial_srtp_unprotect(calls[(i + 1) % N],
							  many[i], &n, false),
				      0);
		}
		for (unsigned i = 0; i < N; i++)
			packets[i].len = make(many[i], i, (uint16_t)(seq + 50));
		dial_srtp_protect_many(packets, N);
		dial_srtp_unprotect_many(packets, N);
		for (unsigned i = 0; i < N; i++)
			cr_assert(!packets[i].err && packets[i].len == 172 &&
				  is_plain(many[i], (uint16_t)(seq + 50)));
	}
	for (unsigned i = 0; i < N; i++)
		dial_srtp_destroy(calls[i]);
}
