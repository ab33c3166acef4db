/** @file wav_out.c  A prompt as a file, contract in wav_out.h */
#include <string.h>

#include "audio/g711.h"
#include "base/mem.h"
#include "wav_out.h"

enum { HEADER = 12 + 8 + 18 + 8 + 4, DATA_HEADER = 8 };

struct out {
	uint8_t *p;
	size_t n;
};

static void put(struct out *o, const void *data, size_t n)
{
	memcpy(o->p + o->n, data, n);
	o->n += n;
}

static void put_le(struct out *o, size_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		o->p[o->n++] = (uint8_t)(v >> (8 * i));
}

static void put_header(struct out *o, size_t total, size_t samples)
{
	put(o, "RIFF", 4);
	put_le(o, total - 8, 4);
	put(o, "WAVEfmt ", 8);
	put_le(o, 18, 4);
	put_le(o, 6, 2); /* A-law */
	put_le(o, 1, 2);
	put_le(o, YH_RATE_HZ, 4);
	put_le(o, YH_RATE_HZ, 4);
	put_le(o, 1, 2);
	put_le(o, 8, 2);
	put_le(o, 0, 2);
	put(o, "fact", 4);
	put_le(o, 4, 4);
	put_le(o, samples, 4);
}

uint8_t *tts_wav(const struct tts_sound *sound, const struct yh_aigc *label,
		 size_t *n)
{
	uint8_t chunk[YH_AIGC_CHUNK_MAX];
	size_t len = label ? yh_aigc_chunk(label, chunk) : 0;
	size_t total = HEADER + len + DATA_HEADER + sound->n;
	struct out o = {.p = label && !len ? NULL : yh_calloc(total, 1)};

	if (!o.p)
		return NULL;
	put_header(&o, total, sound->n);
	put(&o, chunk, len);
	put(&o, "data", 4);
	put_le(&o, sound->n, 4);
	put(&o, sound->alaw, sound->n);
	*n = o.n;

	return o.p;
}
