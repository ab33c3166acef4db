/** @file encode.c  JSON to protobuf's wire format, contract in protojson.h */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "json/encode.h"
#include "json/names.h"
#include "json/protojson.h"

static bool fields(struct yh_enc *e, const ProtobufCMessageDescriptor *desc);

bool yh_enc_fail(struct yh_enc *e, const char *why)
{
	if (!e->why)
		e->why = e->lex.tok == YH_TOK_ERROR ? e->lex.error : why;

	return false;
}

static bool next(struct yh_enc *e)
{
	yh_lex_next(&e->lex);

	return e->lex.tok != YH_TOK_ERROR || yh_enc_fail(e, NULL);
}

static bool expect(struct yh_enc *e, enum yh_tok tok, const char *why)
{
	return e->lex.tok == tok ? next(e) : yh_enc_fail(e, why);
}

static bool enter(struct yh_enc *e, enum yh_tok tok, const char *why)
{
	if (e->lex.tok != tok)
		return yh_enc_fail(e, why);
	if (++e->depth > YH_PROTOJSON_DEPTH)
		return yh_enc_fail(e, "nested too deep");

	return next(e);
}

/* After an element: is there another one? At the end, `close` is taken. */
static bool more(struct yh_enc *e, enum yh_tok close, bool *go_on)
{
	*go_on = e->lex.tok == YH_TOK_COMMA;
	if (*go_on)
		return next(e);
	if (e->lex.tok != close)
		return yh_enc_fail(e, "a comma or the end is expected");
	e->depth--;

	return next(e);
}

/* A list or an object without elements. */
static bool empty(struct yh_enc *e, enum yh_tok close)
{
	if (e->lex.tok != close)
		return false;
	e->depth--;

	return next(e);
}

/* ---- unknown values ------------------------------------------------------ */

static bool skip(struct yh_enc *e);

static bool skip_many(struct yh_enc *e, enum yh_tok open, enum yh_tok close)
{
	bool go_on = true;

	if (!enter(e, open, NULL))
		return false;
	if (empty(e, close))
		return true;
	while (go_on) {
		if (close == YH_TOK_CLOSE &&
		    (!expect(e, YH_TOK_STRING, "a name is expected") ||
		     !expect(e, YH_TOK_COLON, "a colon is expected")))
			return false;
		if (!skip(e) || !more(e, close, &go_on))
			return false;
	}

	return true;
}

static bool skip(struct yh_enc *e)
{
	switch (e->lex.tok) {
	case YH_TOK_OPEN:
		return skip_many(e, YH_TOK_OPEN, YH_TOK_CLOSE);
	case YH_TOK_LIST:
		return skip_many(e, YH_TOK_LIST, YH_TOK_UNLIST);
	case YH_TOK_STRING:
	case YH_TOK_NUMBER:
	case YH_TOK_TRUE:
	case YH_TOK_FALSE:
	case YH_TOK_NULL:
		return next(e);
	default:
		return yh_enc_fail(e, "a value is expected");
	}
}

/* ---- messages with a form of their own ----------------------------------- */

static bool nested(struct yh_enc *e, uint32_t id,
		   const ProtobufCMessageDescriptor *desc)
{
	size_t mark = yh_wire_begin(e->wire, id);
	bool ok = yh_enc_message(e, desc);

	yh_wire_end(e->wire, mark);

	return ok;
}

static const ProtobufCMessageDescriptor *
inner(const ProtobufCMessageDescriptor *desc, const char *field)
{
	return protobuf_c_message_descriptor_get_field_by_name(desc, field)
		->descriptor;
}

static bool struct_value(struct yh_enc *e,
			 const ProtobufCMessageDescriptor *desc)
{
	const ProtobufCMessageDescriptor *value =
		inner(inner(desc, "fields"), "value");
	bool go_on = true;

	if (!enter(e, YH_TOK_OPEN, "an object is expected"))
		return false;
	if (empty(e, YH_TOK_CLOSE))
		return true;
	while (go_on) {
		size_t mark = yh_wire_begin(e->wire, 1);

		if (e->lex.tok == YH_TOK_STRING)
			yh_wire_bytes(e->wire, 1, e->lex.str, e->lex.len);
		if (!expect(e, YH_TOK_STRING, "a name is expected") ||
		    !expect(e, YH_TOK_COLON, "a colon is expected") ||
		    !nested(e, 2, value))
			return false;
		yh_wire_end(e->wire, mark);
		if (!more(e, YH_TOK_CLOSE, &go_on))
			return false;
	}

	return true;
}

