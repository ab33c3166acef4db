/** @file encode_scalar.c  One value onto the wire, contract in encode.h */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/encode.h"
#include "json/protojson.h"
#include "json/text.h"

static bool is_number(const struct yh_enc *e)
{
	return e->lex.tok == YH_TOK_NUMBER || e->lex.tok == YH_TOK_STRING;
}

static bool get_int(struct yh_enc *e, int64_t min, int64_t max, int64_t *v)
{
	if (!is_number(e) || !yh_json_int(e->lex.str, e->lex.len, min, max, v))
		return yh_enc_fail(e, "not a whole number in the range");

	return true;
}

static bool get_uint(struct yh_enc *e, uint64_t max, uint64_t *v)
{
	if (!is_number(e) || !yh_json_uint(e->lex.str, e->lex.len, max, v))
		return yh_enc_fail(e, "not a whole number in the range");

	return true;
}

static void put_varint(struct yh_enc *e, uint32_t id, uint64_t v)
{
	yh_wire_tag(e->wire, id, 0);
	yh_wire_varint(e->wire, v);
}

static void put32(struct yh_enc *e, uint32_t id, uint32_t v)
{
	yh_wire_tag(e->wire, id, 5);
	yh_wire_fixed32(e->wire, v);
}

static void put64(struct yh_enc *e, uint32_t id, uint64_t v)
{
	yh_wire_tag(e->wire, id, 1);
	yh_wire_fixed64(e->wire, v);
}

static uint64_t zigzag(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static bool put_signed(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	bool is32 = f->type == PROTOBUF_C_TYPE_INT32 ||
		    f->type == PROTOBUF_C_TYPE_SINT32 ||
		    f->type == PROTOBUF_C_TYPE_SFIXED32;
	int64_t v;

	if (!get_int(e, is32 ? INT32_MIN : INT64_MIN,
		     is32 ? INT32_MAX : INT64_MAX, &v))
		return false;
	if (f->type == PROTOBUF_C_TYPE_SFIXED32)
		put32(e, f->id, (uint32_t)v);
	else if (f->type == PROTOBUF_C_TYPE_SFIXED64)
		put64(e, f->id, (uint64_t)v);
	else if (f->type == PROTOBUF_C_TYPE_SINT32 ||
		 f->type == PROTOBUF_C_TYPE_SINT64)
		put_varint(e, f->id, zigzag(v));
	else
		put_varint(e, f->id, (uint64_t)v);

	return true;
}

static bool put_unsigned(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	bool is32 = f->type == PROTOBUF_C_TYPE_UINT32 ||
		    f->type == PROTOBUF_C_TYPE_FIXED32;
	uint64_t v;

	if (!get_uint(e, is32 ? UINT32_MAX : UINT64_MAX, &v))
		return false;
	if (f->type == PROTOBUF_C_TYPE_FIXED32)
		put32(e, f->id, (uint32_t)v);
	else if (f->type == PROTOBUF_C_TYPE_FIXED64)
		put64(e, f->id, v);
	else
		put_varint(e, f->id, v);

	return true;
}

uint64_t yh_double_bits(double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));

	return bits;
}

static bool put_real(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	uint32_t bits;
	double d;
	float x;

	if (!is_number(e) || !yh_json_double(e->lex.str, e->lex.len,
					     e->lex.tok == YH_TOK_STRING, &d))
		return yh_enc_fail(e, "not a number in the range");
	if (f->type == PROTOBUF_C_TYPE_DOUBLE) {
		put64(e, f->id, yh_double_bits(d));
		return true;
	}
	x = (float)d;
	if (isinf(x) && !isinf(d))
		return yh_enc_fail(e, "not a number in the range");
	memcpy(&bits, &x, sizeof(bits));
	put32(e, f->id, bits);

	return true;
}

/* In paths and queries also what Go's strconv.ParseBool takes. */
static bool put_bool(struct yh_enc *e, uint32_t id)
{
	static const char *const yes[] = {"true", "1",	  "t",
					  "T",	  "TRUE", "True"};
	static const char *const no[] = {"false", "0",	   "f",
					 "F",	  "FALSE", "False"};
	size_t n = e->source == YH_ENC_JSON  ? 0
		   : e->source == YH_ENC_KEY ? 1
					     : YH_ARRAY_LEN(yes);
	int v = e->lex.tok == YH_TOK_TRUE    ? 1
		: e->lex.tok == YH_TOK_FALSE ? 0
					     : -1;

	for (size_t i = 0; i < n && v < 0; i++)
		v = !strcmp(e->lex.str, yes[i])	 ? 1
		    : !strcmp(e->lex.str, no[i]) ? 0
						 : -1;
	if (v < 0)
		return yh_enc_fail(e, "not true or false");
	put_varint(e, id, (uint64_t)v);

	return true;
}

