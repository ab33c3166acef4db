/**
 * @file gw.h  The gateway: one HTTP server in front of all RPC services.
 *
 * /v1/events   live events          events.h
 * /v1/...      RPCs over NATS       routes.h, transcode.h
 * the rest     the console's files  files.h
 */
#ifndef GW_GW_H
#define GW_GW_H

#include <uv.h>

#include "base/err.h"
#include "bus/bus.h"
#include "events.h"
#include "files.h"
#include "http/http.h"
#include "routes.h"

struct gw_call;

struct gw_conf {
	const char *listen, *protoset, *web_root;
	size_t max_body_bytes;
	unsigned rpc_timeout_ms; /**< [1..60000] */
	unsigned max_in_flight;
};

struct gw {
	struct gw_conf conf;
	struct yh_http *http;
	struct gw_routes routes;
	struct gw_files files;
	struct gw_events events;
	ProtobufCService **clients; /**< One for each of yh_services */
	struct gw_call *calls;	    /**< In flight */
	unsigned n_calls;
	uv_timer_t timer;
	bool timer_open, draining;
	unsigned ticks;
};

/** Open everything. @param conf Kept @return 0 or an error (logged); gw_close
 * is to be called in both cases */
int gw_open(struct gw *gw, uv_loop_t *loop, struct yh_bus *bus,
	    const struct gw_conf *conf);
/** Refuse new calls, end the live events. */
void gw_drain(struct gw *gw);
/** Close; calls in flight are answered with 503. gw stays until the bus is
 * closed. */
void gw_close(struct gw *gw);

/** Start the call that an HTTP request asks for. @param req Taken */
void gw_call_start(struct gw *gw, struct yh_http_req *req);
/** Answer those whose deadline is over. */
void gw_calls_expire(struct gw *gw);
/** Answer all with 503. */
void gw_calls_cut(struct gw *gw);

/** Answer with an error as JSON, counted. @param req Taken
 * @param started When it came, yh_now_ms */
void gw_reply_error(struct yh_http_req *req, enum yh_status_code code,
		    const char *message, uint64_t started);
/** Answer, counted. @param req Taken */
void gw_reply(struct yh_http_req *req, int status, const char *type,
	      const void *body, size_t len, uint64_t started);

#endif
