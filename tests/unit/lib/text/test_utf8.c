/** @file test_utf8.c  Texts as rows of characters. */
#include <criterion/criterion.h>

#include "text/utf8.h"

Test(utf8, blanks_and_marks_are_not_said)
{
	char out[64];

	yh_utf8_spoken(" 好的，办 吧！(OK)“一〇”１２。", out, sizeof(out));
	cr_expect_str_eq(out, "好的办吧OK一〇１２");
	yh_utf8_spoken("？！", out, sizeof(out));
	cr_expect_str_eq(out, "");
}

Test(utf8, a_text_too_long_is_cut_at_a_character)
{
	char out[8];

	yh_utf8_spoken("一二三", out, sizeof(out));
	cr_expect_str_eq(out, "一二");
}

Test(utf8, what_is_no_utf8_counts_by_bytes_and_ends)
{
	const char *p = "\xe4\xb8"
			"a\xff";

	cr_expect_eq(yh_utf8_next(&p), 0xe4);
	cr_expect_eq(yh_utf8_next(&p), 0xb8);
	cr_expect_eq(yh_utf8_next(&p), 'a');
	cr_expect_eq(yh_utf8_next(&p), 0xff);
	cr_expect_eq(yh_utf8_next(&p), 0);
}

Test(utf8, the_distance_is_that_of_characters)
{
	static const struct {
		const char *a, *b;
		long distance;
	} rows[] = {
		{"", "", 0},
		{"", "好的", 2},
		{"好的", "", 2},
		{"不需要", "需要", 1}, /* one left out */
		{"分十二期", "分十期", 1},
		{"十二", "二十", 2},	   /* a swap is two */
		{"我要办", "你要不办", 2}, /* one changed, one added */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(yh_utf8_distance(rows[i].a, rows[i].b),
			     rows[i].distance, "%s %s", rows[i].a, rows[i].b);
}
