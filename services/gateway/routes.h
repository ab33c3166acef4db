/**
 * @file routes.h  The table of HTTP routes, from google.api.http options.
 *
 * Read at start from a FileDescriptorSet; the messages' descriptors are those
 * that are linked in (rpc/registry.h). Pure but for reading the file.
 */
#ifndef GW_ROUTES_H
#define GW_ROUTES_H

#include <protobuf-c/protobuf-c.h>

#include "template.h"

struct gw_route {
	const char *http; /**< "GET" */
	struct gw_template path;
	unsigned service; /**< Index in yh_services */
	unsigned method;  /**< Index in the service */
	const ProtobufCMethodDescriptor *rpc;
	/** Where the body goes: all of the message, one field, nowhere. */
	enum gw_body { GW_BODY_NONE, GW_BODY_ALL, GW_BODY_FIELD } body;
	const ProtobufCFieldDescriptor *body_field;
	/** The part of the answer to print; NULL = all of it. */
	const ProtobufCFieldDescriptor *answer_field;
};

struct gw_routes {
	struct gw_route *list; /**< Shape (n); those with a verb come first */
	size_t n, size;
};

/** Read the routes. @param error Receives what is wrong (size bytes)
 * @return 0, -ENOENT, -EINVAL, -ENOMEM */
int gw_routes_load(struct gw_routes *routes, const char *file, char *error,
		   size_t size);
/** From a FileDescriptorSet in memory. */
int gw_routes_read(struct gw_routes *routes, const uint8_t *data, size_t len,
		   char *error, size_t size);
void gw_routes_fini(struct gw_routes *routes);

/**
 * Find the route of a request.
 *
 * @return 0 (route and match are set), -ENOENT (no such path), -ENOTSUP (the
 * path is there with other methods), -EINVAL (broken %), -ENOMEM
 */
int gw_routes_find(const struct gw_routes *routes, const char *method,
		   const char *path, const struct gw_route **route,
		   struct gw_match *match);

#endif
