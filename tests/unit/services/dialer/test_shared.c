/** @file test_shared.c  A port that calls share, over real sockets */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "audio/rtcp.h"
#include "base/clock.h"
#include "media.h"
#include "stream.h"

enum { CALLS = 100, FIRST_ADDR = 0x7f000200 };

static struct dial_counts counts;
static struct dial_scratch *scratch;
static struct dial_ports pool;
static struct dial_shared *port;
static struct dial_stream streams[CALLS];
/* The far ends: one socket each, at an address of its own. */
static int peers[CALLS];
static struct sockaddr_in places[CALLS], ours;
static unsigned heard;
static uint8_t last; /* first sample of the last frame that was heard */

static int open_peer(struct sockaddr_in *place, uint32_t addr, uint16_t at)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	socklen_t len = sizeof(*place);

	*place = (struct sockaddr_in){.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(addr),
				      .sin_port = htons(at)};
	cr_assert_eq(bind(fd, (struct sockaddr *)place, len), 0);
	getsockname(fd, (struct sockaddr *)place, &len);

	return fd;
}

static void join_with(unsigned i, const struct sockaddr_in *place,
		      struct dial_srtp *srtp)
{
	const struct dial_sdp theirs = {.addr = *place};

	dial_stream_start(&streams[i], &theirs, srtp, yh_now_us());
}

static void join(unsigned i, const struct sockaddr_in *place)
{
	join_with(i, place, NULL);
}

static void setup(void)
{
	struct dial_port_pair pair;

	cr_assert_eq(dial_ports_init(&pool, "127.0.0.1", 38100, 38300), 0);
	cr_assert_eq(dial_ports_take(&pool, &pair), 0);
	cr_assert_eq(dial_shared_create(&port, 7, &pair), 0);
	ours = (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				    .sin_port = htons(pair.port)};
	scratch = dial_scratch_create();
	for (unsigned i = 0; i < CALLS; i++) {
		peers[i] = open_peer(&places[i], FIRST_ADDR + i % 7, 0);
		cr_assert_eq(dial_stream_init(&streams[i], &port->ports, port,
					      &counts),
			     0);
	}
}

static void teardown(void)
{
	for (unsigned i = 0; i < CALLS; i++) {
		dial_stream_bye(&streams[i], yh_now_us());
		dial_stream_fini(&streams[i]);
		close(peers[i]);
	}
	dial_shared_destroy(port);
	dial_scratch_destroy(scratch);
}

static void say_by(int fd, uint8_t sample, struct dial_srtp *key)
{
	uint8_t buf[YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES + DIAL_SRTP_TRAILER];
	size_t len = YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES;
	const struct yh_rtp rtp = {.payload_type = YH_RTP_PCMA,
				   .seq = 1,
				   .ssrc = 5,
				   .len = YH_FRAME_SAMPLES};

	yh_rtp_write(&rtp, buf);
	memset(buf + YH_RTP_HEADER_BYTES, sample, YH_FRAME_SAMPLES);
	cr_assert(!key || !dial_srtp_protect(key, buf, &len, false));
	cr_assert_eq(
		sendto(fd, buf, len, 0, (struct sockaddr *)&ours, sizeof(ours)),
		(ssize_t)len);
}

static void say(int fd, uint8_t sample)
{
	say_by(fd, sample, NULL);
}

static void on_frame(void *arg, const struct dial_frame *f)
{
	(void)arg;
	heard++;
	last = f->alaw[0];
}

static void receive_all(void)
{
	uint64_t now = yh_now_us();

	dial_scratch_time(scratch, now);
	dial_shared_receive(port, scratch, &counts, now);
}

static unsigned hear(unsigned i)
{
	heard = 0;
	dial_stream_receive(&streams[i], scratch, yh_now_us(), on_frame, NULL);

	return heard;
}

static size_t read_peer(unsigned i, uint8_t *buf, size_t size)
{
	struct pollfd p = {.fd = peers[i], .events = POLLIN};
	ssize_t n = poll(&p, 1, 200) == 1 ? recv(peers[i], buf, size, 0) : -1;

	return n > 0 ? (size_t)n : 0;
}

TestSuite(shared, .init = setup, .fini = teardown, .timeout = 20);

Test(shared, each_call_hears_its_own_far_end_and_no_other)
{
	for (unsigned i = 0; i < CALLS; i++) {
		join(i, &places[i]);
		say(peers[i], (uint8_t)i);
	}
	receive_all();
	for (unsigned i = 0; i < CALLS; i++) {
		cr_assert_eq(hear(i), 1, "call %u", i);
		cr_assert_eq(last, i);
		cr_assert_eq(hear(i), 0);
	}
	cr_assert_eq(counts.foreign, 0);
}

Test(shared, what_is_sent_leaves_together_each_to_its_far_end)
{
	uint8_t buf[256];

	port->due_us = yh_now_us();
	for (unsigned i = 0; i < CALLS; i++) {
		uint8_t frame[YH_FRAME_SAMPLES];

		memset(frame, (int)i, sizeof(frame));
		join(i, &places[i]);
		dial_stream_send(&streams[i], frame, false);
	}
	dial_shared_flush(port);
	for (unsigned i = 0; i < CALLS; i++) {
		cr_assert_eq(read_peer(i, buf, sizeof(buf)), 172u, "%u", i);
		cr_assert_eq(buf[12], i);
	}
	cr_assert_eq(counts.sent, CALLS);
	cr_assert_eq(counts.failed, 0);
	cr_assert_eq(counts.late, 0);
}

