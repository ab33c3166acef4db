/** @file app.h  The campaign service's state; wired in main.c. */
#ifndef CMP_APP_H
#define CMP_APP_H

#include "areas.h"
#include "bus/bus.h"
#include "calendar.h"
#include "crypto/crypto.h"
#include "loop/pool.h"
#include "pg/pg.h"
#include "policy.h"
#include "rpc/rpc.h"
#include "svc/svc.h"
#include "yinhu/v1/agent.pb-c.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"
#include "yinhu/v1/dialog.pb-c.h"
#include "yinhu/v1/review.pb-c.h"
#include "yinhu/v1/rules.pb-c.h"
#include "yinhu/v1/script.pb-c.h"

#define YH_METRICS_PREFIX cmp_m_
#define YH_METRICS_FILE	  "metrics.def"
#include "metrics/define.h"

struct cmp_conf {
	struct yh_svc_conf common;
	char *key_file;
	char *migrations_dir;
	char *recordings_dir;
	char *clock;
	char *policy;
	char *calendar_file;
	char *areas_file;
	uint32_t pg_connections;
	uint32_t lease_ms;
	uint32_t ring_timeout_ms;
	uint32_t poll_ms;
	uint32_t trunk_down_ms;
	uint32_t trunk_failures;
	uint32_t caller_rest_s;
	uint32_t dialog_wait_ms;
	uint32_t quality_wait_ms;
};

enum { CMP_SERVERS = 11 };

struct cmp_app {
	const struct cmp_conf *conf;
	struct yh_svc *svc;
	struct yh_pg *pg;
	struct yh_keys *keys;
	struct yh_pool *pool;
	ProtobufCService
		*dialog; /**< Client of DialogService: checks scripts */
	ProtobufCService *voices; /**< Client of SynthesisService */
	ProtobufCService *trials; /**< Client of RuleTrialService */
	struct cmp_calendar *calendar;
	struct cmp_areas *areas;
	int64_t clock_offset_s; /**< Guards' clock minus the wall's */
	bool draining;
	bool migrated;
	unsigned running; /**< Requests that are not ended */
	uint64_t started_ms;
	struct yh_rpc_server *servers[CMP_SERVERS];
	struct yh_sub *events;
	struct cmp_reconciler *reconciler;
	int exit_err;
};

/** The guards' clock, since 1970-01-01 UTC [s]. */
int64_t cmp_guard_now_s(const struct cmp_app *app);
/** Set it as configured; a simulated day is a working day.
 * @return 0, YH_ERR_BAD_CONFIG (logged) */
int cmp_clock_set(struct cmp_app *app);

/** Fill a service's functions, see the files of the same name. The services
 * find the app again through cmp_app_of(). */
void cmp_campaigns_bind(Yinhu__V1__CampaignService_Service *s);
void cmp_campaign_events_bind(Yinhu__V1__CampaignService_Service *s);
void cmp_contacts_bind(Yinhu__V1__CampaignService_Service *s);
void cmp_scripts_bind(Yinhu__V1__ScriptService_Service *s);
void cmp_dnc_bind(Yinhu__V1__DncService_Service *s);
void cmp_dialing_bind(Yinhu__V1__DialingService_Service *s);
void cmp_policies_bind(Yinhu__V1__PolicyService_Service *s);
void cmp_calls_bind(Yinhu__V1__CallService_Service *s);
void cmp_trials_bind(Yinhu__V1__RuleService_Service *s);
void cmp_reviews_bind(Yinhu__V1__ReviewService_Service *s);
void cmp_ledger_bind(Yinhu__V1__LedgerService_Service *s);
void cmp_agents_bind(Yinhu__V1__AgentService_Service *s);
void cmp_agent_pools_bind(Yinhu__V1__AgentPoolService_Service *s);

/** A protobuf service with its app behind it. */
#define CMP_SERVICE(type)                                                      \
	struct {                                                               \
		type s;                                                        \
		struct cmp_app *app;                                           \
	}

/** Consume the stream CALLS. @return 0 or the bus's error */
int cmp_events_start(struct cmp_app *app);

/** Have what a script always says rendered, before anybody is called; nobody
 * waits for it. @param source Borrowed: its YAML */
void cmp_prerender(struct cmp_app *app, const char *source);

/** Start closing what has expired, every second. @return 0, -ENOMEM */
int cmp_reconcile_start(struct cmp_app *app);
void cmp_reconcile_stop(struct cmp_app *app);

/** Store the presets, as configured, where there is no policy yet.
 * @return 0, YH_ERR_BAD_CONFIG (logged) */
int cmp_policies_start(struct cmp_app *app);

/** Bring the schema up to date; blocks, at start only.
 * @return 0, YH_ERR_DB_DOWN (not reachable within 30 s), -EIO (logged) */
int cmp_migrate(const char *pg_url, const char *dir);

#endif
