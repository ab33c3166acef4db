/** @file fuzz_query.c  A query string gives an error or a message */
// sources: services/gateway/query.c services/gateway/template.c
// sources: lib/json/*.c lib/base/*.c build/gen/yinhu/v1/*.c
// sources: build/gen/google/*/*.c
#include <stdlib.h>
#include <string.h>

#include "../../services/gateway/query.h"
#include "base/mem.h"
#include "json/protojson.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool taken(const void *arg, const char *path)
{
	(void)arg;

	return !strcmp(path, "name");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const ProtobufCMessageDescriptor *desc =
		size && data[0] & 1 ? &yinhu__v1__campaign__descriptor
				    : &yinhu__v1__call_event__descriptor;
	struct yh_wire w = {.max = 1 << 20};
	ProtobufCMessage *msg;
	char error[256], *text;

	if (!size)
		return 0;
	text = yh_strndup((const char *)data + 1, size - 1);
	if (!gw_put_query(desc, text, taken, NULL, &w, error, sizeof(error))) {
		msg = protobuf_c_message_unpack(desc, NULL, w.len, w.data);
		if (!msg)
			abort();
		protobuf_c_message_free_unpacked(msg, NULL);
	}
	yh_wire_fini(&w);
	yh_free(text);

	return 0;
}
