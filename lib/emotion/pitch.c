/** @file pitch.c  Fundamental frequency, contract in pitch.h */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "emotion/dot.h"
#include "emotion/pitch.h"

enum {
	RATE = 8000,
	MIN_LAG = 16,  /* 500 Hz */
	MAX_LAG = 134, /* 60 Hz */
	WINDOW = YH_PITCH_REACH - MAX_LAG - 2,
	CANDIDATES = 6, /* the last one is "not voiced" */
};
static const float VOICING = 0.45f, OCTAVE = 0.02f, JUMP = 0.35f,
		   SWITCH = 0.14f;

struct candidate {
	float hz, strength, gain; /* gain: what the path earns */
	float best;		  /* of the path that ends here */
	int from;
};

struct frame {
	struct candidate c[CANDIDATES];
};

/* Correlation of x with itself lag later, for MIN_LAG - 1 .. MAX_LAG + 1. */
static void correlate(const float *x, float *r)
{
	float e0 = yh_dot(x, x, WINDOW);
	float e = yh_dot(x + MIN_LAG - 1, x + MIN_LAG - 1, WINDOW);

	for (int lag = MIN_LAG - 1; lag <= MAX_LAG + 1; lag++) {
		const float *y = x + lag;

		r[lag] = yh_dot(x, y, WINDOW) / sqrtf(e0 * e + 1e-6f);
		e = fmaxf(e + y[WINDOW] * y[WINDOW] - y[0] * y[0], 0);
	}
}

/* Keep the best; the list is sorted by gain. */
static void offer(struct frame *f, float hz, float strength)
{
	float gain = strength - OCTAVE * log2f(500 / hz);
	int k = CANDIDATES - 2;

	if (f->c[k].hz > 0 && f->c[k].gain >= gain)
		return;
	for (; k && (f->c[k - 1].hz <= 0 || f->c[k - 1].gain < gain); k--)
		f->c[k] = f->c[k - 1];
	f->c[k] = (struct candidate){hz, strength, gain, 0, 0};
}

static void find_candidates(const float *x, float loudness, struct frame *f)
{
	float r[MAX_LAG + 2] = {0};

	memset(f, 0, sizeof(*f));
	/* Praat: the quieter a frame is, the less it takes for voiced. */
	f->c[CANDIDATES - 1].gain =
		VOICING + fmaxf(0, 2 - loudness / (0.03f / (1 + VOICING)));
	if (loudness <= 0)
		return;
	correlate(x, r);
	for (int lag = MIN_LAG; lag <= MAX_LAG; lag++) {
		float a = r[lag - 1], b = r[lag], c = r[lag + 1];
		float bend = a - 2 * b + c, shift;

		if (b < 0.3f || b < a || b <= c || bend >= 0)
			continue;
		shift = 0.5f * (a - c) / bend;
		offer(f, RATE / ((float)lag + shift),
		      fminf(b - 0.25f * (a - c) * shift, 1));
	}
}

static float cost(const struct candidate *a, const struct candidate *b)
{
	if (a->hz > 0 && b->hz > 0)
		return JUMP * fabsf(log2f(a->hz / b->hz));

	return (a->hz > 0) != (b->hz > 0) ? SWITCH : 0;
}

static void extend(struct frame *prev, struct frame *f)
{
	for (int i = 0; i < CANDIDATES; i++) {
		struct candidate *c = &f->c[i];

		c->best = -1e9f;
		if (i < CANDIDATES - 1 && c->hz <= 0)
			continue;
		for (int j = 0; j < CANDIDATES; j++) {
			float v = prev->c[j].best - cost(&prev->c[j], c);

			if (v > c->best) {
				c->best = v;
				c->from = j;
			}
		}
		c->best += c->gain;
	}
}

