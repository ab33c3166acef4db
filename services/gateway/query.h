/**
 * @file query.h  Path variables and query parameters into a message's wire.
 *
 * Pure. Source: grpc-gateway v2's runtime/query.go.
 */
#ifndef GW_QUERY_H
#define GW_QUERY_H

#include <stdbool.h>
#include <protobuf-c/protobuf-c.h>

#include "json/wire.h"

enum { GW_PARAMS_MAX = 128, GW_PATH_DEPTH = 16 };

/** Write one value, its field given as "a.b.c" (names of the proto or
 * lowerCamelCase).
 * @param error Receives why not (size bytes), without the value
 * @return 0, -ENOENT (no such field), -EINVAL, -ENOMEM, -EMSGSIZE */
int gw_put_value(const ProtobufCMessageDescriptor *desc, const char *path,
		 const char *text, size_t len, struct yh_wire *wire,
		 char *error, size_t size);

/** Is the parameter `path` set by the route already? */
typedef bool gw_taken_cb(const void *arg, const char *path);

/**
 * Write a query string's parameters. Unknown ones are ignored; the same
 * scalar twice, two members of a oneof and a bad value are errors.
 *
 * @param query Without the '?'
 * @return 0, -EINVAL, -ENOMEM, -EMSGSIZE
 */
int gw_put_query(const ProtobufCMessageDescriptor *desc, const char *query,
		 gw_taken_cb *taken, const void *arg, struct yh_wire *wire,
		 char *error, size_t size);

#endif
