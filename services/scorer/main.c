/** @file main.c  scorer: settings and wiring */
#include <string.h>

#include "app.h"
#include "base/err.h"
#include "base/log.h"
#include "rpc/rpc.h"

#include "scr_metrics.h"

struct conf {
	struct yh_svc_conf common;
	char *model;
	uint32_t ack_wait_ms, max_in_flight, call_ttl_s;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_STRING(struct conf, model, "build/share/scorer-model.yaml",
		       "The model's coefficients, YAML"),
	YH_CONF_UINT(struct conf, ack_wait_ms, "5000", 1000, 60000,
		     "An event is delivered again after this [ms]"),
	YH_CONF_UINT(struct conf, max_in_flight, "1000", 1, 10000,
		     "Most events of all replicas under way"),
	YH_CONF_UINT(struct conf, call_ttl_s, "3600", 600, 86400,
		     "A call's events are kept so long in Redis [s]"),
};

static struct scr_app app;

static int start(struct yh_svc *svc, const void *arg)
{
	const struct conf *conf = arg;
	struct yh_consumer_conf consumer = {
		.stream = "CALLS",
		.durable = "scorer",
		.filter = "yinhu.call.>",
		.ack_wait_ms = conf->ack_wait_ms,
		.max_ack_pending = conf->max_in_flight,
	};
	char error[512];
	int err;

	svc->app = &app;
	app.svc = svc;
	err = scr_model_create(&app.model, conf->model, error, sizeof(error));
	if (err) {
		yh_error("scorer.model", "file=%s error=\"%s\"", conf->model,
			 error);
		return err;
	}
	err = yh_redis_open(&app.redis, svc->loop, svc->conf->redis_url);
	if (err)
		return err;

	app.log = (struct yh_calllog){app.redis, "score", conf->call_ttl_s};
	err = yh_calls_ensure(svc->bus);
	if (!err)
		err = yh_stream_consume(svc->bus, &consumer, scr_on_event, &app,
					&app.sub);

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
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return !app.in_flight;
}

static void stop(struct yh_svc *svc)
{
	(void)svc;
	yh_sub_close(app.sub);
	yh_redis_close(app.redis);
	scr_model_destroy(app.model);
	app.sub = NULL;
	app.redis = NULL;
	app.model = NULL;
}

int main(int argc, char *argv[])
{
	static struct conf conf;
	static struct yh_svc_def def = {
		.name = "scorer",
		.text = "scores every finished call",
		.keys = keys,
		.n_keys = sizeof(keys) / sizeof(keys[0]),
		.metrics = scr_m_table,
		.start = start,
		.ready = ready,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	def.n_metrics = scr_m_count;

	return yh_svc_main(&def, &conf, argc, argv);
}
