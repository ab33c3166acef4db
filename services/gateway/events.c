/** @file events.c  Live events to browsers, contract in events.h */
#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "events.h"
#include "json/protojson.h"
#include "metrics.h"
#include "yinhu/v1/call.pb-c.h"

static void drop(struct gw_events *ev, unsigned i)
{
	yh_http_end(ev->clients[i]);
	ev->clients[i] = ev->clients[--ev->n];
	yh_metric_set(&gw_m_event_clients, ev->n);
}

static void send_all(struct gw_events *ev, const char *text, size_t len)
{
	for (unsigned i = ev->n; i-- > 0;) {
		int err = yh_http_send(ev->clients[i], text, len);

		if (err == YH_ERR_QUEUE_FULL)
			yh_metric_add(&gw_m_events_dropped, 1);
		else if (err)
			drop(ev, i);
	}
}

static char *event_text(const struct yh_msg *msg)
{
	Yinhu__V1__CallEvent *event = yinhu__v1__call_event__unpack(
		NULL, yh_msg_len(msg), yh_msg_data(msg));
	char *json, *text = NULL;

	if (!event)
		return NULL;
	json = yh_protojson_print(&event->base, 0);
	if (json)
		text = yh_asprintf("event: call\ndata: %s\n\n", json);
	yh_free(json);
	yinhu__v1__call_event__free_unpacked(event, NULL);

	return text;
}

static void on_event(void *arg, struct yh_msg *msg)
{
	struct gw_events *ev = arg;
	char *text = ev->n ? event_text(msg) : NULL;

	if (text)
		send_all(ev, text, strlen(text));
	yh_free(text);
	yh_msg_free(msg);
}

int gw_events_open(struct gw_events *ev, struct yh_bus *bus)
{
	memset(ev, 0, sizeof(*ev));
	ev->bus = bus;

	return yh_bus_subscribe(bus, "yinhu.call.>", NULL, on_event, ev,
				&ev->sub);
}

void gw_events_close(struct gw_events *ev)
{
	yh_sub_close(ev->sub);
	ev->sub = NULL;
	while (ev->n)
		drop(ev, ev->n - 1);
}

int gw_events_add(struct gw_events *ev, struct yh_http_req *req)
{
	static const char hello[] = "retry: 2000\n\n";

	if (!ev->sub || ev->n == GW_EVENT_CLIENTS_MAX)
		return YH_ERR_QUEUE_FULL;

	yh_http_set_header(req, "cache-control", "no-store");
	yh_http_set_header(req, "x-content-type-options", "nosniff");
	yh_http_begin(req, 200, "text/event-stream");
	yh_http_send(req, hello, sizeof(hello) - 1);
	ev->clients[ev->n++] = req;
	yh_metric_set(&gw_m_event_clients, ev->n);

	return 0;
}

void gw_events_beat(struct gw_events *ev)
{
	send_all(ev, ":\n\n", 3);
}
