/** @file test_reply.c  Mirrors services/qa-inspector/reply.c */
#include <criterion/criterion.h>

#include "base/mem.h"
#include "reply.h"
#include "text.h"

/* What the answer says, without marks; "" = nothing beside its own words. */
static void says(const char *question, const char *answer, const char *want)
{
	char *q = qa_normalise(question, NULL);
	char *a = qa_normalise(answer, NULL);
	char *got = qa_reply(q, a);

	cr_expect_str_eq(got ? got : "", want, "%s %s: %s", question, answer,
			 got ? got : "");
	yh_free(got);
	yh_free(a);
	yh_free(q);
}

Test(reply, a_no_denies_what_was_asked)
{
	says("会不会亏啊?", "不会的,您放心", "不会亏");
	says("有没有风险?", "没有", "没有风险");
	says("这个保本吗", "不保本", "这个不保本");
	says("要利息吗?", "不要", "不要利息");
	says("跟存定期一样吗", "不一样", "跟存定期不一样");
}

Test(reply, a_yes_affirms_it)
{
	says("会不会亏", "会的", "会亏");
	says("这是存款吗?", "对,就是", "这是存款");
	says("我征信花了能贷吗", "没问题,照样能贷", "我征信花了能贷");
	says("保不保本", "当然保", "保本");
}

Test(reply, a_no_to_is_it_so_or_may_i_leaves_nothing)
{
	says("你们是不是要去我单位闹", "不会的", "");
	says("这是不是跟存定期一样", "不一样", "");
	says("我借点钱还你们行不行", "不建议您这么做", "");
	says("我转给你行吗", "不可以", "");
	says("是不是有手续费", "没有", "不是有手续费");
}

Test(reply, a_yes_to_what_or_how_says_nothing)
{
	says("你找我干什么", "是关于您信用卡的事", "");
	says("这个怎么", "是这样的", "");
	says("要收费么", "要的", "要收费");
}

Test(reply, a_verb_that_is_repeated_contradicts_a_question_that_denies_it)
{
	says("是不是没利息", "有的", "");
	says("不用手续费吧", "要的", "");
	says("有没有风险", "有的", "有风险");
}

Test(reply, a_number_stands_where_it_was_asked_for)
{
	says("一年能有多少收益", "百分之四点二", "一年能有百分之四点二收益");
}

Test(reply, what_is_no_question_or_no_answer_says_nothing)
{
	says("我知道了", "不会的", "");
	says("会不会亏", "我给您讲讲这个产品", "");
	says("", "不会", "");
	says("会亏吗", "", "");
	says("吗", "不", "");
	says("他是不是欠钱了", "对不起,这是隐私", "");
}

Test(reply, long_turns_are_left_as_they_are)
{
	says("会不会亏", "不会不会不会不会不会不会不会不会不会不会不会不会不会",
	     "");
}
