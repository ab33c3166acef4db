/** @file rpc.c  protobuf-c services over NATS, contract in rpc.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "rpc/rpc.h"
#include "yinhu/v1/rpc.pb-c.h"

enum { MESSAGE_MAX = 200 };

/* ---- status -------------------------------------------------------------- */

static const struct yh_status no_status = {YH_INTERNAL,
					   "the handler gave no reason"};
static const struct yh_status *current = &no_status;

const struct yh_status *yh_rpc_status(void)
{
	return current;
}

static void close_with(ProtobufCClosure closure, void *closure_data,
		       enum yh_status_code code, const char *message)
{
	const struct yh_status *outer = current;
	struct yh_status status = {code, message};

	current = &status;
	closure(NULL, closure_data);
	current = outer;
}

void yh_rpc_fail(ProtobufCClosure closure, void *closure_data,
		 enum yh_status_code code, const char *fmt, ...)
{
	char text[MESSAGE_MAX * 5];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	close_with(closure, closure_data, code, text);
}

/* ---- server -------------------------------------------------------------- */

struct method {
	struct yh_rpc_server *server;
	struct yh_sub *sub;
	unsigned index;
};

struct yh_rpc_server {
	struct yh_bus *bus;
	ProtobufCService *service;
	unsigned running, n_methods;
	bool closed;
	struct method methods[];
};

/* One request that is not answered yet. */
struct running {
	struct yh_rpc_server *server;
	struct yh_msg *msg;
	ProtobufCMessage *input;
};

static void server_free_if_done(struct yh_rpc_server *server)
{
	if (server->closed && !server->running)
		yh_free(server);
}

static int send_reply(struct running *run, const Yinhu__V1__RpcReply *reply)
{
	size_t len = yinhu__v1__rpc_reply__get_packed_size(reply);
	uint8_t *buf = yh_zalloc(len + 1);
	int err = -ENOMEM;

	if (buf) {
		yinhu__v1__rpc_reply__pack(reply, buf);
		err = yh_bus_reply(run->server->bus, run->msg, buf, len);
	}
	/* Else the caller finds out by its deadline. */
	if (err && err != -EINVAL)
		yh_warn("rpc.reply", "error=\"%s\" bytes=%zu", yh_err_text(err),
			len);
	yh_free(buf);

	return err;
}

static void reply_status(struct running *run, const struct yh_status *status)
{
	Yinhu__V1__RpcReply reply = YINHU__V1__RPC_REPLY__INIT;
	Google__Rpc__Status s = GOOGLE__RPC__STATUS__INIT;

	s.code = (int32_t)status->code;
	s.message = (char *)(status->message ? status->message : "");
	reply.status = &s;
	send_reply(run, &reply);
}

static void reply_output(struct running *run, const ProtobufCMessage *output)
{
	Yinhu__V1__RpcReply reply = YINHU__V1__RPC_REPLY__INIT;
	static const struct yh_status no_memory = {YH_RESOURCE_EXHAUSTED,
						   "out of memory"};
	static const struct yh_status too_large = {YH_RESOURCE_EXHAUSTED,
						   "the answer is too large"};

	reply.payload.len = protobuf_c_message_get_packed_size(output);
	reply.payload.data = yh_zalloc(reply.payload.len + 1);
	if (!reply.payload.data) {
		reply_status(run, &no_memory);
		return;
	}
	protobuf_c_message_pack(output, reply.payload.data);
	if (send_reply(run, &reply) == -EMSGSIZE)
		reply_status(run, &too_large);
	yh_free(reply.payload.data);
}

static void on_output(const ProtobufCMessage *output, void *closure_data)
{
	struct running *run = closure_data;
	struct yh_rpc_server *server = run->server;

	if (output)
		reply_output(run, output);
	else
		reply_status(run, yh_rpc_status());
	server->running--;
	if (run->input)
		protobuf_c_message_free_unpacked(run->input, NULL);
	yh_msg_free(run->msg);
	yh_free(run);
	server_free_if_done(server);
}

static void on_request(void *arg, struct yh_msg *msg)
{
	struct method *m = arg;
	struct yh_rpc_server *server = m->server;
	ProtobufCService *service = server->service;
	struct running *run = yh_zalloc(sizeof(*run));

	if (!run) {
		yh_msg_free(msg);
		return;
	}
	server->running++;
	run->server = server;
	run->msg = msg;
	run->input = protobuf_c_message_unpack(
		service->descriptor->methods[m->index].input, NULL,
		yh_msg_len(msg), yh_msg_data(msg));
	if (!run->input) {
		yh_rpc_fail(on_output, run, YH_INVALID_ARGUMENT,
			    "the request could not be decoded");
		return;
	}
	service->invoke(service, m->index, run->input, on_output, run);
}

