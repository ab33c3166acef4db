/** @file test_endpoint.c  Mirrors lib/text/endpoint.h */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "text/endpoint.h"

static const struct yh_endpoint_conf conf = {240, 400, 900};

struct row {
	enum yh_expect expect;
	const char *text;
	enum yh_phrase phrase;
	enum yh_turn turn;
};

static void judge_all(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum yh_turn turn = yh_turn_judge(rows[i].expect, rows[i].text,
						  rows[i].phrase);

		cr_expect_eq(turn, rows[i].turn, "%d \"%s\": %d",
			     (int)rows[i].expect, rows[i].text, (int)turn);
	}
}

Test(endpoint, a_yes_to_a_question_is_whole)
{
	static const struct row rows[] = {
		{YH_EXPECT_YES_NO, "好的。", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_YES_NO, "嗯", YH_PHRASE_WHOLE, YH_TURN_WHOLE},
		{YH_EXPECT_YES_NO, "不用", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_YES_NO, "不需要谢谢", YH_PHRASE_WHOLE,
		 YH_TURN_WHOLE},
		{YH_EXPECT_YES_NO, "好的那个", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_YES_NO, "", YH_PHRASE_NONE, YH_TURN_UNKNOWN},
	};

	judge_all(rows, YH_ARRAY_LEN(rows));
}

Test(endpoint, what_is_dictated_is_whole_when_its_value_is)
{
	static const struct row rows[] = {
		{YH_EXPECT_DIGITS, "幺三八零零", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_DIGITS, "138 0013 8000", YH_PHRASE_NONE,
		 YH_TURN_WHOLE},
		{YH_EXPECT_DIGITS, "零一零六五五三二八八八", YH_PHRASE_NONE,
		 YH_TURN_WHOLE},
		{YH_EXPECT_DIGITS, "幺三八零零二三四", YH_PHRASE_NONE,
		 YH_TURN_OPEN},
		{YH_EXPECT_DIGITS, "再说一遍", YH_PHRASE_WHOLE, YH_TURN_WHOLE},
		{YH_EXPECT_DIGITS, "好的", YH_PHRASE_WHOLE, YH_TURN_UNKNOWN},
		{YH_EXPECT_AMOUNT, "一千", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_AMOUNT, "一千二百", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_AMOUNT, "一千二百块", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_AMOUNT, "先还五百元吧", YH_PHRASE_NONE,
		 YH_TURN_WHOLE},
		{YH_EXPECT_AMOUNT, "三", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_DATE, "下周", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_DATE, "下周三", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_DATE, "下个月", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_DATE, "三月", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_DATE, "三月五号吧", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_DATE, "后天可以吗", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_TIME, "下午", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_TIME, "下午三点半", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_TERM, "十二", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_TERM, "分十二期", YH_PHRASE_NONE, YH_TURN_WHOLE},
		{YH_EXPECT_TERM, "能分几期", YH_PHRASE_WHOLE, YH_TURN_WHOLE},
	};

	judge_all(rows, YH_ARRAY_LEN(rows));
}

Test(endpoint, a_sentence_that_hangs_in_the_air_is_open)
{
	static const struct row rows[] = {
		{YH_EXPECT_ANY, "我想问一下", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_TEXT, "我那天去了，然后", YH_PHRASE_NONE,
		 YH_TURN_OPEN},
		{YH_EXPECT_ANY, "我的卡是六二二", YH_PHRASE_NONE, YH_TURN_OPEN},
		{YH_EXPECT_ANY, "嗯", YH_PHRASE_WHOLE, YH_TURN_UNKNOWN},
		{YH_EXPECT_ANY, "好的", YH_PHRASE_WHOLE, YH_TURN_UNKNOWN},
		{YH_EXPECT_ANY, "我就是", YH_PHRASE_WHOLE, YH_TURN_WHOLE},
		{YH_EXPECT_ANY, "利息多少", YH_PHRASE_WHOLE, YH_TURN_WHOLE},
		{YH_EXPECT_ANY, "今天天气不错", YH_PHRASE_NONE,
		 YH_TURN_UNKNOWN},
	};

	judge_all(rows, YH_ARRAY_LEN(rows));
}

Test(endpoint, the_beginning_of_a_phrase_is_open)
{
	static char a[] = "好的", b[] = "请问利息是多少", c[] = "好的谢谢";
	static char *const list[] = {a, b, c};
	static const struct row rows[] = {
		{YH_EXPECT_ANY, "请问", YH_PHRASE_BEGUN, YH_TURN_OPEN},
		{YH_EXPECT_YES_NO, "你们", YH_PHRASE_BEGUN, YH_TURN_OPEN},
		{YH_EXPECT_YES_NO, "好的", YH_PHRASE_BEGUN, YH_TURN_WHOLE},
		{YH_EXPECT_ANY, "好的", YH_PHRASE_BEGUN, YH_TURN_UNKNOWN},
	};

	judge_all(rows, YH_ARRAY_LEN(rows));
	cr_expect_eq(yh_phrase_find(list, 3, "请问利息"), YH_PHRASE_BEGUN);
	cr_expect_eq(yh_phrase_find(list, 3, "好的"), YH_PHRASE_WHOLE);
	cr_expect_eq(yh_phrase_find(list, 3, "利息"), YH_PHRASE_NONE);
	cr_expect_eq(yh_phrase_find(list, 3, ""), YH_PHRASE_NONE);
}

Test(endpoint, the_wait_follows_the_turn_and_then_the_question)
{
	static const struct {
		enum yh_expect expect;
		enum yh_turn turn;
		uint32_t ms;
	} rows[] = {
		{YH_EXPECT_ANY, YH_TURN_WHOLE, 240},
		{YH_EXPECT_DIGITS, YH_TURN_WHOLE, 240},
		{YH_EXPECT_YES_NO, YH_TURN_OPEN, 900},
		{YH_EXPECT_YES_NO, YH_TURN_UNKNOWN, 400},
		{YH_EXPECT_TERM, YH_TURN_UNKNOWN, 400},
		{YH_EXPECT_AMOUNT, YH_TURN_UNKNOWN, 400},
		{YH_EXPECT_DATE, YH_TURN_UNKNOWN, 400},
		{YH_EXPECT_DIGITS, YH_TURN_UNKNOWN, 900},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_eq(
			yh_endpoint_ms(&conf, rows[i].expect, rows[i].turn),
			rows[i].ms, "row %zu", i);
}
