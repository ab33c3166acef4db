/** @file test_redact.c  Mirrors lib/text/redact.c */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

#include "text/redact.h"

struct row {
	const char said[160], kept[160];
	unsigned n;
};

ParameterizedTestParameters(redact, takes_out_secrets_and_nothing_else)
{
	static struct row rows[] = {
		/* cards and identities, as people say them */
		{"我的卡号是六二二二零二一二三四五六七八九零一二三",
		 "我的卡号是*******************", 19},
		{"6222 0212-3456 7890 123", "**** ****-**** **** ***", 19},
		{"身份证是四四零三零六，一九九五零八一五，零零三X",
		 "身份证是******，********，****", 18},
		{"账号幺二三四嗯五六七八九零一二", "账号****嗯********", 12},
		/* codes and passwords */
		{"验证码是三八二七一零", "验证码是******", 6},
		{"密码幺二三四五六啊", "密码******啊", 6},
		{"背面那三个数是七八九", "背面那三个数是***", 3},
		{"３８２７１０", "******", 6},
		{"嗯，是三八二七一零。", "嗯，是******。", 6},
		/* what the conversation needs */
		{"我手机号是一三八零零一三八零零零",
		 "我手机号是一三八零零一三八零零零", 0},
		{"尾号一二三四", "尾号一二三四", 0},
		{"零零三六", "零零三六", 0},
		{"一百二十万零三千元", "一百二十万零三千元", 0},
		{"二零二六年三月一号", "二零二六年三月一号", 0},
		{"我欠123456元", "我欠123456元", 0},
		{"分十二期", "分十二期", 0},
		{"", "", 0},
	};

	return cr_make_param_array(struct row, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct row *r, redact, takes_out_secrets_and_nothing_else)
{
	char text[160];

	snprintf(text, sizeof(text), "%s", r->said);
	cr_expect_eq(yh_redact(text), r->n, "%s", r->said);
	cr_expect_str_eq(text, r->kept);
	cr_expect_eq(yh_redact(text), 0, "again: %s", text);
}

Test(redact, a_constant_without_secrets_is_not_written_to)
{
	static const char nothing[] = "", term[] = "分十二期，尾号1234";

	cr_assert_eq(yh_redact((char *)nothing), 0);
	cr_assert_eq(yh_redact((char *)term), 0);
}

Test(redact, training_text_keeps_no_mobile_number_either)
{
	char text[] = "我手机号是一三八零零一三八零零零，分十二期还123456元";

	cr_assert_eq(yh_redact_all(text), 11);
	cr_assert_str_eq(text, "我手机号是***********，分十二期还123456元");
}
