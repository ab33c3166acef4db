/** @file print.c  protobuf-c messages as JSON, contract in protojson.h */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/lex.h"
#include "json/names.h"
#include "json/protojson.h"
#include "json/text.h"

struct printer {
	struct yh_wire out; /* as a plain buffer of bytes */
	unsigned flags, depth;
};

static void fail(struct printer *p, int err)
{
	if (!p->out.err)
		p->out.err = err;
}

static void put(struct printer *p, const char *text)
{
	yh_wire_raw(&p->out, text, strlen(text));
}

static void quoted(struct printer *p, const char *s)
{
	size_t len = strlen(s), from = 0;
	char esc[8];

	if (!yh_utf8_valid(s, len))
		fail(p, -EILSEQ);
	put(p, "\"");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];
		static const char special[] = "\"\\\b\f\n\r\t";
		const char *at = c ? strchr(special, c) : NULL;

		if (!at && c >= 0x20 && c != 0x7f)
			continue;
		yh_wire_raw(&p->out, s + from, i - from);
		from = i + 1;
		if (at)
			snprintf(esc, sizeof(esc), "\\%c",
				 "\"\\bfnrt"[at - special]);
		else
			snprintf(esc, sizeof(esc), "\\u%04x", c);
		put(p, esc);
	}
	yh_wire_raw(&p->out, s + from, len - from);
	put(p, "\"");
}

static void base64(struct printer *p, const ProtobufCBinaryData *b)
{
	char *text = yh_zalloc(4 * (b->len / 3 + 1) + 1);

	if (!text) {
		fail(p, -ENOMEM);
		return;
	}
	yh_base64_encode(b->data, b->len, text);
	put(p, "\"");
	put(p, text);
	put(p, "\"");
	yh_free(text);
}

/* ---- scalars ------------------------------------------------------------- */

/* The shortest form that reads back as the same value. */
static void real(struct printer *p, double d, bool is_float)
{
	int digits = is_float ? FLT_DIG : DBL_DIG;
	char text[40];

	if (isnan(d)) {
		put(p, "\"NaN\"");
		return;
	}
	if (isinf(d)) {
		put(p, d > 0 ? "\"Infinity\"" : "\"-Infinity\"");
		return;
	}
	for (;; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, d);
		if (digits >= 17)
			break;
		if (is_float ? strtof(text, NULL) == (float)d
			     : strtod(text, NULL) == d)
			break;
	}
	put(p, text);
}

