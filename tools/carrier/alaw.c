#include "alaw.h"

#include <math.h>

enum { INVERT = 0x55, SIGN = 0x80 };

uint8_t car_alaw_encode(int16_t pcm)
{
	int mag = (pcm >= 0 ? pcm : -1 - pcm) >> 4; /* 0..2047 */
	int shift = 0;

	/* segments 0 and 1 share a step; each further one doubles it */
	for (int m = mag >> 5; m; m >>= 1)
		shift++;
	int code = (shift << 4) + (mag >> shift);
	return (uint8_t)((code | (pcm >= 0 ? SIGN : 0)) ^ INVERT);
}

int16_t car_alaw_decode(uint8_t line)
{
	int code = line ^ INVERT;
	int seg = (code >> 4) & 7;
	int mag = ((code & 0x0f) << 4) + 8; /* the middle of the step */

	if (seg > 0)
		mag += 0x100;
	if (seg > 1)
		mag <<= seg - 1;
	return (int16_t)(code & SIGN ? mag : -mag);
}

double car_alaw_rms(const uint8_t *code, size_t len)
{
	int64_t sum = 0;

	for (size_t i = 0; i < len; i++) {
		int32_t s = car_alaw_decode(code[i]);
		sum += (int64_t)s * s;
	}
	return len ? sqrt((double)sum / (double)len) : 0.0;
}
