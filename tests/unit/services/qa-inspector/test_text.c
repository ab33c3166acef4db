/** @file test_text.c  Mirrors services/qa-inspector/text.c */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "pack.h"
#include "text.h"

static void same(const char *in, const char *out)
{
	char *s = qa_normalise(in, NULL);

	cr_expect_str_eq(s, out);
	yh_free(s);
}

Test(text, full_width_becomes_half_width)
{
	same("ＡＢ１２％", ";ab12%;");
}

Test(text, marks_become_the_ends_of_clauses_and_sentences)
{
	same("好的。。。再见!", ";好的;再见;");
	same("好的,你说?", ";好的,你说?");
}

Test(text, quotes_spaces_and_fillers_go)
{
	same("“嗯 保 本”啊", ";保本;");
	same("", ";");
}

Test(text, a_decimal_point_stays)
{
	same("3.5%.", ";3.5%;");
}

Test(text, what_is_not_utf8_is_left_out)
{
	same("a\xff\xe4\xb8", ";a;");
	same("\xc0\xaf\xed\xa0\x80\xf5\x80\x80\x80x", ";x;");
}

Test(text, digits_read_one_by_one_become_a_number)
{
	same("尾号一二三四", ";尾号1234;");
	same("一二得二", ";一二得二;");
}

Test(text, what_is_misheard_is_read_as_it_is_meant)
{
	struct qa_heard pair = {(char *)"宝本", (char *)"保本"};
	struct qa_pack pack = {.heard = &pair, .n_heard = 1};
	struct qa_pack *packs[] = {&pack};
	struct qa_heard_table *t = NULL;
	char *s;

	cr_assert_eq(qa_heard_create(&t, packs, 1), 0);
	s = qa_normalise("这款宝,宝本", t);
	cr_expect_str_eq(s, ";这款宝,保本;");
	yh_free(s);
	qa_heard_destroy(t);
}

Test(text, a_meaning_longer_than_what_is_heard_is_refused)
{
	struct qa_heard pair = {(char *)"宝", (char *)"保本"};
	struct qa_pack pack = {.heard = &pair, .n_heard = 1};
	struct qa_pack *packs[] = {&pack};
	struct qa_heard_table *t = NULL;

	cr_assert_lt(qa_heard_create(&t, packs, 1), 0);
	cr_assert_null(t);
}

Test(text, numbers_of_people_are_noticed_and_others_are_not)
{
	cr_expect(qa_reads_out_number("一三八 零零一三-八零零零"));
	cr_expect(qa_reads_out_number("卡号6222 0212 3456 7890。"));
	cr_expect(qa_reads_out_number("11010119900307123X"));
	cr_expect(qa_reads_out_number("幺三八,零零一三,八零零零"));
	cr_expect_not(qa_reads_out_number("2026年11月23日"));
	cr_expect_not(qa_reads_out_number("客服热线4008001234"));
	cr_expect_not(qa_reads_out_number("3000、5000、8000元三档"));
	cr_expect_not(qa_reads_out_number("工单号202611230001567890"));
	cr_expect_not(qa_reads_out_number("138****5678"));
	cr_expect_not(qa_reads_out_number(""));
}

Test(text, spoken_characters_are_counted_without_marks)
{
	cr_expect_eq(qa_spoken_chars("您好,嗯 ABC。"), 6);
}
