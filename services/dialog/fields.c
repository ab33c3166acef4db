/** @file fields.c  Fields of protobuf-c's messages, contract in fields.h */
#include <errno.h>

#include "base/mem.h"
#include "fields.h"

void dlg_set(char **field, const char *value)
{
	char *copy = yh_strdup(value);

	if (!copy)
		return;
	if (*field != protobuf_c_empty_string)
		yh_free(*field);
	*field = copy;
}

int dlg_append(char ***list, size_t *n, const char *value)
{
	char **grown = yh_realloc(*list, (*n + 1) * sizeof(**list));
	char *copy = yh_strdup(value);

	if (grown)
		*list = grown;
	if (!grown || !copy) {
		yh_free(copy);
		return -ENOMEM;
	}
	(*list)[(*n)++] = copy;

	return 0;
}

ProtobufCMessage *dlg_copy(const ProtobufCMessage *m)
{
	size_t n = protobuf_c_message_get_packed_size(m);
	uint8_t *buf = yh_zalloc(n);
	ProtobufCMessage *copy;

	if (!buf)
		return NULL;
	protobuf_c_message_pack(m, buf);
	copy = protobuf_c_message_unpack(m->descriptor, NULL, n, buf);
	yh_free(buf);

	return copy;
}