/* @param key Map keys are strings, whatever their type */
static void number(struct printer *p, const ProtobufCFieldDescriptor *f,
		   const void *at, bool key)
{
	char text[32];

	switch (f->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		snprintf(text, sizeof(text),
			 key ? "\"%" PRId32 "\"" : "%" PRId32,
			 *(const int32_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		snprintf(text, sizeof(text),
			 key ? "\"%" PRIu32 "\"" : "%" PRIu32,
			 *(const uint32_t *)at);
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		snprintf(text, sizeof(text), "\"%" PRId64 "\"",
			 *(const int64_t *)at);
		break;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		snprintf(text, sizeof(text), "\"%" PRIu64 "\"",
			 *(const uint64_t *)at);
		break;
	default:
		fail(p, -EINVAL);
		return;
	}
	put(p, text);
}

static void boolean(struct printer *p, bool v, bool key)
{
	put(p, key ? "\"" : "");
	put(p, v ? "true" : "false");
	put(p, key ? "\"" : "");
}

static void enumeration(struct printer *p, const ProtobufCFieldDescriptor *f,
			int v)
{
	const ProtobufCEnumValue *known =
		protobuf_c_enum_descriptor_get_value(f->descriptor, v);
	char text[16];

	if (yh_is_null_enum(f)) {
		put(p, "null");
	} else if (known) {
		quoted(p, known->name);
	} else {
		snprintf(text, sizeof(text), "%d", v);
		put(p, text);
	}
}

static void message(struct printer *p, const ProtobufCMessage *msg);

static const char *string_at(const void *at)
{
	const char *s = *(char *const *)at;

	return s ? s : "";
}

static void value(struct printer *p, const ProtobufCFieldDescriptor *f,
		  const void *at, bool key)
{
	const ProtobufCMessage *sub;

	switch (f->type) {
	case PROTOBUF_C_TYPE_STRING:
		quoted(p, string_at(at));
		break;
	case PROTOBUF_C_TYPE_BYTES:
		base64(p, at);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		boolean(p, *(const protobuf_c_boolean *)at, key);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		enumeration(p, f, *(const int *)at);
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		real(p, (double)*(const float *)at, true);
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		real(p, *(const double *)at, false);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		sub = *(ProtobufCMessage *const *)at;
		if (sub)
			message(p, sub);
		else
			put(p, "null");
		break;
	default:
		number(p, f, at, key);
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

static void element(struct printer *p, const ProtobufCFieldDescriptor *f,
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
		quoted(p, string_at(member(entry, f->offset)));
	else
		value(p, f, member(entry, f->offset), true);
	put(p, ":");
	f++;
	if (f->type == PROTOBUF_C_TYPE_MESSAGE &&
	    !*(ProtobufCMessage *const *)member(entry, f->offset))
		put(p, "{}");
	else
		value(p, f, member(entry, f->offset), false);
}

static void field_value(struct printer *p, const ProtobufCMessage *msg,
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
	put(p, map ? "{" : "[");
	for (size_t i = 0; i < n && !p->out.err; i++) {
		put(p, i ? "," : "");
		element(p, f, *(char *const *)at, i, map);
	}
	put(p, map ? "}" : "]");
}

static bool is_printed(const struct printer *p, const ProtobufCMessage *msg,
		       const ProtobufCFieldDescriptor *f)
{
	bool all = p->flags & YH_PROTOJSON_EMIT_UNPOPULATED;

	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return all ||
		       *(const size_t *)member(msg, f->quantifier_offset);

	return is_set(msg, f) || (all && shows_unset(f));
}

static void fields(struct printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;
	const char *comma = "\"";
	char name[256];

	put(p, "{");
	for (unsigned i = 0; i < d->n_fields && !p->out.err; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];
		size_t len = strlen(f->name);

		if (!is_printed(p, msg, f))
			continue;
		if (len >= sizeof(name)) {
			fail(p, -ENAMETOOLONG);
			return;
		}
		yh_camel(f->name, len, name);
		put(p, comma);
		put(p, name);
		put(p, "\":");
		field_value(p, msg, f);
		comma = ",\"";
	}
	put(p, "}");
}

/* ---- messages with a form of their own ----------------------------------- */

static void time_text(struct printer *p, const ProtobufCMessage *msg,
		      bool is_time)
{
	const int64_t *seconds = member(msg, field_of(msg, "seconds")->offset);
	const int32_t *nanos = member(msg, field_of(msg, "nanos")->offset);
	char text[40];
	int err = is_time ? yh_time_print(*seconds, *nanos, text)
			  : yh_duration_print(*seconds, *nanos, text);

	if (err)
		fail(p, err);
	else
		quoted(p, text);
}

static void mask(struct printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCFieldDescriptor *f = field_of(msg, "paths");
	size_t n = *(const size_t *)member(msg, f->quantifier_offset);
	char *const *paths = *(char **const *)member(msg, f->offset);
	char camel[512], snake[1024];

	put(p, "\"");
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(paths[i]);

		if (len >= sizeof(camel) || !yh_utf8_valid(paths[i], len) ||
		    strpbrk(paths[i], "\"\\,")) {
			fail(p, -EINVAL);
			return;
		}
		/* What would not read back the same has no form. */
		len = yh_camel(paths[i], len, camel);
		yh_snake(camel, len, snake);
		if (strcmp(snake, paths[i]))
			fail(p, -EINVAL);
		put(p, i ? "," : "");
		put(p, camel);
	}
	put(p, "\"");
}

/* The one member of google.protobuf.Value that is set. */
static void any_json(struct printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;

	for (unsigned i = 0; i < d->n_fields; i++) {
		const ProtobufCFieldDescriptor *f = &d->fields[i];

		if (!is_set(msg, f))
			continue;
		if (f->type == PROTOBUF_C_TYPE_DOUBLE &&
		    !isfinite(*(const double *)member(msg, f->offset)))
			fail(p, -EINVAL);
		value(p, f, member(msg, f->offset), false);
		return;
	}
	put(p, "null");
}

static void any_message(struct printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCFieldDescriptor *url = field_of(msg, "type_url");
	const ProtobufCFieldDescriptor *bytes = field_of(msg, "value");

	if (is_zero(url, member(msg, url->offset))) {
		put(p, "{}");
		return;
	}
	put(p, "{\"@type\":");
	value(p, url, member(msg, url->offset), false);
	put(p, ",\"value\":");
	value(p, bytes, member(msg, bytes->offset), false);
	put(p, "}");
}

static void message(struct printer *p, const ProtobufCMessage *msg)
{
	const ProtobufCMessageDescriptor *d = msg->descriptor;

	if (++p->depth > 2 * YH_PROTOJSON_DEPTH)
		fail(p, -ELOOP);
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

static char *take(struct printer *p)
{
	yh_wire_raw(&p->out, "", 1);
	if (!p->out.err)
		return (char *)p->out.data;
	yh_wire_fini(&p->out);

	return NULL;
}

char *yh_protojson_print(const ProtobufCMessage *msg, unsigned flags)
{
	struct printer p = {.out.max = YH_PROTOJSON_MAX, .flags = flags};

	message(&p, msg);

	return take(&p);
}

char *yh_protojson_print_field(const ProtobufCMessage *msg,
			       const ProtobufCFieldDescriptor *f,
			       unsigned flags)
{
	struct printer p = {.out.max = YH_PROTOJSON_MAX, .flags = flags};

	field_value(&p, msg, f);

	return take(&p);
}
