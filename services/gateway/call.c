/** @file call.c  One HTTP request that is an RPC, contract in gw.h */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "gw.h"
#include "metrics.h"
#include "rpc/registry.h"
#include "rpc/rpc.h"
#include "transcode.h"

struct gw_call {
	struct gw *gw;
	struct gw_call *prev, *next;
	struct yh_http_req *req; /* NULL: answered already */
	const struct gw_route *route;
	ProtobufCMessage *input;
	uint64_t started, deadline; /* [ms], 0 = the RPC's own */
};

/* ---- answers -------------------------------------------------------------
 */

static void count(int status, uint64_t started)
{
	static const char *const classes[] = {"1xx", "2xx", "3xx", "4xx",
					      "5xx"};

	if (status >= 100 && status < 600)
		yh_metric_add_l(&gw_m_requests, classes[status / 100 - 1], 1);
	if (status >= 500)
		yh_metric_add(&gw_m_errors, 1);
	yh_metric_observe(&gw_m_duration,
			  (double)(yh_now_ms() - started) / 1e3);
}

static bool is_request_id(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n && n <= 128 && !s[n];
}

void gw_reply(struct yh_http_req *req, int status, const char *type,
	      const void *body, size_t len, uint64_t started)
{
	const char *id = yh_http_header(req, "x-request-id");

	if (id && is_request_id(id))
		yh_http_set_header(req, "x-request-id", id);
	yh_http_set_header(req, "x-content-type-options", "nosniff");
	count(status, started);
	yh_http_reply(req, status, type, body, len);
}

void gw_reply_error(struct yh_http_req *req, enum yh_status_code code,
		    const char *message, uint64_t started)
{
	static const char fallback[] =
		"{\"code\": 13, \"message\": \"failed to marshal error "
		"message\"}";
	char *json = gw_error_json(code, message);
	int status = json ? yh_status_http(code) : 500;

	if (code == YH_UNAUTHENTICATED)
		yh_http_set_header(req, "www-authenticate", message);
	if (status == 429 || status == 503)
		yh_http_set_header(req, "retry-after", "1");
	yh_http_set_header(req, "cache-control", "no-store");
	gw_reply(req, status, "application/json", json ? json : fallback,
		 json ? strlen(json) : sizeof(fallback) - 1, started);
	yh_free(json);
}

/* Raw bodies only: the seconds of a recording that the player wants. */
static int cut_range(struct yh_http_req *req, struct gw_answer *a)
{
	const char *range = yh_http_header(req, "range");
	size_t from, n;
	char text[96];
	int found;

	yh_http_set_header(req, "accept-ranges", "bytes");
	if (!range)
		return 200;
	found = gw_range_parse(range, a->len, &from, &n);
	if (!found)
		return 200;
	if (found < 0) {
		snprintf(text, sizeof(text), "bytes */%zu", a->len);
		yh_http_set_header(req, "content-range", text);
		a->len = 0;
		return 416;
	}
	snprintf(text, sizeof(text), "bytes %zu-%zu/%zu", from, from + n - 1,
		 a->len);
	yh_http_set_header(req, "content-range", text);
	a->body = (const uint8_t *)a->body + from;
	a->len = n;

	return 206;
}

static void answer(struct gw_call *c, const ProtobufCMessage *msg)
{
	struct gw_answer a;
	int status = 200;

	if (gw_write_answer(c->route, msg, &a)) {
		gw_reply_error(c->req, YH_INTERNAL,
			       "the answer has no form in JSON", c->started);
		return;
	}
	if (!a.owned)
		status = cut_range(c->req, &a);
	yh_http_set_header(c->req, "cache-control", "no-store");
	gw_reply(c->req, status, a.content_type, a.body, a.len, c->started);
	yh_free(a.owned);
}

static void log_failure(const struct gw_call *c, const struct yh_status *s)
{
	if (yh_status_http(s->code) >= 500)
		yh_warn("call.failed",
			"rpc=%s.%s code=%d ms=%" PRIu64 " error=%s",
			yh_services[c->route->service]->short_name,
			c->route->rpc->name, (int)s->code,
			yh_now_ms() - c->started, s->message);
}

/* ---- life ----------------------------------------------------------------
 */

static void unlink_call(struct gw_call *c)
{
	if (c->prev)
		c->prev->next = c->next;
	else
		c->gw->calls = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->gw->n_calls--;
	yh_metric_set(&gw_m_in_flight, c->gw->n_calls);
}

