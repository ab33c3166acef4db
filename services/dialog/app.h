/** @file app.h  dialog: what its files share. */
#ifndef DLG_APP_H
#define DLG_APP_H

#include "held.h"
#include "library.h"
#include "loop/pool.h"
#include "metrics.h"
#include "opinion.h"
#include "redis/redis.h"
#include "rpc/rpc.h"
#include "svc/svc.h"
#include "text/understanding.h"
#include "turn.h"
#include "yinhu/v1/dialog.pb-c.h"

enum { DLG_BUCKETS = 1024 };

struct dlg_conf {
	struct yh_svc_conf common;
	char *general_intents, *intent_corpus, *concepts;
	uint32_t ack_wait_ms;
	uint32_t session_ttl_s;
	char *opinion_url, *opinion_hosts, *opinion_model, *opinion_key_file;
	uint32_t opinion_timeout_ms, opinion_most, opinion_below_percent;
};

struct dlg_app {
	/* First: protobuf-c hands it to the method. */
	Yinhu__V1__DialogService_Service rpc;
	struct yh_svc *svc;
	const struct dlg_conf *conf;
	struct yh_understanding understanding;
	struct dlg_library *library;
	struct yh_pool *pool; /**< For what authors ask: not in calls' way */
	ProtobufCService *inspector; /**< Client of InspectionService */
	unsigned n_jobs;	     /**< Of authors, under way */
	struct dlg_opinion *opinion; /**< NULL = off */
	struct yh_redis *redis;
	struct dlg_held *held;
	struct yh_rpc_server *server;
	struct yh_sub *events;
	struct dlg_call *buckets[DLG_BUCKETS];
	unsigned n_calls; /* that have an event under way */
	bool closing;
};

/** An event of the stream CALLS. @param msg Taken */
void dlg_on_event(void *arg, struct yh_msg *msg);
/** Free what waits. */
void dlg_calls_close(struct dlg_app *app);

/** The session of a call, from Redis. */
typedef void dlg_session_cb(void *arg, int err,
			    Yinhu__V1__DialogSession *session);

/** Load. cb comes once, later. @param session Owned by the callback, NULL when
 * there is none */
int dlg_session_load(struct dlg_app *app, const char *call_id,
		     dlg_session_cb *cb, void *arg);
/** Save if its turn is the stored one plus one (or it is new).
 * @param ahead Steps were taken from memory: any earlier turn will do
 * @param cb err: 0, YH_ERR_CONFLICT, YH_ERR_CACHE_DOWN ...; session NULL */
int dlg_session_save(struct dlg_app *app,
		     const Yinhu__V1__DialogSession *session, bool ahead,
		     dlg_session_cb *cb, void *arg);

#endif
