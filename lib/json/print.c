/** @file print.c  protobuf-c messages as JSON, contract in protojson.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "json/lex.h"
#include "json/names.h"
#include "json/print.h"
#include "json/protojson.h"
#include "json/text.h"

static void message(struct yh_printer *p, const ProtobufCMessage *msg);

static const char *string_at(const void *at)
{
	const char *s = *(char *const *)at;

	return s ? s : "";
}

static void value(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
		  const void *at, bool key)
{
	const ProtobufCMessage *sub;

	switch (f->type) {
	case PROTOBUF_C_TYPE_STRING:
		yh_print_string(p, string_at(at));
		break;
	case PROTOBUF_C_TYPE_BYTES:
		yh_print_bytes(p, at);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		yh_print_bool(p, *(const protobuf_c_boolean *)at, key);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		yh_print_enum(p, f, *(const int *)at);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		yh_print_real(p, (double)*(const float *)at, true);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		yh_print_real(p, *(const double *)at, false);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		sub = *(ProtobufCMessage *const *)at;
		if (sub)
			message(p, sub);
		else
			yh_print_text(p, "null");
		break;
	default:
		yh_print_int(p, f, at, key);
		break;
	}
}

static size_t size_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return sizeof(uint64_t);
	case PROTOBUF_C_TYPE_DOUBLE:
		return sizeof(double);
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	default:
		return 4;
	}
}

/* ---- fields -------------------------------------------------------------- */

static const void *member(const ProtobufCMessage *msg, size_t offset)
{
	return (const char *)msg + offset;
}

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessage *msg,
						const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(msg->descriptor,
							       name);
}

static bool is_zero(const ProtobufCFieldDescriptor *f, const void *at)
{
	static const char zero[sizeof(uint64_t)];

	if (f->type == PROTOBUF_C_TYPE_STRING)
		return !*string_at(at);
	if (f->type == PROTOBUF_C_TYPE_BYTES)
		return !((const ProtobufCBinaryData *)at)->len;

	return !memcmp(at, zero, size_of(f->type));
}

/* Has a field that is not repeated been set? */
static bool is_set(const ProtobufCMessage *msg,
		   const ProtobufCFieldDescriptor *f)
{
	const void *at = member(msg, f->offset);
	const void *quantifier = member(msg, f->quantifier_offset);

	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return *(const uint32_t *)quantifier == f->id;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(ProtobufCMessage *const *)at != NULL;
	if (f->label == PROTOBUF_C_LABEL_OPTIONAL) {
		if (f->type == PROTOBUF_C_TYPE_STRING)
			return *(char *const *)at &&
			       *(char *const *)at != f->default_value;
		return *(const protobuf_c_boolean *)quantifier;
	}
	if (f->label == PROTOBUF_C_LABEL_REQUIRED)
		return true;

	return !is_zero(f, at);
}

/* Unset, but printed when zero values are wanted. */
static bool shows_unset(const ProtobufCFieldDescriptor *f)
{
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return false;

	return f->type == PROTOBUF_C_TYPE_MESSAGE ||
	       f->label == PROTOBUF_C_LABEL_NONE;
}

static void element(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
		    const char *array, size_t i, bool map)
{
	const void *at = array + i * size_of(f->type);
	const ProtobufCMessage *entry;

	if (!map) {
		value(p, f, at, false);
		return;
	}
	entry = *(ProtobufCMessage *const *)at;
	f = entry->descriptor->fields;
	if (f->type == PROTOBUF_C_TYPE_STRING)
		yh_print_string(p, string_at(member(entry, f->offset)));
	else
		value(p, f, member(entry, f->offset), true);
	yh_print_text(p, ":");
	f++;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE &&
	    !*(ProtobufCMessage *const *)member(entry, f->offset))
		yh_print_text(p, "{}");
	else
		value(p, f, member(entry, f->offset), false);
}

static void field_value(struct yh_printer *p, const ProtobufCMessage *msg,
			const ProtobufCFieldDescriptor *f)
{
	bool map = yh_protojson_is_map(msg->descriptor, f);
	const void *at = member(msg, f->offset);
	size_t n;

	if (f->label != PROTOBUF_C_LABEL_REPEATED) {
		value(p, f, at, false);
		return;
	}
	n = *(const size_t *)member(msg, f->quantifier_offset);
	yh_print_text(p, map ? "{" : "[");
	for (size_t i = 0; i < n && !p->out.err; i++) {
		yh_print_text(p, i ? "," : "");
		element(p, f, *(char *const *)at, i, map);
	}
	yh_print_text(p, map ? "}" : "]");
}

static bool is_printed(const struct yh_printer *p, const ProtobufCMessage *msg,
		       const ProtobufCFieldDescriptor *f)
{
	bool all = p->flags & YH_PROTOJSON_EMIT_UNPOPULATED;

	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return all ||
		       *(const size_t *)member(msg, f->quantifier_offset);

	return is_set(msg, f) || (all && shows_unset(f));
}

