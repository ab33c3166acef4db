/** @file print.h  Inside lib/json only: a printer and its scalars. */
#ifndef YH_JSON_PRINT_H
#define YH_JSON_PRINT_H

#include <stdbool.h>
#include <protobuf-c/protobuf-c.h>

#include "json/wire.h"

struct yh_printer {
	struct yh_wire out; /* as a plain buffer of bytes */
	unsigned flags, depth;
};

/** Keep the first fault. */
void yh_print_fail(struct yh_printer *p, int err);
/** As it is. */
void yh_print_text(struct yh_printer *p, const char *text);
/** Quoted and escaped. */
void yh_print_string(struct yh_printer *p, const char *s);
/** Quoted, base64. */
void yh_print_bytes(struct yh_printer *p, const ProtobufCBinaryData *b);
/** The shortest form that reads back as the same value. */
void yh_print_real(struct yh_printer *p, double d, bool is_float);
/** @param key Keys of maps are strings, whatever their type */
void yh_print_int(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
		  const void *at, bool key);
void yh_print_bool(struct yh_printer *p, bool v, bool key);
/** By name. */
void yh_print_enum(struct yh_printer *p, const ProtobufCFieldDescriptor *f,
		   int v);

#endif
