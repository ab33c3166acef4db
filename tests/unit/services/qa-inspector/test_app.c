/**
 * @file test_app.c  Mirrors services/qa-inspector/app.c and live.c: events in,
 *                   findings and a report out, over real NATS and Redis.
 */
#include "../../lib/bus/nats_server.h"
#include "../../lib/bus/redis_server.h"
#include "app.h"
#include "base/clock.h"
#include "base/mem.h"
#include "rpc/rpc.h"

enum { MAX_SEEN = 64 };

static struct nats_server nats;
static struct redis_server redis;
static uv_loop_t loop;
static struct yh_bus *bus;
static struct yh_feed *feed;
static struct qa_app app;

/* What came out. */
static struct {
	unsigned n, n_findings, n_reports;
	char ids[MAX_SEEN][128];
	uint32_t score, n_in_report;
	char packs[2][64]; /* of the report's findings */
} seen;

static void on_event(void *arg, struct yh_msg *msg)
{
	Yinhu__V1__CallEvent *e = yinhu__v1__call_event__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));

	(void)arg;
	cr_assert(e);
	if (e->body_case == YINHU__V1__CALL_EVENT__BODY_FINDING ||
	    e->body_case == YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT) {
		cr_assert_lt(seen.n, MAX_SEEN);
		snprintf(seen.ids[seen.n++], 128, "%s", e->event_id);
	}
	if (e->body_case == YINHU__V1__CALL_EVENT__BODY_FINDING)
		seen.n_findings++;
	if (e->body_case == YINHU__V1__CALL_EVENT__BODY_QUALITY_REPORT) {
		seen.n_reports++;
		seen.score = e->quality_report->score;
		seen.n_in_report = (uint32_t)e->quality_report->n_findings;
		for (unsigned i = 0; i < 2 && i < seen.n_in_report; i++)
			snprintf(seen.packs[i], 64, "%s",
				 e->quality_report->findings[i]->pack);
	}
	yinhu__v1__call_event__free_unpacked(e, NULL);
	yh_msg_ack(msg);
}

static void open_app(void)
{
	struct yh_feed_conf conf = qa_feed_conf(&app);

	conf.redis_url = redis.url;
	conf.ack_wait_ms = 2000;
	conf.max_in_flight = 1000;
	conf.call_ttl_s = 3600;
	cr_assert_eq(yh_feed_open(&feed, bus, &loop, &conf), 0);
	feed_wait_up(&loop, feed);
}

static void setup(void)
{
	struct yh_consumer_conf c = {"CALLS", "test", "yinhu.call.>", 5000,
				     1000};
	char error[512];

	nats_start(&nats);
	redis_start(&redis);
	uv_loop_init(&loop);
	cr_assert_eq(qa_rules_load(&app.rules, "services/qa-inspector/rules",
				   error, sizeof(error)),
		     0);
	app.open = true;
	cr_assert_eq(yh_bus_open(&bus, &loop, nats.url, "qa"), 0);
	open_app();
	cr_assert_eq(yh_stream_consume(bus, &c, on_event, NULL, NULL), 0);
}

static void finish(void)
{
	yh_feed_close(feed);
	yh_bus_close(bus);
	cr_assert_eq(loop_finish(&loop), 0);
	qa_rules_destroy(app.rules);
	nats_stop(&nats);
	redis_stop(&redis);
}

TestSuite(qa_app, .init = setup, .timeout = 60);

/* ---- events of call c1 ---- */

static unsigned stored;

static void on_stored(void *arg, int err)
{
	(void)arg;
	cr_assert_eq(err, 0);
	stored++;
}

static void store(Yinhu__V1__CallEvent *e, const char *id, uint32_t offset_ms)
{
	unsigned want = stored + 1;

	e->event_id = (char *)id;
	e->call_id = (char *)"c1";
	e->time_us = yh_wall_us();
	e->offset_ms = offset_ms;
	e->source = (char *)"test";
	cr_assert_eq(yh_event_publish(bus, &e->base, on_stored, NULL), 0);
	cr_assert(loop_until(&loop, &stored, want, 3000));
}

