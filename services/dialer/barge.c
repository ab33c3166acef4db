/** @file barge.c  Does the callee mean to interrupt? Contract in barge.h */
#include <math.h>
#include <string.h>

#include "audio/g711.h"
#include "base/wide.h"
#include "barge.h"
#include "barge_model.h"
#include "emotion/spectrum.h"

enum {
	LAG_MIN = 20,	      /* 400 Hz */
	LAG_MAX = 114,	      /* 70 Hz */
	LEVEL = YH_SPEC_CEPS, /* what follows the cepstrum in a frame */
	CROSSINGS,
	LOW,
	FLATNESS,
	PITCH,
};

/* Of a spurt is judged what has so much voice at least; the rest of the window
 * may be its soft beginning. */
enum { VOICED_MS = 60 };

/* Soft consonants (f, h, s, x) lie 5 to 25 dB over a line's noise. */
static const float over_noise_db = 4, soft_dbov = -60;

_Static_assert(PITCH + 1 == DIAL_BARGE_FRAME, "values of a frame");

void dial_barge_begin(struct dial_barge *b)
{
	memset(b, 0, sizeof(*b));
}

/* ---- a frame ---------------------------------------------------------------
 */

YH_WIDE static float crossings(const float *x, size_t n)
{
	unsigned c = 0;

	for (size_t i = 1; i < n; i++)
		c += (x[i] < 0) != (x[i - 1] < 0);

	return (float)c / (float)n;
}

/* Share below 600 Hz, and how much a noise the spectrum is (geometric by
 * arithmetic mean). The logarithm of eight bins at once: their product is far
 * from the ends of a double. */
static void shape(const float *power, float *low, float *flatness)
{
	const int from = 10, until = 237, border = 38; /* 156, 3700, 600 Hz */
	const float bins = (float)(until - from);
	float sum = 1e-9f, under = 0;
	double logs = 0, product = 1;

	for (int i = from; i < until; i++) {
		sum += power[i];
		if (i < border)
			under += power[i];
		product *= power[i] + 1e-9f;
		if (i % 8 == 7 || i == until - 1) {
			logs += log(product);
			product = 1;
		}
	}
	*low = under / sum;
	*flatness = (float)logs / bins - logf(sum / bins);
}

enum { HALF = YH_SPEC_SAMPLES / 2, LANES = 8 };

/* In lanes, so that the compiler may add them side by side. */
static float product(const float *a, const float *b, size_t n)
{
	float lane[LANES] = {0}, sum = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		for (size_t k = 0; k < LANES; k++)
			lane[k] += a[i + k] * b[i + k];
	}
	for (; i < n; i++)
		sum += a[i] * b[i];
	for (size_t k = 0; k < LANES; k++)
		sum += lane[k];

	return sum;
}

/* Every second sample, and the energy before each of them. */
struct comb {
	float x[HALF], energy[HALF + 1];
};

static void comb(struct comb *c, const float *x)
{
	c->energy[0] = 0;
	for (size_t i = 0; i < HALF; i++) {
		c->x[i] = x[2 * i];
		c->energy[i + 1] = c->energy[i] + c->x[i] * c->x[i];
	}
}

/* Normalised autocorrelation at its best lag, of every second product. */
YH_WIDE static float pitch(const float x[YH_SPEC_SAMPLES])
{
	struct comb at[2]; /* the even samples, the odd ones */
	float best = 0;

	comb(&at[0], x);
	comb(&at[1], x + 1);
	for (size_t lag = LAG_MIN; lag <= LAG_MAX; lag++) {
		const struct comb *late = &at[lag % 2];
		size_t from = lag / 2, n = HALF - lag / 2;
		float xx = 1e-3f + at[0].energy[n];
		float yy = 1e-3f + late->energy[from + n] - late->energy[from];
		float xy = product(at[0].x, late->x + from, n) / sqrtf(xx * yy);

		if (xy > best)
			best = xy;
	}

	return best;
}

