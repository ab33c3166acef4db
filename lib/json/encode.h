/** @file encode.h  Inside lib/json only: the state of an encoder. */
#ifndef YH_JSON_ENCODE_H
#define YH_JSON_ENCODE_H

#include <protobuf-c/protobuf-c.h>

#include "json/lex.h"
#include "json/names.h"
#include "json/scalar.h"
#include "json/wire.h"

/** Where a value stands: it decides how a bool or an enum is written. */
enum yh_enc_source {
	YH_ENC_JSON, /**< true, "NAME", 1 */
	YH_ENC_KEY,  /**< Key of a map: "true" */
	YH_ENC_TEXT, /**< Path or query: true, 1, NAME */
};

struct yh_enc {
	struct yh_lex lex;
	struct yh_wire *wire;
	unsigned flags, depth;
	enum yh_enc_source source;
	bool skipped;	 /**< An enum's value was not known and left out */
	const char *why; /**< Static text of the first fault */
	char path[256];	 /**< Of fields, to the fault */
};

/** Keep the first fault. @return false */
bool yh_enc_fail(struct yh_enc *e, const char *why);
/** Write the token as this field; the token stays. */
bool yh_enc_scalar(struct yh_enc *e, const ProtobufCFieldDescriptor *f);
/** Write the token's content: a time, duration or mask. */
bool yh_enc_known_text(struct yh_enc *e, enum yh_known known);
/** Write the token, base64, as the field id. */
bool yh_enc_base64(struct yh_enc *e, uint32_t id);
/** The content of a message. */
bool yh_enc_message(struct yh_enc *e, const ProtobufCMessageDescriptor *desc);
/** One value of a field, with its tag. */
bool yh_enc_value(struct yh_enc *e, const ProtobufCFieldDescriptor *f);
/** All of a field: a value, list or map. */
bool yh_enc_field(struct yh_enc *e, const ProtobufCMessageDescriptor *desc,
		  const ProtobufCFieldDescriptor *f);
uint64_t yh_double_bits(double d);

#endif
