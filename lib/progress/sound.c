/** @file sound.c  Music or speech, contract in sound.h */
#include <math.h>

#include "progress/sound.h"

enum {
	EVERY = 10, /* frames between looks: 0.2 s */
	SOFT = 8,   /* the frame of this rank is the floor */
};

/* Measured (docs/call-progress.md). */
static const float music_below = 0.22f;
static const float audible = 6e-6f; /* mean power: -52 dBov */
static const float steady = 2.5f;   /* mean over least power: 4 dB */

/* The softest frames but some, which may be lost ones. */
static float floor_of(const struct yh_sound *s)
{
	float soft[SOFT] = {0};
	int n = 0;

	for (int i = 0; i < YH_SOUND_FRAMES; i++) {
		int k = n < SOFT ? n++ : SOFT - 1;

		if (k == SOFT - 1 && n == SOFT && i >= SOFT &&
		    soft[k] <= s->power[i])
			continue;
		for (; k && soft[k - 1] > s->power[i]; k--)
			soft[k] = soft[k - 1];
		soft[k] = s->power[i];
	}

	return soft[SOFT - 1];
}

/* Amplitude above the floor. */
static float above(float power, float floor)
{
	return power > floor ? sqrtf(power - floor) : 0;
}

/* Share of frames below half of the mean amplitude, of a full ring [0..1];
 * 1 when there is nothing but steady noise. */
static float share_low(const struct yh_sound *s)
{
	float floor = floor_of(s), mean = 0, half = 0;
	unsigned low = 0;

	for (int i = 0; i < YH_SOUND_FRAMES; i++)
		mean += s->power[i] / YH_SOUND_FRAMES;
	if (mean < audible || mean < steady * floor)
		return 1;
	for (int i = 0; i < YH_SOUND_FRAMES; i++)
		half += above(s->power[i], floor) / YH_SOUND_FRAMES / 2;
	for (int i = 0; i < YH_SOUND_FRAMES; i++)
		low += above(s->power[i], floor) < half;

	return (float)low / YH_SOUND_FRAMES;
}

struct yh_evidence yh_sound_push(struct yh_sound *s, float power, bool other)
{
	/* A pause of speech is quiet as well: only a tone begins anew. */
	if (!other) {
		s->n = 0;
		return (struct yh_evidence){0};
	}
	s->power[s->n++ % YH_SOUND_FRAMES] = power;
	if (s->n < YH_SOUND_FRAMES || s->n % EVERY ||
	    share_low(s) > music_below)
		return (struct yh_evidence){0};

	return (struct yh_evidence){YH_PROGRESS_COLOUR_RING, 0.7f};
}
