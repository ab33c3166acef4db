/** @file main.c  qa-inspector: settings and wiring */
#include <string.h>

#include "app.h"
#include "base/err.h"
#include "base/log.h"
#include "force.h"
#include "judge_rpc.h"
#include "svc/svc.h"
#include "trial_rpc.h"

#include "qa_metrics.h"

struct conf {
	struct yh_svc_conf common;
	char *rules, *rules_key;
	uint32_t packs_ms, ack_wait_ms, max_in_flight, call_ttl_s;
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct conf),
	YH_CONF_STRING(struct conf, rules, "build/share/rules",
		       "The product's rule packs: a YAML file or a folder of "
		       "them"),
	YH_CONF_STRING(struct conf, rules_key, "",
		       "Public key (PEM, Ed25519); unsigned files are refused "
		       "when it is set"),
	YH_CONF_UINT(struct conf, packs_ms, "5000", 100, 600000,
		     "Campaign is asked so often which packs of the bank's are "
		     "in force [ms]"),
	YH_FEED_CONF_KEYS(struct conf),
};

static struct qa_app app;
static struct yh_feed *feed;
static struct conf conf;
static struct yh_rpc_server *judge;
static struct qa_trials *trials;
static struct qa_force *force;
static const char *files[1];

static void on_rules(void *arg, struct qa_rules *rules)
{
	(void)arg;
	app.open = true;
	if (!rules)
		return;
	qa_rules_destroy(app.rules);
	app.rules = rules;
}

static int load_files(void)
{
	const struct qa_rules_conf product = {
		.paths = files, .n_paths = 1, .key = conf.rules_key};
	char error[512];
	int err;

	files[0] = conf.rules;
	err = qa_rules_create(&app.rules, &product, error, sizeof(error));
	if (err)
		yh_error("qa.rules", "file=%s error=\"%s\"", conf.rules, error);
	else
		yh_info("qa.rules", "packs=\"%s\"", qa_rules_name(app.rules));

	return err;
}

static int start(struct yh_svc *svc, const void *arg)
{
	const struct qa_force_conf packs = {.paths = files,
					    .n_paths = 1,
					    .key = conf.rules_key,
					    .every_ms = conf.packs_ms};
	struct yh_feed_conf calls = qa_feed_conf(&app);
	int err;

	(void)arg;
	calls.redis_url = svc->conf->redis_url;
	calls.ack_wait_ms = conf.ack_wait_ms;
	calls.max_in_flight = conf.max_in_flight;
	calls.call_ttl_s = conf.call_ttl_s;
	err = load_files();
	if (!err)
		err = qa_force_open(&force, svc->bus, svc->loop, &packs,
				    on_rules, NULL);
	if (!err)
		err = yh_feed_open(&feed, svc->bus, svc->loop, &calls);
	if (!err)
		err = qa_judge_serve(&judge, svc->bus, &app.rules);
	if (!err)
		err = qa_trials_serve(&trials, svc->bus, svc->loop, force);

	return err;
}

static const char *ready(struct yh_svc *svc)
{
	(void)svc;
	if (!app.open)
		return "the packs in force are not known yet";

	return yh_feed_is_up(feed) ? NULL : "redis down";
}

static void drain(struct yh_svc *svc)
{
	(void)svc;
	yh_feed_stop(feed);
	yh_rpc_server_close(judge);
	judge = NULL;
	qa_trials_close(trials);
	trials = NULL;
	qa_force_close(force);
	force = NULL;
}

static bool idle(struct yh_svc *svc)
{
	(void)svc;

	return yh_feed_idle(feed);
}

static void stop(struct yh_svc *svc)
{
	drain(svc);
	yh_feed_close(feed);
	feed = NULL;
	qa_rules_destroy(app.rules);
	app.rules = NULL;
}

int main(int argc, char *argv[])
{
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
