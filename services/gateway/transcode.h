/**
 * @file transcode.h  HTTP requests to messages and back.
 *
 * Pure: knows routes and messages, no sockets.
 *
 * Source: grpc-gateway v2's runtime/handler.go, errors.go.
 */
#ifndef GW_TRANSCODE_H
#define GW_TRANSCODE_H

#include <protobuf-c/protobuf-c.h>

#include "base/err.h"
#include "routes.h"

struct gw_input {
	const struct gw_match *match;
	const char *query;
	const char *content_type; /**< Or NULL */
	const uint8_t *body;
	size_t body_len;
	/** Who acts, from the header Grpc-Metadata-Yinhu-Actor: it fills the
	 * request's text field `actor`, whatever the client says there.
	 * NULL = not told */
	const char *actor;
};

/** Build the RPC's request. @param[out] out Freed with
 * protobuf_c_message_free_unpacked @param error Receives why not (size bytes)
 * @return 0, -EINVAL, -EMSGSIZE, -ENOMEM */
int gw_read_request(const struct gw_route *route, const struct gw_input *in,
		    ProtobufCMessage **out, char *error, size_t size);

/** What to answer; body is on the heap when owned is set. */
struct gw_answer {
	const char *content_type;
	const void *body;
	size_t len;
	char *owned;
};

/** Turn the RPC's answer into a body. @param msg Must outlive the answer
 * @return 0, -EINVAL (cannot be printed) */
int gw_write_answer(const struct gw_route *route, const ProtobufCMessage *msg,
		    struct gw_answer *answer);

/** google.rpc.Status as JSON, details always there. @return Heap or NULL */
char *gw_error_json(enum yh_status_code code, const char *message);

/** Grpc-Timeout: "10S", "500m" ... @param[out] ms At least 1
 * @return 0, -EINVAL */
int gw_timeout_parse(const char *text, uint64_t *ms);

/** "bytes=a-b" of a body of len bytes.
 * @return 1 (from, n are set), 0 (ignore it), -ERANGE */
int gw_range_parse(const char *text, size_t len, size_t *from, size_t *n);

#endif