Test(shared, calls_with_a_key_and_calls_without_share_it)
{
	static const uint8_t key_a[DIAL_SRTP_KEY_BYTES] = {1},
			     key_b[] = {[DIAL_SRTP_KEY_BYTES - 1] = 2};
	struct dial_srtp *far[CALLS] = {0};

	for (unsigned i = 0; i < CALLS; i++) {
		struct dial_srtp *ours_too = NULL;

		if (i % 3)
			cr_assert(!dial_srtp_create(&far[i], key_b, key_a) &&
				  !dial_srtp_create(&ours_too, key_a, key_b));
		join_with(i, &places[i], ours_too);
		say_by(peers[i], (uint8_t)i, i == 50 ? NULL : far[i]);
	}
	receive_all();
	for (unsigned i = 0; i < CALLS; i++) {
		cr_assert_eq(hear(i), i != 50, "call %u", i); /* forged */
		dial_stream_send(&streams[i], NULL, false);
	}
	cr_assert_eq(counts.foreign + counts.srtp_failed, 1);
	port->due_us = yh_now_us();
	dial_shared_flush(port);
	for (unsigned i = 0; i < CALLS; i++) {
		uint8_t buf[512];
		size_t n = read_peer(i, buf, sizeof(buf));

		cr_assert_eq(n, far[i] ? 182 : 172, "call %u", i);
		cr_assert(!far[i] ||
			  !dial_srtp_unprotect(far[i], buf, &n, false));
		cr_assert_eq(buf[12], YH_ALAW_SILENCE);
		dial_srtp_destroy(far[i]);
	}
	cr_assert_eq(counts.failed, 0);
}

Test(shared, what_leaves_late_is_counted_for_each_call)
{
	port->due_us = yh_now_us() - 2 * DIAL_LATE_US;
	for (unsigned i = 0; i < 3; i++) {
		join(i, &places[i]);
		dial_stream_send(&streams[i], NULL, false);
	}
	dial_shared_flush(port);
	cr_assert_eq(counts.late, 3);
	cr_assert_eq(streams[1].sent_late, 1);
}

Test(shared, a_source_that_no_sdp_has_named_is_a_strangers)
{
	join(0, &places[0]);
	say(peers[1], 1);
	receive_all();
	cr_assert_eq(hear(0), 0);
	cr_assert_eq(hear(1), 0);
	cr_assert_eq(counts.foreign, 1);
}

Test(shared, a_call_that_has_ended_leaves_the_others_where_they_were)
{
	for (unsigned i = 0; i < CALLS; i++)
		join(i, &places[i]);
	for (unsigned i = 0; i < CALLS; i += 2)
		dial_stream_bye(&streams[i], yh_now_us());
	for (unsigned i = 0; i < CALLS; i++)
		say(peers[i], (uint8_t)i);
	receive_all();
	for (unsigned i = 0; i < CALLS; i++)
		cr_assert_eq(hear(i), i % 2, "call %u", i);
	cr_assert_eq(counts.foreign, CALLS / 2);
}

Test(shared, a_re_invite_moves_a_call_to_another_far_end)
{
	join(0, &places[0]);
	join(0, &places[1]);
	say(peers[0], 0);
	say(peers[1], 1);
	receive_all();
	cr_assert_eq(hear(0), 1);
	cr_assert_eq(last, 1);
	cr_assert_eq(counts.foreign, 1);
}

Test(shared, of_two_calls_with_one_far_end_the_later_has_it_and_keeps_it)
{
	join(0, &places[0]);
	join(1, &places[0]);
	dial_stream_bye(&streams[0], yh_now_us());
	say(peers[0], 9);
	receive_all();
	cr_assert_eq(hear(0), 0);
	cr_assert_eq(hear(1), 1);
}

Test(shared, packets_of_a_call_wait_in_their_order)
{
	join(0, &places[0]);
	for (uint16_t n = 0; n < 4; n++) {
		uint8_t buf[YH_RTP_HEADER_BYTES + YH_FRAME_SAMPLES] = {0};
		const struct yh_rtp rtp = {.payload_type = YH_RTP_PCMA,
					   .seq = n,
					   .timestamp = n * 160u,
					   .ssrc = 5,
					   .len = YH_FRAME_SAMPLES};

		yh_rtp_write(&rtp, buf);
		buf[YH_RTP_HEADER_BYTES] = (uint8_t)n;
		(void)!sendto(peers[0], buf, sizeof(buf), 0,
			      (struct sockaddr *)&ours, sizeof(ours));
	}
	receive_all();
	cr_assert_eq(hear(0), 4);
	cr_assert_eq(last, 3);
	cr_assert_eq(yh_rtp_stats_lost(&streams[0].stats), 0);
}

Test(shared, reports_reach_the_call_that_they_are_about)
{
	struct sockaddr_in rtcp, to = ours;
	struct yh_rtcp r = {.ssrc = 5, .has_block = true};
	uint8_t buf[YH_RTCP_BYTES];
	size_t n;
	int fd = open_peer(&rtcp, FIRST_ADDR, 0);

	/* RTCP is one above RTP: the call's far end is one below. */
	rtcp.sin_port = htons((uint16_t)(ntohs(rtcp.sin_port) - 1));
	join(0, &places[0]);
	join(1, &rtcp);
	r.block.ssrc = streams[1].next.ssrc;
	r.block.lost = 4;
	n = yh_rtcp_write(&r, "far", buf);
	to.sin_port = htons((uint16_t)(ntohs(ours.sin_port) + 1));
	cr_assert_eq(sendto(fd, buf, n, 0, (struct sockaddr *)&to, sizeof(to)),
		     (ssize_t)n);
	receive_all();
	cr_assert_eq(streams[1].control.peer_lost, 4);
	cr_assert_eq(streams[0].control.heard, 0);
	close(fd);
}