static void note(struct dial_barge *b, const uint8_t *alaw, float level_dbov)
{
	float x[YH_SPEC_SAMPLES], power[YH_SPEC_BINS];
	float *f = b->frames[b->n++ % DIAL_BARGE_WINDOW];

	_Static_assert(DIAL_BARGE_TAIL + YH_FRAME_SAMPLES == YH_SPEC_SAMPLES,
		       "a spectrum's samples");
	yh_spectrum_open();
	memcpy(x, b->tail, sizeof(b->tail));
	for (size_t i = 0; i < YH_FRAME_SAMPLES; i++)
		x[DIAL_BARGE_TAIL + i] =
			(float)yh_alaw_decode(alaw[i]) / 32768.0f;
	memcpy(b->tail, x + YH_FRAME_SAMPLES, sizeof(b->tail));
	yh_spectrum_power(x, power);
	yh_spectrum_mfcc(power, f);
	f[LEVEL] = level_dbov / 10;
	f[CROSSINGS] = 10 * crossings(x, YH_SPEC_SAMPLES);
	shape(power, &f[LOW], &f[FLATNESS]);
	f[PITCH] = pitch(x);
}

void dial_barge_note(struct dial_barge *b, const uint8_t *alaw,
		     const struct yh_vad *vad)
{
	note(b, alaw, vad->level_dbov);
}

/* ---- a spurt's beginning ----------------------------------------------------
 */

/* Over the line's noise, though not over the VAD's floor. A frame alone is the
 * edge of a sound that begins at once. */
void dial_barge_recall(struct dial_barge *b, const uint8_t *const *before,
		       unsigned n, const struct yh_vad *vad)
{
	float gate = yh_vad_noise_dbov(vad) + over_noise_db;
	float level[DIAL_BARGE_SOFT];
	unsigned k = 0;

	if (gate < soft_dbov)
		gate = soft_dbov;
	for (; k < n && k < DIAL_BARGE_SOFT; k++) {
		level[k] = yh_energy_dbov(
			yh_alaw_energy(before[k], YH_FRAME_SAMPLES),
			YH_FRAME_SAMPLES);
		if (level[k] < gate)
			break;
	}
	if (k == 1)
		return;
	while (k--)
		note(b, before[k], level[k]);
}

/* ---- a window --------------------------------------------------------------
 */

/* Mean, spread, and change from frame to frame, of each value; loudness only
 * in relation to itself. */
bool dial_barge_features(const struct dial_barge *b,
			 float out[DIAL_BARGE_FEATURES])
{
	unsigned n = b->n < DIAL_BARGE_WINDOW ? b->n : DIAL_BARGE_WINDOW;

	if (n < DIAL_BARGE_MIN)
		return false;
	for (unsigned k = 0; k < DIAL_BARGE_FRAME; k++) {
		float sum = 0, squares = 0, change = 0, last = 0;

		for (unsigned i = b->n - n; i < b->n; i++) {
			float v = b->frames[i % DIAL_BARGE_WINDOW][k];

			sum += v;
			squares += v * v;
			if (i > b->n - n)
				change += fabsf(v - last);
			last = v;
		}
		sum /= (float)n;
		squares = squares / (float)n - sum * sum;
		out[3 * k] = k == LEVEL ? 0 : sum;
		out[3 * k + 1] = squares > 0 ? sqrtf(squares) : 0;
		out[3 * k + 2] = change / (float)(n - 1);
	}
	out[3 * DIAL_BARGE_FRAME] = (float)n;

	return true;
}

/* ---- detectors -------------------------------------------------------------
 */

static bool by_energy(struct dial_barge *b, const uint8_t *alaw,
		      const struct yh_vad *vad, uint32_t ms)
{
	(void)b;
	(void)alaw;

	return vad->voiced_ms >= ms;
}

static bool by_sentence(struct dial_barge *b, const uint8_t *alaw,
			const struct yh_vad *vad, uint32_t ms)
{
	float x[DIAL_BARGE_FEATURES], score = dial_barge_bias;

	(void)ms;
	dial_barge_note(b, alaw, vad);
	if (!vad->voiced || vad->voiced_ms < VOICED_MS ||
	    !dial_barge_features(b, x))
		return false;
	for (unsigned i = 0; i < DIAL_BARGE_FEATURES; i++)
		score += dial_barge_weights[i] * x[i];

	return score >= 0;
}

const struct dial_barge_ops *dial_barge_find(const char *name)
{
	static const struct dial_barge_ops all[] = {
		{"energy", by_energy},
		{"sentence", by_sentence},
	};

	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (!strcmp(all[i].name, name))
			return &all[i];
	}

	return NULL;
}
