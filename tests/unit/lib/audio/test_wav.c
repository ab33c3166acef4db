/** @file test_wav.c  The head of a recording */
#include <criterion/criterion.h>
#include <string.h>

#include "audio/g711.h"
#include "audio/wav.h"

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Walk the chunks. @return the data of the one asked for, or NULL */
static const uint8_t *chunk(const uint8_t *head, const char *id, uint32_t *n)
{
	size_t at = 12;

	while (at + 8 <= YH_WAV_HEAD) {
		*n = le32(head + at + 4);
		if (!memcmp(head + at, id, 4))
			return head + at + 8;
		at += 8 + *n;
	}

	return NULL;
}

Test(wav, the_head_says_alaw_stereo_8000_hz)
{
	uint8_t head[YH_WAV_HEAD];
	const uint8_t *p;
	uint32_t n;

	yh_wav_head(1600, "note", head);
	cr_assert_arr_eq(head, "RIFF", 4);
	cr_assert_eq(le32(head + 4), YH_WAV_HEAD - 8 + 3200);
	p = chunk(head, "fmt ", &n);
	cr_assert_eq(n, 18u);
	cr_assert_eq(p[0], 6);
	cr_assert_eq(p[2], 2);
	cr_assert_eq(le32(p + 4), 8000u);
	cr_assert_eq(le32(p + 8), 16000u);
	p = chunk(head, "fact", &n);
	cr_assert_eq(le32(p), 1600u);
	p = chunk(head, "data", &n);
	cr_assert_eq(n, 3200u);
	cr_assert_eq(p, head + YH_WAV_HEAD);
}

Test(wav, a_long_note_is_cut_and_still_ends)
{
	uint8_t head[YH_WAV_HEAD];
	char note[1000];
	const uint8_t *p;
	uint32_t n;

	memset(note, 'x', sizeof(note));
	note[sizeof(note) - 1] = '\0';
	yh_wav_head(0, note, head);
	p = chunk(head, "LIST", &n);
	cr_assert_eq(n, 4u + 8 + YH_WAV_NOTE);
	cr_assert_eq(strlen((const char *)p + 12), (size_t)YH_WAV_NOTE - 1);
}

Test(g711, every_code_survives_decoding_and_encoding)
{
	for (int c = 0; c < 256; c++)
		cr_expect_eq(yh_alaw_encode(yh_alaw_decode((uint8_t)c)), c);
}
