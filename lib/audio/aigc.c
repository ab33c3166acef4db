/** @file aigc.c  The label of synthetic audio, contract in aigc.h */
#include "audio/aigc.h"

#include <stdio.h>
#include <string.h>

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

bool yh_aigc_text_ok(const char *text)
{
	size_t n = strlen(text);

	if (!n || n > YH_AIGC_TEXT_MAX)
		return false;
	for (const char *p = text; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '"' ||
		    *p == '\\')
			return false;
	}

	return true;
}

size_t yh_aigc_chunk(const struct yh_aigc *label,
		     uint8_t out[YH_AIGC_CHUNK_MAX])
{
	size_t n;

	if (!yh_aigc_text_ok(label->producer) || !yh_aigc_text_ok(label->id))
		return 0;
	memcpy(out, "AIGC", 4);
	n = (size_t)snprintf((char *)out + 8, YH_AIGC_CHUNK_MAX - 8,
			     "{\"Label\":\"1\",\"ContentProducer\":\"%s\","
			     "\"ProduceID\":\"%s\",\"ReservedCode1\":\"\","
			     "\"ContentPropagator\":\"%s\","
			     "\"PropagateID\":\"%s\",\"ReservedCode2\":\"\"}",
			     label->producer, label->id, label->producer,
			     label->id);
	for (unsigned i = 0; i < 4; i++)
		out[4 + i] = (uint8_t)(n >> (8 * i));

	/* snprintf's NUL is the padding of an odd length. */
	return 8 + n + (n & 1);
}

static bool says_generated(const char *json, size_t n)
{
	static const char sign[] = "\"Label\":\"1\"";

	return memmem(json, n, sign, sizeof(sign) - 1) &&
	       memmem(json, n, "\"ContentProducer\":\"",
		      sizeof("\"ContentProducer\":\"") - 1);
}

bool yh_aigc_is_labelled(const uint8_t *file, size_t n)
{
	size_t at = 12;

	if (n < 12 || memcmp(file, "RIFF", 4) != 0 ||
	    memcmp(file + 8, "WAVE", 4) != 0)
		return false;
	while (n - at >= 8) {
		size_t len = le32(file + at + 4), left = n - at - 8;

		if (len > left || !memcmp(file + at, "data", 4))
			return false;
		if (!memcmp(file + at, "AIGC", 4))
			return says_generated((const char *)file + at + 8, len);
		at += 8 + len + (len & 1 && len < left);
	}

	return false;
}
