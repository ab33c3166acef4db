/** @file transcode.c  HTTP requests to messages and back, see transcode.h */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "google/api/httpbody.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "json/protojson.h"
#include "query.h"
#include "transcode.h"

enum { WIRE_MAX = 64 << 20 };

/* ---- requests ------------------------------------------------------------
 */

static bool is_http_body(const ProtobufCMessageDescriptor *desc)
{
	return desc == &google__api__http_body__descriptor;
}

static void put_raw_body(const struct gw_input *in, struct yh_wire *wire)
{
	const char *type = in->content_type ? in->content_type : "";

	if (type[0])
		yh_wire_bytes(wire, 1, type, strlen(type));
	yh_wire_bytes(wire, 2, in->body, in->body_len);
}

static int put_body(const struct gw_route *r, const struct gw_input *in,
		    struct yh_wire *wire, char *error, size_t size)
{
	const ProtobufCFieldDescriptor *f = r->body_field;
	size_t mark;

	if (r->body == GW_BODY_NONE)
		return 0;
	if (r->body == GW_BODY_ALL && is_http_body(r->rpc->input)) {
		put_raw_body(in, wire);
		return 0;
	}
	if (r->body == GW_BODY_FIELD && f->type == PROTOBUF_C_TYPE_MESSAGE &&
	    f->label != PROTOBUF_C_LABEL_REPEATED &&
	    is_http_body(f->descriptor)) {
		mark = yh_wire_begin(wire, f->id);
		put_raw_body(in, wire);
		yh_wire_end(wire, mark);
		return 0;
	}
	if (!in->body_len)
		return 0;
	if (r->body == GW_BODY_ALL)
		return yh_protojson_encode(
			r->rpc->input, (const char *)in->body, in->body_len,
			YH_PROTOJSON_IGNORE_UNKNOWN, wire, error, size);

	return yh_protojson_encode_field(
		r->rpc->input, f, (const char *)in->body, in->body_len,
		YH_PROTOJSON_IGNORE_UNKNOWN, wire, error, size);
}

static int put_path(const struct gw_route *r, const struct gw_input *in,
		    struct yh_wire *wire, char *error, size_t size)
{
	int err = 0;

	for (unsigned i = 0; i < in->match->n && !err; i++)
		err = gw_put_value(r->rpc->input, r->path.vars[i].field,
				   in->match->values[i], in->match->lens[i],
				   wire, error, size);

	return err == -ENOENT ? -EINVAL : err;
}

static void put_actor(const struct gw_route *r, const struct gw_input *in,
		      struct yh_wire *wire)
{
	const ProtobufCFieldDescriptor *f =
		yh_protojson_field(r->rpc->input, "actor", strlen("actor"));

	if (in->actor && f && f->type == PROTOBUF_C_TYPE_STRING)
		yh_wire_bytes(wire, f->id, in->actor, strlen(in->actor));
}

/* The first word of a path is the field's name, in either spelling. */
static bool starts_with_field(const ProtobufCFieldDescriptor *f,
			      const ProtobufCMessageDescriptor *desc,
			      const char *path)
{
	return yh_protojson_field(desc, path, strcspn(path, ".[")) == f;
}

static bool is_taken(const void *arg, const char *path)
{
	const struct gw_route *r = arg;

	if (r->body == GW_BODY_FIELD &&
	    starts_with_field(r->body_field, r->rpc->input, path))
		return true;
	for (unsigned i = 0; i < r->path.n_vars; i++)
		if (!strcmp(r->path.vars[i].field, path))
			return true;

	return false;
}

static int unpack(const struct gw_route *r, const struct yh_wire *wire,
		  ProtobufCMessage **out)
{
	*out = protobuf_c_message_unpack(r->rpc->input, NULL, wire->len,
					 wire->data);

	return *out ? 0 : -ENOMEM;
}

int gw_read_request(const struct gw_route *r, const struct gw_input *in,
		    ProtobufCMessage **out, char *error, size_t size)
{
	struct yh_wire wire = {.max = WIRE_MAX};
	int err;

	snprintf(error, size, "out of memory");
	err = put_body(r, in, &wire, error, size);
	if (!err && r->body != GW_BODY_ALL)
		err = gw_put_query(r->rpc->input, in->query, is_taken, r, &wire,
				   error, size);
	if (!err) /* last: nothing overrides the path and who acts */
		err = put_path(r, in, &wire, error, size);
	if (!err)
		put_actor(r, in, &wire);
	if (!err)
		err = wire.err;
	if (!err)
		err = unpack(r, &wire, out);
	yh_wire_fini(&wire);

	return err;
}

/* ---- answers -------------------------------------------------------------
 */

int gw_write_answer(const struct gw_route *r, const ProtobufCMessage *msg,
		    struct gw_answer *a)
{
	const Google__Api__HttpBody *raw;
	static const char fallback[] = "application/octet-stream";

	memset(a, 0, sizeof(*a));
	if (is_http_body(msg->descriptor)) {
		raw = (const Google__Api__HttpBody *)msg;
		a->content_type =
			raw->content_type[0] ? raw->content_type : fallback;
		a->body = raw->data.data;
		a->len = raw->data.len;
		return 0;
	}
	a->content_type = "application/json";
	a->owned = r->answer_field
			   ? yh_protojson_print_field(
				     msg, r->answer_field,
				     YH_PROTOJSON_EMIT_UNPOPULATED)
			   : yh_protojson_print(msg,
						YH_PROTOJSON_EMIT_UNPOPULATED);
	if (!a->owned)
		return -EINVAL;
	a->body = a->owned;
	a->len = strlen(a->owned);

	return 0;
}

char *gw_error_json(enum yh_status_code code, const char *message)
{
	Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;

	status.code = (int32_t)code;
	status.message = (char *)message;

	return yh_protojson_print(&status.base, YH_PROTOJSON_EMIT_UNPOPULATED);
}

/* ---- headers -------------------------------------------------------------
 */

int gw_timeout_parse(const char *text, uint64_t *ms)
{
	uint64_t v = 0;
	size_t n = strspn(text, "0123456789");

	if (!n || n > 8 || !text[n] || text[n + 1])
		return -EINVAL;
	v = strtoull(text, NULL, 10);
	switch (text[n]) {
	case 'H':
		v *= 3600000;
		break;
	case 'M':
		v *= 60000;
		break;
	case 'S':
		v *= 1000;
		break;
	case 'm':
		break;
	case 'u':
		v /= 1000;
		break;
	case 'n':
		v /= 1000000;
		break;
	default:
		return -EINVAL;
	}
	*ms = v ? v : 1;

	return 0;
}

static bool get_size(const char **p, size_t *v)
{
	size_t n = strspn(*p, "0123456789");

	if (!n || n > 15)
		return false;
	*v = strtoull(*p, NULL, 10);
	*p += n;

	return true;
}

/* Several ranges, or another unit: the whole body is a right answer. */
int gw_range_parse(const char *text, size_t len, size_t *from, size_t *n)
{
	size_t last = len ? len - 1 : 0;

	if (strncmp(text, "bytes=", 6))
		return 0;
	text += 6;
	if (*text == '-') {
		text++;
		if (!get_size(&text, n) || *text)
			return 0;
		if (!*n || !len)
			return -ERANGE;
		*n = *n > len ? len : *n;
		*from = len - *n;
		return 1;
	}
	if (!get_size(&text, from) || *text++ != '-')
		return 0;
	if (*text && (!get_size(&text, &last) || *text || last < *from))
		return 0;
	if (*from >= len)
		return -ERANGE;
	*n = (last >= len ? len - 1 : last) - *from + 1;

	return 1;
}
