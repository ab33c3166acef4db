#include "dsp.h"

#include "alaw.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	BEEP_HZ = 1000,
	HALF_LOBES = 24, /* of the sinc, each side: ~100 Hz transition */
	BLOCK = 80,	 /* 10 ms */
};

static const double NOISE_POLE = 0.5;
static const double SILENCE_BELOW_PEAK_DB = 40.0;
static const double RING_DBOV = -20.0;

double car_dsp_rms_of(double dbov)
{
	return 32768.0 * pow(10.0, dbov / 20.0);
}

static unsigned gcd(unsigned a, unsigned b)
{
	return b ? gcd(b, a % b) : a;
}

static int16_t clip16(double v)
{
	return (int16_t)lrint(fmin(fmax(v, -32768.0), 32767.0));
}

struct filter {
	unsigned phases; /* output samples per period */
	unsigned step;	 /* input samples per period */
	int half;	 /* input samples each side */
	float *taps;	 /* (phases, 2 * half + 1) row-major, sum 1 a row */
};

/* One row: a Hann-windowed sinc centred `frac` samples after the middle. */
static void fill_row(float *row, int half, double frac, double cutoff)
{
	double sum = 0.0;

	for (int k = -half; k <= half; k++) {
		double x = k - frac;
		double w = x / (half + 1);
		double s = fabs(x) < 1e-9
				   ? 2.0 * cutoff
				   : sin(2.0 * M_PI * cutoff * x) / (M_PI * x);
		double tap = s * 0.5 * (1.0 + cos(M_PI * w));
		row[k + half] = (float)tap;
		sum += tap;
	}
	for (int k = 0; k <= 2 * half; k++)
		row[k] = (float)(row[k] / sum);
}

static int filter_init(struct filter *f, unsigned rate)
{
	unsigned div = gcd(rate, CAR_RATE_HZ);
	double cutoff = (double)CAR_BAND_HZ / rate;

	f->phases = CAR_RATE_HZ / div;
	f->step = rate / div;
	f->half = (int)(HALF_LOBES * rate / (2 * CAR_BAND_HZ));
	size_t width = 2 * (size_t)f->half + 1;
	f->taps = calloc(f->phases * width, sizeof(*f->taps));
	if (!f->taps)
		return -ENOMEM;
	for (unsigned p = 0; p < f->phases; p++) {
		uint64_t at = (uint64_t)p * f->step;
		double frac = (double)(at % f->phases) / f->phases;
		fill_row(f->taps + p * width, f->half, frac, cutoff);
	}
	return 0;
}

static int16_t filter_at(const struct filter *f, const int16_t *in, size_t n,
			 size_t i)
{
	size_t width = 2 * (size_t)f->half + 1;
	const float *row = f->taps + (i % f->phases) * width;
	int64_t mid = (int64_t)((uint64_t)i * f->step / f->phases);
	double sum = 0.0;

	for (int k = -f->half; k <= f->half; k++) {
		int64_t at = mid + k;
		if (at >= 0 && at < (int64_t)n)
			sum += (double)row[k + f->half] * in[at];
	}
	return clip16(sum);
}

int car_dsp_to_line(const int16_t *in, size_t n, unsigned rate, int16_t **out,
		    size_t *m)
{
	struct filter f;

	if (!in || !out || !m || rate < 8000 || rate > 48000)
		return -EINVAL;
	if (filter_init(&f, rate))
		return -ENOMEM;
	size_t len = (size_t)((uint64_t)n * CAR_RATE_HZ / rate);
	int16_t *pcm = calloc(len ? len : 1, sizeof(*pcm));
	if (pcm) {
		for (size_t i = 0; i < len; i++)
			pcm[i] = filter_at(&f, in, n, i);
		*out = pcm;
		*m = len;
	}
	free(f.taps);
	return pcm ? 0 : -ENOMEM;
}

static double block_power(const int16_t *pcm, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	return n ? sum / (double)n : 0.0;
}

size_t car_dsp_trim_and_level(int16_t *pcm, size_t n, double dbov)
{
	size_t blocks = n / BLOCK, first = blocks, last = 0, active = 0;
	double peak = 0.0, sum = 0.0;

	for (size_t b = 0; b < blocks; b++)
		peak = fmax(peak, block_power(pcm + b * BLOCK, BLOCK));
	if (peak < 1.0)
		return 0;
	double floor_power = peak * pow(10.0, -SILENCE_BELOW_PEAK_DB / 10.0);
	for (size_t b = 0; b < blocks; b++) {
		double power = block_power(pcm + b * BLOCK, BLOCK);
		if (power < floor_power)
			continue;
		first = b < first ? b : first;
		last = b;
		sum += power;
		active++;
	}
	double gain = car_dsp_rms_of(dbov) / sqrt(sum / (double)active);
	size_t kept = (last + 1 - first) * BLOCK;
	memmove(pcm, pcm + first * BLOCK, kept * sizeof(*pcm));
	for (size_t i = 0; i < kept; i++)
		pcm[i] = clip16(pcm[i] * gain);
	return kept;
}

void car_dsp_beep(int16_t *pcm, size_t n, double dbov)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = clip16(
			M_SQRT2 * car_dsp_rms_of(dbov) *
			sin(2.0 * M_PI * BEEP_HZ * (double)i / CAR_RATE_HZ));
}

int16_t car_dsp_ringback(uint64_t at)
{
	const uint64_t per_ms = CAR_RATE_HZ / 1000;
	uint64_t in_cycle = at % ((CAR_RING_ON_MS + CAR_RING_OFF_MS) * per_ms);

	if (in_cycle >= CAR_RING_ON_MS * per_ms)
		return 0;
	double angle = 2.0 * M_PI * CAR_TONE_HZ * (double)in_cycle;
	return clip16(M_SQRT2 * car_dsp_rms_of(RING_DBOV) *
		      sin(angle / CAR_RATE_HZ));
}

void car_noise_init(struct car_noise *noise, double dbov, uint64_t seed)
{
	/* uniform white noise in +-1 has power 1/3; the one-pole low-pass
	   keeps (1 - a) / (1 + a) of it */
	double kept = (1.0 - NOISE_POLE) / (1.0 + NOISE_POLE) / 3.0;

	noise->seed = seed ? seed : 1;
	noise->state = 0.0;
	noise->gain = dbov <= -90.0 ? 0.0 : car_dsp_rms_of(dbov) / sqrt(kept);
}

double car_noise_next(struct car_noise *noise)
{
	uint64_t x = noise->seed; /* xorshift64, Marsaglia 2003 */

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	noise->seed = x;
	double white = (double)(x >> 11) / (double)(1ULL << 52) - 1.0;
	noise->state = NOISE_POLE * noise->state + (1.0 - NOISE_POLE) * white;
	return noise->gain * noise->state;
}
