/** @file test_bus.c  Mirrors lib/bus: against a real nats-server */
#include <errno.h>

#include "base/clock.h"
#include "base/err.h"
#include "nats_server.h"

static struct nats_server server;
static uv_loop_t loop;
static struct yh_bus *bus;

static void setup(void)
{
	nats_start(&server);
	uv_loop_init(&loop);
	cr_assert_eq(yh_bus_open(&bus, &loop, server.url, "test"), 0);
}

static void finish(void)
{
	yh_bus_close(bus);
	cr_assert_eq(loop_finish(&loop), 0);
	nats_stop(&server);
}

TestSuite(bus, .init = setup, .timeout = 40);
TestSuite(stream, .init = setup, .timeout = 40);

struct seen {
	unsigned n, freed;
	int last_err;
	uint64_t delivered;
	char text[64];
	enum { FREE, ACK, NAK, REPLY, KEEP } then;
	struct yh_msg *kept;
};

static void on_msg(void *arg, struct yh_msg *msg)
{
	struct seen *s = arg;

	snprintf(s->text, sizeof(s->text), "%.*s", (int)yh_msg_len(msg),
		 (const char *)yh_msg_data(msg));
	s->delivered = yh_msg_delivered(msg);
	if (s->then == REPLY)
		s->last_err = yh_bus_reply(bus, msg, "pong", 4);
	if (s->then == ACK)
		yh_msg_ack(msg);
	else if (s->then == NAK)
		yh_msg_nak(msg, 50);
	else if (s->then == KEEP)
		s->kept = msg;
	else
		yh_msg_free(msg);
	s->n++;
}

static void on_reply(void *arg, int err, const struct yh_msg *msg)
{
	struct seen *s = arg;

	s->last_err = err;
	if (msg)
		snprintf(s->text, sizeof(s->text), "%.*s", (int)yh_msg_len(msg),
			 (const char *)yh_msg_data(msg));
	s->n++;
}

static void on_stored(void *arg, int err)
{
	struct seen *s = arg;

	s->last_err = err;
	s->n++;
}

Test(bus, a_published_message_arrives)
{
	struct seen s = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "a.*", NULL, on_msg, &s, NULL), 0);
	cr_assert_eq(yh_bus_publish(bus, "a.b", "hello", 5), 0);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	cr_assert_str_eq(s.text, "hello");
	finish();
}

Test(bus, an_empty_message_arrives)
{
	struct seen s = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "a", NULL, on_msg, &s, NULL), 0);
	cr_assert_eq(yh_bus_publish(bus, "a", NULL, 0), 0);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	cr_assert_str_eq(s.text, "");
	finish();
}

Test(bus, a_closed_subscription_gets_nothing_more)
{
	struct seen s = {0};
	struct yh_sub *sub;

	cr_assert_eq(yh_bus_subscribe(bus, "a", NULL, on_msg, &s, &sub), 0);
	cr_assert_eq(yh_bus_publish(bus, "a", "1", 1), 0);
	yh_sub_close(sub);
	yh_bus_publish(bus, "a", "2", 1);
	loop_for(&loop, 200);
	cr_assert_eq(s.n, 0);
	finish();
}

Test(bus, a_queue_group_gets_each_message_once)
{
	struct seen a = {0}, b = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "q", "g", on_msg, &a, NULL), 0);
	cr_assert_eq(yh_bus_subscribe(bus, "q", "g", on_msg, &b, NULL), 0);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(yh_bus_publish(bus, "q", "x", 1), 0);
	loop_for(&loop, 300);
	cr_assert_eq(a.n + b.n, 100);
	finish();
}

Test(bus, a_request_is_answered)
{
	struct seen s = {.then = REPLY}, r = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "p", "p", on_msg, &s, NULL), 0);
	cr_assert_eq(yh_bus_request(bus, "p", "ping", 4, 2000, on_reply, &r),
		     0);
	cr_assert_eq(r.n, 0); /* never before the call has returned */
	cr_assert(loop_until(&loop, &r.n, 1, 3000));
	cr_assert_eq(r.last_err, 0);
	cr_assert_str_eq(r.text, "pong");
	finish();
}

Test(bus, a_thousand_requests_find_their_own_answers)
{
	struct seen s = {.then = REPLY}, r = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "p", "p", on_msg, &s, NULL), 0);
	for (int i = 0; i < 1000; i++)
		cr_assert_eq(
			yh_bus_request(bus, "p", "x", 1, 5000, on_reply, &r),
			0);
	cr_assert(loop_until(&loop, &r.n, 1000, 5000));
	loop_for(&loop, 50);
	cr_assert_eq(r.n, 1000);
	cr_assert_eq(r.last_err, 0);
	finish();
}