static bool list_value(struct yh_enc *e, const ProtobufCMessageDescriptor *desc)
{
	bool go_on = true;

	if (!enter(e, YH_TOK_LIST, "a list is expected"))
		return false;
	if (empty(e, YH_TOK_UNLIST))
		return true;
	while (go_on)
		if (!nested(e, 1, inner(desc, "values")) ||
		    !more(e, YH_TOK_UNLIST, &go_on))
			return false;

	return true;
}

static bool any_json(struct yh_enc *e, const ProtobufCMessageDescriptor *desc)
{
	double d;

	switch (e->lex.tok) {
	case YH_TOK_NULL:
		yh_wire_tag(e->wire, 1, 0);
		yh_wire_varint(e->wire, 0);
		return next(e);
	case YH_TOK_NUMBER:
		if (!yh_json_double(e->lex.str, e->lex.len, false, &d))
			return yh_enc_fail(e, "out of range");
		yh_wire_tag(e->wire, 2, 1);
		yh_wire_fixed64(e->wire, yh_double_bits(d));
		return next(e);
	case YH_TOK_STRING:
		yh_wire_bytes(e->wire, 3, e->lex.str, e->lex.len);
		return next(e);
	case YH_TOK_TRUE:
	case YH_TOK_FALSE:
		yh_wire_tag(e->wire, 4, 0);
		yh_wire_varint(e->wire, e->lex.tok == YH_TOK_TRUE);
		return next(e);
	case YH_TOK_OPEN:
		return nested(e, 5, inner(desc, "struct_value"));
	case YH_TOK_LIST:
		return nested(e, 6, inner(desc, "list_value"));
	default:
		return yh_enc_fail(e, "a value is expected");
	}
}

/* {"@type": url, "value": base64}: the content stays as it is. */
static bool any_message(struct yh_enc *e)
{
	bool go_on = true, is_type, is_value;

	if (!enter(e, YH_TOK_OPEN, "an object is expected"))
		return false;
	if (empty(e, YH_TOK_CLOSE))
		return true;
	while (go_on) {
		if (e->lex.tok != YH_TOK_STRING)
			return yh_enc_fail(e, "a name is expected");
		is_type = !strcmp(e->lex.str, "@type");
		is_value = !strcmp(e->lex.str, "value");
		if (!next(e) || !expect(e, YH_TOK_COLON, "a colon is expected"))
			return false;
		if ((is_type || is_value) && e->lex.tok != YH_TOK_STRING)
			return yh_enc_fail(e, "a string is expected");
		if (is_type)
			yh_wire_bytes(e->wire, 1, e->lex.str, e->lex.len);
		else if (is_value && !yh_enc_base64(e, 2))
			return false;
		if (!skip(e) || !more(e, YH_TOK_CLOSE, &go_on))
			return false;
	}

	return true;
}

bool yh_enc_message(struct yh_enc *e, const ProtobufCMessageDescriptor *desc)
{
	switch (yh_known_of(desc)) {
	case YH_KNOWN_TIMESTAMP:
	case YH_KNOWN_DURATION:
	case YH_KNOWN_FIELD_MASK:
		if (e->lex.tok != YH_TOK_STRING)
			return yh_enc_fail(e, "a string is expected");
		return yh_enc_known_text(e, yh_known_of(desc)) && next(e);
	case YH_KNOWN_WRAPPER:
		return yh_enc_scalar(e, &desc->fields[0]) && next(e);
	case YH_KNOWN_STRUCT:
		return struct_value(e, desc);
	case YH_KNOWN_VALUE:
		return any_json(e, desc);
	case YH_KNOWN_LIST:
		return list_value(e, desc);
	case YH_KNOWN_ANY:
		return any_message(e);
	default:
		return fields(e, desc);
	}
}

/* ---- fields -------------------------------------------------------------- */

static bool takes_null(const ProtobufCFieldDescriptor *f)
{
	return yh_is_null_enum(f) ||
	       (f->type == PROTOBUF_C_TYPE_MESSAGE &&
		yh_known_of(f->descriptor) == YH_KNOWN_VALUE);
}

bool yh_enc_value(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	if (e->lex.tok == YH_TOK_NULL && !takes_null(f))
		return yh_enc_fail(e, "null is not allowed here");
	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return nested(e, f->id, f->descriptor);

	return yh_enc_scalar(e, f) && next(e);
}

static bool list(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	bool go_on = true;

	if (!enter(e, YH_TOK_LIST, "a list is expected"))
		return false;
	if (empty(e, YH_TOK_UNLIST))
		return true;
	while (go_on)
		if (!yh_enc_value(e, f) || !more(e, YH_TOK_UNLIST, &go_on))
			return false;

	return true;
}

