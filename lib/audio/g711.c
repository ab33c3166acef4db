/** @file g711.c  A-law, contract in g711.h */
#include "audio/g711.h"

int16_t yh_alaw_decode(uint8_t code)
{
	unsigned v = code ^ 0x55u;
	unsigned segment = (v >> 4) & 7u;
	int magnitude = (int)((v & 15u) << 4) + 8;

	if (segment)
		magnitude = (magnitude + 0x100) << (segment - 1);

	return (int16_t)(v & 0x80u ? magnitude : -magnitude);
}

uint8_t yh_alaw_encode(int16_t pcm)
{
	int sign = pcm >= 0 ? 0x80 : 0;
	int magnitude = pcm >= 0 ? pcm : -(pcm + 1);
	int segment = 0;
	int code;

	for (int m = magnitude >> 8; m; m >>= 1)
		segment++;
	code = magnitude >> (segment ? segment + 3 : 4) & 15;

	return (uint8_t)((sign | segment << 4 | code) ^ 0x55);
}

void yh_alaw_decode_n(const uint8_t *in, int16_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = yh_alaw_decode(in[i]);
}