static void send_answered(void)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Answered a = YINHU__V1__ANSWERED__INIT;
	Yinhu__V1__CallContext c = YINHU__V1__CALL_CONTEXT__INIT;
	Yinhu__V1__CallContext__VariablesEntry v =
		YINHU__V1__CALL_CONTEXT__VARIABLES_ENTRY__INIT;
	Yinhu__V1__CallContext__VariablesEntry *vs[] = {&v};

	v.key = (char *)"bank_name";
	v.value = (char *)"东海银行";
	c.kind = (char *)"marketing";
	c.variables = vs;
	c.n_variables = 1;
	a.context = &c;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_ANSWERED;
	e.answered = &a;
	store(&e, "c1.answered", 0);
}

static void send_bot(const char *id, uint32_t ms, const char *text)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__BotSpeech b = YINHU__V1__BOT_SPEECH__INIT;

	b.text = (char *)text;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_BOT_SPEECH;
	e.bot_speech = &b;
	store(&e, id, ms);
}

static void send_callee(uint32_t utterance, uint32_t ms, const char *text)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Transcript t = YINHU__V1__TRANSCRIPT__INIT;
	char id[32];

	t.utterance = utterance;
	t.text = (char *)text;
	t.start_ms = ms;
	t.end_ms = ms + 800;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_TRANSCRIPT;
	e.transcript = &t;
	snprintf(id, sizeof(id), "c1.utt.%u", utterance);
	store(&e, id, ms);
}

static void send_dialog_ended(void)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__DialogEnded d = YINHU__V1__DIALOG_ENDED__INIT;

	e.body_case = YINHU__V1__CALL_EVENT__BODY_DIALOG_ENDED;
	e.dialog_ended = &d;
	store(&e, "c1.dialog_ended", 9000);
}

static void send_ended_with(bool answered, bool labelled)
{
	Yinhu__V1__CallEvent e = YINHU__V1__CALL_EVENT__INIT;
	Yinhu__V1__Ended d = YINHU__V1__ENDED__INIT;

	d.outcome = answered ? YINHU__V1__CALL_OUTCOME__ANSWERED
			     : YINHU__V1__CALL_OUTCOME__LINE_BUSY;
	d.talk_ms = answered ? 9000 : 0;
	d.recording = (char *)"c1.wav";
	d.recording_sha256 = (char *)"00";
	d.recording_labelled = labelled;
	e.body_case = YINHU__V1__CALL_EVENT__BODY_ENDED;
	e.ended = &d;
	store(&e, "c1.ended", 9000);
}

static void send_ended(bool answered)
{
	send_ended_with(answered, true);
}

static bool has(const char *id)
{
	for (unsigned i = 0; i < seen.n; i++) {
		if (!strcmp(seen.ids[i], id))
			return true;
	}

	return false;
}

#define OPENING                                                                 \
	"您好,我是东海银行智能语音助手,本次通话会被录音," \
	"如不希望再接到此类来电请告诉我。请问您是王女士吗?"

Test(qa_app, a_violation_is_told_while_the_call_is_up)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING);
	send_callee(1, 3000, "我是");
	send_bot("c1.say.2", 4500, "这款产品保本保息。");
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 3000));
	cr_assert(has("c1.finding.Q12.3"));
	loop_for(&loop, 200);
	cr_assert_eq(seen.n, 1);
	finish();
}

Test(qa_app, a_finding_is_told_once)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING "这款产品保本。");
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 3000));
	send_callee(1, 3000, "我是");
	send_bot("c1.say.2", 4500, "来电是想了解您的情况,再见。");
	send_dialog_ended();
	send_ended(true);
	cr_assert(loop_until(&loop, &seen.n_reports, 1, 5000));
	loop_for(&loop, 300);
	cr_assert_eq(seen.n_findings, 1);
	cr_assert_eq(seen.n_in_report, 1);
	cr_assert_eq(seen.score, 60);
	finish();
}

Test(qa_app, an_answered_call_gets_its_report_without_the_dialogs_end)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING);
	send_ended(true);
	loop_for(&loop, 1000);
	cr_assert_eq(seen.n_reports, 0); /* it waits for late events first */
	cr_assert(loop_until(&loop, &seen.n_reports, 1, 8000));
	cr_assert(has("c1.quality"));
	cr_assert_eq(seen.score, 100);
	finish();
}

