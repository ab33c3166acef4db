/** @file test_media.c  Workers, their legs and the loop, with real sockets */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audio/g711.h"
#include "media.h"

enum { CALLS = 6, PROMPT = 25 };

static uv_loop_t loop;
static uv_timer_t deadline;
static struct dial_media *media;
static struct dial_leg *legs[CALLS];
static uint16_t ports[CALLS];
static uint8_t sound[PROMPT * YH_FRAME_SAMPLES];
static unsigned played, gone, recorded, dropped;
static uint64_t sent;
static int peer;
static struct sockaddr_in peer_addr; /* of the first call's; each has its own */

static void on_news(void *arg, const struct dial_news *n)
{
	(void)arg;
	played += n->kind == DIAL_NEWS_ACTS && n->acts & DIAL_TALK_PLAYED;
	dropped += n->kind == DIAL_NEWS_DROPPED;
	recorded += n->kind == DIAL_NEWS_RECORDED;
	if (n->kind == DIAL_NEWS_GONE) {
		gone++;
		sent += n->stats.sent;
	}
}

static void on_deadline(uv_timer_t *t)
{
	uv_stop(t->loop);
}

static void open_with(unsigned calls_per_port)
{
	const struct dial_media_conf conf = {
		.bind_addr = "127.0.0.1",
		.port_min = 37000,
		.port_max = 38000,
		.calls_per_port = calls_per_port,
		.workers = 2,
		.max_calls = CALLS,
		.producer = "Yinhu",
		.vad = {.start_ms = 100,
			.end_ms = 260,
			.floor_dbov = -48,
			.margin_db = 12},
		.talk = {.barge_ms = 160, .lost_ms = 60000},
	};
	socklen_t len = sizeof(peer_addr);

	memset(sound, 0x12, sizeof(sound));
	peer = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	peer_addr.sin_family = AF_INET;
	cr_assert_eq(bind(peer, (struct sockaddr *)&peer_addr, len), 0);
	getsockname(peer, (struct sockaddr *)&peer_addr, &len);
	peer_addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	uv_loop_init(&loop);
	uv_timer_init(&loop, &deadline);
	cr_assert_eq(dial_media_open(&media, &loop, &conf, on_news, NULL), 0);
	for (uint32_t i = 0; i < CALLS; i++)
		cr_assert_eq(
			dial_media_add(media, i, NULL, &legs[i], &ports[i]), 0);
}

static void setup(void)
{
	open_with(1);
}

static void setup_shared(void)
{
	open_with(4);
}

static void teardown(void)
{
	dial_media_close(media);
	uv_close((uv_handle_t *)&deadline, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	close(peer);
}

static void order(unsigned i, struct dial_order o)
{
	cr_assert_eq(dial_media_order(media, legs[i], &o), 0);
}

static void answer(unsigned i, const char *path)
{
	struct dial_order o = {.kind = DIAL_ORDER_ANSWER,
			       .media = {.addr = peer_addr}};

	o.media.addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i);
	snprintf(o.path, sizeof(o.path), "%s", path);
	order(i, o);
}

static void play(unsigned i)
{
	order(i, (struct dial_order){
			 .kind = DIAL_ORDER_PLAY,
			 .prompt = {.seq = 1, .alaw = sound, .n = PROMPT}});
}

/* Until it has counted so far, or 10 s are over. */
static void wait_for(const unsigned *count, unsigned want)
{
	for (int i = 0; i < 1000 && *count < want; i++) {
		uv_timer_start(&deadline, on_deadline, 10, 0);
		uv_run(&loop, UV_RUN_DEFAULT);
	}
	cr_assert_eq(*count, want);
}

TestSuite(media, .init = setup, .fini = teardown, .timeout = 30);
TestSuite(media_shared, .init = setup_shared, .fini = teardown, .timeout = 30);

static void play_to_all(void)
{
	uint8_t buf[256];
	unsigned loud = 0;

	for (unsigned i = 0; i < CALLS; i++) {
		answer(i, "");
		play(i);
	}
	wait_for(&played, CALLS);
	for (unsigned i = 0; i < CALLS; i++)
		order(i, (struct dial_order){.kind = DIAL_ORDER_CLOSE});
	wait_for(&gone, CALLS);
	while (recv(peer, buf, sizeof(buf), 0) == 12 + YH_FRAME_SAMPLES)
		loud += buf[12] == 0x12;
	cr_expect_eq(loud, CALLS * PROMPT);
	cr_expect_geq(sent, CALLS * PROMPT);
	cr_expect_eq(dial_media_counts(media).failed, 0);
	cr_expect_geq(dial_media_counts(media).sent, CALLS * PROMPT);
}

Test(media, prompts_of_many_calls_are_played_told_and_counted)
{
	for (unsigned i = 1; i < CALLS; i++)
		cr_expect_neq(ports[i], ports[0]);
	play_to_all();
}

Test(media_shared, prompts_of_calls_that_share_ports_are_played_all_the_same)
{
	play_to_all();
}

static unsigned known(const uint16_t *list, unsigned n, uint16_t port)
{
	unsigned found = 0;

	for (unsigned i = 0; i < n; i++)
		found += list[i] == port;

	return found;
}

/* Two workers of 20 slots: 46 calls have a port for each slot, and six of these
 * a second call. */
Test(media_shared, a_port_is_shared_when_each_slot_has_one_and_stays_when_empty)
{
	enum { MORE = 40 };
	struct dial_leg *leg;
	uint16_t all[CALLS + MORE], port;
	unsigned twice = 0;

	memcpy(all, ports, sizeof(ports));
	for (unsigned n = CALLS; n < CALLS + MORE; n++) {
		cr_assert_eq(dial_media_add(media, n, NULL, &leg, &all[n]), 0);
		twice += known(all, n, all[n]);
	}
	cr_expect_eq(twice, 6);
	for (unsigned i = 0; i < CALLS; i++)
		order(i, (struct dial_order){.kind = DIAL_ORDER_CLOSE});
	wait_for(&gone, CALLS);
	cr_assert_eq(dial_media_add(media, 200, NULL, &leg, &port), 0);
	cr_expect(known(all, CALLS + MORE, port));
}

Test(media, a_recording_is_told_after_its_call)
{
	char path[] = "/tmp/yinhu-media-XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	answer(0, path);
	play(0);
	wait_for(&played, 1);
	order(0, (struct dial_order){.kind = DIAL_ORDER_CLOSE});
	wait_for(&recorded, 1);
	cr_expect_eq(access(path, R_OK), 0);
	unlink(path);
}

Test(media, a_prompt_for_a_call_that_is_not_answered_is_dropped)
{
	play(0);
	wait_for(&dropped, 1);
}

Test(media, what_is_up_at_the_end_is_let_go)
{
	for (unsigned i = 0; i < CALLS; i++)
		answer(i, "");
	play(0);
}
