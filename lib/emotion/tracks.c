/** @file tracks.c  Measures of every frame, contract in tracks.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "emotion/formant.h"
#include "emotion/pitch.h"
#include "emotion/spectrum.h"
#include "emotion/tempo.h"
#include "emotion/tracks.h"

enum {
	RATE = 8000,
	LOW = 10,  /* bins: 156 Hz; below is not in a telephone's band */
	HIGH = 237 /* 3700 Hz */
};
static const float SPOKEN_DB = -30; /* below the loudest tenth */
static const float BIN_HZ = (float)RATE / YH_SPEC_FFT;

static size_t bin(float hz)
{
	return (size_t)(hz / BIN_HZ + 0.5f);
}

static float db(float power)
{
	return 10 * log10f(power);
}

static float sum(const float *power, size_t from, size_t to)
{
	float s = 1e-9f;

	for (size_t i = from; i < to; i++)
		s += power[i];

	return s;
}

static float largest(const float *power, size_t from, size_t to)
{
	float top = 1e-9f;

	for (size_t i = from; i < to; i++)
		top = fmaxf(top, power[i]);

	return top;
}

/* Least squares through the level [dB] over the frequency [kHz]. */
static float slope(const float *level, float from_hz, float to_hz)
{
	float n = 0, x = 0, y = 0, xx = 0, xy = 0;

	for (size_t i = bin(from_hz); i < bin(to_hz); i++) {
		float khz = (float)i * BIN_HZ / 1000;

		n++;
		x += khz;
		y += level[i];
		xx += khz * khz;
		xy += khz * level[i];
	}

	return (n * xy - x * y) / (n * xx - x * x);
}

static void shape(const float *power, float *v)
{
	float total = sum(power, LOW, HIGH), below = 0, moment = 0, entropy = 0;
	float level[HIGH];
	size_t roll = LOW;

	for (size_t i = LOW; i < HIGH; i++) {
		float part = power[i] / total;

		level[i] = db(power[i]);
		moment += part * (float)i * BIN_HZ;
		entropy -= part * logf(part + 1e-12f);
		if (below < 0.85f)
			roll = i;
		below += part;
	}
	v[YH_TRACK_centroid] = moment;
	v[YH_TRACK_rolloff] = (float)roll * BIN_HZ;
	v[YH_TRACK_entropy] = entropy / logf(HIGH - LOW);
	v[YH_TRACK_alpha] =
		db(sum(power, bin(1000), HIGH) / sum(power, LOW, bin(1000)));
	v[YH_TRACK_hammarberg] = db(largest(power, LOW, bin(2000)) /
				    largest(power, bin(2000), HIGH));
	v[YH_TRACK_low_slope] = slope(level, 200, 800);
	v[YH_TRACK_slope] = slope(level, 500, 3500);
}

/* Change of the spectrum's shape. @param last Shape (bins), replaced */
static float flux(const float *power, float *last)
{
	float total = sum(power, LOW, HIGH), d = 0;

	for (size_t i = LOW; i < HIGH; i++) {
		float part = power[i] / total;

		d += fabsf(part - last[i]);
		last[i] = part;
	}

	return d;
}

static void harmonics(const float *power, float hz, float *v)
{
	size_t half = bin(hz * 0.3f) + 1, one = bin(hz), two = bin(2 * hz);
	float h1, h2, f1;
	size_t at = bin(v[YH_TRACK_formant1]), wide = bin(hz * 0.5f) + 1;

	h1 = largest(power, one > half ? one - half : 0, one + half);
	h2 = largest(power, two - half, two + half);
	f1 = largest(power, at > wide ? at - wide : 0, at + wide);
	v[YH_TRACK_h1_h2] = db(h1 / h2);
	v[YH_TRACK_formant_db] = db(f1 / fmaxf(h1, h2));
}

static void measure(const float *x, const struct yh_pitch *p, float *last,
		    struct yh_track_frame *f)
{
	const float *middle = x + (YH_PITCH_REACH - YH_SPEC_SAMPLES) / 2;
	float power[YH_SPEC_BINS], formant[2];
	float *v = f->v;

	yh_spectrum_power(middle, power);
	v[YH_TRACK_energy] = db(sum(power, LOW, HIGH));
	v[YH_TRACK_flux] = flux(power, last);
	yh_spectrum_mfcc(power, v + YH_TRACK_mfcc1);
	f->voiced = p->hz > 0;
	if (!f->voiced)
		return;
	v[YH_TRACK_f0] = 12 * log2f(p->hz / 27.5f);
	v[YH_TRACK_strength] = p->strength;
	v[YH_TRACK_jitter] = p->jitter;
	v[YH_TRACK_shimmer] = p->shimmer;
	shape(power, v);
	yh_formants(middle, formant);
	v[YH_TRACK_formant1] = formant[0];
	v[YH_TRACK_formant2] = formant[1];
	harmonics(power, p->hz, v);
}

/* Energies relative to the loudest tenth; who is spoken. @param scratch
 * Shape (n) */
static void relate(struct yh_track_frame *f, size_t n, float *scratch)
{
	float top;

	for (size_t i = 0; i < n; i++)
		scratch[i] = f[i].v[YH_TRACK_energy];
	yh_sort_floats(scratch, n);
	top = scratch[n - 1 - n / 10];
	for (size_t i = 0; i < n; i++) {
		f[i].v[YH_TRACK_energy] -= top;
		f[i].spoken = f[i].v[YH_TRACK_energy] > SPOKEN_DB;
		f[i].voiced = f[i].voiced && f[i].spoken;
	}
}

static void load(const int16_t *pcm, size_t n, float *x)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += pcm[i];
	mean /= (double)n;
	for (size_t i = 0; i < n; i++)
		x[i] = (float)((pcm[i] - mean) / 32768);
}

size_t yh_tracks_frames(size_t n)
{
	return yh_pitch_frames(n);
}

int yh_tracks(const int16_t *pcm, size_t n, struct yh_track_frame *out)
{
	size_t frames = yh_tracks_frames(n);
	float last[YH_SPEC_BINS] = {0};
	struct yh_pitch *pitch;
	float *x;
	int err = -ENOMEM;

	if (!frames)
		return 0;
	yh_spectrum_open();
	memset(out, 0, frames * sizeof(*out));
	x = yh_calloc(n, sizeof(*x));
	pitch = yh_calloc(frames, sizeof(*pitch));
	if (x && pitch) {
		load(pcm, n, x);
		err = yh_pitch_track(x, n, pitch);
	}
	for (size_t i = 0; i < frames && !err; i++)
		measure(x + i * YH_PITCH_STEP, &pitch[i], last, &out[i]);
	if (!err)
		relate(out, frames, x);
	yh_free(x);
	yh_free(pitch);

	return err;
}
