/** @file fuzz_protojson.c  What is parsed prints, and what prints parses */
// sources: lib/json/*.c lib/base/*.c build/gen/yinhu/v1/*.c
// sources: build/gen/google/*/*.c
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "google/protobuf/struct.pb-c.h"
#include "json/protojson.h"
#include "yinhu/v1/call.pb-c.h"
#include "yinhu/v1/campaign.pb-c.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NULL is right only for a time out of range and the like. */
static void round_trip(const ProtobufCMessageDescriptor *desc,
		       const ProtobufCMessage *msg)
{
	char *text = yh_protojson_print(msg, 0), *again, error[256];
	ProtobufCMessage *copy;

	if (!text)
		return;
	if (yh_protojson_parse(desc, text, strlen(text), 0, &copy, error,
			       sizeof(error)))
		abort();
	again = yh_protojson_print(copy, 0);
	if (!again || strcmp(text, again))
		abort();
	yh_free(again);
	yh_free(text);
	protobuf_c_message_free_unpacked(copy, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const ProtobufCMessageDescriptor *const descs[] = {
		&yinhu__v1__call_event__descriptor,
		&yinhu__v1__campaign__descriptor,
		&google__protobuf__value__descriptor,
		&yinhu__v1__call__descriptor,
	};
	const ProtobufCMessageDescriptor *desc;
	ProtobufCMessage *msg = NULL;
	char error[256];
	unsigned flags;

	if (!size)
		return 0;
	desc = descs[data[0] % 4];
	flags = data[0] & 4 ? YH_PROTOJSON_IGNORE_UNKNOWN : 0;
	if (yh_protojson_parse(desc, (const char *)data + 1, size - 1, flags,
			       &msg, error, sizeof(error))) {
		if (msg || !error[0])
			abort();
		return 0;
	}
	round_trip(desc, msg);
	protobuf_c_message_free_unpacked(msg, NULL);

	return 0;
}
