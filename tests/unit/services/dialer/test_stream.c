/** @file test_stream.c  RTP, RTCP and SRTP of a call, over real sockets */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "stream.h"

/* The callee: a socket and what it sends with. */
struct peer {
	int rtp, rtcp;
	struct sockaddr_in addr;
	struct yh_rtp next;
	struct dial_srtp *srtp;
};

static const uint8_t key_a[DIAL_SRTP_KEY_BYTES] =
	"a23456789012345678901234567890";
static const uint8_t key_b[DIAL_SRTP_KEY_BYTES] =
	"b23456789012345678901234567890";

static struct dial_counts counts;
static struct dial_scratch *scratch;
static struct dial_ports pool;
static struct dial_stream s;
static struct peer callee;
static char kinds[64]; /* of the frames told: a audio, l lost, n noise, a key */

static void open_peer(struct peer *p)
{
	struct dial_port_pair pair;

	cr_assert_eq(dial_ports_take(&pool, &pair), 0);
	*p = (struct peer){.rtp = pair.rtp, .rtcp = pair.rtcp};
	p->next.ssrc = 77;
	p->next.seq = 100;
	p->addr.sin_family = AF_INET;
	p->addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->addr.sin_port = htons(pair.port);
}

static void close_peer(struct peer *p)
{
	close(p->rtp);
	close(p->rtcp);
	dial_srtp_destroy(p->srtp);
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);

	getsockname(fd, (struct sockaddr *)&a, &len);

	return ntohs(a.sin_port);
}

static void setup(void)
{
	struct dial_port_pair pair;

	cr_assert_eq(dial_ports_init(&pool, "127.0.0.1", 34000, 36000), 0);
	cr_assert_eq(dial_ports_take(&pool, &pair), 0);
	cr_assert_eq(dial_stream_init(&s, &pair, NULL, &counts), 0);
	scratch = dial_scratch_create();
	open_peer(&callee);
	kinds[0] = '\0';
}

static void teardown(void)
{
	close_peer(&callee);
	dial_stream_fini(&s);
	dial_scratch_destroy(scratch);
}

static void send_to(const struct peer *p, const void *buf, size_t n, int fd)
{
	struct sockaddr_in to = callee.addr;

	to.sin_port = htons(port_of(fd));
	cr_assert_eq(
		sendto(p->rtp, buf, n, 0, (struct sockaddr *)&to, sizeof(to)),
		(ssize_t)n);
}

static void send_rtp(struct peer *p, uint8_t pt, const uint8_t *payload,
		     size_t n)
{
	uint8_t buf[256];
	size_t len = YH_RTP_HEADER_BYTES + n;

	p->next.payload_type = pt;
	yh_rtp_write(&p->next, buf);
	memcpy(buf + YH_RTP_HEADER_BYTES, payload, n);
	p->next.seq++;
	if (p->srtp)
		cr_assert_eq(dial_srtp_protect(p->srtp, buf, &len, false), 0);
	send_to(p, buf, len, s.ports.rtp);
}

static void send_audio(struct peer *p)
{
	uint8_t alaw[YH_FRAME_SAMPLES];

	memset(alaw, YH_ALAW_SILENCE, sizeof(alaw));
	send_rtp(p, YH_RTP_PCMA, alaw, sizeof(alaw));
	p->next.timestamp += YH_FRAME_SAMPLES;
}

static void on_frame(void *arg, const struct dial_frame *f)
{
	size_t n = strlen(kinds);

	(void)arg;
	kinds[n] = f->kind == DIAL_FRAME_KEY ? f->key : "aln"[f->kind];
	kinds[n + 1] = '\0';
}

static void receive(void)
{
	uint64_t now = yh_now_us();

	/* All of it is older than a frame. */
	dial_scratch_time(scratch, now);
	dial_stream_receive(&s, scratch, now + 25000, on_frame, NULL);
}

static size_t hear(int fd, uint8_t *buf, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	if (poll(&p, 1, 200) != 1)
		return 0;
	n = recv(fd, buf, size, 0);

	return n > 0 ? (size_t)n : 0;
}

static void start(struct dial_srtp *srtp)
{
	const struct dial_sdp theirs = {.addr = callee.addr, .event_pt = 101};

	dial_stream_start(&s, &theirs, srtp, yh_now_us());
}

TestSuite(stream, .init = setup, .fini = teardown, .timeout = 10);