static void fields(struct yh_printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;
	const char *comma = "\"";
	char name[256];

	yh_print_text(p, "{");
	for (unsigned i = 0; i < d->n_fields && !p->out.err; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		size_t len = strlen(f->name);

		if (!is_printed(p, msg, f))
			continue;
		if (len >= sizeof(name)) {
			yh_print_fail(p, -ENAMETOOLONG);
			return;
		}
		yh_camel(f->name, len, name);
		yh_print_text(p, comma);
		yh_print_text(p, name);
		yh_print_text(p, "\":");
		field_value(p, msg, f);
		comma = ",\"";
	}
	yh_print_text(p, "}");
}

/* ---- messages with a form of their own ----------------------------------- */

static void time_text(struct yh_printer *p, const ProtobufCMessage *msg,
		      bool is_time)
{
	const int64_t *seconds = member(msg, field_of(msg, "seconds")->offset);
	const int32_t *nanos = member(msg, field_of(msg, "nanos")->offset);
	char text[40];
	int err = is_time ? yh_time_print(*seconds, *nanos, text)
			  : yh_duration_print(*seconds, *nanos, text);

	if (err)
		yh_print_fail(p, err);
	else
		yh_print_string(p, text);
}

static void mask(struct yh_printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCFieldDescriptor *f = field_of(msg, "paths");
	size_t n = *(const size_t *)member(msg, f->quantifier_offset);
	char *const *paths = *(char **const *)member(msg, f->offset);
	char camel[512], snake[1024];

	yh_print_text(p, "\"");
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(paths[i]);

		if (len >= sizeof(camel) || !yh_utf8_valid(paths[i], len) ||
		    strpbrk(paths[i], "\"\\,")) {
			yh_print_fail(p, -EINVAL);
			return;
		}
		/* What would not read back the same has no form. */
		len = yh_camel(paths[i], len, camel);
		yh_snake(camel, len, snake);
		if (strcmp(snake, paths[i]))
			yh_print_fail(p, -EINVAL);
		yh_print_text(p, i ? "," : "");
		yh_print_text(p, camel);
	}
	yh_print_text(p, "\"");
}

/* The one member of google.protobuf.Value that is set. */
static void any_json(struct yh_printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;

	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];

		if (!is_set(msg, f))
			continue;
		if (f->type == PROTOBUF_C_TYPE_DOUBLE &&
		    !isfinite(*(const double *)member(msg, f->offset)))
			yh_print_fail(p, -EINVAL);
		value(p, f, member(msg, f->offset), false);
		return;
	}
	yh_print_text(p, "null");
}

static void any_message(struct yh_printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCFieldDescriptor *url = field_of(msg, "type_url");
	const ProtobufCFieldDescriptor *bytes = field_of(msg, "value");

	if (is_zero(url, member(msg, url->offset))) {
		yh_print_text(p, "{}");
		return;
	}
	yh_print_text(p, "{\"@type\":");
	value(p, url, member(msg, url->offset), false);
	yh_print_text(p, ",\"value\":");
	value(p, bytes, member(msg, bytes->offset), false);
	yh_print_text(p, "}");
}

static void message(struct yh_printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;

	if (++p->depth > 2 * YH_PROTOJSON_DEPTH)
		yh_print_fail(p, -ELOOP);
	if (p->out.err)
		return;
	switch (yh_known_of(d)) {
	case YH_KNOWN_TIMESTAMP:
		time_text(p, msg, true);
		break;
	case YH_KNOWN_DURATION:
		time_text(p, msg, false);
		break;
	case YH_KNOWN_FIELD_MASK:
		mask(p, msg);
		break;
	case YH_KNOWN_WRAPPER:
		value(p, d->fields, member(msg, d->fields->offset), false);
		break;
	case YH_KNOWN_STRUCT:
		field_value(p, msg, field_of(msg, "fields"));
		break;
	case YH_KNOWN_LIST:
		field_value(p, msg, field_of(msg, "values"));
		break;
	case YH_KNOWN_VALUE:
		any_json(p, msg);
		break;
	case YH_KNOWN_ANY:
		any_message(p, msg);
		break;
	default:
		fields(p, msg);
		break;
	}
	p->depth--;
}

static char *take(struct yh_printer *p)
{
	yh_wire_raw(&p->out, "", 1);
	if (!p->out.err)
		return (char *)p->out.data;
	yh_wire_fini(&p->out);

	return NULL;
}

char *yh_protojson_print(const ProtobufCMessage *msg, unsigned flags)
{
	struct yh_printer p = {.out.max = YH_PROTOJSON_MAX, .flags = flags};

	message(&p, msg);

	return take(&p);
}

char *yh_protojson_print_field(const ProtobufCMessage *msg,
			       const ProtobufCFieldDescriptor *f,
			       unsigned flags)
{
	struct yh_printer p = {.out.max = YH_PROTOJSON_MAX, .flags = flags};

	field_value(&p, msg, f);

	return take(&p);
}