Test(qa_app, a_recording_without_the_label_of_synthetic_audio_is_found)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING);
	send_dialog_ended();
	send_ended_with(true, false);
	cr_assert(loop_until(&loop, &seen.n_reports, 1, 5000));
	cr_assert_eq(seen.n_in_report, 1);
	cr_assert_lt(seen.score, 100);
	finish();
}

Test(qa_app, a_call_that_nobody_answered_gets_none)
{
	send_ended(false);
	loop_for(&loop, 1500);
	cr_assert_eq(seen.n, 0);
	finish();
}

Test(qa_app, a_missing_utterance_holds_back_rules_of_order_only)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING);
	/* Utterance 1 ("我是") is late. */
	send_callee(2, 6000, "什么事");
	send_bot("c1.say.2", 7500, "您尾号1234的账单可以分期,年化百分之五。");
	loop_for(&loop, 500);
	cr_assert_eq(seen.n, 0);
	send_callee(1, 3000, "我是");
	loop_for(&loop, 500);
	cr_assert_eq(seen.n, 0);
	finish();
}

Test(qa_app, another_replica_goes_on_where_one_was_killed)
{
	send_answered();
	send_bot("c1.say.1", 500, OPENING);
	loop_for(&loop, 300);
	/* Gone without a word, as by kill -9: only the servers remember. */
	yh_feed_close(feed);
	loop_for(&loop, 50);
	open_app();
	send_bot("c1.say.2", 4500, "您的账单应还三千元。");
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 5000));
	cr_assert(has("c1.finding.Q08.2"));
	finish();
}

Test(qa_app, without_redis_nothing_is_lost)
{
	send_answered();
	redis_kill(&redis);
	loop_for(&loop, 100);
	send_bot("c1.say.1", 500, OPENING "这款产品保本。");
	loop_for(&loop, 700);
	cr_assert_eq(seen.n, 0);
	redis_spawn(&redis);
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 10000));
	finish();
}

#define OWN(id, word)                                                          \
	"pack: own\nversion: '0'\nrules:\n  - id: " id "\n    kind: not\n"     \
	"    severity: 3\n    scope: [marketing]\n    speaker: [bot]\n"        \
	"    basis: house\n    message: said\n    patterns: ['" word "']\n"

/* What force.c does when campaign publishes a version. */
static void put_in_force(const char *source, const char *label)
{
	static const char *const files[] = {"services/qa-inspector/rules"};
	const struct qa_pack_text own = {source, label};
	const struct qa_rules_conf conf = {
		.paths = files, .n_paths = 1, .texts = &own, .n_texts = 1};
	struct qa_rules *rules;
	char error[512];

	cr_assert_eq(qa_rules_create(&rules, &conf, error, sizeof(error)), 0,
		     "%s", error);
	qa_rules_destroy(app.rules);
	app.rules = rules;
}

Test(qa_app, rules_that_come_in_mid_call_find_what_was_said_and_lose_nothing)
{
	put_in_force(OWN("B01", "蓝河马"), "own@1");
	send_answered();
	send_bot("c1.say.1", 500, OPENING "蓝河马。红河马。");
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 3000));
	cr_assert(has("c1.finding.B01.1"));
	put_in_force(OWN("B02", "红河马"), "own@2");
	send_callee(1, 3000, "我是");
	cr_assert(loop_until(&loop, &seen.n_findings, 2, 3000));
	cr_assert(has("c1.finding.B02.1"));
	send_dialog_ended();
	send_ended(true);
	cr_assert(loop_until(&loop, &seen.n_reports, 1, 5000));
	cr_assert_eq(seen.n_in_report, 2);
	cr_assert_str_eq(seen.packs[0], "own@2");
	cr_assert_str_eq(seen.packs[1], "own@1"); /* found then, by it */
	cr_assert_eq(seen.score, 90);
	finish();
}

Test(qa_app, events_wait_until_it_is_known_which_rules_are_in_force)
{
	app.open = false;
	send_answered();
	send_bot("c1.say.1", 500, OPENING "这款产品保本。");
	loop_for(&loop, 300);
	cr_assert_eq(seen.n_findings, 0);
	app.open = true;
	cr_assert(loop_until(&loop, &seen.n_findings, 1, 5000));
	finish();
}
