/**
 * @file test_inspect.c  Mirrors services/qa-inspector/inspect.c: a table of
 *                       dialogs (cases.jsonl), for each rule what breaks it
 *                       and what only looks so.
 */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "dialog.h"
#include "inspect.h"
#include "pack.h"
#include "read.h"

#define CASES "tests/unit/services/qa-inspector/cases.jsonl"
#define RULES "services/qa-inspector/rules.yaml"

static struct qa_rules *open_rules(void)
{
	struct qa_rules *rules = NULL;
	char error[512];

	cr_assert_eq(qa_rules_create(&rules, RULES, error, sizeof(error)), 0,
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

TestSuite(inspect, .timeout = 60);

Test(inspect, every_case_of_the_table_is_judged_as_expected)
{
	struct qa_rules *rules = open_rules();
	FILE *f = fopen(CASES, "r");
	char text[8192];
	unsigned n = 0, wrong = 0;

	cr_assert(f, "run from the repository's root");
	while (fgets(text, sizeof(text), f)) {
		json_error_t e;
		json_t *line = json_loads(text, 0, &e);
		const char *id, *rule;
		bool expect, got;
		struct qa_dialog d;

		cr_assert(line, "line %u: %s", n + 1, e.text);
		id = json_string_value(json_object_get(line, "id"));
		rule = json_string_value(json_object_get(line, "rule"));
		expect = json_is_true(json_object_get(line, "expect"));
		cr_assert_eq(qa_read_dialog(&d, line), 0);
		got = breaks(rules, &d, rule);
		cr_expect_eq(got, expect, "%s: %s is %sfound", id, rule,
			     got ? "" : "not ");
		wrong += got != expect;
		n++;
		qa_dialog_fini(&d);
		json_decref(line);
	}
	fclose(f);
	qa_rules_destroy(rules);
	cr_assert_geq(n, 90);
	cr_assert_eq(wrong, 0);
}

static void say(struct qa_dialog *d, enum qa_speaker who, const char *text)
{
	uint32_t ms = (uint32_t)d->n_turns * 3000;

	cr_assert_eq(qa_dialog_add(d, who, ms, ms + 2000, text, NULL), 0);
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
