/** @file test_textnorm.c  Mirrors services/tts-gateway/textnorm.c, line.c */
#include <errno.h>
#include <math.h>

#include <criterion/criterion.h>

#include "audio/g711.h"
#include "base/mem.h"
#include "line.h"
#include "textnorm.h"

TestSuite(textnorm, .timeout = 5);

static const struct {
	const char *in, *out;
} rows[] = {
	{"分12期", "分十二期"},
	{"10期", "十期"},
	{"110元", "一百一十元"},
	{"12600元", "一万二千六百元"},
	{"10005元", "一万零五元"},
	{"100050元", "十万零五十元"},
	{"8000000元", "八百万元"},
	{"年化13.2%", "年化百分之十三点二"},
	{"6.50元", "六点五元"},
	{"尾号3071", "尾号三零七幺"},
	{"0元", "零元"},
	{"<break time=\"9s\"/>", " break time= 九s / "},
};

Test(textnorm, numbers_are_read_as_a_person_would)
{
	char out[256];

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		cr_assert_eq(tts_textnorm(rows[i].in, out, sizeof(out)), 0);
		cr_expect_str_eq(out, rows[i].out, "%s gave %s", rows[i].in,
				 out);
	}
}

Test(textnorm, what_does_not_fit_is_refused)
{
	char out[8];

	cr_assert_eq(tts_textnorm("123456789", out, sizeof(out)), -ENOSPC);
}

Test(line, speech_arrives_in_whole_frames_at_the_networks_level)
{
	enum { N = 22050 };
	int16_t *pcm = yh_calloc(N, sizeof(*pcm));
	uint8_t *alaw;
	size_t n;
	double sum = 0;

	for (int i = 0; i < N; i++)
		pcm[i] = (int16_t)(1000 * sin(2 * M_PI * 440 * i / N));
	cr_assert_eq(tts_to_line(pcm, N, 22050, &alaw, &n), 0);
	cr_assert_eq(n % YH_FRAME_SAMPLES, 0);
	cr_assert_float_eq((double)n, 8000, 200);
	for (size_t i = 0; i < n; i++)
		sum += pow(yh_alaw_decode(alaw[i]), 2);
	cr_assert_float_eq(20 * log10(sqrt(sum / (double)n) / 32768), -20, 1);
	yh_free(alaw);
	yh_free(pcm);
}
