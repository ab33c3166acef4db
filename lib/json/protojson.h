/**
 * @file protojson.h  JSON <-> protobuf-c messages, by their descriptors.
 *
 * Parsing writes protobuf's wire format, which protobuf-c then unpacks: what
 * comes first is overridden by what comes later, parts of a message merge.
 * Pure. Errors name the field and the place, never a value.
 *
 * Source: protobuf.dev, ProtoJSON; the protobuf conformance suite. Not there:
 * a json_name other than lowerCamelCase, the content of google.protobuf.Any.
 */
#ifndef YH_JSON_PROTOJSON_H
#define YH_JSON_PROTOJSON_H

#include <protobuf-c/protobuf-c.h>

#include "json/wire.h"

enum {
	/** Parse: skip fields and names of enum values that are not known. */
	YH_PROTOJSON_IGNORE_UNKNOWN = 1,
	/** Print: zero values too ("count":0, "items":[], unset message null),
	 * but no member of a oneof. */
	YH_PROTOJSON_EMIT_UNPOPULATED = 2,
};

enum {
	YH_PROTOJSON_DEPTH = 100, /**< Most nested { and [ */
	YH_PROTOJSON_MAX =
		64 * 1024 * 1024, /**< Most bytes out, text or wire */
};

/**
 * Parse a message.
 *
 * @param      desc  Borrowed
 * @param      text  Borrowed, shape (len); need not end in NUL
 * @param      flags YH_PROTOJSON_IGNORE_UNKNOWN or 0
 * @param[out] out   Untouched on error; freed with
 *                   protobuf_c_message_free_unpacked(msg, NULL)
 * @param[out] error Receives what is wrong (size bytes)
 *
 * @return 0, -EINVAL, -ENOMEM, -EMSGSIZE
 */
int yh_protojson_parse(const ProtobufCMessageDescriptor *desc, const char *text,
		       size_t len, unsigned flags, ProtobufCMessage **out,
		       char *error, size_t size);

/** The same, but to the wire, appended. @param wire .max is set */
int yh_protojson_encode(const ProtobufCMessageDescriptor *desc,
			const char *text, size_t len, unsigned flags,
			struct yh_wire *wire, char *error, size_t size);

/** JSON for one field of a message, a list or a map too. */
int yh_protojson_encode_field(const ProtobufCMessageDescriptor *desc,
			      const ProtobufCFieldDescriptor *field,
			      const char *text, size_t len, unsigned flags,
			      struct yh_wire *wire, char *error, size_t size);

/** One value of a field, given as plain text (paths, query strings): of a
 * scalar, or of a message that is a string or a scalar in JSON.
 * @return 0, -EINVAL (error holds why), ... */
int yh_protojson_encode_text(const ProtobufCFieldDescriptor *field,
			     const char *text, size_t len, struct yh_wire *wire,
			     char *error, size_t size);

/** One entry of a map, both as plain text. */
int yh_protojson_encode_entry(const ProtobufCFieldDescriptor *field,
			      const char *key, const char *value,
			      struct yh_wire *wire, char *error, size_t size);

/**
 * Print a message.
 *
 * @param flags YH_PROTOJSON_EMIT_UNPOPULATED or 0
 * @return Heap string (yh_free), NULL: out of memory, a string that is not
 * UTF-8, a time out of range, nested too deep, or too long
 */
char *yh_protojson_print(const ProtobufCMessage *msg, unsigned flags);

/** Print one field of a message alone, as it would be printed in it. */
char *yh_protojson_print_field(const ProtobufCMessage *msg,
			       const ProtobufCFieldDescriptor *field,
			       unsigned flags);

/** The field with this name in the proto or in lowerCamelCase, or NULL. */
const ProtobufCFieldDescriptor *
yh_protojson_field(const ProtobufCMessageDescriptor *desc, const char *name,
		   size_t len);

/** Is the field a map? desc is the message that has it. */
_Bool yh_protojson_is_map(const ProtobufCMessageDescriptor *desc,
			  const ProtobufCFieldDescriptor *field);

#endif
