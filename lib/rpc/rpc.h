/**
 * @file rpc.h  protobuf-c services over NATS.
 *
 * protobuf-c's ProtobufCService is the interface on both sides. Subject
 * yinhu.rpc.<Service>.<Method>, queue group <Service>; the answer is an
 * RpcReply (proto/yinhu/v1/rpc.proto).
 *
 * Errors: a handler that fails calls yh_rpc_fail() in place of its closure;
 * a client's closure that is called with NULL finds why in yh_rpc_status(),
 * valid until the closure returns. Both on the loop thread.
 */
#ifndef YH_RPC_H
#define YH_RPC_H

#include <protobuf-c/protobuf-c.h>

#include "base/err.h"
#include "bus/bus.h"

struct yh_rpc_server;

struct yh_status {
	enum yh_status_code code;
	const char *message; /**< English, stable, no personal data */
};

/** Serve every method. @param service Kept; its methods may answer later
 * @return 0, -ENOMEM, the bus's error */
int yh_rpc_serve(struct yh_rpc_server **out, struct yh_bus *bus,
		 ProtobufCService *service);

/** Stop taking requests; running ones may still answer until the bus is
 * closed. @param server Taken, may be NULL */
void yh_rpc_server_close(struct yh_rpc_server *server);

/** Requests that are not answered yet: a drain waits for 0. */
unsigned yh_rpc_server_running(const struct yh_rpc_server *server);

/** A client: call it with protobuf_c_service's generated stubs.
 * @param service    Of the generated <...>__descriptor
 * @param timeout_ms For every call [1..60000]
 * @return NULL when out of memory; destroy with protobuf_c_service_destroy */
ProtobufCService *
yh_rpc_client_create(struct yh_bus *bus,
		     const ProtobufCServiceDescriptor *service,
		     unsigned timeout_ms);

/** Answer a request with an error. @param fmt Text for people */
void yh_rpc_fail(ProtobufCClosure closure, void *closure_data,
		 enum yh_status_code code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/** Why the closure that runs now was given NULL. Never NULL itself. */
const struct yh_status *yh_rpc_status(void);

/** Make sure that the stream CALLS exists; events are kept for a week.
 * Blocks up to 10 s: at start only. @return as yh_stream_ensure */
int yh_calls_ensure(struct yh_bus *bus);

/** Pack a message and store it in the stream CALLS as a call event.
 * @param event Borrowed: a Yinhu__V1__CallEvent with event_id, call_id set */
int yh_event_publish(struct yh_bus *bus, const ProtobufCMessage *event,
		     yh_stored_cb *cb, void *arg);

#endif
