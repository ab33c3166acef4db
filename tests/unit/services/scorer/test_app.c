/** @file test_app.c  Mirrors services/scorer/app.c over real servers */
#include "../../lib/bus/nats_server.h"
#include "../../lib/bus/redis_server.h"
#include "app.h"
#include "call_features.h"
#include "base/clock.h"
#include "rpc/rpc.h"

static struct nats_server nats;
static struct redis_server redis;
static uv_loop_t loop;
static struct yh_bus *bus;
static struct scr_model *model;
static struct yh_feed *feed;
static unsigned n_scores, stored;
static float conversion;
static size_t n_features;

static void on_event(void *arg, struct yh_msg *msg)
{
	Yinhu__V1__CallEvent *e = yinhu__v1__call_event__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));

	(void)arg;
	cr_assert(e);
	cr_assert_str_eq(e->event_id, "c1.score");
	conversion = e->score->conversion;
	n_features = e->score->n_features;
	n_scores++;
	yinhu__v1__call_event__free_unpacked(e, NULL);
	yh_msg_ack(msg);
}

static void setup(void)
{
	struct yh_feed_conf conf;
	struct yh_consumer_conf test = {"CALLS", "test", "yinhu.call.*.score",
					5000, 1000};
	char error[256];

	nats_start(&nats);
	redis_start(&redis);
	uv_loop_init(&loop);
	cr_assert_eq(scr_model_create(&model,
				      "services/scorer/scorer-model.yaml",
				      error, sizeof(error)),
		     0);
	cr_assert_eq(yh_bus_open(&bus, &loop, nats.url, "scorer"), 0);
	conf = scr_feed_conf(model);
	conf.redis_url = redis.url;
	conf.ack_wait_ms = 2000;
	conf.max_in_flight = 1000;
	conf.call_ttl_s = 3600;
	cr_assert_eq(yh_feed_open(&feed, bus, &loop, &conf), 0);
	feed_wait_up(&loop, feed);
	cr_assert_eq(yh_stream_consume(bus, &test, on_event, NULL, NULL), 0);
}

static void finish(void)
{
	yh_feed_close(feed);
	yh_bus_close(bus);
	cr_assert_eq(loop_finish(&loop), 0);
	scr_model_destroy(model);
	nats_stop(&nats);
	redis_stop(&redis);
}

TestSuite(scr_app, .init = setup, .timeout = 60);

static void on_stored(void *arg, int err)
{
	(void)arg;
	cr_assert_eq(err, 0);
	stored++;
}

static void store(Yinhu__V1__CallEvent *e, const char *id)
{
	unsigned want = stored + 1;

	e->event_id = (char *)id;
	e->call_id = (char *)"c1";
	e->time_us = yh_wall_us();
	e->source = (char *)"test";
	cr_assert_eq(yh_event_publish(bus, &e->base, on_stored, NULL), 0);
	cr_assert(loop_until(&loop, &stored, want, 3000));
}

static void store_ended(uint32_t outcome)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Ended d = YINHU__V1__ENDED__INIT;

	d.outcome = (Yinhu__V1__CallOutcome)outcome;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_ENDED;
	e.ended = &d;
	store(&e, "c1.ended");
}

static void store_rest(void)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__DialogEnded d = YINHU__V1__DIALOG_ENDED__INIT;
	Yinhu__V1__QualityReport q = YINHU__V1__QUALITY_REPORT__INIT;

	d.verified = true;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED;
	e.dialog_ended = &d;
	store(&e, "c1.dialog_ended");
	e.body_case = YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT;
	e.quality_report = &q;
	store(&e, "c1.quality");
}

Test(scr_app, an_unanswered_call_is_scored_at_once)
{
	store_ended(YINHU__V1__CALL_OUTCOME__LINE_BUSY);
	cr_assert(loop_until(&loop, &n_scores, 1, 3000));
	cr_assert_lt(conversion, 0.06f);
	cr_assert_eq(n_features, SCR_N_FEATURES);
	finish();
}

Test(scr_app, an_answered_call_waits_for_dialog_and_report)
{
	store_ended(YINHU__V1__CALL_OUTCOME__ANSWERED);
	loop_for(&loop, 800);
	cr_assert_eq(n_scores, 0);
	store_rest();
	cr_assert(loop_until(&loop, &n_scores, 1, 4000));
	loop_for(&loop, 700);
	cr_assert_eq(n_scores, 1);
	finish();
}
