/**
 * @file events.h  GET /v1/events: call events to browsers as they happen.
 *
 * Server-sent events, `event: call` with a CallEvent as JSON. Best effort: a
 * client that reads too slowly loses events (counted), at most 1 MiB waits.
 */
#ifndef GW_EVENTS_H
#define GW_EVENTS_H

#include "bus/bus.h"
#include "http/http.h"

enum { GW_EVENT_CLIENTS_MAX = 100 };

struct gw_events {
	struct yh_bus *bus;
	struct yh_sub *sub;
	struct yh_http_req *clients[GW_EVENT_CLIENTS_MAX];
	unsigned n;
};

/** Subscribe. @param bus Kept @return 0 or the bus's error */
int gw_events_open(struct gw_events *ev, struct yh_bus *bus);
/** Unsubscribe and end every stream. */
void gw_events_close(struct gw_events *ev);
/** Begin a stream. @param req Taken on 0 @return 0, YH_ERR_QUEUE_FULL */
int gw_events_add(struct gw_events *ev, struct yh_http_req *req);
/** Write a comment to every client: finds those that have gone. */
void gw_events_beat(struct gw_events *ev);

#endif
