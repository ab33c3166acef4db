/** @file wire.c  Text of a stream, contract in wire.h. Pure. */
#include <string.h>

#include "base/mem.h"
#include "wire.h"

const struct asr_wire_protocol *asr_wire_find(const char *engine)
{
	static const struct asr_wire_protocol *const all[] = {
		&asr_wire_funasr, &asr_wire_vosk, &asr_wire_sherpa};

	for (size_t i = 0; i < YH_ARRAY_LEN(all); i++) {
		if (!strcmp(all[i]->engine, engine))
			return all[i];
	}

	return NULL;
}

static size_t char_bytes(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* Between words of Latin letters a space stays. */
static bool keep_space(const char *to, size_t n, const char *next)
{
	return n && (unsigned char)to[n - 1] < 0x80 && to[n - 1] != ' ' &&
	       *next && (unsigned char)*next < 0x80 && *next != ' ';
}

void asr_wire_add(char *to, const char *text)
{
	size_t n = strlen(to);

	while (*text) {
		size_t k = strnlen(text, char_bytes((unsigned char)*text));

		if (n + k >= ASR_TEXT_MAX)
			break;
		if (*text != ' ' || keep_space(to, n, text + 1)) {
			memcpy(to + n, text, k);
			n += k;
		}
		text += k;
	}
	to[n] = '\0';
}

void asr_wire_finish(struct asr_wire *w, const char *text)
{
	asr_wire_add(w->done, text);
	w->partial[0] = '\0';
}

void asr_wire_text(const struct asr_wire *w, char *out)
{
	memcpy(out, w->done, sizeof(w->done));
	asr_wire_add(out, w->partial);
}

float asr_wire_confidence(const struct asr_wire *w)
{
	if (!w->done[0] && !w->partial[0])
		return 0;
	if (!w->n_confidence)
		return ASR_WIRE_UNTOLD;

	return (float)(w->confidence / w->n_confidence);
}