static void on_output(const ProtobufCMessage *output, void *arg)
{
	struct gw_call *c = arg;
	const struct yh_status *s = output ? NULL : yh_rpc_status();

	if (c->req && s) {
		log_failure(c, s);
		gw_reply_error(c->req, s->code, s->message ? s->message : "",
			       c->started);
	} else if (c->req) {
		answer(c, output);
	}
	unlink_call(c);
	protobuf_c_message_free_unpacked(c->input, NULL);
	yh_free(c);
}

static void run(struct gw *gw, struct gw_call *c)
{
	ProtobufCService *client = gw->clients[c->route->service];

	c->gw = gw;
	c->next = gw->calls;
	if (c->next)
		c->next->prev = c;
	gw->calls = c;
	gw->n_calls++;
	yh_metric_set(&gw_m_in_flight, gw->n_calls);
	client->invoke(client, c->route->method, c->input, on_output, c);
}

static int read_deadline(struct gw_call *c)
{
	const char *text = yh_http_header(c->req, "grpc-timeout");
	uint64_t ms;

	if (!text)
		return 0;
	if (gw_timeout_parse(text, &ms))
		return -EINVAL;
	c->deadline = c->started + ms;

	return 0;
}

static int read_request(struct gw_call *c, const struct gw_match *match,
			char *error, size_t size)
{
	struct gw_input in = {
		.match = match,
		.query = yh_http_query(c->req),
		.content_type = yh_http_header(c->req, "content-type"),
		.actor = yh_http_header(c->req, "grpc-metadata-yinhu-actor"),
	};

	in.body = yh_http_body(c->req, &in.body_len);

	return gw_read_request(c->route, &in, &c->input, error, size);
}

static enum yh_status_code code_of(int err)
{
	switch (err) {
	case -ENOENT:
		return YH_NOT_FOUND;
	case -ENOTSUP:
		return YH_UNIMPLEMENTED;
	case -ENOMEM:
		return YH_RESOURCE_EXHAUSTED;
	default:
		return YH_INVALID_ARGUMENT;
	}
}

static const char *text_of(int err)
{
	switch (err) {
	case -ENOENT:
		return "Not Found";
	case -ENOTSUP:
		return "Method Not Allowed";
	case -ENOMEM:
		return "out of memory";
	default:
		return "a broken escape in the path";
	}
}

/* @return The call, ready to run; NULL: answered */
static struct gw_call *prepare(struct gw *gw, struct yh_http_req *req)
{
	struct gw_call *c = yh_zalloc(sizeof(*c));
	uint64_t now = yh_now_ms();
	struct gw_match match;
	char error[512];
	int err;

	if (!c) {
		gw_reply_error(req, YH_RESOURCE_EXHAUSTED, text_of(-ENOMEM),
			       now);
		return NULL;
	}
	c->req = req;
	c->started = now;
	err = gw_routes_find(&gw->routes, yh_http_method(req),
			     yh_http_path(req), &c->route, &match);
	if (err) {
		snprintf(error, sizeof(error), "%s", text_of(err));
	} else if (read_deadline(c)) {
		err = -EINVAL;
		snprintf(error, sizeof(error), "invalid grpc-timeout");
		gw_match_fini(&match);
	} else {
		err = read_request(c, &match, error, sizeof(error));
		gw_match_fini(&match);
	}
	if (!err)
		return c;

	gw_reply_error(req, code_of(err), error, now);
	yh_free(c);

	return NULL;
}

void gw_call_start(struct gw *gw, struct yh_http_req *req)
{
	struct gw_call *c;

	if (gw->draining) {
		gw_reply_error(req, YH_UNAVAILABLE, "shutting down",
			       yh_now_ms());
		return;
	}
	if (gw->n_calls >= gw->conf.max_in_flight) {
		gw_reply_error(req, YH_RESOURCE_EXHAUSTED,
			       "too many requests in flight", yh_now_ms());
		return;
	}
	c = prepare(gw, req);
	if (c)
		run(gw, c);
}

static void end(struct gw_call *c, enum yh_status_code code, const char *text)
{
	struct yh_http_req *req = c->req;

	c->req = NULL;
	if (req)
		gw_reply_error(req, code, text, c->started);
}

void gw_calls_expire(struct gw *gw)
{
	uint64_t now = yh_now_ms();

	for (struct gw_call *c = gw->calls; c; c = c->next)
		if (c->deadline && c->deadline <= now)
			end(c, YH_DEADLINE_EXCEEDED, "deadline exceeded");
}

void gw_calls_cut(struct gw *gw)
{
	for (struct gw_call *c = gw->calls; c; c = c->next)
		end(c, YH_UNAVAILABLE, "shutting down");
}