int yh_rpc_serve(struct yh_rpc_server **out, struct yh_bus *bus,
		 ProtobufCService *service)
{
	const ProtobufCServiceDescriptor *d;
	struct yh_rpc_server *server;
	char subject[160];
	int err = 0;

	if (!out || !bus || !service)
		return -EINVAL;

	d = service->descriptor;
	server = yh_zalloc(sizeof(*server) +
			   d->n_methods * sizeof(struct method));
	if (!server)
		return -ENOMEM;

	server->bus = bus;
	server->service = service;
	server->n_methods = d->n_methods;
	for (unsigned i = 0; i < d->n_methods && !err; i++) {
		struct method *m = &server->methods[i];

		m->server = server;
		m->index = i;
		snprintf(subject, sizeof(subject), "yinhu.rpc.%s.%s",
			 d->short_name, d->methods[i].name);
		err = yh_bus_subscribe(bus, subject, d->short_name, on_request,
				       m, &m->sub);
	}
	if (err) {
		yh_rpc_server_close(server);
		return err;
	}
	*out = server;

	return 0;
}

void yh_rpc_server_close(struct yh_rpc_server *server)
{
	if (!server)
		return;

	server->closed = true;
	for (unsigned i = 0; i < server->n_methods; i++)
		yh_sub_close(server->methods[i].sub);
	server_free_if_done(server);
}

unsigned yh_rpc_server_running(const struct yh_rpc_server *server)
{
	return server ? server->running : 0;
}

/* ---- client -------------------------------------------------------------- */

struct client {
	ProtobufCService base; /* first: the stubs cast to it */
	struct yh_bus *bus;
	unsigned timeout_ms;
};

struct asked {
	ProtobufCClosure closure;
	void *closure_data;
	const ProtobufCMessageDescriptor *output;
};

static enum yh_status_code status_of(int err)
{
	if (err == -ETIMEDOUT)
		return YH_DEADLINE_EXCEEDED;
	if (err == -ECANCELED)
		return YH_CANCELLED;
	if (err == -EMSGSIZE)
		return YH_RESOURCE_EXHAUSTED;

	return yh_err_status(err);
}

static void take_reply(const struct asked *a, const Yinhu__V1__RpcReply *reply)
{
	ProtobufCMessage *output;

	if (reply->status && reply->status->code) {
		close_with(a->closure, a->closure_data,
			   (enum yh_status_code)reply->status->code,
			   reply->status->message);
		return;
	}
	output = protobuf_c_message_unpack(a->output, NULL, reply->payload.len,
					   reply->payload.data);
	if (!output) {
		close_with(a->closure, a->closure_data, YH_INTERNAL,
			   "the reply could not be decoded");
		return;
	}
	a->closure(output, a->closure_data);
	protobuf_c_message_free_unpacked(output, NULL);
}

static void on_reply(void *arg, int err, const struct yh_msg *msg)
{
	struct asked *a = arg;
	Yinhu__V1__RpcReply *reply = NULL;

	if (!err)
		reply = yinhu__v1__rpc_reply__unpack(NULL, yh_msg_len(msg),
						     yh_msg_data(msg));
	if (reply)
		take_reply(a, reply);
	else if (err)
		close_with(a->closure, a->closure_data, status_of(err),
			   yh_err_text(err));
	else
		close_with(a->closure, a->closure_data, YH_INTERNAL,
			   "the reply could not be decoded");
	if (reply)
		yinhu__v1__rpc_reply__free_unpacked(reply, NULL);
	yh_free(a);
}

static int ask(struct client *c, const char *subject,
	       const ProtobufCMessage *input, struct asked *a)
{
	size_t len = protobuf_c_message_get_packed_size(input);
	uint8_t *buf = yh_zalloc(len + 1);
	int err;

	if (!buf)
		return -ENOMEM;
	protobuf_c_message_pack(input, buf);
	err = yh_bus_request(c->bus, subject, buf, len, c->timeout_ms, on_reply,
			     a);
	yh_free(buf);

	return err;
}

static void client_invoke(ProtobufCService *service, unsigned index,
			  const ProtobufCMessage *input,
			  ProtobufCClosure closure, void *closure_data)
{
	struct client *c = (struct client *)service;
	const ProtobufCServiceDescriptor *d = service->descriptor;
	struct asked *a = yh_zalloc(sizeof(*a));
	char subject[160];
	int err;

	if (!a) {
		close_with(closure, closure_data, YH_RESOURCE_EXHAUSTED,
			   "out of memory");
		return;
	}
	*a = (struct asked){closure, closure_data, d->methods[index].output};
	snprintf(subject, sizeof(subject), "yinhu.rpc.%s.%s", d->short_name,
		 d->methods[index].name);
	err = ask(c, subject, input, a);
	if (err && yh_bus_fail_later(c->bus, err, on_reply, a))
		on_reply(a, err, NULL); /* not even memory for "later" */
}

static void client_destroy(ProtobufCService *service)
{
	yh_free(service);
}

ProtobufCService *
yh_rpc_client_create(struct yh_bus *bus,
		     const ProtobufCServiceDescriptor *service,
		     unsigned timeout_ms)
{
	struct client *c;

	if (!bus || !service)
		return NULL;

	c = yh_zalloc(sizeof(*c));
	if (!c)
		return NULL;

	c->base.descriptor = service;
	c->base.invoke = client_invoke;
	c->base.destroy = client_destroy;
	c->bus = bus;
	c->timeout_ms = timeout_ms;

	return &c->base;
}
