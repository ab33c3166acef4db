/*
 * G.711 A-law, both ways. Pure, any thread.
 *
 * Source: ITU-T G.711 (11/1988), table 1: 13-bit uniform code, even bits
 * inverted on the line. The dialer has its own: an error must not hide on
 * both ends.
 */
#ifndef CAR_ALAW_H
#define CAR_ALAW_H

#include <stddef.h>
#include <stdint.h>

enum {
	CAR_RATE_HZ = 8000,
	CAR_FRAME_SAMPLES = 160, /* 20 ms at 8 kHz */
	CAR_FRAME_MS = 20,
	CAR_ALAW_SILENCE = 0xd5, /* the smallest positive code */
};

/** Code one sample. @param pcm full scale is +-32768. @return A-law octet. */
uint8_t car_alaw_encode(int16_t pcm);

/** Decode one octet. @return sample, full scale +-32256. */
int16_t car_alaw_decode(uint8_t code);

/**
 * Measure the level of A-law samples.
 *
 * @param code  borrowed, A-law octets
 * @param len   octets; 0 gives 0
 * @return root mean square of the samples, full scale 32768
 */
double car_alaw_rms(const uint8_t *code, size_t len);

#endif
