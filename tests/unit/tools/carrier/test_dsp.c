#include "alaw.h"
#include "dsp.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

static double rms(const int16_t *pcm, size_t n)
{
	double sum = 0.0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	return sqrt(sum / (double)n);
}

/* RMS of a 1 s tone after conversion, edges left out, as a share of before */
static double through_line(double hertz, unsigned rate)
{
	int16_t *in = calloc(rate, sizeof(*in)), *out = NULL;
	size_t m = 0;

	for (unsigned i = 0; i < rate; i++)
		in[i] = (int16_t)lrint(10000.0 *
				       sin(2.0 * M_PI * hertz * i / rate));
	cr_assert_eq(car_dsp_to_line(in, rate, rate, &out, &m), 0);
	cr_assert_eq(m, 8000);
	double share = rms(out + 400, m - 800) / rms(in, rate);
	free(in);
	free(out);
	return share;
}

Test(dsp, the_line_passes_the_voice_band_and_stops_what_is_above)
{
	static const struct {
		double hertz, low, high;
	} rows[] = {
		{300, 0.98, 1.02},  {1000, 0.98, 1.02},
		{3000, 0.98, 1.02}, {3800, 0.0, 0.02}, /* above the band */
		{7000, 0.0, 0.02}, /* would alias to 1 kHz */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double share = through_line(rows[i].hertz, 22050);
		cr_expect(share >= rows[i].low && share <= rows[i].high,
			  "%g Hz: %g", rows[i].hertz, share);
	}
}

Test(dsp, a_rate_out_of_range_is_refused)
{
	int16_t in[8] = {0}, *out = NULL;
	size_t m = 0;

	cr_expect_eq(car_dsp_to_line(in, 8, 7999, &out, &m), -EINVAL);
	cr_expect_eq(car_dsp_to_line(in, 8, 48001, &out, &m), -EINVAL);
	cr_expect_null(out);
}

Test(dsp, trimming_keeps_the_sound_and_brings_it_to_its_level)
{
	int16_t pcm[8000] = {0};

	for (int i = 2400; i < 5600; i++)
		pcm[i] = (int16_t)(i % 2 ? 500 : -500);
	size_t n = car_dsp_trim_and_level(pcm, 8000, -20.0);
	cr_assert_eq(n, 3200);
	cr_expect_float_eq(rms(pcm, n), 3276.8, 2.0);
}

Test(dsp, silence_trims_to_nothing)
{
	int16_t pcm[800] = {0};

	cr_expect_eq(car_dsp_trim_and_level(pcm, 800, -20.0), 0);
}

Test(dsp, ringback_is_on_for_one_second_and_off_for_four)
{
	int16_t on[8000], off[32000];

	for (uint64_t i = 0; i < 8000; i++)
		on[i] = car_dsp_ringback(i + 40000); /* the second cycle */
	for (uint64_t i = 0; i < 32000; i++)
		off[i] = car_dsp_ringback(i + 8000);
	cr_expect_float_eq(rms(on, 8000), car_dsp_rms_of(-20.0), 30.0);
	cr_expect_eq(rms(off, 32000), 0.0);
}

Test(dsp, noise_has_the_level_that_was_asked_for)
{
	struct car_noise noise;
	double sum = 0.0;

	car_noise_init(&noise, -50.0, 7);
	for (int i = 0; i < 80000; i++) {
		double s = car_noise_next(&noise);
		sum += s * s;
	}
	double db = 20.0 * log10(sqrt(sum / 80000.0) / 32768.0);
	cr_expect_float_eq(db, -50.0, 0.5);
	car_noise_init(&noise, -90.0, 7);
	cr_expect_eq(car_noise_next(&noise), 0.0);
}
