/** @file line.h  Sounds of a line for the tests of lib/progress. */
#ifndef TEST_LINE_H
#define TEST_LINE_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "audio/g711.h"

struct line {
	uint64_t at;
	uint32_t seed;
};

/* A frame of one tone over noise; amplitudes of full scale 32768. */
static inline void line_tone(struct line *l, double hz, double level,
			     double noise, uint8_t *alaw)
{
	for (int i = 0; i < YH_FRAME_SAMPLES; i++) {
		double s = level * sin(2 * M_PI * hz * (double)l->at++ / 8000);

		l->seed = l->seed * 1664525u + 1013904223u;
		s += noise * ((double)(l->seed >> 8) / (1 << 23) - 1);
		alaw[i] = yh_alaw_encode((int16_t)lrint(s));
	}
}

static inline uint32_t line_hash(uint32_t a, uint32_t b)
{
	uint32_t h = a * 2654435761u ^ b * 2246822519u;

	h = (h ^ h >> 15) * 3266489917u;

	return h ^ h >> 13;
}

/* A voice of a kind: a buzz whose pitch and colour move, in syllables of
 * 150 to 275 ms, with two formants that rise or fall. Another number is another
 * sentence.
 */
static inline void line_voice(struct line *l, uint32_t sentence, double level,
			      double noise, uint8_t *alaw)
{
	for (int i = 0; i < YH_FRAME_SAMPLES; i++, l->at++) {
		uint32_t size = 1200 + line_hash(sentence, 1) % 1000;
		uint32_t h = line_hash((uint32_t)(l->at / size), sentence);
		double t = (double)(l->at % size) / size, s = 0;
		double pitch = 180 + h % 90 + 40 * t;
		double low =
			300 + (h >> 8) % 500 + ((int)(h >> 17) % 600 - 300) * t;
		double high = 1300 + (h >> 12) % 1500 +
			      ((int)(h >> 20) % 1400 - 700) * t;

		for (int k = 1; k < 16; k++) {
			double a = (pitch * k - low) / 200;
			double b = (pitch * k - high) / 300;

			s += (exp(-a * a) + 0.5 * exp(-b * b)) *
			     sin(2 * M_PI * pitch * k * (double)(l->at % size) /
				 8000);
		}
		l->seed = l->seed * 1664525u + 1013904223u;
		s = level * s * (0.2 + sin(M_PI * t)) +
		    noise * ((double)(l->seed >> 8) / (1 << 23) - 1);
		s = s > 32000 ? 32000 : s < -32000 ? -32000 : s;
		alaw[i] = yh_alaw_encode((int16_t)lrint(s));
	}
}

#endif
