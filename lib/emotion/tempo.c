/** @file tempo.c  Pace and movement, contract in tempo.h */
#include <math.h>
#include <stdlib.h>

#include "emotion/tempo.h"

enum { MIN_PAUSE = 10, MIN_STRETCH = 4, SMOOTH = 4 };
static const float PEAK_DB = 2; /* a syllable's rise above what is around */

static int by_value(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

void yh_sort_floats(float *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
}

float yh_percentile(const float *sorted, size_t n, float p)
{
	float at = p * (float)(n - 1), rest = at - floorf(at);
	size_t i = (size_t)at;

	return i + 1 < n ? sorted[i] + rest * (sorted[i + 1] - sorted[i])
			 : sorted[n - 1];
}

/* Lengths of stretches, collected one by one [frames]. */
struct lengths {
	double n, sum, squares;
};

static void add(struct lengths *l, size_t length)
{
	l->n++;
	l->sum += (double)length;
	l->squares += (double)length * (double)length;
}

static float mean_s(const struct lengths *l)
{
	return l->n > 0 ? (float)(l->sum / l->n / YH_FRAMES_A_SECOND) : 0;
}

static float sd_s(const struct lengths *l)
{
	double mean = l->n > 0 ? l->sum / l->n : 0;
	double square = l->n > 0 ? l->squares / l->n - mean * mean : 0;

	return (float)(sqrt(fmax(square, 0)) / YH_FRAMES_A_SECOND);
}

struct moves {
	double rise, fall, n;
};

static void add_move(struct moves *m, const struct yh_track_frame *f,
		     size_t length)
{
	float low = 1e9f, high = -1e9f;

	if (length < MIN_STRETCH)
		return;
	for (size_t i = 0; i < length; i++) {
		low = fminf(low, f[i].v[YH_TRACK_f0]);
		high = fmaxf(high, f[i].v[YH_TRACK_f0]);
	}
	m->rise += high - f[0].v[YH_TRACK_f0];
	m->fall += high - f[length - 1].v[YH_TRACK_f0];
	m->n++;
}

static float smooth_energy(const struct yh_track_frame *f, size_t n, size_t i)
{
	size_t from = i > SMOOTH ? i - SMOOTH : 0;
	size_t to = i + SMOOTH < n ? i + SMOOTH : n - 1;
	float s = 0;

	for (size_t k = from; k <= to; k++)
		s += fmaxf(f[k].v[YH_TRACK_energy], -40);

	return s / (float)(to - from + 1);
}

/* Syllables: peaks that stand out from the valley before them. */
static size_t count_peaks(const struct yh_track_frame *f, size_t n)
{
	float valley = 1e9f, top = -1e9f;
	bool rising = true;
	size_t peaks = 0;

	for (size_t i = 0; i < n; i++) {
		float e = smooth_energy(f, n, i);

		if (rising) {
			top = fmaxf(top, e);
			if (e < top - PEAK_DB) {
				peaks++;
				rising = false;
				valley = e;
			}
		} else {
			valley = fminf(valley, e);
			if (e > valley + PEAK_DB) {
				rising = true;
				top = e;
			}
		}
	}

	return peaks;
}

/* Mean pitch of the last fifth of the voiced frames. */
static float final_f0(const struct yh_track_frame *f, size_t n, size_t n_voiced)
{
	size_t want = n_voiced / 5 + 1, got = 0;
	float s = 0;

	for (size_t i = n; i-- > 0 && got < want;) {
		if (!f[i].voiced)
			continue;
		s += f[i].v[YH_TRACK_f0];
		got++;
	}

	return s / (float)want;
}

static size_t run(const struct yh_track_frame *f, size_t n, bool voiced)
{
	size_t i = 0;

	while (i < n && f[i].voiced == voiced)
		i++;

	return i;
}

static struct lengths pauses(const struct yh_track_frame *f, size_t n)
{
	struct lengths p = {0};
	size_t quiet = 0;

	for (size_t i = 0; i < n; i++) {
		if (!f[i].spoken) {
			quiet++;
			continue;
		}
		if (quiet >= MIN_PAUSE)
			add(&p, quiet);
		quiet = 0;
	}

	return p;
}

void yh_tempo(const struct yh_track_frame *f, size_t n, const float *f0_sorted,
	      size_t n_voiced, float *out)
{
	struct lengths voiced = {0}, unvoiced = {0}, pause;
	struct moves moves = {0};
	size_t spoken = 0, length;
	float seconds;

	while (n && !f[n - 1].spoken)
		n--;
	for (; n && !f->spoken; f++)
		n--;
	for (size_t i = 0; i < n; i++)
		spoken += f[i].spoken;
	for (size_t i = 0; i < n; i += length) {
		length = run(f + i, n - i, f[i].voiced);
		add(f[i].voiced ? &voiced : &unvoiced, length);
		if (f[i].voiced)
			add_move(&moves, f + i, length);
	}
	pause = pauses(f, n);
	seconds = (float)n / YH_FRAMES_A_SECOND + 0.01f;
	*out++ = (float)n_voiced / (float)(spoken + 1);
	*out++ = (float)spoken / (float)(n + 1);
	*out++ = (float)voiced.n / seconds;
	*out++ = mean_s(&voiced);
	*out++ = sd_s(&voiced);
	*out++ = mean_s(&unvoiced);
	*out++ = sd_s(&unvoiced);
	*out++ = (float)(pause.sum / YH_FRAMES_A_SECOND) / seconds;
	*out++ = (float)pause.n / seconds;
	*out++ = (float)count_peaks(f, n) / seconds;
	*out++ = moves.n > 0 ? (float)(moves.rise / moves.n) : 0;
	*out++ = moves.n > 0 ? (float)(moves.fall / moves.n) : 0;
	*out++ = yh_percentile(f0_sorted, n_voiced, 0.95f) -
		 yh_percentile(f0_sorted, n_voiced, 0.05f);
	*out = final_f0(f, n, n_voiced) -
	       yh_percentile(f0_sorted, n_voiced, 0.5f);
}
