/** @file test_frames.c  Mirrors services/qa-inspector/frames.c */
#include <criterion/criterion.h>
#include <string.h>

#include "frames.h"

static void gives(const char *frame, size_t i, const char *want)
{
	char text[QA_SENTENCE_MAX];

	qa_frame_sentence(frame, i, text);
	cr_expect_str_eq(text, want);
}

Test(frames, a_plain_sentence_is_itself)
{
	cr_expect_eq(qa_frame_count("不会亏"), 1);
	gives("不会亏", 0, "不会亏");
	gives("", 0, "");
}

Test(frames, every_combination_once)
{
	const char *frame = "{a|b}x{c|}";

	cr_expect_eq(qa_frame_count(frame), 4);
	gives(frame, 0, "axc");
	gives(frame, 1, "bxc");
	gives(frame, 2, "ax");
	gives(frame, 3, "bx");
}

Test(frames, a_large_frame_is_bounded_and_uses_every_alternative)
{
	const char *frame = "{a|b|c}{d|e|f}{g|h|i}{j|k|l}";
	char text[QA_SENTENCE_MAX];
	bool seen[26] = {false};

	cr_expect_eq(qa_frame_count(frame), QA_FRAME_MOST);
	for (size_t i = 0; i < QA_FRAME_MOST; i++) {
		qa_frame_sentence(frame, i, text);
		cr_assert_eq(strlen(text), 4);
		for (const char *c = text; *c; c++)
			seen[*c - 'a'] = true;
	}
	for (size_t i = 0; i < 12; i++)
		cr_expect(seen[i], "%c", (int)('a' + i));
}

Test(frames, an_open_brace_and_a_long_text_are_cut)
{
	char frame[2 * QA_SENTENCE_MAX], text[QA_SENTENCE_MAX];

	gives("x{a|b", 1, "xb");
	memset(frame, 'a', sizeof(frame));
	frame[sizeof(frame) - 1] = '\0';
	qa_frame_sentence(frame, 0, text);
	cr_expect_lt(strlen(text), QA_SENTENCE_MAX);
}