Test(bus, once_settled_the_server_knows_each_subscription)
{
	enum { N = 2000 };
	struct seen s = {.then = REPLY}, r = {0};
	struct yh_bus *asks;
	char subject[16];

	for (unsigned i = 0; i < N; i++) {
		snprintf(subject, sizeof(subject), "settle.%u", i);
		cr_assert_eq(
			yh_bus_subscribe(bus, subject, NULL, on_msg, &s, NULL),
			0);
	}
	cr_assert_eq(yh_bus_settle(bus), 0);
	cr_assert_eq(yh_bus_open(&asks, &loop, server.url, "asks"), 0);
	cr_assert_eq(yh_bus_request(asks, subject, "x", 1, 5000, on_reply, &r),
		     0);
	cr_assert(loop_until(&loop, &r.n, 1, 6000));
	cr_expect_eq(r.last_err, 0);
	yh_bus_close(asks);
	finish();
}

Test(bus, nobody_there_is_said_at_once)
{
	struct seen r = {0};
	uint64_t t = yh_now_ms();

	cr_assert_eq(yh_bus_request(bus, "none", "", 0, 5000, on_reply, &r), 0);
	cr_assert(loop_until(&loop, &r.n, 1, 4000));
	cr_assert_eq(r.last_err, YH_ERR_NO_RESPONDERS);
	cr_assert_lt(yh_now_ms() - t, 1000);
	finish();
}

Test(bus, a_silent_peer_ends_in_a_timeout)
{
	struct seen s = {.then = FREE}, r = {0};
	uint64_t t = yh_now_ms();

	cr_assert_eq(yh_bus_subscribe(bus, "p", NULL, on_msg, &s, NULL), 0);
	cr_assert_eq(yh_bus_request(bus, "p", "x", 1, 300, on_reply, &r), 0);
	cr_assert(loop_until(&loop, &r.n, 1, 3000));
	cr_assert_eq(r.last_err, -ETIMEDOUT);
	cr_assert_geq(yh_now_ms() - t, 300);
	cr_assert_lt(yh_now_ms() - t, 600);
	finish();
}

Test(bus, close_cancels_what_waits)
{
	struct seen s = {.then = FREE}, r = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "p", NULL, on_msg, &s, NULL), 0);
	cr_assert_eq(yh_bus_request(bus, "p", "x", 1, 9000, on_reply, &r), 0);
	yh_bus_close(bus);
	bus = NULL;
	cr_assert_eq(r.n, 1);
	cr_assert_eq(r.last_err, -ECANCELED);
	finish();
}

Test(bus, bad_arguments_are_refused)
{
	struct seen r = {0};

	cr_assert_eq(yh_bus_publish(bus, NULL, "", 0), -EINVAL);
	cr_assert_eq(yh_bus_request(bus, "a", "", 0, 0, on_reply, &r), -EINVAL);
	cr_assert_eq(yh_bus_request(bus, "a", "", 0, 60001, on_reply, &r),
		     -EINVAL);
	cr_assert_eq(yh_bus_subscribe(bus, "a", NULL, NULL, &r, NULL), -EINVAL);
	finish();
}

Test(bus, a_failed_request_comes_later)
{
	struct seen r = {0};

	cr_assert_eq(yh_bus_fail_later(bus, YH_ERR_BUS_DOWN, on_reply, &r), 0);
	cr_assert_eq(r.n, 0);
	cr_assert(loop_until(&loop, &r.n, 1, 1000));
	cr_assert_eq(r.last_err, YH_ERR_BUS_DOWN);
	finish();
}

Test(bus, it_reconnects_and_subscriptions_live_on)
{
	struct seen s = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "a", NULL, on_msg, &s, NULL), 0);
	nats_kill(&server);
	for (int i = 0; i < 300 && yh_bus_is_up(bus); i++)
		loop_for(&loop, 10);
	cr_assert_not(yh_bus_is_up(bus));
	cr_assert_eq(yh_bus_publish(bus, "a", "x", 1), YH_ERR_BUS_DOWN);
	nats_restart(&server);
	for (int i = 0; i < 500 && !yh_bus_is_up(bus); i++)
		loop_for(&loop, 10);
	cr_assert(yh_bus_is_up(bus));
	cr_assert_eq(yh_bus_publish(bus, "a", "again", 5), 0);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	finish();
}

Test(bus, a_message_over_the_servers_limit_is_refused)
{
	static char big[2 << 20];
	struct seen r = {0};

	cr_assert_eq(yh_bus_publish(bus, "a", big, sizeof(big)), -EMSGSIZE);
	cr_assert_eq(
		yh_bus_request(bus, "a", big, sizeof(big), 1000, on_reply, &r),
		-EMSGSIZE);
	finish();
}

/* ---- streams ---- */

static struct yh_consumer_conf conf = {"T", "d", "t.>", 500, 1000};

