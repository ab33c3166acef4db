/** @file main.c  campaign: wiring and life cycle, no business logic. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"

#include "app.h"
#include "yinhu/v1/speech.pb-c.h"

enum {
	POOL_THREADS = 2,
	POOL_JOBS = 32,
	SCRIPT_CHECK_MS = 20000,
	PRERENDER_MS = 60000
};

static const struct yh_conf_key keys[] = {
	YH_SVC_CONF_KEYS(struct cmp_conf),
	YH_CONF_STRING(
		struct cmp_conf, key_file, "keys",
		"File of the field and index keys, 128 hex digits, mode 0600"),
	YH_CONF_STRING(struct cmp_conf, migrations_dir,
		       "build/share/migrations",
		       "Directory of the numbered SQL files"),
	YH_CONF_STRING(struct cmp_conf, recordings_dir, "recordings",
		       "Directory that the dialer records into"),
	YH_CONF_STRING(struct cmp_conf, clock, "system",
		       "Clock of the calling hours: system, or "
		       "\"simulated HH:MM\" for a demo at night"),
	YH_CONF_UINT(struct cmp_conf, pg_connections, "8", 1, 32,
		     "PostgreSQL connections"),
	YH_CONF_UINT(struct cmp_conf, lease_ms, "45000", 1000, 3600000,
		     "How long a lease holds unless renewed [ms]"),
	YH_CONF_UINT(struct cmp_conf, ring_timeout_ms, "30000", 5000, 120000,
		     "How long a call may ring [ms]"),
	YH_CONF_UINT(struct cmp_conf, poll_ms, "200", 10, 60000,
		     "A dialer without work asks again after this [ms]"),
	YH_CONF_UINT(struct cmp_conf, trunk_down_ms, "3000", 0, 3600000,
		     "A trunk that is down for so long pauses campaigns [ms]"),
	YH_CONF_UINT(struct cmp_conf, trunk_failures, "5", 1, 1000,
		     "So many trunk failures in a row pause a campaign"),
	YH_CONF_UINT(struct cmp_conf, caller_rest_s, "14400", 60, 604800,
		     "A caller id that is answered much less than the others "
		     "rests so long [s]"),
	YH_CONF_UINT(struct cmp_conf, dialog_wait_ms, "10000", 100, 600000,
		     "After a call's end the dialog may report so late [ms]"),
	YH_CONF_UINT(struct cmp_conf, quality_wait_ms, "15000", 100, 600000,
		     "A campaign's completion waits so long for inspection and "
		     "score of its last calls [ms]"),
	YH_CONF_STRING(struct cmp_conf, policy, "",
		       "Where the first policies differ from the presets: "
		       "\"name=value\" for all kinds or "
		       "\"marketing.name=value\", blanks between; later "
		       "versions come by the API"),
	YH_CONF_STRING(struct cmp_conf, calendar_file,
		       "build/share/calendar.yaml",
		       "Statutory holidays and make-up working days"),
	YH_CONF_STRING(struct cmp_conf, areas_file, "build/share/areas.yaml",
		       "Time zones of areas, and areas not to call"),
};

static struct {
	struct cmp_app app;
	CMP_SERVICE(Yinhu__V1__CampaignService_Service) campaigns;
	CMP_SERVICE(Yinhu__V1__ScriptService_Service) scripts;
	CMP_SERVICE(Yinhu__V1__DncService_Service) dnc;
	CMP_SERVICE(Yinhu__V1__CallService_Service) calls;
	CMP_SERVICE(Yinhu__V1__LedgerService_Service) ledger;
	CMP_SERVICE(Yinhu__V1__DialingService_Service) dialing;
	CMP_SERVICE(Yinhu__V1__PolicyService_Service) policies;
	CMP_SERVICE(Yinhu__V1__AgentService_Service) agents;
	CMP_SERVICE(Yinhu__V1__AgentPoolService_Service) pools;
	CMP_SERVICE(Yinhu__V1__ReviewService_Service) reviews;
	CMP_SERVICE(Yinhu__V1__RuleService_Service) rules;
} g;

static int load_keys(struct cmp_app *app)
{
	int err = yh_keys_load(&app->keys, app->conf->key_file);

	if (err)
		yh_error("keys.load", "file=%s error=\"%s\"",
			 app->conf->key_file,
			 err == -EACCES	  ? "group or others may read it"
			 : err == -EINVAL ? "not 128 hex digits"
					  : strerror(-err));

	return err;
}

static int load_files(struct cmp_app *app)
{
	char error[300];
	int err = cmp_calendar_load(&app->calendar, app->conf->calendar_file,
				    error, sizeof(error));

	if (!err)
		err = cmp_areas_load(&app->areas, app->conf->areas_file, error,
				     sizeof(error));
	if (err)
		yh_error("file.bad", "error=\"%s\"", error);

	return err;
}

static int serve_all(struct cmp_app *app)
{
	void *const all[CMP_SERVERS] = {
		&g.campaigns.s, &g.scripts.s, &g.dnc.s,	     &g.calls.s,
		&g.ledger.s,	&g.dialing.s, &g.policies.s, &g.agents.s,
		&g.pools.s,	&g.reviews.s, &g.rules.s,
	};
	int err = 0;

	yinhu__v1__campaign_service__init(&g.campaigns.s, NULL);
	yinhu__v1__script_service__init(&g.scripts.s, NULL);
	yinhu__v1__dnc_service__init(&g.dnc.s, NULL);
	yinhu__v1__call_service__init(&g.calls.s, NULL);
	yinhu__v1__ledger_service__init(&g.ledger.s, NULL);
	yinhu__v1__dialing_service__init(&g.dialing.s, NULL);
	yinhu__v1__policy_service__init(&g.policies.s, NULL);
	yinhu__v1__agent_service__init(&g.agents.s, NULL);
	yinhu__v1__agent_pool_service__init(&g.pools.s, NULL);
	yinhu__v1__review_service__init(&g.reviews.s, NULL);
	yinhu__v1__rule_service__init(&g.rules.s, NULL);
	cmp_agents_bind(&g.agents.s);
	cmp_agent_pools_bind(&g.pools.s);
	g.agents.app = g.pools.app = app;
	cmp_reviews_bind(&g.reviews.s);
	cmp_trials_bind(&g.rules.s);
	g.reviews.app = g.rules.app = app;
	cmp_campaigns_bind(&g.campaigns.s);
	cmp_campaign_events_bind(&g.campaigns.s);
	cmp_contacts_bind(&g.campaigns.s);
	cmp_scripts_bind(&g.scripts.s);
	cmp_dnc_bind(&g.dnc.s);
	cmp_calls_bind(&g.calls.s);
	cmp_ledger_bind(&g.ledger.s);
	cmp_dialing_bind(&g.dialing.s);
	cmp_policies_bind(&g.policies.s);
	g.dialing.app = g.policies.app = app;
	g.campaigns.app = g.scripts.app = g.dnc.app = app;
	g.calls.app = g.ledger.app = app;
	for (unsigned i = 0; i < CMP_SERVERS && !err; i++)
		err = yh_rpc_serve(&app->servers[i], app->svc->bus, all[i]);

	return err;
}

static int open_all(struct cmp_app *app)
{
	const struct yh_pool_conf pool = {.threads = POOL_THREADS,
					  .max_jobs = POOL_JOBS};
	const struct cmp_conf *conf = app->conf;
	int err;

	err = load_files(app);
	if (!err)
		err = cmp_clock_set(app);
	if (!err)
		err = load_keys(app);
	if (!err)
		err = cmp_migrate(conf->common.pg_url, conf->migrations_dir);
	if (!err)
		err = yh_pool_open(&app->pool, app->svc->loop, &pool);
	if (!err)
		err = yh_pg_open(&app->pg, app->svc->loop, conf->common.pg_url,
				 conf->pg_connections);
	if (!err) {
		app->dialog = yh_rpc_client_create(
			app->svc->bus, &yinhu__v1__dialog_service__descriptor,
			SCRIPT_CHECK_MS);
		app->voices = yh_rpc_client_create(
			app->svc->bus,
			&yinhu__v1__synthesis_service__descriptor,
			PRERENDER_MS);
		app->trials = yh_rpc_client_create(
			app->svc->bus,
			&yinhu__v1__rule_trial_service__descriptor,
			SCRIPT_CHECK_MS);
		err = app->dialog && app->voices && app->trials ? 0 : -ENOMEM;
	}
	if (!err)
		err = cmp_policies_start(app);
	if (!err)
		err = cmp_events_start(app);
	if (!err)
		err = cmp_reconcile_start(app);

	return err ? err : serve_all(app);
}

static int start(struct yh_svc *svc, const void *conf)
{
	struct cmp_app *app = &g.app;

	app->svc = svc;
	app->conf = conf;
	app->started_ms = yh_now_ms();
	svc->app = app;

	return open_all(app);
}

static const char *ready(struct yh_svc *svc)
{
	const struct cmp_app *app = svc->app;

	return yh_pg_is_up(app->pg) ? NULL : "postgres down";
}

static void drain(struct yh_svc *svc)
{
	struct cmp_app *app = svc->app;

	app->draining = true;
	yh_sub_close(app->events);
	app->events = NULL;
	for (unsigned i = 0; i < CMP_SERVERS; i++) {
		yh_rpc_server_close(app->servers[i]);
		app->servers[i] = NULL;
	}
}

static bool idle(struct yh_svc *svc)
{
	const struct cmp_app *app = svc->app;

	return !app->running;
}

static void stop(struct yh_svc *svc)
{
	struct cmp_app *app = &g.app;

	svc->app = app;
	drain(svc);
	cmp_reconcile_stop(app);
	yh_pool_close(app->pool);
	app->pool = NULL;
	yh_pg_close(app->pg);
	app->pg = NULL;
	if (app->dialog)
		protobuf_c_service_destroy(app->dialog);
	if (app->voices)
		protobuf_c_service_destroy(app->voices);
	if (app->trials)
		protobuf_c_service_destroy(app->trials);
	app->dialog = app->voices = app->trials = NULL;
	yh_keys_destroy(app->keys);
	app->keys = NULL;
	cmp_calendar_destroy(app->calendar);
	app->calendar = NULL;
	cmp_areas_destroy(app->areas);
	app->areas = NULL;
}

int main(int argc, char *argv[])
{
	static struct cmp_conf conf;
	static const struct yh_svc_def def = {
		.name = "campaign",
		.text = "campaigns, contacts, scripts, do-not-call, the ledger "
			"of attempts and the records of calls",
		.keys = keys,
		.n_keys = sizeof(keys) / sizeof(keys[0]),
		.start = start,
		.ready = ready,
		.drain = drain,
		.idle = idle,
		.stop = stop,
	};
	struct yh_svc_def with = def;

	with.metrics = cmp_m_table;
	with.n_metrics = cmp_m_count;

	return yh_svc_main(&with, &conf, argc, argv);
}
