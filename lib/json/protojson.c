/** @file protojson.c  Entry points of parsing, contract in protojson.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "json/encode.h"
#include "json/protojson.h"

static int finish(struct yh_enc *e, bool ok, char *error, size_t size)
{
	unsigned line, column;
	int err = e->wire->err;

	if (!err && ok && e->lex.tok != YH_TOK_END)
		ok = yh_enc_fail(e, "text after the end");
	if (!err && !ok) {
		yh_lex_place(&e->lex, &line, &column);
		snprintf(error, size, "%s%s%s (line %u, column %u)", e->path,
			 e->path[0] ? ": " : "", e->why, line, column);
		err = -EINVAL;
	} else if (err) {
		snprintf(error, size, "%s",
			 err == -EMSGSIZE ? "too long" : "out of memory");
	}
	yh_lex_close(&e->lex);

	return err;
}

int yh_protojson_encode(const ProtobufCMessageDescriptor *desc,
			const char *text, size_t len, unsigned flags,
			struct yh_wire *wire, char *error, size_t size)
{
	struct yh_enc e = {.wire = wire, .flags = flags};

	yh_lex_open(&e.lex, text, len);

	return finish(&e, yh_enc_message(&e, desc), error, size);
}

int yh_protojson_encode_field(const ProtobufCMessageDescriptor *desc,
			      const ProtobufCFieldDescriptor *f,
			      const char *text, size_t len, unsigned flags,
			      struct yh_wire *wire, char *error, size_t size)
{
	struct yh_enc e = {.wire = wire, .flags = flags};

	yh_lex_open(&e.lex, text, len);

	return finish(&e, yh_enc_field(&e, desc, f), error, size);
}

/* The text becomes the one token. */
static bool open_text(struct yh_enc *e, const char *text, size_t len)
{
	e->lex.str = yh_strndup(text, len);
	e->lex.len = len;
	e->lex.size = len + 1;
	e->lex.text = e->lex.p = e->lex.end = e->lex.at = "";
	e->lex.tok = YH_TOK_STRING;
	e->source = YH_ENC_TEXT;
	if (!e->lex.str) {
		e->lex.size = 0;
		e->wire->err = -ENOMEM;
		return false;
	}

	return yh_utf8_valid(text, len) || yh_enc_fail(e, "not valid UTF-8");
}

static int finish_text(struct yh_enc *e, bool ok, char *error, size_t size)
{
	int err = e->wire->err;

	if (!err && !ok)
		err = -EINVAL;
	if (err)
		snprintf(error, size, "%s", e->why ? e->why : "out of memory");
	yh_lex_close(&e->lex);

	return err;
}

int yh_protojson_encode_text(const ProtobufCFieldDescriptor *f,
			     const char *text, size_t len, struct yh_wire *wire,
			     char *error, size_t size)
{
	struct yh_enc e = {.wire = wire};

	return finish_text(&e, open_text(&e, text, len) && yh_enc_value(&e, f),
			   error, size);
}

int yh_protojson_encode_entry(const ProtobufCFieldDescriptor *f,
			      const char *key, const char *text,
			      struct yh_wire *wire, char *error, size_t size)
{
	const ProtobufCMessageDescriptor *entry = f->descriptor;
	size_t mark = yh_wire_begin(wire, f->id);
	int err;

	err = yh_protojson_encode_text(&entry->fields[0], key, strlen(key),
				       wire, error, size);
	if (!err)
		err = yh_protojson_encode_text(&entry->fields[1], text,
					       strlen(text), wire, error, size);
	yh_wire_end(wire, mark);

	return err;
}

int yh_protojson_parse(const ProtobufCMessageDescriptor *desc, const char *text,
		       size_t len, unsigned flags, ProtobufCMessage **out,
		       char *error, size_t size)
{
	struct yh_wire wire = {.max = YH_PROTOJSON_MAX};
	ProtobufCMessage *msg = NULL;
	int err =
		yh_protojson_encode(desc, text, len, flags, &wire, error, size);

	if (!err) {
		msg = protobuf_c_message_unpack(desc, NULL, wire.len,
						wire.data);
		if (!msg) {
			snprintf(error, size, "out of memory");
			err = -ENOMEM;
		}
	}
	yh_wire_fini(&wire);
	if (!err)
		*out = msg;

	return err;
}
