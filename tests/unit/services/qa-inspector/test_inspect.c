/**
 * @file test_inspect.c  Mirrors services/qa-inspector/inspect.c: the
 *                       project's own set, for each rule what breaks it and
 *                       what only looks so.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "case.h"
#include "inspect.h"
#include "read.h"

#define CASES "tests/data/quality_eval.jsonl"
#define RULES "services/qa-inspector/rules"

static struct qa_rules *open_rules(void)
{
	struct qa_rules *rules = NULL;
	char error[512];

	cr_assert_eq(qa_rules_load(&rules, RULES, error, sizeof(error)), 0,
		     "%s", error);

	return rules;
}

static bool breaks(struct qa_rules *rules, const struct qa_dialog *d,
		   const char *rule)
{
	struct qa_report r;
	bool found = false;

	cr_assert_eq(qa_inspect(rules, d, &r), 0);
	for (size_t i = 0; i < r.n; i++)
		found |= !strcmp(r.findings[i].rule->id, rule);
	qa_report_fini(&r);

	return found;
}

TestSuite(inspect, .timeout = 300);

static bool in_list(json_t *list, const char *rule)
{
	json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
	{
		if (!strcmp(json_string_value(v), rule))
			return true;
	}

	return false;
}

/* Verdicts over the project's own set. */
struct tally {
	unsigned n, tp, fp, fn;
};

static void judge_line(struct tally *t, struct qa_rules *rules, json_t *line)
{
	json_t *expect = json_object_get(line, "expect"), *v;
	struct qa_dialog d;
	size_t i;

	cr_assert_eq(qa_read_dialog(&d, line), 0);
	json_array_foreach(json_object_get(line, "judge"), i, v)
	{
		bool truth = in_list(expect, json_string_value(v));
		bool verdict = breaks(rules, &d, json_string_value(v));

		t->n++;
		t->tp += truth && verdict;
		t->fp += !truth && verdict;
		t->fn += truth && !verdict;
	}
	qa_dialog_fini(&d);
}

Test(inspect, the_projects_own_set_is_judged_with_98_percent_at_least)
{
	struct qa_rules *rules = open_rules();
	FILE *f = fopen(CASES, "r");
	struct tally t = {0};
	char text[16384];

	cr_assert(f, "run from the repository's root");
	while (fgets(text, sizeof(text), f)) {
		json_t *line = json_loads(text, 0, NULL);

		cr_assert(line);
		judge_line(&t, rules, line);
		json_decref(line);
	}
	fclose(f);
	qa_rules_destroy(rules);
	cr_assert_geq(t.n, 44 * 40);
	cr_assert_geq(t.tp * 100, (t.tp + t.fp) * 98, "precision");
	cr_assert_geq(t.tp * 100, (t.tp + t.fn) * 98, "recall");
}

Test(inspect, every_rules_own_tests_are_green)
{
	struct qa_rules *rules = open_rules();
	unsigned n = 0;

	for (size_t i = 0; i < qa_rules_count(rules); i++) {
		const struct qa_rule *r = qa_rules_at(rules, i);

		for (unsigned k = 0; k < r->n_bad + r->n_good; k++, n++) {
			bool bad = k < r->n_bad;
			const char *text =
				bad ? r->bad[k] : r->good[k - r->n_bad];
			struct qa_dialog d;

			cr_assert_eq(qa_read_case(&d, QA_SERVICE, text), 0);
			cr_expect_eq(breaks(rules, &d, r->id), bad, "%s: %s",
				     r->id, text);
			qa_dialog_fini(&d);
		}
	}
	cr_assert_geq(n, 100);
	qa_rules_destroy(rules);
}

Test(inspect, all_44_rules_exist)
{
	struct qa_rules *rules = open_rules();
	unsigned n = 0;

	for (size_t i = 0; i < qa_rules_count(rules); i++)
		n += !i || strcmp(qa_rules_at(rules, i)->id,
				  qa_rules_at(rules, i - 1)->id) != 0;
	cr_assert_eq(n, 44);
	qa_rules_destroy(rules);
}

static void say(struct qa_dialog *d, enum qa_speaker who, const char *text)
{
	uint32_t ms = d->n_turns ? d->turns[d->n_turns - 1].end_ms + 500 : 500;
	uint32_t length_ms = (uint32_t)strlen(text) * 80;

	cr_assert_eq(qa_dialog_add(d, who, ms, ms + length_ms, text, NULL), 0);
}

Test(inspect, a_good_call_has_no_finding_and_a_full_score)
{
	struct qa_rules *rules = open_rules();
	struct qa_dialog d = {.kind = QA_MARKETING, .ended = true};
	struct qa_report r;

	d.bank_name = yh_strdup("东海银行");
	say(&d, QA_BOT,
	    "您好,我是东海银行的智能语音助手,本次通话会被录音。"
	    "请问您是王女士本人吗?如不希望再接到此类来电请告诉我。");
	say(&d, QA_CALLEE, "我是");
	say(&d, QA_BOT,
	    "来电是想邀请您了解账单分期,年化利率单利百分之十三。您有兴趣吗?");
	say(&d, QA_CALLEE, "好的");
	say(&d, QA_BOT, "请您在手机银行办理,感谢接听,再见。");
	cr_assert_eq(qa_inspect(rules, &d, &r), 0);
	for (size_t i = 0; i < r.n; i++)
		cr_expect(false, "%s", r.findings[i].rule->id);
	cr_assert_eq(r.score, 100);
	cr_assert_geq(r.rules_checked, 15);
	qa_report_fini(&r);
	qa_dialog_fini(&d);
	qa_rules_destroy(rules);
}

