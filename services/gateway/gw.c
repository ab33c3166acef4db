/** @file gw.c  The gateway's server, contract in gw.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gw.h"
#include "rpc/registry.h"
#include "rpc/rpc.h"
#include "transcode.h"

enum { TICK_MS = 100, BEAT_TICKS = 150 };

/* ---- the console ---------------------------------------------------------
 */

static void set_file_headers(struct yh_http_req *req, const struct gw_file *f)
{
	bool hashed = !strncmp(f->path, "/assets/", 8);

	yh_http_set_header(req, "etag", f->etag);
	yh_http_set_header(req, "cache-control",
			   hashed ? "public, max-age=31536000, immutable"
				  : "no-cache");
	yh_http_set_header(
		req, "content-security-policy",
		"default-src 'self'; img-src 'self' data: blob:; "
		"media-src 'self' blob:; font-src 'self' data:; "
		"style-src 'self' 'unsafe-inline'; object-src 'none'; "
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
	yh_http_set_header(req, "referrer-policy", "no-referrer");
	yh_http_set_header(req, "x-frame-options", "DENY");
}

/* As it is or compressed; caches must tell the two apart. */
static const struct gw_file *choose_form(struct yh_http_req *req,
					 const struct gw_file *f)
{
	if (!f->gz)
		return f;
	yh_http_set_header(req, "vary", "accept-encoding");
	if (!gw_accepts_gzip(yh_http_header(req, "accept-encoding")))
		return f;
	yh_http_set_header(req, "content-encoding", "gzip");

	return f->gz;
}

static void serve_file(struct gw *gw, struct yh_http_req *req)
{
	const char *match = yh_http_header(req, "if-none-match");
	uint64_t now = yh_now_ms();
	const struct gw_file *f = gw_files_find(&gw->files, yh_http_path(req));
	const struct gw_file *sent;

	if (!f) {
		gw_reply_error(req, YH_NOT_FOUND, "Not Found", now);
		return;
	}
	sent = choose_form(req, f);
	set_file_headers(req, sent);
	if (match && strstr(match, sent->etag))
		gw_reply(req, 304, NULL, NULL, 0, now);
	else
		gw_reply(req, 200, f->type, sent->data, sent->len, now);
}

/* ---- requests ------------------------------------------------------------
 */

static bool is_api(const char *path)
{
	return !strncmp(path, "/v1", 3) && (path[3] == '/' || !path[3]);
}

static void on_request(void *arg, struct yh_http_req *req)
{
	const char *method = yh_http_method(req), *path = yh_http_path(req);
	bool get = !strcmp(method, "GET");
	struct gw *gw = arg;

	if (path[0] != '/') {
		gw_reply_error(req, YH_INVALID_ARGUMENT, "Bad Request",
			       yh_now_ms());
	} else if (get && !strcmp(path, "/v1/events")) {
		if (gw_events_add(&gw->events, req))
			gw_reply_error(req, YH_RESOURCE_EXHAUSTED,
				       "too many streams of events",
				       yh_now_ms());
	} else if (is_api(path)) {
		gw_call_start(gw, req);
	} else if (get || !strcmp(method, "HEAD")) {
		serve_file(gw, req);
	} else {
		gw_reply_error(req, YH_UNIMPLEMENTED, "Method Not Allowed",
			       yh_now_ms());
	}
}

/* ---- open and close ------------------------------------------------------
 */

static void on_tick(uv_timer_t *timer)
{
	struct gw *gw = timer->data;

	gw_calls_expire(gw);
	if (++gw->ticks % BEAT_TICKS == 0)
		gw_events_beat(&gw->events);
}

static int open_clients(struct gw *gw, struct yh_bus *bus)
{
	gw->clients = yh_calloc(yh_n_services, sizeof(*gw->clients));
	if (!gw->clients)
		return -ENOMEM;
	for (size_t i = 0; i < yh_n_services; i++) {
		gw->clients[i] = yh_rpc_client_create(bus, yh_services[i],
						      gw->conf.rpc_timeout_ms);
		if (!gw->clients[i])
			return -ENOMEM;
	}

	return 0;
}

static int load(struct gw *gw)
{
	char error[512] = "";
	int err = gw_routes_load(&gw->routes, gw->conf.protoset, error,
				 sizeof(error));

	if (err) {
		yh_error("routes.load", "error=%s", error);
		return err;
	}
	yh_info("routes.load", "routes=%zu", gw->routes.n);
	err = gw_files_load(&gw->files, gw->conf.web_root);
	/* The API is of use without the console. */
	if (err)
		yh_warn("console.load", "path=%s err=%s", gw->conf.web_root,
			strerror(-err));

	return 0;
}

static int open_http(struct gw *gw, uv_loop_t *loop)
{
	char text[160];
	struct yh_http_conf conf = {.addr = gw->conf.listen,
				    .max_body_bytes = gw->conf.max_body_bytes};
	char *too_long;
	int err;

	snprintf(text, sizeof(text),
		 "the body is longer than %zu bytes, the most that a request "
		 "may have: send it in parts, a list in several files",
		 conf.max_body_bytes);
	too_long = gw_error_json(YH_INVALID_ARGUMENT, text);
	conf.too_long = too_long;
	err = too_long ? yh_http_open(&gw->http, loop, &conf, on_request, gw)
		       : -ENOMEM;
	yh_free(too_long);
	if (err)
		yh_error("http.listen", "addr=%s err=%s", conf.addr,
			 yh_err_text(err));

	return err;
}

int gw_open(struct gw *gw, uv_loop_t *loop, struct yh_bus *bus,
	    const struct gw_conf *conf)
{
	int err;

	memset(gw, 0, sizeof(*gw));
	gw->conf = *conf;
	err = load(gw);
	if (!err)
		err = open_clients(gw, bus);
	if (!err)
		err = gw_events_open(&gw->events, bus);
	if (!err)
		err = uv_timer_init(loop, &gw->timer);
	if (err)
		return err;

	gw->timer_open = true;
	gw->timer.data = gw;
	uv_timer_start(&gw->timer, on_tick, TICK_MS, TICK_MS);

	return open_http(gw, loop);
}

void gw_drain(struct gw *gw)
{
	gw->draining = true;
	gw_events_close(&gw->events);
}

void gw_close(struct gw *gw)
{
	gw_drain(gw);
	gw_calls_cut(gw);
	yh_http_close(gw->http);
	gw->http = NULL;
	if (gw->timer_open)
		uv_close((uv_handle_t *)&gw->timer, NULL);
	gw->timer_open = false;
	for (size_t i = 0; gw->clients && i < yh_n_services; i++)
		if (gw->clients[i])
			protobuf_c_service_destroy(gw->clients[i]);
	yh_free(gw->clients);
	gw->clients = NULL;
	gw_files_fini(&gw->files);
	gw_routes_fini(&gw->routes);
}