static bool put_enum(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	const ProtobufCEnumValue *known = NULL;
	int64_t v;

	if (e->lex.tok == YH_TOK_NULL && yh_is_null_enum(f)) {
		put_varint(e, f->id, 0);
		return true;
	}
	if (e->lex.tok == YH_TOK_STRING)
		known = protobuf_c_enum_descriptor_get_value_by_name(
			f->descriptor, e->lex.str);
	if (known) {
		v = known->value;
	} else if (e->lex.tok == YH_TOK_STRING && e->source != YH_ENC_TEXT) {
		e->skipped = e->flags & YH_PROTOJSON_IGNORE_UNKNOWN;
		return e->skipped || yh_enc_fail(e, "not a value of the enum");
	} else if (!is_number(e) || !yh_json_int(e->lex.str, e->lex.len,
						 INT32_MIN, INT32_MAX, &v)) {
		return yh_enc_fail(e, "not a value of the enum");
	}
	put_varint(e, f->id, (uint64_t)v);

	return true;
}

bool yh_enc_base64(struct yh_enc *e, uint32_t id)
{
	uint8_t *data = yh_zalloc(3 * (e->lex.len / 4) + 4);
	bool ok = data != NULL;
	size_t n;

	if (ok && yh_base64_decode(e->lex.str, e->lex.len, data, &n))
		ok = yh_enc_fail(e, "not base64");
	else if (ok)
		yh_wire_bytes(e->wire, id, data, n);
	else
		yh_enc_fail(e, "out of memory");
	yh_free(data);

	return ok;
}

bool yh_enc_scalar(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return put_signed(e, f);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		return put_unsigned(e, f);
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return put_real(e, f);
	case PROTOBUF_C_TYPE_BOOL:
		return put_bool(e, f->id);
	case PROTOBUF_C_TYPE_ENUM:
		return put_enum(e, f);
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
		if (e->lex.tok != YH_TOK_STRING)
			return yh_enc_fail(e, "a string is expected");
		/* protobuf-c's strings end at the first NUL. */
		if (f->type == PROTOBUF_C_TYPE_BYTES)
			return yh_enc_base64(e, f->id);
		if (strlen(e->lex.str) != e->lex.len)
			return yh_enc_fail(e, "a NUL in a string");
		yh_wire_bytes(e->wire, f->id, e->lex.str, e->lex.len);
		return true;
	default:
		return yh_enc_fail(e, "this type has no form in JSON here");
	}
}

/* ---- google.protobuf's own ----------------------------------------------- */

static bool put_time(struct yh_enc *e, enum yh_known known)
{
	int64_t seconds;
	int32_t nanos;
	int err = known == YH_KNOWN_TIMESTAMP
			  ? yh_time_parse(e->lex.str, &seconds, &nanos)
			  : yh_duration_parse(e->lex.str, &seconds, &nanos);

	if (err || strlen(e->lex.str) != e->lex.len)
		return yh_enc_fail(e, known == YH_KNOWN_TIMESTAMP
					      ? "not a time of RFC 3339"
					      : "not a duration like 1.5s");
	put_varint(e, 1, (uint64_t)seconds);
	put_varint(e, 2, (uint64_t)nanos);

	return true;
}

static bool put_mask(struct yh_enc *e)
{
	const char *p = e->lex.str, *end = p + e->lex.len;
	char *snake = yh_zalloc(2 * e->lex.len + 1);
	bool ok = snake || yh_enc_fail(e, "out of memory");

	while (ok && p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		const char *stop = comma ? comma : end;
		size_t n = yh_snake(p, (size_t)(stop - p), snake);

		if (!n)
			ok = yh_enc_fail(e, "not a field mask");
		else
			yh_wire_bytes(e->wire, 1, snake, n);
		p = comma ? comma + 1 : end;
	}
	yh_free(snake);

	return ok;
}

bool yh_enc_known_text(struct yh_enc *e, enum yh_known known)
{
	return known == YH_KNOWN_FIELD_MASK ? put_mask(e) : put_time(e, known);
}
