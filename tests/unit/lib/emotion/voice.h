/** @file voice.h  Synthetic voices for the tests. */
#ifndef TEST_VOICE_H
#define TEST_VOICE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* A pulse train with falling harmonics below 3400 Hz: pitch gliding from..to,
 * in syllables of 200 ms with pauses of 50 ms. @param full Peak [0..1] */
static inline void voice(int16_t *pcm, size_t n, double from_hz, double to_hz,
			 double full, double tilt)
{
	double phase = 0;

	for (size_t i = 0; i < n; i++) {
		double hz = from_hz + (to_hz - from_hz) * (double)i / (double)n;
		double syllable = fmod((double)i, 2000) / 1600, v = 0;
		double swell = syllable < 1 ? sin(M_PI * syllable) : 0;

		phase += 2 * M_PI * hz / 8000;
		for (int h = 1; h * hz < 3400; h++)
			v += sin(h * phase) / pow(h, tilt);
		pcm[i] = (int16_t)(fmax(-1, fmin(1, v * swell * full / 2)) *
				   32767);
	}
}

#endif
