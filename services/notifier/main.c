/** @file main.c  notifier: settings and wiring */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/err.h"
#include "base/log.h"
#include "rpc/rpc.h"

#include "ntf_metrics.h"

struct conf {
	struct yh_svc_conf common;
	char *webhook_url, *webhook_key_file;
	uint32_t webhook_timeout_ms, webhook_workers, max_tries;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_STRING(struct conf, webhook_url, "",
		       "Where hand-overs are posted to; empty: nowhere"),
	YH_CONF_STRING(struct conf, webhook_key_file, "",
		       "File with the key of the signature"),
	YH_CONF_UINT(struct conf, webhook_timeout_ms, "5000", 100, 20000,
		     "Deadline of one request [ms]"),
	YH_CONF_UINT(struct conf, webhook_workers, "4", 1, 64,
		     "Requests at once"),
	YH_CONF_UINT(struct conf, max_tries, "8", 1, 100,
		     "Tries before a hand-over goes to the stream DEAD"),
};

static struct ntf_app app;

static int read_key(const char *path)
{
	FILE *f = fopen(path, "r");

	if (f) {
		app.key_len = fread(app.key, 1, sizeof(app.key), f);
		fclose(f);
	}
	while (app.key_len && (app.key[app.key_len - 1] == '\n' ||
			       app.key[app.key_len - 1] == '\r'))
		app.key_len--;
	if (app.key_len >= 16)
		return 0;

	yh_error("notifier.key",
		 "webhook_key_file=%s "
		 "rule=\"a file with a key of at least 16 bytes\"",
		 path);

	return YH_ERR_BAD_CONFIG;
}

static int open_streams(struct yh_svc *svc)
{
	struct yh_consumer_conf consumer = {
		.stream = "CALLS",
		.durable = "notifier",
		.filter = "yinhu.call.*.handover",
		.ack_wait_ms = 60000,
		.max_ack_pending = 100,
	};
	int err = yh_calls_ensure(svc->bus);

	if (!err)
		err = yh_stream_ensure(svc->bus, "DEAD", "yinhu.dead.>", 0);
	if (!err)
		err = yh_stream_consume(svc->bus, &consumer, ntf_on_event, &app,
					&app.sub);

	return err;
}

static int start(struct yh_svc *svc, const void *arg)
{
	const struct conf *conf = arg;
	struct yh_pool_conf pool = {conf->webhook_workers, 1000};
	int err = 0;

	svc->app = &app;
	app.svc = svc;
	app.url = conf->webhook_url;
	app.timeout_ms = conf->webhook_timeout_ms;
	app.max_tries = conf->max_tries;
	if (app.url[0])
		err = read_key(conf->webhook_key_file);
	else
		yh_warn("notifier.no_endpoint",
			"advice=\"set webhook_url to deliver hand-overs\"");
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (!err)
		err = yh_pool_open(&app.pool, svc->loop, &pool);
	if (!err)
		err = open_streams(svc);

	return err;
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
	drain(svc);
	yh_pool_close(app.pool);
	app.pool = NULL;
	explicit_bzero(app.key, sizeof(app.key));
	curl_global_cleanup();
}

int main(int argc, char *argv[])
{
	static struct conf conf;
	static struct yh_svc_def def = {
		.name = "notifier",
		.text = "hands calls over to the bank's other channels",
		.keys = keys,
		.n_keys = sizeof(keys) / sizeof(keys[0]),
		.metrics = ntf_m_table,
		.start = start,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};

	def.n_metrics = ntf_m_count;

	return yh_svc_main(&def, &conf, argc, argv);
}
