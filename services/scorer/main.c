/** @file main.c  scorer: settings and wiring */
#include <string.h>

#include "app.h"
#include "base/log.h"
#include "svc/svc.h"

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
	YH_FEED_CONF_KEYS(struct conf),
};

static struct scr_model *model;
static struct yh_feed *feed;

static int start(struct yh_svc *svc, const void *arg)
{
	const struct conf *conf = arg;
	struct yh_feed_conf calls;
	char error[512];
	int err = scr_model_create(&model, conf->model, error, sizeof(error));

	if (err) {
		yh_error("scorer.model", "file=%s error=\"%s\"", conf->model,
			 error);
		return err;
	}
	calls = scr_feed_conf(model);
	calls.redis_url = svc->conf->redis_url;
	calls.ack_wait_ms = conf->ack_wait_ms;
	calls.max_in_flight = conf->max_in_flight;
	calls.call_ttl_s = conf->call_ttl_s;

	return yh_feed_open(&feed, svc->bus, svc->loop, &calls);
}

static const char *ready(struct yh_svc *svc)
{
	(void)svc;

	return yh_feed_is_up(feed) ? NULL : "redis down";
}

static void drain(struct yh_svc *svc)
{
	(void)svc;
	yh_feed_stop(feed);
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return yh_feed_idle(feed);
}

static void stop(struct yh_svc *svc)
{
	(void)svc;
	yh_feed_close(feed);
	scr_model_destroy(model);
	feed = NULL;
	model = NULL;
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
