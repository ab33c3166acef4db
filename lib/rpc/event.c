/** @file event.c  Call events into the stream, contract in rpc.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "rpc/rpc.h"
#include "yinhu/v1/call.pb-c.h"

static const char *body_name(const Yinhu__V1__CallEvent *event)
{
	const ProtobufCMessageDescriptor *d = event->base.descriptor;
	const ProtobufCFieldDescriptor *f;

	f = protobuf_c_message_descriptor_get_field(d,
						    (unsigned)event->body_case);

	return f && f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF ? f->name : NULL;
}

/* A call id becomes a subject's token: [A-Za-z0-9_-]{1,63}. */
static bool id_ok(const char *id)
{
	size_t n = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n && n < 64 && !id[n];
}

int yh_calls_ensure(struct yh_bus *bus)
{
	return yh_stream_ensure(bus, "CALLS", "yinhu.call.>", 7 * 86400);
}

int yh_event_publish(struct yh_bus *bus, const ProtobufCMessage *message,
		     yh_stored_cb *cb, void *arg)
{
	const Yinhu__V1__CallEvent *event;
	const char *name;
	char subject[128];
	uint8_t *buf;
	size_t len;
	int err;

	if (!bus || !message ||
	    message->descriptor != &yinhu__v1__call_event__descriptor)
		return -EINVAL;
	event = (const Yinhu__V1__CallEvent *)message;
	name = body_name(event);
	if (!name || !id_ok(event->call_id) || !event->event_id[0])
		return -EINVAL;

	len = yinhu__v1__call_event__get_packed_size(event);
	buf = yh_zalloc(len + 1);
	if (!buf)
		return -ENOMEM;
	yinhu__v1__call_event__pack(event, buf);
	snprintf(subject, sizeof(subject), "yinhu.call.%s.%s", event->call_id,
		 name);
	err = yh_stream_publish(bus, subject, event->event_id, buf, len, cb,
				arg);
	yh_free(buf);

	return err;
}
