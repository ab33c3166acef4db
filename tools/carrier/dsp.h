/*
 * The sounds of a telephone line: rate conversion into its band, tones,
 * background noise, levels. Pure, any thread.
 *
 * Levels are in dBov: 0 is a full-scale square wave (32768), RFC 6465.
 */
#ifndef CAR_DSP_H
#define CAR_DSP_H

#include <stddef.h>
#include <stdint.h>

enum {
	CAR_BAND_HZ = 3400, /* upper edge of the telephone band */
	CAR_TONE_HZ = 450,  /* GF 002: the Chinese call-progress tone */
	CAR_RING_ON_MS = 1000,
	CAR_RING_OFF_MS = 4000,
};

/** Turn a level into an amplitude. @return RMS, full scale 32768. */
double car_dsp_rms_of(double dbov);

/**
 * Convert speech to 8 kHz, low-passed at 3.4 kHz (windowed sinc, polyphase).
 *
 * @param in    borrowed, 16-bit linear
 * @param n     samples
 * @param rate  of the input, Hz, 8000..48000
 * @param out   taken by the caller, free(); untouched on error
 * @param m     samples in out
 * @return 0; -EINVAL for a rate out of range; -ENOMEM
 */
int car_dsp_to_line(const int16_t *in, size_t n, unsigned rate, int16_t **out,
		    size_t *m);

/**
 * Cut the silence at both ends and bring the active part to a level.
 *
 * @param pcm   borrowed, changed in place, 8 kHz
 * @param n     samples
 * @param dbov  level of the 10 ms blocks that are not silent
 * @return samples kept, from pcm[0] on; 0 if there was only silence
 */
size_t car_dsp_trim_and_level(int16_t *pcm, size_t n, double dbov);

/**
 * A mailbox's beep, 1000 Hz.
 *
 * @param pcm   changed, shape (n), 8 kHz
 * @param dbov  its level
 */
void car_dsp_beep(int16_t *pcm, size_t n, double dbov);

/** Ring-back tone at a place in its 5 s cadence. @param at samples, 8 kHz. */
int16_t car_dsp_ringback(uint64_t at);

/** A background noise, low-passed near 1 kHz, as of a room. */
struct car_noise {
	uint64_t seed;
	double state;
	double gain; /* 0: silent */
};

/** @param dbov level; at or below -90 there is none. */
void car_noise_init(struct car_noise *noise, double dbov, uint64_t seed);

/** @return the next sample, full scale 32768. */
double car_noise_next(struct car_noise *noise);

#endif
