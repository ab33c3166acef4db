/** @file test_reading.c  Mirrors services/tts-gateway/clean.c, reading*.c and
 * numerals.c: what is said for what is written. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "clean.h"
#include "reading.h"
#include "text/numbers.h"

TestSuite(reading, .timeout = 5);

static const char *say(const char *in)
{
	static char clean[4096], out[16384];

	cr_assert_eq(tts_clean(in, clean, sizeof(clean)), 0);
	cr_assert_eq(tts_reading(clean, out, sizeof(out)), 0);

	return out;
}

struct row {
	const char *in, *out;
};

static void check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(say(rows[i].in), rows[i].out, "%s gave %s",
				 rows[i].in, say(rows[i].in));
}

Test(reading, cardinals)
{
	static const struct row rows[] = {
		{"分12期", "分十二期"},
		{"10期", "十期"},
		{"0次", "零次"},
		{"11天", "十一天"},
		{"20天", "二十天"},
		{"110元", "一百一十元"},
		{"101元", "一百零一元"},
		{"1010元", "一千零一十元"},
		{"1005元", "一千零五元"},
		{"10000元", "一万元"},
		{"10005元", "一万零五元"},
		{"12600元", "一万二千六百元"},
		{"100050元", "十万零五十元"},
		{"120000元", "十二万元"},
		{"8000000元", "八百万元"},
		{"8001500元", "八百万一千五百元"},
		{"8000500元", "八百万零五百元"},
		{"100005000元", "一亿零五千元"},
		{"1234567890元", "十二亿三千四百五十六万七千八百九十元"},
		{"300000000000元", "三千亿元"},
		{"共1,234,567户", "共一百二十三万四千五百六十七户"},
		{"１２期", "十二期"}, /* full width */
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, two_is_liang_where_people_say_so)
{
	static const struct row rows[] = {
		{"2个月", "两个月"},	  {"2期", "两期"},
		{"第2期", "第二期"},	  {"2月2号", "二月二号"},
		{"12个", "十二个"},	  {"200元", "两百元"},
		{"220元", "两百二十元"},  {"1200元", "一千二百元"},
		{"2200元", "两千二百元"}, {"22000元", "两万二千元"},
		{"2万元", "两万元"},	  {"220000元", "二十二万元"},
		{"2亿元", "两亿元"},	  {"2元", "两元"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, amounts_of_money)
{
	static const struct row rows[] = {
		{"1200.50元", "一千二百元五角"},
		{"1200.00元", "一千二百元"},
		{"12.05元", "十二元零五分"},
		{"12.34元", "十二元三角四分"},
		{"0.88元", "八角八分"},
		{"0.05元", "五分"},
		{"0.00元", "零元"},
		{"¥1,200.50", "一千二百元五角"},
		{"￥300", "三百元"},
		{"¥300元", "三百元"},
		{"¥1.5万", "一点五万元"},
		{"1.5万元", "一点五万元"},
		{"1.235元", "一点二三五元"},
		{"$5.5", "五点五美元"},
		{"100美元", "一百美元"},
		{"每天3元/次", "每天三元每次"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

/* lib/text/numbers.c hears what is read here. */
Test(reading, an_amount_that_is_heard_again_is_the_same)
{
	char in[64];

	srand(1);
	for (int i = 0; i < 20000; i++) {
		uint64_t random = (uint64_t)rand() << 20 ^ (uint64_t)rand();
		int64_t cents =
			1000 +
			(int64_t)(random % (i % 3 ? 10000000 : 1000000000000));
		int64_t heard = 0;

		snprintf(in, sizeof(in), "%lld.%02lld元",
			 (long long)cents / 100, (long long)cents % 100);
		cr_assert(yh_find_amount(say(in), &heard), "%s: %s", in,
			  say(in));
		cr_assert_eq(heard, cents, "%s: %s", in, say(in));
	}
}

Test(reading, percentages_fractions_ranges)
{
	static const struct row rows[] = {
		{"年化13.2%", "年化百分之十三点二"},
		{"13.20%", "百分之十三点二"},
		{"0.05%", "百分之零点零五"},
		{"100%", "百分之一百"},
		{"2%", "百分之二"},
		{"５％", "百分之五"},
		{"0.5‰", "千分之零点五"},
		{"百分之13.2", "百分之十三点二"},
		{"5%-10%", "百分之五到百分之十"},
		{"5-10%", "百分之五到十"},
		{"3-6期", "三到六期"},
		{"3~6期", "三到六期"},
		{"100元-200元", "一百元到两百元"},
		{"-3%", "负百分之三"},
		{"气温-5℃", "气温负五度"},
		{"1/3", "三分之一"},
		{"3.14", "三点一四"},
		{"3.10", "三点一"},
		{"3.0", "三"},
		{"1+1", "一加一"},
		{"7*24小时", "七 二十四小时"},
		{"7×24小时", "七乘二十四小时"},
		{"2000-3000元", "两千到三千元"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, dates_and_times)
{
	static const struct row rows[] = {
		{"2026-11-28", "二零二六年十一月二十八日"},
		{"2026/1/5", "二零二六年一月五日"},
		{"2026.02.10", "二零二六年二月十日"},
		{"2026-13-28", "两千零二十六到十三到二十八"},
		{"2026年11月28日", "二零二六年十一月二十八日"},
		{"20年", "二十年"},
		{"11月2日", "十一月二日"},
		{"14:30", "十四点三十分"},
		{"9:05", "九点零五分"},
		{"9:00", "九点"},
		{"2:00", "两点"},
		{"14：30", "十四点三十分"},
		{"23:59:09", "二十三点五十九分零九秒"},
		{"9:00-18:00", "九点到十八点"},
		{"2026-11-28 14:30", "二零二六年十一月二十八日 十四点三十分"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, what_is_no_number_goes_digit_by_digit)
{
	static const struct row rows[] = {
		{"尾号3071", "尾号三零七幺"},
		{"尾号为1234", "尾号为幺二三四"},
		{"尾号：1111", "尾号：幺幺幺幺"},
		{"尾号1234和5678的卡", "尾号幺二三四和五六七八的卡"},
		{"尾号1234，共2笔", "尾号幺二三四，共两笔"},
		{"13812345678", "幺三八，幺二三四，五六七八"},
		{"138-1234-5678", "幺三八，幺二三四，五六七八"},
		{"138 1234 5678", "幺三八，幺二三四，五六七八"},
		{"138****5678", "幺三八，五六七八"},
		{"010-66221234", "零幺零，六六二二，幺二三四"},
		{"0571-8765432", "零五七幺，八七六五四三二"},
		{"400-800-1234", "四零零，八零零，幺二三四"},
		{"4008001234", "四零零，八零零，幺二三四"},
		{"请拨打95588", "请拨打九五五八八"},
		{"95588", "九五五八八"},
		{"95588元", "九万五千五百八十八元"},
		{"电话10086", "电话幺零零八六"},
		{"电话3次", "电话三次"},
		{"验证码123456", "验证码幺二三四五六"},
		{"6222 0200 1234 5678",
		 "六二二二，零二零零，幺二三四，五六七八"},
		{"6222020012345678901",
		 "六二二二，零二零零，幺二三四，五六七八，九零幺"},
		{"007", "零零七"},
		{"单号12345678", "单号幺二三四，五六七八"},
		{"4001234567.80元", "四十亿零一百二十三万四千五百六十七元八角"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, nothing_in_a_text_is_an_order_to_the_engine)
{
	static const struct row rows[] = {
		{"张<audio src=\"http://a/b.wav\"/>三", "张 三"},
		{"<break time=\"9999s\">李四", "李四"},
		{"<speak><prosody rate=\"x-slow\">王五</prosody></speak>",
		 "王五"},
		{"<!-- x -->赵六<?xml?>", "赵六"},
		{"＜break time=1＞", "break time 一"}, /* folded: no tag yet */
		{"[[p_h'@n]]钱七", "钱七"},
		{"a<b>c", "a c"},
		{"3<5", "三 五"},
		{"<break", "break"},
		{"&lt;break&gt;", "break"},
		{"&#60;x&#62;", "x"},
		{"A&B", "A B"},
		{"{name}|\\\"`_^", "name"},
		{"孙\x01\x02\x1b[31m八", "孙 三十一m八"},
		{"周\xe2\x80\xae"
		 "九\xe2\x80\xac",
		 "周九"},				  /* RTL override */
		{"吴\xe2\x80\x8b\xef\xbb\xbf十", "吴十"}, /* zero width */
		{"郑\xf0\x9f\x98\x80先生", "郑 先生"},	  /* emoji */
		{"\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9", ""},
		{"好\xff\xfe\xc3吗", "好吗"}, /* no UTF-8 */
		{"\xe0\x80\xbc"
		 "b\xe0\x80\xbe",
		 "b"}, /* overlong < > */
		{"等等………………。。。。", "等等，。"},
		{"第一行\n第二行", "第一行 第二行"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, names_and_words_stay_as_they_are)
{
	static const struct row rows[] = {
		{"您好，这里是银湖银行。", "您好，这里是银湖银行。"},
		{"买买提·吐尔逊先生", "买买提 吐尔逊先生"},
		{"APP里办理", "APP里办理"},
		{"“随心贷”（2号）", "随心贷，二号，"},
		{"𠮷田女士", "𠮷田女士"},
		{"Hello, world.", "Hello， world。"},
	};

	check(rows, YH_ARRAY_LEN(rows));
}

Test(reading, a_second_reading_changes_nothing)
{
	static const char *const rows[] = {
		"¥1,200.50，尾号3071，13812345678，2026-11-28 14:30，5-10%",
		"a<b>c“x”(y)—z: 50% + 3/4 * 2 ~ 1",
	};
	char once[4096];

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		snprintf(once, sizeof(once), "%s", say(rows[i]));
		cr_expect_str_eq(say(once), once);
	}
}

Test(reading, what_does_not_fit_is_refused)
{
	char out[8];

	cr_assert_eq(tts_reading("123456789", out, sizeof(out)), -ENOSPC);
	cr_assert_eq(tts_clean("1234567890", out, sizeof(out)), -ENOSPC);
	cr_assert_str_eq(out, "1234567");
}
