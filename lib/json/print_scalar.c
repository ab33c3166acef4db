/** @file print_scalar.c  One value as JSON, contract in print.h */
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
#include "json/print.h"
#include "json/text.h"

void yh_print_fail(struct yh_printer *p, int err)
{
	if (!p->out.err)
		p->out.err = err;
}

void yh_print_text(struct yh_printer *p, const char *text)
{
	yh_wire_raw(&p->out, text, strlen(text));
}

void yh_print_string(struct yh_printer *p, const char *s)
{
	size_t len = strlen(s), from = 0;
	char esc[8];

	if (!yh_utf8_valid(s, len))
		yh_print_fail(p, -EILSEQ);
	yh_print_text(p, "\"");
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
		yh_print_text(p, esc);
	}
	yh_wire_raw(&p->out, s + from, len - from);
	yh_print_text(p, "\"");
}

void yh_print_bytes(struct yh_printer *p, const ProtobufCBinaryData *b)
{
	char *text = yh_zalloc(4 * (b->len / 3 + 1) + 1);

	if (!text) {
		yh_print_fail(p, -ENOMEM);
		return;
	}
	yh_base64_encode(b->data, b->len, text);
	yh_print_text(p, "\"");
	yh_print_text(p, text);
	yh_print_text(p, "\"");
	yh_free(text);
}

/* ---- scalars ------------------------------------------------------------- */

/* The shortest form that reads back as the same value. */
void yh_print_real(struct yh_printer *p, double d, bool is_float)
{
	int digits = is_float ? FLT_DIG : DBL_DIG;
	char text[40];

	if (isnan(d)) {
		yh_print_text(p, "\"NaN\"");
		return;
	}
	if (isinf(d)) {
		yh_print_text(p, d > 0 ? "\"Infinity\"" : "\"-Infinity\"");
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
	yh_print_text(p, text);
}

/* @param key Map keys are strings, whatever their type */
void yh_print_int(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
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
		yh_print_fail(p, -EINVAL);
		return;
	}
	yh_print_text(p, text);
}

void yh_print_bool(struct yh_printer *p, bool v, bool key)
{
	yh_print_text(p, key ? "\"" : "");
	yh_print_text(p, v ? "true" : "false");
	yh_print_text(p, key ? "\"" : "");
}

void yh_print_enum(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
		   int v)
{
	const ProtobufCEnumValue *known =
		protobuf_c_enum_descriptor_get_value(f->descriptor, v);
	char text[16];

	if (yh_is_null_enum(f)) {
		yh_print_text(p, "null");
	} else if (known) {
		yh_print_string(p, known->name);
	} else {
		snprintf(text, sizeof(text), "%d", v);
		yh_print_text(p, text);
	}
}