Test(stream, audio_noise_and_keys_share_one_order_and_nothing_seems_lost)
{
	static const uint8_t level[1] = {60};
	static const uint8_t five[3][4] = {
		{5, 10, 0, 160}, {5, 10, 1, 64}, {5, 0x8a, 1, 224}};

	start(NULL);
	send_audio(&callee);
	for (int i = 0; i < 3; i++)
		send_rtp(&callee, 101, five[i], 4);
	send_rtp(&callee, 13, level, 1);
	send_audio(&callee);
	receive();
	cr_assert_str_eq(kinds, "a5na");
}

Test(stream, another_source_in_mid_call_is_heard_at_once)
{
	start(NULL);
	send_audio(&callee);
	callee.next.ssrc = 78;
	callee.next.seq = 40000;
	callee.next.timestamp = 9;
	send_audio(&callee);
	send_audio(&callee);
	receive();
	cr_assert_str_eq(kinds, "aaa");
	cr_assert_eq(s.sources, 2);
}

Test(stream, a_stranger_is_not_heard)
{
	struct peer stranger;

	start(NULL);
	open_peer(&stranger);
	send_audio(&callee);
	receive();
	send_audio(&stranger);
	receive();
	cr_assert_str_eq(kinds, "a");
	cr_assert_eq(s.foreign, 1);
	close_peer(&stranger);
}

Test(stream, while_the_peer_holds_nothing_goes_and_the_timestamp_goes_on)
{
	struct dial_sdp theirs = {.addr = callee.addr,
				  .direction = DIAL_SENDONLY};
	uint8_t buf[256];
	struct yh_rtp a, b;

	start(NULL);
	dial_stream_send(&s, NULL, false);
	cr_assert_eq(yh_rtp_parse(&a, buf, hear(callee.rtp, buf, 256)), 0);
	dial_stream_start(&s, &theirs, NULL, 0);
	send_audio(&callee);
	receive();
	dial_stream_send(&s, NULL, false);
	start(NULL);
	dial_stream_send(&s, NULL, false);
	cr_assert_eq(yh_rtp_parse(&b, buf, hear(callee.rtp, buf, 256)), 0);
	cr_assert_eq(b.seq, (uint16_t)(a.seq + 1));
	cr_assert_eq(b.timestamp, a.timestamp + 320);
	cr_assert_str_eq(kinds, "");
}

Test(stream, keys_of_ours_replace_audio_under_the_timestamp_of_the_first)
{
	uint8_t buf[256];
	struct yh_event ev;
	struct yh_rtp rtp;
	uint32_t first = 0;

	start(NULL);
	cr_assert_eq(yh_event_out_press(&s.keys_out, "7"), 0);
	for (int i = 0; i < 7; i++) {
		dial_stream_send(&s, NULL, false);
		cr_assert_eq(
			yh_rtp_parse(&rtp, buf, hear(callee.rtp, buf, 256)), 0);
		cr_assert_eq(rtp.payload_type, 101);
		cr_assert_eq(yh_event_parse(&ev, rtp.payload, rtp.len), 0);
		first = i ? first : rtp.timestamp;
		cr_assert_eq(rtp.timestamp, first);
		cr_assert_eq(ev.code, 7);
		cr_assert_eq(ev.end, i >= 4);
	}
	dial_stream_send(&s, NULL, false);
	cr_assert_eq(yh_rtp_parse(&rtp, buf, hear(callee.rtp, buf, 256)), 0);
	cr_assert_eq(rtp.payload_type, YH_RTP_PCMA);
	cr_assert_eq(rtp.timestamp, first + 7 * 160);
}

Test(stream, with_srtp_only_the_key_opens_the_door)
{
	struct dial_srtp *srtp;
	uint8_t buf[256];
	size_t n;

	cr_assert_eq(dial_srtp_create(&srtp, key_a, key_b), 0);
	cr_assert_eq(dial_srtp_create(&callee.srtp, key_b, key_a), 0);
	start(srtp);
	send_audio(&callee);
	receive();
	cr_assert_str_eq(kinds, "a");
	dial_stream_send(&s, NULL, false);
	n = hear(callee.rtp, buf, sizeof(buf));
	cr_assert_eq(n, 12u + 160 + 10);
	cr_assert_eq(dial_srtp_unprotect(callee.srtp, buf, &n, false), 0);
	cr_assert_eq(buf[12], YH_ALAW_SILENCE);
	dial_srtp_destroy(callee.srtp);
	callee.srtp = NULL; /* plain RTP from the right address */
	send_audio(&callee);
	receive();
	cr_assert_str_eq(kinds, "a");
	cr_assert_eq(s.srtp_failed, 1);
}

