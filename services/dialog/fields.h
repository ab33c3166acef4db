/**
 * @file fields.h  Fields of a message that protobuf-c will free, that is
 * free(): what goes into them comes from the C allocator, which base/mem.h is
 * on top of. Pure.
 */
#ifndef DLG_FIELDS_H
#define DLG_FIELDS_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

/** Put a copy of `value` in place of what `field` holds; without memory it
 * stays as it was. */
void dlg_set(char **field, const char *value);

/** Append a copy to a repeated field. @return 0, -ENOMEM */
int dlg_append(char ***list, size_t *n, const char *value);

/** A deep copy, by way of the wire. @return NULL when out of memory; free with
 * protobuf_c_message_free_unpacked() */
ProtobufCMessage *dlg_copy(const ProtobufCMessage *m);

#endif
