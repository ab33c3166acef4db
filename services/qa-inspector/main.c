/** @file main.c  qa-inspector: settings and wiring */
#include <string.h>

#include "app.h"
#include "base/err.h"
#include "base/log.h"
#include "judge_rpc.h"
#include "rpc/rpc.h"
#include "trial_rpc.h"

#include "qa_metrics.h"

struct conf {
	struct yh_svc_conf common;
	char *rules, *bank_rules, *rules_key;
	uint32_t ack_wait_ms, max_in_flight, call_ttl_s;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_STRING(struct conf, rules, "build/share/rules",
		       "The rule packs: a YAML file or a folder of them"),
	YH_CONF_STRING(struct conf, bank_rules, "",
		       "The bank's own packs beside them, file or folder"),
	YH_CONF_STRING(struct conf, rules_key, "",
		       "Public key (PEM, Ed25519); unsigned packs are refused "
		       "when it is set"),
	YH_CONF_UINT(struct conf, ack_wait_ms, "5000", 1000, 60000,
		     "An event is delivered again after this [ms]"),
	YH_CONF_UINT(struct conf, max_in_flight, "1000", 1, 10000,
		     "Most events of all replicas under way"),
	YH_CONF_UINT(struct conf, call_ttl_s, "3600", 600, 86400,
		     "A call's events are kept so long in Redis [s]"),
};

static struct qa_app app;
static struct yh_rpc_server *judge;
static struct qa_trials *trials;

static int start(struct yh_svc *svc, const void *arg)
{
	const struct conf *conf = arg;
	struct yh_consumer_conf consumer = {
		.stream = "CALLS",
		.durable = "qa",
		.filter = "yinhu.call.>",
		.ack_wait_ms = conf->ack_wait_ms,
		.max_ack_pending = conf->max_in_flight,
	};
	const char *paths[] = {conf->rules, conf->bank_rules};
	char error[512];
	int err;

	svc->app = &app;
	app.svc = svc;
	err = qa_rules_create(&app.rules, paths, 2, conf->rules_key, error,
			      sizeof(error));
	if (err) {
		yh_error("qa.rules", "file=%s error=\"%s\"", conf->rules,
			 error);
		return err;
	}
	yh_info("qa.rules", "packs=\"%s\"", qa_rules_name(app.rules));
	err = yh_redis_open(&app.redis, svc->loop, svc->conf->redis_url);
	if (err)
		return err;

	app.log = (struct yh_calllog){app.redis, "qa", conf->call_ttl_s};
	err = yh_calls_ensure(svc->bus);
	if (!err)
		err = yh_stream_consume(svc->bus, &consumer, qa_on_event, &app,
					&app.sub);
	if (!err)
		err = qa_judge_serve(&judge, svc->bus, app.rules);
	if (!err)
		err = qa_trials_serve(&trials, svc->bus, svc->loop, paths);

	return err;
}

static const char *ready(struct yh_svc *svc)
{
	(void)svc;

	return yh_redis_is_up(app.redis) ? NULL : "redis down";
}

static void drain(struct yh_svc *svc)
{
	(void)svc;
	yh_sub_close(app.sub);
	app.sub = NULL;
	yh_rpc_server_close(judge);
	judge = NULL;
	qa_trials_close(trials);
	trials = NULL;
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return !app.in_flight;
}

static void stop(struct yh_svc *svc)
{
	drain(svc);
	yh_redis_close(app.redis);
	qa_rules_destroy(app.rules);
	app.redis = NULL;
	app.rules = NULL;
}

int main(int argc, char *argv[])
{
	static struct conf conf;
	static struct yh_svc_def def = {
		.name = "qa-inspector",
		.text = "inspects every utterance of every call",
		.keys = keys,
		.n_keys = sizeof(keys) / sizeof(keys[0]),
		.metrics = qa_m_table,
		.start = start,
		.ready = ready,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	def.n_metrics = qa_m_count;

	return yh_svc_main(&def, &conf, argc, argv);
}
