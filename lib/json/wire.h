/**
 * @file wire.h  A bounded buffer that protobuf's wire format is written into.
 *
 * The first failure sticks: write on and look at the end. Pure.
 *
 * Source: protobuf.dev, encoding.
 */
#ifndef YH_JSON_WIRE_H
#define YH_JSON_WIRE_H

#include <stddef.h>
#include <stdint.h>

struct yh_wire {
	uint8_t *data;
	size_t len, size;
	size_t max; /**< Bound of len [bytes]; set before the first write */
	int err;    /**< 0, -ENOMEM, -EMSGSIZE */
};

/** Raw bytes. @param data Borrowed */
void yh_wire_raw(struct yh_wire *w, const void *data, size_t len);
void yh_wire_varint(struct yh_wire *w, uint64_t v);
/** Field number and a wire type: 0 varint, 1 64 bit, 2 length, 5 32 bit. */
void yh_wire_tag(struct yh_wire *w, uint32_t id, unsigned type);
/** Little-endian. */
void yh_wire_fixed32(struct yh_wire *w, uint32_t v);
void yh_wire_fixed64(struct yh_wire *w, uint64_t v);
/** Field with a length: string or bytes. */
void yh_wire_bytes(struct yh_wire *w, uint32_t id, const void *data,
		   size_t len);
/** Open a nested message. @return A mark for yh_wire_end */
size_t yh_wire_begin(struct yh_wire *w, uint32_t id);
void yh_wire_end(struct yh_wire *w, size_t mark);
/** Free the buffer; the structure can be used again. */
void yh_wire_fini(struct yh_wire *w);

#endif
