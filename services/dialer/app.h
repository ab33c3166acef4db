/** @file app.h  The dialer: what its files share. Loop thread throughout. */
#ifndef DIAL_APP_H
#define DIAL_APP_H

#include "media.h"
#include "outcome.h"
#include "route.h"
#include "sip.h"
#include "speech.h"
#include "svc/svc.h"
#include "voice.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"

struct dial_conf {
	struct yh_svc_conf common;
	char *sip_listen, *sip_tls_listen, *sip_tls_dir;
	char *trunks_file, *trunk_addr, *trunk_name, *caller_ids;
	char *outcomes_file, *agent_hosts;
	char *rtp_addr, *recordings_dir, *aigc_producer, *announcements;
	char *barge_in_detector;
	uint32_t rtp_min, rtp_max, calls_per_port;
	uint32_t max_calls, cps, inspected_bridges;
	uint32_t media_workers, media_realtime, media_cpu_percent;
	uint32_t options_ms, options_timeout_ms;
	uint32_t max_call_ms, no_dialog_ms, no_rtp_ms;
	uint32_t pause_ms, endpoint_early_ms, endpoint_ms, endpoint_late_ms;
	uint32_t vad_start_ms, barge_in_ms;
	uint32_t vad_floor_db, vad_margin_db;
};

struct dial_call;
struct dial_transfer;
struct dial_work;
struct dial_agents;

enum { DIAL_ID_BUCKETS = 4096 };

struct dial_app {
	struct yh_svc *svc;
	const struct dial_conf *conf;
	struct dial_sip *sip;
	struct yh_library *announcements; /**< NULL: none */
	struct dial_media *media;
	struct dial_voice *voice;
	struct dial_speech *speech;
	struct dial_work *work;
	struct dial_agents *agents;
	struct yh_sub *commands;
	struct dial_call *calls; /**< List */
	struct dial_call *by_id[DIAL_ID_BUCKETS];
	uv_timer_t beat;	    /**< Waits and retries of calls */
	unsigned n_calls, n_events; /**< Live; not stored yet */
	unsigned n_inspected;	    /**< Agents who are listened to */
	uint32_t last_id;
	bool draining;
	uint64_t cut_ms; /**< When draining calls are cut; 0 = not */
	struct dial_trunks *trunks;
	struct dial_transfer *transfers; /**< List */
	struct dial_outcomes *outcomes;
};

/** Pack an event and store it, tried until it is (bounded unless `done`).
 * @param ev   Borrowed; event_id and call_id set
 * @param done Called once it is stored, with arg; or NULL. Not after close
 * @return 0, -ENOMEM */
int dial_event_store(struct dial_app *app, const Yinhu__V1__CallEvent *ev,
		     void (*done)(struct dial_app *app, uint32_t call_id),
		     uint32_t call_id);

#endif