Test(stream, a_new_key_of_theirs_leaves_our_direction_alone)
{
	struct dial_srtp *srtp;
	uint8_t buf[256];
	size_t n;

	cr_assert_eq(dial_srtp_create(&srtp, key_a, key_b), 0);
	cr_assert_eq(dial_srtp_create(&callee.srtp, key_b, key_a), 0);
	start(srtp);
	dial_stream_send(&s, NULL, false);
	n = hear(callee.rtp, buf, sizeof(buf));
	cr_assert_eq(dial_srtp_unprotect(callee.srtp, buf, &n, false), 0);
	cr_assert_eq(dial_srtp_create(&srtp, key_a, key_a), 0);
	start(srtp);
	dial_stream_send(&s, NULL, false);
	n = hear(callee.rtp, buf, sizeof(buf));
	cr_assert_eq(dial_srtp_unprotect(callee.srtp, buf, &n, false), 0);
}

/* Reports both ways; the peer says that it heard ours 50 ms ago. */
static void report_about_us(const struct yh_rtcp *ours)
{
	struct yh_rtcp r = {.ssrc = 77,
			    .has_block = true,
			    .block = {.ssrc = ours->ssrc,
				      .lost = 3,
				      .jitter = 16,
				      .lsr = (uint32_t)(ours->ntp >> 16)}};
	uint8_t buf[YH_RTCP_BYTES + DIAL_SRTP_TRAILER];
	size_t n = yh_rtcp_write(&r, "callee", buf);

	if (callee.srtp)
		cr_assert_eq(dial_srtp_protect(callee.srtp, buf, &n, true), 0);
	send_to(&callee, buf, n, s.ports.rtcp);
}

static void exchange_reports(void)
{
	uint8_t buf[256];
	struct yh_rtcp ours;
	uint64_t now = yh_now_us();
	size_t n;

	send_audio(&callee);
	receive();
	dial_stream_send(&s, NULL, false);
	dial_scratch_time(scratch, now);
	s.control.next_us = s.look_us = now;
	dial_stream_control(&s, scratch, now);
	n = hear(callee.rtcp, buf, sizeof(buf));
	cr_assert(n);
	if (callee.srtp)
		cr_assert_eq(dial_srtp_unprotect(callee.srtp, buf, &n, true),
			     0);
	cr_assert_eq(yh_rtcp_parse(&ours, 77, buf, n), 0);
	cr_assert(ours.has_sr && ours.has_block);
	cr_assert_eq(ours.packets, 1);
	report_about_us(&ours);
	now = yh_now_us();
	dial_scratch_time(scratch, now);
	s.look_us = now;
	dial_stream_control(&s, scratch, now);
	cr_assert_eq(s.control.heard, 1);
	cr_assert_eq(s.control.peer_lost, 3);
	cr_assert_eq(s.control.peer_jitter_us, 2000);
	cr_assert_leq(s.control.round_trip_us, 200000);
}

Test(stream, reports_go_both_ways)
{
	start(NULL);
	exchange_reports();
}

Test(stream, reports_are_encrypted_as_well)
{
	struct dial_srtp *srtp;

	cr_assert_eq(dial_srtp_create(&srtp, key_a, key_b), 0);
	cr_assert_eq(dial_srtp_create(&callee.srtp, key_b, key_a), 0);
	start(srtp);
	exchange_reports();
}

Test(stream, a_bye_says_goodbye_and_is_encrypted_too)
{
	struct dial_srtp *srtp;
	uint8_t buf[256];
	struct yh_rtcp r;
	size_t n;

	cr_assert_eq(dial_srtp_create(&srtp, key_a, key_b), 0);
	cr_assert_eq(dial_srtp_create(&callee.srtp, key_b, key_a), 0);
	start(srtp);
	dial_stream_bye(&s, yh_now_us());
	n = hear(callee.rtcp, buf, sizeof(buf));
	cr_assert_eq(dial_srtp_unprotect(callee.srtp, buf, &n, true), 0);
	cr_assert_eq(yh_rtcp_parse(&r, 77, buf, n), 0);
	cr_assert(r.bye);
}