static void find_path(struct frame *f, size_t n, struct yh_pitch *out)
{
	int at = 0;

	for (int i = 0; i < CANDIDATES; i++) {
		struct candidate *c = &f[0].c[i];

		c->best = i < CANDIDATES - 1 && c->hz <= 0 ? -1e9f : c->gain;
	}
	for (size_t k = 1; k < n; k++)
		extend(&f[k - 1], &f[k]);
	for (int i = 1; i < CANDIDATES; i++)
		if (f[n - 1].c[i].best > f[n - 1].c[at].best)
			at = i;
	for (size_t k = n; k-- > 0;) {
		const struct candidate *c = &f[k].c[at];

		out[k].hz = c->hz;
		out[k].strength = c->strength;
		at = c->from;
	}
}

/* ---- from cycle to cycle ---- */

/* Lag at which the cycle at x repeats best, near the period, to a fraction of a
 * sample. */
static float refine(const float *x, float period)
{
	int from = (int)(period * 0.85f), to = (int)(period * 1.15f) + 1;
	size_t n = (size_t)(period + 0.5f);
	float e0 = yh_dot(x, x, n), r[3] = {-2, -2, -2}, prev = -2;
	int best = from;
	float top = -2, bend;

	for (int lag = from; lag <= to + 1; lag++) {
		float e = yh_dot(x + lag, x + lag, n);
		float v = yh_dot(x, x + lag, n) / sqrtf(e0 * e + 1e-6f);

		if (lag == best + 1 && top > -2)
			r[2] = v;
		if (v > top && lag <= to) {
			r[0] = prev;
			top = r[1] = v;
			best = lag;
		}
		prev = v;
	}
	bend = r[0] - 2 * r[1] + r[2];
	if (r[0] < -1 || r[2] < -1 || r[2] > r[1] || bend >= 0)
		return (float)best;

	return (float)best + 0.5f * (r[0] - r[2]) / bend;
}

static float peak(const float *x, size_t n)
{
	float low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		low = fminf(low, x[i]);
		high = fmaxf(high, x[i]);
	}

	return high - low;
}

/* The two cycles in the middle of the frame. */
static void perturb(const float *x, struct yh_pitch *p)
{
	float period = RATE / p->hz;
	size_t n = (size_t)(period + 0.5f);
	size_t need = 33 * n / 10 + 8;
	const float *a;
	float one, two, first, second;

	if (need > YH_PITCH_REACH)
		return; /* below 70 Hz: does not fit */
	a = x + (YH_PITCH_REACH - need) / 2;
	one = refine(a, period);
	two = refine(a + (size_t)(one + 0.5f), period);
	first = peak(a, n);
	second = peak(a + (size_t)(one + 0.5f), n);
	p->jitter = fabsf(one - two) / period;
	if (first + second > 0)
		p->shimmer = 2 * fabsf(first - second) / (first + second);
}

/* ---- all ---- */

size_t yh_pitch_frames(size_t n)
{
	return n < YH_PITCH_REACH ? 0
				  : (n - YH_PITCH_REACH) / YH_PITCH_STEP + 1;
}

static float largest(const float *x, size_t n)
{
	float top = 0;

	for (size_t i = 0; i < n; i++)
		top = fmaxf(top, fabsf(x[i]));

	return top;
}

int yh_pitch_track(const float *pcm, size_t n, struct yh_pitch *out)
{
	size_t frames = yh_pitch_frames(n);
	float top = largest(pcm, n);
	struct frame *f;

	if (!frames)
		return 0;
	memset(out, 0, frames * sizeof(*out));
	f = yh_calloc(frames, sizeof(*f));
	if (!f)
		return -ENOMEM;
	for (size_t k = 0; k < frames; k++) {
		const float *x = pcm + k * YH_PITCH_STEP;

		find_candidates(x,
				top > 0 ? largest(x, YH_PITCH_REACH) / top : 0,
				&f[k]);
	}
	find_path(f, frames, out);
	for (size_t k = 0; k < frames; k++)
		if (out[k].hz > 0)
			perturb(pcm + k * YH_PITCH_STEP, &out[k]);
	yh_free(f);

	return 0;
}
