/** @file test_rpc.c  Mirrors lib/rpc: both ends over a real nats-server */
#include <errno.h>

#include "../bus/nats_server.h"
#include "base/mem.h"
#include "rpc/rpc.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/dialog.pb-c.h"

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

TestSuite(rpc, .init = setup, .timeout = 20);

/* A service with one behaviour by the text that it is sent. */
struct later {
	Yinhu__V1__ClassifyIntentResponse_Closure closure;
	void *data;
};
static struct later parked;

static void
test_classify_intent(Yinhu__V1__DialogService_Service *service,
		     const Yinhu__V1__ClassifyIntentRequest *in,
		     Yinhu__V1__ClassifyIntentResponse_Closure closure,
		     void *data)
{
	Yinhu__V1__ClassifyIntentResponse out =
		YINHU__V1__CLASSIFY_INTENT_RESPONSE__INIT;

	(void)service;
	if (!strcmp(in->text, "fail")) {
		yh_rpc_fail((ProtobufCClosure)closure, data, YH_NOT_FOUND,
			    "no script %d", 7);
	} else if (!strcmp(in->text, "later")) {
		parked = (struct later){closure, data};
	} else if (!strcmp(in->text, "null")) {
		closure(NULL, data);
	} else {
		out.intent = in->text;
		out.confidence = 0.5f;
		closure(&out, data);
	}
}

static Yinhu__V1__DialogService_Service service = {
	.base = YINHU__V1__DIALOG_SERVICE__BASE_INIT,
	.classify_intent = test_classify_intent,
};
static struct yh_rpc_server *rpc;
static ProtobufCService *client;

struct got {
	unsigned n;
	char intent[64], message[64];
	enum yh_status_code code;
};

static void on_done(const Yinhu__V1__ClassifyIntentResponse *out, void *arg)
{
	struct got *g = arg;

	g->n++;
	if (out) {
		snprintf(g->intent, sizeof(g->intent), "%s", out->intent);
		return;
	}
	g->code = yh_rpc_status()->code;
	snprintf(g->message, sizeof(g->message), "%s",
		 yh_rpc_status()->message);
}

static void call(const char *text, struct got *g)
{
	Yinhu__V1__ClassifyIntentRequest in =
		YINHU__V1__CLASSIFY_INTENT_REQUEST__INIT;

	in.text = (char *)text;
	yinhu__v1__dialog_service__classify_intent(client, &in, on_done, g);
	cr_assert_eq(g->n, 0); /* never before the stub has returned */
}

static void open_both(void)
{
	cr_assert_eq(yh_rpc_serve(&rpc, bus, &service.base), 0);
	client = yh_rpc_client_create(
		bus, &yinhu__v1__dialog_service__descriptor, 500);
	cr_assert(client);
}

static void close_both(void)
{
	protobuf_c_service_destroy(client);
	yh_rpc_server_close(rpc);
	finish();
}

Test(rpc, an_answer_comes_back)
{
	struct got g = {0};

	open_both();
	call("affirm", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_str_eq(g.intent, "affirm");
	close_both();
}

Test(rpc, an_error_comes_back_with_its_reason)
{
	struct got g = {0};

	open_both();
	call("fail", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_eq(g.code, YH_NOT_FOUND);
	cr_assert_str_eq(g.message, "no script 7");
	close_both();
}

Test(rpc, a_handler_without_a_reason_is_an_internal_error)
{
	struct got g = {0};

	open_both();
	call("null", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_eq(g.code, YH_INTERNAL);
	close_both();
}

Test(rpc, a_handler_may_answer_later)
{
	struct got g = {0};
	Yinhu__V1__ClassifyIntentResponse out =
		YINHU__V1__CLASSIFY_INTENT_RESPONSE__INIT;

	open_both();
	call("later", &g);
	for (int i = 0; i < 100 && !parked.closure; i++)
		loop_for(&loop, 5);
	cr_assert_eq(yh_rpc_server_running(rpc), 1);
	out.intent = (char *)"deny";
	parked.closure(&out, parked.data);
	cr_assert_eq(yh_rpc_server_running(rpc), 0);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_str_eq(g.intent, "deny");
	close_both();
}

Test(rpc, a_slow_handler_ends_in_deadline_exceeded)
{
	struct got g = {0};

	open_both();
	call("later", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_eq(g.code, YH_DEADLINE_EXCEEDED);
	parked.closure(NULL, parked.data);
	close_both();
}

Test(rpc, without_a_server_it_is_unavailable)
{
	struct got g = {0};

	client = yh_rpc_client_create(
		bus, &yinhu__v1__dialog_service__descriptor, 500);
	call("x", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_eq(g.code, YH_UNAVAILABLE);
	protobuf_c_service_destroy(client);
	finish();
}

Test(rpc, a_bus_that_is_down_is_said_later)
{
	struct got g = {0};

	open_both();
	nats_kill(&server);
	for (int i = 0; i < 300 && yh_bus_is_up(bus); i++)
		loop_for(&loop, 10);
	call("x", &g);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_eq(g.code, YH_UNAVAILABLE);
	nats_restart(&server);
	close_both();
}

static void on_raw(void *arg, int err, const struct yh_msg *msg)
{
	unsigned *n = arg;

	cr_assert_eq(err, 0);
	cr_assert_gt(yh_msg_len(msg), 0);
	++*n;
}

Test(rpc, rubbish_is_answered_with_an_error)
{
	unsigned n = 0;

	open_both();
	cr_assert_eq(yh_bus_request(bus,
				    "yinhu.rpc.DialogService.ClassifyIntent",
				    "\xff\xff\xff", 3, 1000, on_raw, &n),
		     0);
	cr_assert(loop_until(&loop, &n, 1, 3000));
	close_both();
}

/* ---- call events ---- */

static void on_subject(void *arg, struct yh_msg *msg)
{
	struct got *g = arg;

	snprintf(g->message, sizeof(g->message), "%s", yh_msg_subject(msg));
	yh_msg_free(msg);
	g->n++;
}

Test(rpc, an_event_goes_to_the_subject_of_its_body)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__DialogEnded body = YINHU__V1__DIALOG_ENDED__INIT;
	struct got g = {0};

	cr_assert_eq(yh_bus_subscribe(bus, "yinhu.call.>", NULL, on_subject, &g,
				      NULL),
		     0);
	e.event_id = (char *)"c1.dialog_ended";
	e.call_id = (char *)"c1";
	e.body_case = YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED;
	e.dialog_ended = &body;
	cr_assert_eq(yh_event_publish(bus, &e.base, NULL, NULL), 0);
	cr_assert(loop_until(&loop, &g.n, 1, 3000));
	cr_assert_str_eq(g.message, "yinhu.call.c1.dialog_ended");
	e.call_id = (char *)"c.1"; /* would change the subject */
	cr_assert_eq(yh_event_publish(bus, &e.base, NULL, NULL), -EINVAL);
	e.call_id = (char *)"c1";
	e.body_case = YINHU__V1__CALL_EVENT__BODY__NOT_SET;
	cr_assert_eq(yh_event_publish(bus, &e.base, NULL, NULL), -EINVAL);
	finish();
}
