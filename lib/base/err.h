/**
 * @file err.h  Error codes: -errno for system meaning, own ones from -2000.
 *
 * Pure. One table gives the text, the gRPC code and whether a retry helps.
 */
#ifndef YH_ERR_H
#define YH_ERR_H

/** gRPC status codes, as google.rpc.Code. */
enum yh_status_code {
	YH_OK = 0,
	YH_CANCELLED = 1,
	YH_UNKNOWN = 2,
	YH_INVALID_ARGUMENT = 3,
	YH_DEADLINE_EXCEEDED = 4,
	YH_NOT_FOUND = 5,
	YH_ALREADY_EXISTS = 6,
	YH_PERMISSION_DENIED = 7,
	YH_RESOURCE_EXHAUSTED = 8,
	YH_FAILED_PRECONDITION = 9,
	YH_ABORTED = 10,
	YH_OUT_OF_RANGE = 11,
	YH_UNIMPLEMENTED = 12,
	YH_INTERNAL = 13,
	YH_UNAVAILABLE = 14,
	YH_DATA_LOSS = 15,
	YH_UNAUTHENTICATED = 16,
};

#define YH_ERR(name, code, text, status) YH_ERR_##name = (code),
enum yh_err {
#include "base/errors.def"
};
#undef YH_ERR

/** Text of a code, for people. @return Static string, never NULL */
const char *yh_err_text(int err);

/** The gRPC status for a code; unknown ones are YH_INTERNAL. */
enum yh_status_code yh_err_status(int err);

/** HTTP status for a gRPC code, as grpc-gateway maps it. */
int yh_status_http(enum yh_status_code code);

#endif