Test(inspect, what_can_still_be_said_is_no_finding_while_the_call_is_up)
{
	struct qa_rules *rules = open_rules();
	struct qa_dialog d = {.kind = QA_MARKETING};

	say(&d, QA_BOT, "您好,东海银行智能助手。");
	say(&d, QA_BOT, "给您介绍一下。");
	say(&d, QA_BOT, "请问有兴趣吗?");
	cr_assert_not(breaks(rules, &d, "Q05"));
	d.ended = true;
	cr_assert(breaks(rules, &d, "Q05"));
	qa_dialog_fini(&d);
	qa_rules_destroy(rules);
}

Test(inspect, a_severe_finding_is_there_at_once_with_its_line)
{
	struct qa_rules *rules = open_rules();
	struct qa_dialog d = {.kind = QA_WEALTH};
	struct qa_report r;

	d.bank_name = yh_strdup("东海银行");
	say(&d, QA_BOT, "您好,东海银行智能助手。");
	say(&d, QA_CALLEE, "你好");
	say(&d, QA_BOT, "这款保本。");
	cr_assert_eq(qa_inspect(rules, &d, &r), 0);
	cr_assert_eq(r.n, 1);
	cr_assert_str_eq(r.findings[0].rule->id, "Q12");
	cr_assert_eq(r.findings[0].line, 3);
	cr_assert_eq(r.score, 60);
	qa_report_fini(&r);
	qa_dialog_fini(&d);
	qa_rules_destroy(rules);
}

Test(inspect, an_empty_dialog_is_no_fault)
{
	struct qa_rules *rules = open_rules();
	struct qa_dialog d = {.kind = QA_COLLECTION, .ended = true};
	struct qa_report r;

	cr_assert_eq(qa_inspect(rules, &d, &r), 0);
	cr_assert_eq(r.n, 0);
	qa_report_fini(&r);
	qa_rules_destroy(rules);
}

/* Does a bot that says so break the rule? */
static bool says_wrong(struct qa_rules *rules, const char *text,
		       const char *rule)
{
	struct qa_turn turn = {.speaker = QA_BOT, .text = (char *)text};
	struct qa_dialog d = {
		.kind = QA_WEALTH, .turns = &turn, .n_turns = 1, .ended = true};

	return breaks(rules, &d, rule);
}

Test(inspect, a_word_is_judged_by_its_clauses_however_long_the_sentence)
{
	struct qa_rules *rules = open_rules();

	cr_expect_not(says_wrong(
		rules,
		"跟您说明一下，理财产品打破了刚性兑付，我们是按净值来算的，"
		"涨了跌了都在您自己的账户里看得到，请您考虑清楚再决定",
		"Q12"));
	cr_expect(says_wrong(
		rules,
		"跟您说明一下，我们是按净值来算的，这个产品是刚性兑付的，"
		"涨了跌了都在您自己的账户里看得到，请您考虑清楚再决定",
		"Q12"));
	qa_rules_destroy(rules);
}

/* bot, callee and bot again, in a call about wealth. */
static bool says_after(struct qa_rules *rules, const char *const texts[3],
		       const char *rule)
{
	struct qa_turn turns[] = {
		{.speaker = QA_BOT, .text = (char *)texts[0]},
		{.speaker = QA_CALLEE, .text = (char *)texts[1]},
		{.speaker = QA_BOT, .text = (char *)texts[2]},
	};
	struct qa_dialog d = {
		.kind = QA_WEALTH, .turns = turns, .n_turns = 3, .ended = true};

	return breaks(rules, &d, rule);
}

Test(inspect, a_no_to_the_question_is_no_claim_whatever_words_it_repeats)
{
	static const char *const denied[] = {
		"您好。", "你们是全国第一吧？",
		"没有的事，全国第一那是外头乱传，选产品看自己。"};
	static const char *const agreed[] = {"您好。", "不会亏吧？",
					     "不会亏的，您放心。"};
	static const char *const but[] = {
		"您好。", "你们是全国第一吧？",
		"没有没有，不过要论收益，我们是全国第一。"};
	struct qa_rules *rules = open_rules();

	cr_expect_not(says_after(rules, denied, "Q17"));
	cr_expect(says_after(rules, agreed, "Q12"));
	cr_expect(says_after(rules, but, "Q17"));
	qa_rules_destroy(rules);
}

Test(inspect, what_is_asked_in_two_turns_is_asked)
{
	static const char *const asked[] = {"您那张卡的取款密码还记得吗？",
					    "记得", "那您讲一下嘛。"};
	static const char *const warned[] = {
		"您那张卡的取款密码还记得吗？", "记得",
		"好的，密码您自己记牢，不要跟别人说。"};
	struct qa_rules *rules = open_rules();

	cr_expect(says_after(rules, asked, "Q10"));
	cr_expect_not(says_after(rules, warned, "Q10"));
	qa_rules_destroy(rules);
}

Test(inspect, nonsense_and_small_talk_break_nothing)
{
	static const char *const texts[] = {"蓝河马。红河马。",
					    "今天天气不错，出去走走。",
					    "一二一，一二一。", "哈哈哈。"};
	struct qa_rules *rules = open_rules();

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cr_expect_not(says_wrong(rules, texts[i], "Q12"));
		cr_expect_not(says_wrong(rules, texts[i], "Q13"));
		cr_expect_not(says_wrong(rules, texts[i], "Q18"));
		cr_expect_not(says_wrong(rules, texts[i], "Q21"));
	}
	qa_rules_destroy(rules);
}