Test(stream, what_is_stored_is_consumed)
{
	struct seen s = {.then = ACK}, p = {0};

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 3600), 0); /* again */
	cr_assert_eq(
		yh_stream_publish(bus, "t.1", "id1", "one", 3, on_stored, &p),
		0);
	cr_assert(loop_until(&loop, &p.n, 1, 3000));
	cr_assert_eq(p.last_err, 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, NULL), 0);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	cr_assert_str_eq(s.text, "one");
	cr_assert_eq(s.delivered, 1);
	loop_for(&loop, 800); /* acknowledged: not again */
	cr_assert_eq(s.n, 1);
	finish();
}

Test(stream, the_same_id_is_stored_once)
{
	struct seen s = {.then = ACK}, p = {0};

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, NULL), 0);
	for (int i = 0; i < 3; i++)
		yh_stream_publish(bus, "t.1", "id1", "one", 3, on_stored, &p);
	cr_assert(loop_until(&loop, &p.n, 3, 3000));
	cr_assert_eq(p.last_err, 0);
	loop_for(&loop, 200);
	cr_assert_eq(s.n, 1);
	finish();
}

Test(stream, a_consumer_is_taken_over_with_other_settings)
{
	struct yh_consumer_conf other = {"T", "d", "t.>", 900, 50};
	struct seen s = {.then = ACK};
	struct yh_sub *sub;

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, &sub), 0);
	cr_assert_eq(yh_stream_consume(bus, &other, on_msg, &s, NULL), 0);
	yh_sub_close(sub);
	loop_for(&loop, 50);
	yh_stream_publish(bus, "t.1", "id1", "one", 3, NULL, NULL);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	finish();
}

Test(stream, a_nak_brings_it_again)
{
	struct seen s = {.then = NAK};

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, NULL), 0);
	yh_stream_publish(bus, "t.1", "id1", "one", 3, NULL, NULL);
	cr_assert(loop_until(&loop, &s.n, 3, 3000));
	cr_assert_geq(s.delivered, 3);
	finish();
}

Test(stream, without_an_ack_it_comes_again)
{
	struct seen s = {.then = KEEP};

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, NULL), 0);
	yh_stream_publish(bus, "t.1", "id1", "one", 3, NULL, NULL);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	yh_msg_free(s.kept);
	s.then = ACK;
	cr_assert(loop_until(&loop, &s.n, 2, 3000));
	cr_assert_eq(s.delivered, 2);
	finish();
}

Test(stream, two_replicas_share_a_durable)
{
	struct seen a = {.then = ACK}, b = {.then = ACK};
	struct yh_bus *other;

	cr_assert_eq(yh_bus_open(&other, &loop, server.url, "other"), 0);
	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &a, NULL), 0);
	cr_assert_eq(yh_stream_consume(other, &conf, on_msg, &b, NULL), 0);
	for (int i = 0; i < 200; i++) {
		char id[16];

		snprintf(id, sizeof(id), "id%d", i);
		yh_stream_publish(bus, "t.x", id, "x", 1, NULL, NULL);
	}
	for (int i = 0; i < 100 && a.n + b.n < 200; i++)
		loop_for(&loop, 20);
	cr_assert_eq(a.n + b.n, 200);
	cr_assert_gt(a.n, 0);
	cr_assert_gt(b.n, 0);
	yh_bus_close(other);
	finish();
}

Test(stream, storing_outlives_a_server_crash)
{
	struct seen s = {.then = ACK}, p = {0};

	cr_assert_eq(yh_stream_ensure(bus, "T", "t.>", 0), 0);
	nats_kill(&server);
	for (int i = 0; i < 300 && yh_bus_is_up(bus); i++)
		loop_for(&loop, 10);
	cr_assert_eq(
		yh_stream_publish(bus, "t.1", "id1", "one", 3, on_stored, &p),
		0);
	loop_for(&loop, 300);
	cr_assert_eq(p.n, 0);
	nats_restart(&server);
	cr_assert(loop_until(&loop, &p.n, 1, 10000));
	cr_assert_eq(p.last_err, 0);
	cr_assert_eq(yh_stream_consume(bus, &conf, on_msg, &s, NULL), 0);
	cr_assert(loop_until(&loop, &s.n, 1, 3000));
	finish();
}

Test(stream, without_a_stream_storing_ends_in_a_timeout)
{
	struct seen p = {0};
	uint64_t t = yh_now_ms();

	yh_stream_publish(bus, "t.1", "id1", "one", 3, on_stored, &p);
	cr_assert(loop_until(&loop, &p.n, 1, 12000));
	cr_assert_eq(p.last_err, -ETIMEDOUT);
	cr_assert_geq(yh_now_ms() - t, 9900);
	finish();
}
