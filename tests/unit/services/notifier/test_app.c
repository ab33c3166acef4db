/** @file test_app.c  Mirrors services/notifier/app.c: over real NATS to a real
 *                    HTTP endpoint */
#include "../../lib/bus/nats_server.h"
#include "app.h"
#include "base/clock.h"
#include "http/http.h"
#include "rpc/rpc.h"
#include "webhook.h"

static struct nats_server nats;
static uv_loop_t loop;
static struct yh_svc svc;
static struct ntf_app app;
static struct yh_http *endpoint;
static char url[64];

/* The bank's side. */
static unsigned n_requests, n_good, n_dead;
static int answer = 200;

static void on_request(void *arg, struct yh_http_req *req)
{
	char body[4096], hex[NTF_SIGNATURE_BYTES];
	const char *signature = yh_http_header(req, "yinhu-signature");
	size_t len;
	const uint8_t *p = yh_http_body(req, &len);

	(void)arg;
	cr_assert_lt(len, sizeof(body));
	memcpy(body, p, len);
	body[len] = '\0';
	cr_assert_eq(ntf_webhook_sign(app.key, app.key_len, body, hex), 0);
	n_requests++;
	n_good += signature && !strcmp(signature, hex) &&
		  strstr(body, "\"id\":\"h1\"");
	yh_http_reply(req, answer, "text/plain", "", 0);
}

static void on_dead(void *arg, struct yh_msg *msg)
{
	(void)arg;
	cr_assert_str_eq(yh_msg_subject(msg), "yinhu.dead.notify.c1");
	n_dead++;
	yh_msg_ack(msg);
}

static void setup(void)
{
	struct yh_consumer_conf mine = {"CALLS", "notifier",
					"yinhu.call.*.handover", 20000, 100};
	struct yh_consumer_conf dead = {"DEAD", "test", "yinhu.dead.>", 5000,
					100};
	struct yh_http_conf http = {.addr = "127.0.0.1:0",
				    .max_body_bytes = 65536};
	struct yh_pool_conf pool = {2, 100};

	nats_start(&nats);
	uv_loop_init(&loop);
	cr_assert_eq(yh_http_open(&endpoint, &loop, &http, on_request, NULL),
		     0);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/hook",
		 yh_http_port(endpoint));
	app.url = url;
	app.key_len = 20;
	memset(app.key, 'k', app.key_len);
	app.timeout_ms = 2000;
	app.max_tries = 8;
	app.svc = &svc;
	svc.loop = &loop;
	cr_assert_eq(yh_pool_open(&app.pool, &loop, &pool), 0);
	cr_assert_eq(yh_bus_open(&svc.bus, &loop, nats.url, "notifier"), 0);
	cr_assert_eq(yh_stream_ensure(svc.bus, "CALLS", "yinhu.call.>", 0), 0);
	cr_assert_eq(yh_stream_ensure(svc.bus, "DEAD", "yinhu.dead.>", 0), 0);
	cr_assert_eq(yh_stream_consume(svc.bus, &dead, on_dead, NULL, NULL), 0);
	cr_assert_eq(
		yh_stream_consume(svc.bus, &mine, ntf_on_event, &app, &app.sub),
		0);
}

static void finish(void)
{
	for (int i = 0; i < 200 && app.in_flight; i++)
		loop_for(&loop, 10);
	yh_sub_close(app.sub);
	yh_pool_close(app.pool);
	yh_http_close(endpoint);
	yh_bus_close(svc.bus);
	cr_assert_eq(loop_finish(&loop), 0);
	cr_assert_eq(app.in_flight, 0);
	nats_stop(&nats);
}

TestSuite(ntf_app, .init = setup, .timeout = 60);

static void store_handover(void)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Handover h = YINHU__V1__HANDOVER__INIT;

	h.handover_id = (char *)"h1";
	h.channel = (char *)"app";
	e.event_id = (char *)"c1.handover.1";
	e.call_id = (char *)"c1";
	e.time_us = yh_wall_us();
	e.body_case = YINHU__V1__CALL_EVENT__BODY_HANDOVER;
	e.handover = &h;
	cr_assert_eq(yh_event_publish(svc.bus, &e.base, NULL, NULL), 0);
}

Test(ntf_app, a_hand_over_arrives_once_and_signed)
{
	store_handover();
	cr_assert(loop_until(&loop, &n_requests, 1, 5000));
	loop_for(&loop, 300);
	cr_assert_eq(n_requests, 1);
	cr_assert_eq(n_good, 1);
	cr_assert_eq(app.in_flight, 0);
	finish();
}

Test(ntf_app, a_refusal_is_tried_again)
{
	answer = 503;
	store_handover();
	cr_assert(loop_until(&loop, &n_requests, 1, 5000));
	answer = 204;
	cr_assert(loop_until(&loop, &n_requests, 2, 5000));
	loop_for(&loop, 300);
	cr_assert_eq(n_requests, 2);
	cr_assert_eq(n_dead, 0);
	finish();
}

Test(ntf_app, what_cannot_be_delivered_becomes_a_dead_letter)
{
	app.max_tries = 2;
	answer = 500;
	store_handover();
	cr_assert(loop_until(&loop, &n_dead, 1, 8000));
	cr_assert_eq(n_requests, 2);
	loop_for(&loop, 500);
	cr_assert_eq(app.in_flight, 0);
	finish();
}

Test(ntf_app, an_endpoint_that_is_down_is_tried_again)
{
	app.url = "http://127.0.0.1:1/hook";
	store_handover();
	loop_for(&loop, 700);
	app.url = url;
	cr_assert(loop_until(&loop, &n_good, 1, 5000));
	finish();
}

Test(ntf_app, without_an_endpoint_it_is_acknowledged)
{
	app.url = "";
	store_handover();
	loop_for(&loop, 1500);
	cr_assert_eq(n_requests, 0);
	cr_assert_eq(app.in_flight, 0);
	finish();
}
