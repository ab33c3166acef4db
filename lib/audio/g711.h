/**
 * @file g711.h  G.711 A-law.
 *
 * Pure. Source: ITU-T G.711 (11/1988), table 1a; even bits inverted on the
 * line. 8000 Hz, linear samples of 16 bit (13 significant), full scale 32256.
 */
#ifndef YH_G711_H
#define YH_G711_H

#include <stddef.h>
#include <stdint.h>

enum {
	YH_RATE_HZ = 8000,
	YH_FRAME_MS = 20,
	YH_FRAME_SAMPLES = 160, /**< One frame; a byte each in A-law */
	YH_ALAW_SILENCE = 0xd5, /**< Smallest positive level */
	YH_RTP_PCMA = 8,	/**< Static payload type, RFC 3551 */
};

/** Decode one octet. */
int16_t yh_alaw_decode(uint8_t code);
/** Encode one sample. @param pcm Full scale 32768, clipped */
uint8_t yh_alaw_encode(int16_t pcm);
/** Decode n octets. @param in Borrowed @param out Borrowed, shape (n) */
void yh_alaw_decode_n(const uint8_t *in, int16_t *out, size_t n);
/** Sum of the squares of the decoded samples, without decoding them.
 * @param in Borrowed, shape (n) */
uint64_t yh_alaw_energy(const uint8_t *in, size_t n);

#endif
