/** @file test_wav_read.c  Recordings of others, in every form that is read */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav_read.h"
#include "base/mem.h"

static uint8_t file[1 << 18];
static size_t bytes;

static void put(const void *p, size_t n)
{
	memcpy(file + bytes, p, n);
	bytes += n;
}

static void put_le(uint32_t v, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		file[bytes++] = (uint8_t)(v >> (8 * i));
}

static void header(unsigned format, unsigned channels, unsigned rate,
		   unsigned sample_bytes, uint32_t data_bytes)
{
	bytes = 0;
	put("RIFF", 4);
	put_le(data_bytes + 36, 4);
	put("WAVEfmt ", 8);
	put_le(16, 4);
	put_le(format, 2);
	put_le(channels, 2);
	put_le(rate, 4);
	put_le(rate * channels * sample_bytes, 4);
	put_le(channels * sample_bytes, 2);
	put_le(sample_bytes * 8, 2);
	put("LIST\3\0\0\0abc", 11); /* odd: padded */
	file[bytes++] = 0;
	put("data", 4);
	put_le(data_bytes, 4);
}

static double wave(double hz, unsigned rate, int i)
{
	return 0.5 * sin(2 * M_PI * hz * i / rate);
}

static void expect_tone(double hz, double tolerance)
{
	int16_t *pcm = NULL;
	size_t n = 0;

	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
	cr_assert_eq(n, 800);
	for (int i = 40; i < 760; i++)
		cr_assert_float_eq(pcm[i] / 32768.0, wave(hz, 8000, i),
				   tolerance, "%d", i);
	yh_free(pcm);
}

static void put_pcm(unsigned channels, unsigned rate, unsigned sample_bytes,
		    int n)
{
	header(1, channels, rate, sample_bytes,
	       (uint32_t)n * channels * sample_bytes);
	for (int i = 0; i < n; i++) {
		double v = wave(440, rate, i);

		if (sample_bytes == 1)
			put_le((uint32_t)lrint(v * 128 + 128), 1);
		else
			put_le((uint32_t)(int32_t)lrint(
				       ldexp(v, (int)sample_bytes * 8 - 1)),
			       sample_bytes);
		for (unsigned c = 1; c < channels; c++)
			put_le(99, sample_bytes);
	}
}

Test(wav_read, takes_linear_samples_of_every_width_and_the_first_channel)
{
	for (unsigned channels = 1; channels <= 2; channels++)
		for (unsigned width = 1; width <= 4; width++) {
			put_pcm(channels, 8000, width, 800);
			expect_tone(440, width == 1 ? 0.01 : 1e-4);
		}
}

Test(wav_read, brings_other_rates_to_8000_hz)
{
	static const unsigned rates[] = {11025, 16000, 22050, 44100, 48000};

	for (size_t i = 0; i < YH_ARRAY_LEN(rates); i++) {
		put_pcm(1, rates[i], 2, (int)rates[i] / 10 + 1);
		expect_tone(440, 0.01);
	}
}

Test(wav_read, lets_nothing_above_the_band_fold_back)
{
	int16_t *pcm = NULL;
	size_t n = 0;
	int top = 0;

	header(1, 1, 48000, 2, 9600);
	for (int i = 0; i < 4800; i++)
		put_le((uint32_t)lrint(wave(6000, 48000, i) * 32768), 2);
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
	for (size_t i = 40; i < n - 40; i++)
		if (abs(pcm[i]) > top)
			top = abs(pcm[i]);
	yh_free(pcm);
	cr_assert_lt(top, 100); /* -50 dB and below */
}

Test(wav_read, takes_alaw_mulaw_and_float)
{
	header(6, 1, 8000, 1, 800);
	for (int i = 0; i < 800; i++)
		put_le(yh_alaw_encode((int16_t)(wave(440, 8000, i) * 32768)),
		       1);
	expect_tone(440, 0.02);
	header(3, 1, 8000, 4, 3200);
	for (int i = 0; i < 800; i++) {
		float v = (float)wave(440, 8000, i);

		put(&v, 4);
	}
	expect_tone(440, 1e-4);
	header(3, 1, 8000, 8, 6400);
	for (int i = 0; i < 800; i++) {
		double v = wave(440, 8000, i);

		put(&v, 8);
	}
	expect_tone(440, 1e-4);
	header(7, 1, 8000, 1, 3);
	put("\xff\x80\x00", 3); /* 0, the largest, the smallest */
	{
		int16_t *pcm = NULL;
		size_t n = 0;

		cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
		cr_assert_eq(n, 3);
		cr_assert_eq(pcm[0], 0);
		cr_assert_eq(pcm[1], 32124);
		cr_assert_eq(pcm[2], -32124);
		yh_free(pcm);
	}
}

Test(wav_read, ends_with_the_file_when_the_header_claims_more)
{
	int16_t *pcm = NULL;
	size_t n = 0;

	put_pcm(1, 8000, 2, 800);
	bytes -= 1000;
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
	cr_assert_eq(n, 300);
	yh_free(pcm);
}

/* The sizes of a file that was written into a pipe. */
Test(wav_read, takes_all_there_is_when_the_writer_knew_no_size)
{
	static const uint32_t unknown[] = {0, UINT32_MAX};
	int16_t *pcm = NULL;
	size_t n = 0, end;

	for (size_t i = 0; i < 2; i++) {
		put_pcm(1, 8000, 2, 800);
		end = bytes;
		bytes = 4;
		put_le(unknown[i], 4);
		bytes = end - 1600 - 4;
		put_le(0, 4);
		bytes = end;
		cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
		cr_expect_eq(n, 800);
		yh_free(pcm);
	}
	header(1, 1, 8000, 2, 0); /* one that knew it: nothing */
	put("LIST\4\0\0\0abcd", 12);
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), 0);
	cr_expect_eq(n, 0);
	yh_free(pcm);
}

Test(wav_read, refuses_what_is_no_wav_at_every_length)
{
	int16_t *pcm = NULL;
	size_t n = 0;

	put_pcm(1, 8000, 2, 800);
	for (size_t cut = 0; cut < 56; cut++)
		cr_assert_eq(yh_wav_parse(file, cut, &pcm, &n), -EINVAL, "%zu",
			     cut);
	header(85, 1, 8000, 1, 0); /* MP3 */
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), -EINVAL);
	header(1, 0, 8000, 2, 0);
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), -EINVAL);
	header(1, 1, 0, 2, 0);
	cr_assert_eq(yh_wav_parse(file, bytes, &pcm, &n), -EINVAL);
	cr_assert_eq(yh_wav_read("/nonexistent.wav", &pcm, &n), -ENOENT);
	cr_assert_null(pcm);
}
