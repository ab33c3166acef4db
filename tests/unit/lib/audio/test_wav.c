/** @file test_wav.c  The file of a recording; A-law */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/g711.h"
#include "audio/wav.h"
#include "crypto/crypto.h"

static char dir[] = "/tmp/yh-wav-XXXXXX", path[64];
static const struct yh_aigc label = {"银湖银行", "call-1"};
static uint8_t file[4096];
static size_t length;

static void setup(void)
{
	cr_assert(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/a.wav", dir);
}

static void teardown(void)
{
	unlink(path);
	rmdir(dir);
}

static void read_file(void)
{
	FILE *f = fopen(path, "rb");

	cr_assert(f);
	length = fread(file, 1, sizeof(file), f);
	fclose(f);
}

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Walk the chunks. @return the data of the one asked for, or NULL */
static const uint8_t *chunk(const char *id, uint32_t *n)
{
	size_t at = 12;

	while (at + 8 <= length) {
		*n = le32(file + at + 4);
		if (!memcmp(file + at, id, 4))
			return file + at + 8;
		at += 8 + *n + (*n & 1);
	}

	return NULL;
}

TestSuite(wav, .init = setup, .fini = teardown);

static void write_file(uint32_t at, const struct yh_wav_gap *gaps,
		       size_t n_gaps, struct yh_wav_made *made)
{
	const uint8_t left[] = {1, 2, 3}, right[] = {4, 5, 6};
	struct yh_wav *w;

	cr_assert_eq(yh_wav_open(&w, path, &label), 0);
	cr_assert_eq(yh_wav_add(w, at, left, right, 3), 0);
	cr_assert_eq(yh_wav_close(w, gaps, n_gaps, made), 0);
	read_file();
}

Test(wav, the_file_is_alaw_stereo_with_the_callee_on_the_left)
{
	const uint8_t both[] = {1, 4, 2, 5, 3, 6};
	struct yh_wav_made made;
	char want[YH_SHA256_HEX];
	const uint8_t *p;
	uint32_t n;

	write_file(0, NULL, 0, &made);
	cr_assert_arr_eq(file, "RIFF", 4);
	cr_assert_eq(le32(file + 4), length - 8);
	p = chunk("fmt ", &n);
	cr_assert(p);
	cr_assert_eq(p[0], 6);
	cr_assert_eq(p[2], 2);
	cr_assert_eq(le32(p + 4), 8000u);
	p = chunk("fact", &n);
	cr_assert_eq(le32(p), 3u);
	p = chunk("LIST", &n);
	cr_assert(p && !memcmp(p, "INFOICMT", 8));
	p = chunk("data", &n);
	cr_assert_eq(n, 6u);
	cr_assert_arr_eq(p, both, 6);
	cr_assert_eq(yh_sha256_hex(file, length, want), 0);
	cr_assert_str_eq(made.sha256, want);
}

Test(wav, the_file_is_labelled_as_synthetic)
{
	struct yh_wav_made made;
	const char *p;
	uint32_t n;

	write_file(1, NULL, 0, &made);
	cr_assert(made.labelled);
	p = (const char *)chunk("AIGC", &n);
	cr_assert(p);
	cr_assert(memmem(p, n, "\"ContentProducer\":\"银湖银行\"", 32));
	cr_assert(memmem(p, n, "\"ProduceID\":\"call-1\"", 20));
	cr_assert(yh_aigc_is_labelled(file, length));
}

Test(wav, a_label_that_breaks_its_json_is_refused)
{
	const struct yh_aigc bad = {"a\"b", "call-1"};
	struct yh_wav *w;

	cr_assert_eq(yh_wav_open(&w, path, &bad), -EINVAL);
}

Test(wav, what_was_left_out_is_silence)
{
	const uint8_t want[] = {0xd5, 0xd5, 0xd5, 0xd5, 1, 4, 2, 5, 3, 6};
	const uint8_t *p;
	struct yh_wav_made made;
	uint32_t n;

	write_file(2, NULL, 0, &made);
	p = chunk("data", &n);
	cr_assert_eq(n, sizeof(want));
	cr_assert_arr_eq(p, want, sizeof(want));
}

Test(wav, a_secret_is_silence_on_the_callee_s_side_alone)
{
	static uint8_t left[400], right[400];
	struct yh_wav *w = NULL;
	struct yh_wav_made made;
	const uint8_t *data;
	uint32_t n = 0;

	memset(left, 0x11, sizeof(left));
	memset(right, 0x22, sizeof(right));
	cr_assert_eq(yh_wav_open(&w, path, &label), 0);
	cr_assert_eq(yh_wav_add(w, 0, left, right, 400), 0);
	cr_assert_eq(yh_wav_mute(w, YH_WAV_LEFT, 100, 200), 0);
	cr_assert_eq(yh_wav_mute(w, YH_WAV_LEFT, 390, 1000),
		     0); /* beyond the end */
	cr_assert_eq(yh_wav_mute(w, YH_WAV_LEFT, 5000, 10), 0);
	cr_assert_eq(yh_wav_close(w, NULL, 0, &made), 0);
	read_file();
	data = chunk("data", &n);
	cr_assert(data);
	cr_assert_eq(n, 800);
	for (uint32_t i = 0; i < 400; i++) {
		bool gone = (i >= 100 && i < 300) || i >= 390;

		cr_assert_eq(data[2 * i], gone ? YH_ALAW_SILENCE : 0x11,
			     "sample %u", i);
		cr_assert_eq(data[2 * i + 1], 0x22);
	}
}

Test(wav, a_gap_is_a_cue_point_with_a_length)
{
	const struct yh_wav_gap gaps[] = {{1, 1}, {3, 2}};
	const uint8_t *p;
	struct yh_wav_made made;
	uint32_t n;

	write_file(2, gaps, 2, &made);
	cr_assert_eq(le32(file + 4), length - 8);
	p = chunk("cue ", &n);
	cr_assert(p);
	cr_assert_eq(le32(p), 2u);
	cr_assert_eq(le32(p + 4 + 24 + 4), 3u);
	cr_assert_arr_eq(p + 4 + 2 * 24 + 8, "adtlltxt", 8);
	cr_assert_eq(le32(p + 4 + 2 * 24 + 24), 1u);
}

Test(wav, samples_do_not_go_back)
{
	const uint8_t some[2] = {0};
	struct yh_wav *w;
	struct yh_wav_made made;

	cr_assert_eq(yh_wav_open(&w, path, &label), 0);
	cr_assert_eq(yh_wav_add(w, 0, some, some, 2), 0);
	cr_assert_eq(yh_wav_add(w, 1, some, some, 2), -EINVAL);
	cr_assert_eq(yh_wav_close(w, NULL, 0, &made), 0);
}

Test(wav, a_path_that_cannot_be_written_is_an_error)
{
	struct yh_wav *w;

	cr_assert_eq(yh_wav_open(&w, "/nowhere/at/all.wav", &label), -ENOENT);
}

Test(g711, every_code_survives_decoding_and_encoding)
{
	for (int c = 0; c < 256; c++)
		cr_expect_eq(yh_alaw_encode(yh_alaw_decode((uint8_t)c)), c);
}

Test(g711, the_table_and_the_energy_are_those_of_the_decoder)
{
	for (int c = 0; c < 256; c++) {
		uint8_t code = (uint8_t)c;
		int16_t pcm = yh_alaw_decode(code), got;

		yh_alaw_decode_n(&code, &got, 1);
		cr_expect_eq(got, pcm);
		cr_expect_eq(yh_alaw_energy(&code, 1), (uint64_t)(pcm * pcm));
	}
}
