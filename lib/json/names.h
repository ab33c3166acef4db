/** @file names.h  Names of fields, and which messages are special. Pure. */
#ifndef YH_JSON_NAMES_H
#define YH_JSON_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <protobuf-c/protobuf-c.h>

/** Messages of google.protobuf with their own form in JSON. */
enum yh_known {
	YH_KNOWN_NONE,
	YH_KNOWN_ANY,
	YH_KNOWN_DURATION,
	YH_KNOWN_FIELD_MASK,
	YH_KNOWN_LIST,
	YH_KNOWN_STRUCT,
	YH_KNOWN_TIMESTAMP,
	YH_KNOWN_VALUE,
	YH_KNOWN_WRAPPER,
};

enum yh_known yh_known_of(const ProtobufCMessageDescriptor *desc);
/** Is it the enum whose one value is null? */
bool yh_is_null_enum(const ProtobufCFieldDescriptor *field);

/** snake_case to lowerCamelCase. @param out At least len + 1 bytes
 * @return Its length */
size_t yh_camel(const char *name, size_t len, char *out);
/** lowerCamelCase to snake_case. @param out At least 2 * len + 1 bytes
 * @return Its length, 0 when the name has an underscore */
size_t yh_snake(const char *name, size_t len, char *out);

#endif