static bool map_entry(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	const ProtobufCMessageDescriptor *entry = f->descriptor;
	size_t start = e->wire->len;
	size_t mark = yh_wire_begin(e->wire, f->id);
	bool ok;

	if (e->lex.tok != YH_TOK_STRING)
		return yh_enc_fail(e, "a name is expected");
	e->source = YH_ENC_KEY;
	ok = yh_enc_scalar(e, &entry->fields[0]);
	e->source = YH_ENC_JSON;
	e->skipped = false;
	if (!ok || !next(e) || !expect(e, YH_TOK_COLON, "a colon is expected"))
		return false;
	ok = yh_enc_value(e, &entry->fields[1]);
	yh_wire_end(e->wire, mark);
	if (e->skipped && !e->wire->err)
		e->wire->len = start;

	return ok;
}

static bool map(struct yh_enc *e, const ProtobufCFieldDescriptor *f)
{
	bool go_on = true;

	if (!enter(e, YH_TOK_OPEN, "an object is expected"))
		return false;
	if (empty(e, YH_TOK_CLOSE))
		return true;
	while (go_on)
		if (!map_entry(e, f) || !more(e, YH_TOK_CLOSE, &go_on))
			return false;

	return true;
}

bool yh_enc_field(struct yh_enc *e, const ProtobufCMessageDescriptor *desc,
		  const ProtobufCFieldDescriptor *f)
{
	size_t n = strlen(e->path);
	bool ok;

	if (e->lex.tok == YH_TOK_NULL &&
	    (f->label == PROTOBUF_C_LABEL_REPEATED || !takes_null(f)))
		return next(e);

	snprintf(e->path + n, sizeof(e->path) - n, "%s%s", n ? "." : "",
		 f->name);
	if (yh_protojson_is_map(desc, f))
		ok = map(e, f);
	else if (f->label == PROTOBUF_C_LABEL_REPEATED)
		ok = list(e, f);
	else
		ok = yh_enc_value(e, f);
	if (ok)
		e->path[n] = '\0';

	return ok;
}

/* Which fields an object has named so far. */
struct seen {
	uint8_t bits[64];
};

static bool see(struct yh_enc *e, const ProtobufCMessageDescriptor *desc,
		const ProtobufCFieldDescriptor *f, struct seen *seen)
{
	size_t at = (size_t)(f - desc->fields);

	if (at / 8 >= sizeof(seen->bits))
		return yh_enc_fail(e, "the message has too many fields");
	if (seen->bits[at / 8] & 1u << at % 8)
		return yh_enc_fail(e, "the same field twice");
	if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
	    e->lex.tok != YH_TOK_NULL) {
		for (size_t i = 0; i < desc->n_fields; i++) {
			const ProtobufCFieldDescriptor *x = &desc->fields[i];

			if (x->flags & PROTOBUF_C_FIELD_FLAG_ONEOF &&
			    x->quantifier_offset == f->quantifier_offset &&
			    seen->bits[i / 8] & 1u << i % 8)
				return yh_enc_fail(
					e, "a second member of a oneof");
		}
	}
	if (e->lex.tok != YH_TOK_NULL || takes_null(f))
		seen->bits[at / 8] |= (uint8_t)(1u << at % 8);

	return true;
}

static bool fields(struct yh_enc *e, const ProtobufCMessageDescriptor *desc)
{
	struct seen seen = {{0}};
	bool go_on = true;

	if (!enter(e, YH_TOK_OPEN, "an object is expected"))
		return false;
	if (empty(e, YH_TOK_CLOSE))
		return true;
	while (go_on) {
		const ProtobufCFieldDescriptor *f = NULL;

		if (e->lex.tok == YH_TOK_STRING)
			f = yh_protojson_field(desc, e->lex.str, e->lex.len);
		if (!f && e->lex.tok == YH_TOK_STRING &&
		    !(e->flags & YH_PROTOJSON_IGNORE_UNKNOWN))
			return yh_enc_fail(e, "an unknown field");
		if (!expect(e, YH_TOK_STRING, "a name is expected") ||
		    !expect(e, YH_TOK_COLON, "a colon is expected"))
			return false;
		if (f ? !see(e, desc, f, &seen) || !yh_enc_field(e, desc, f)
		      : !skip(e))
			return false;
		if (!more(e, YH_TOK_CLOSE, &go_on))
			return false;
	}

	return true;
}
