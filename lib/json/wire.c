/** @file wire.c  Protobuf's wire format, contract in wire.h */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "json/wire.h"

static bool room(struct yh_wire *w, size_t n)
{
	size_t size = w->size ? w->size : 256;
	uint8_t *p;

	if (w->err)
		return false;
	if (n > w->max || w->len > w->max - n) {
		w->err = -EMSGSIZE;
		return false;
	}
	if (w->len + n <= w->size)
		return true;
	while (size < w->len + n)
		size *= 2;
	p = yh_realloc(w->data, size);
	if (!p) {
		w->err = -ENOMEM;
		return false;
	}
	w->data = p;
	w->size = size;

	return true;
}

void yh_wire_raw(struct yh_wire *w, const void *data, size_t len)
{
	if (!len || !room(w, len))
		return;
	memcpy(w->data + w->len, data, len);
	w->len += len;
}

static size_t put_varint(uint8_t out[10], uint64_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		out[n++] = (uint8_t)(v | 0x80);
	out[n++] = (uint8_t)v;

	return n;
}

void yh_wire_varint(struct yh_wire *w, uint64_t v)
{
	uint8_t buf[10];
	size_t n = put_varint(buf, v);

	yh_wire_raw(w, buf, n);
}

void yh_wire_tag(struct yh_wire *w, uint32_t id, unsigned type)
{
	yh_wire_varint(w, (uint64_t)id << 3 | type);
}

void yh_wire_fixed32(struct yh_wire *w, uint32_t v)
{
	uint8_t b[4];

	for (int i = 0; i < 4; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	yh_wire_raw(w, b, sizeof(b));
}

void yh_wire_fixed64(struct yh_wire *w, uint64_t v)
{
	uint8_t b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (uint8_t)(v >> 8 * i);
	yh_wire_raw(w, b, sizeof(b));
}

void yh_wire_bytes(struct yh_wire *w, uint32_t id, const void *data, size_t len)
{
	yh_wire_tag(w, id, 2);
	yh_wire_varint(w, len);
	yh_wire_raw(w, data, len);
}

/* One byte is kept for the length; a longer one moves the content. */
size_t yh_wire_begin(struct yh_wire *w, uint32_t id)
{
	yh_wire_tag(w, id, 2);
	yh_wire_varint(w, 0);

	return w->len;
}

void yh_wire_end(struct yh_wire *w, size_t mark)
{
	uint8_t buf[10];
	size_t len, n;

	if (w->err)
		return;

	len = w->len - mark;
	n = put_varint(buf, len);
	if (n > 1) {
		if (!room(w, n - 1))
			return;
		memmove(w->data + mark + n - 1, w->data + mark, len);
		w->len += n - 1;
	}
	memcpy(w->data + mark - 1, buf, n);
}

void yh_wire_fini(struct yh_wire *w)
{
	yh_free(w->data);
	w->data = NULL;
	w->len = w->size = 0;
	w->err = 0;
}
