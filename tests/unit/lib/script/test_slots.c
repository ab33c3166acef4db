/** @file test_slots.c  Mirrors lib/script/slot.c and what the engine does with
 *                      slots, conditions and states that go back */
#include <criterion/criterion.h>
#include <string.h>

#include "base/mem.h"
#include "script/engine.h"

static const char text[] =
	"id: wealth\n"
	"title: 理财\n"
	"variables: [age]\n"
	"start: hello\n"
	"slots:\n"
	"  focus:\n"
	"    type: choice\n"
	"    ask: 您更关注收益性还是流动性？\n"
	"    clarify: 抱歉，是收益还是流动呢。\n"
	"    choices: {yield: [收益性, 收益], liquid: [流动性, 随时取]}\n"
	"  principal:\n"
	"    type: choice\n"
	"    ask: 您偏好保本型还是非保本型？\n"
	"    choices: {safe: [保本型, 保本], open: [非保本型, 非保本]}\n"
	"  term: {type: term, min: 3, max: 24, ask: 您想存几个月？}\n"
	"answers: {who_are_you: 我是智能助手。}\n"
	"global: {refuse: bye, do_not_call: stop, human_agent: person}\n"
	"when: [{if: emotion == angry for 2 turns, go: person}]\n"
	"limits: {turns: 12, go: bye}\n"
	"silence: {times: 1, go: bye}\n"
	"unclear: {times: 2, go: bye}\n"
	"states:\n"
	"  hello:\n"
	"    ask: 想了解理财吗？\n"
	"    on: {affirm: [{if: age >= 70, go: branch}, {go: needs}],\n"
	"         ask_risk: risk}\n"
	"  needs:\n"
	"    fill: [focus, principal, term]\n"
	"    then: confirm\n"
	"    on: {ask_risk: risk}\n"
	"  confirm:\n"
	"    say: 您关注{focus}，{principal}，{term}个月。\n"
	"    ask: 对吗？\n"
	"    on: {affirm: done, deny: bye}\n"
	"  risk: {say: 理财有风险。, back: true}\n"
	"  branch: {say: 请到网点办理，再见。, end: branch}\n"
	"  person: {say: 为您转人工。, end: transferred}\n"
	"  stop: {say: 不再打扰。, end: do_not_call, do: [do_not_call]}\n"
	"  done: {say: 好的，再见。, end: accepted}\n"
	"  bye: {say: 再见。, end: refused}\n";

static struct yh_script *script;
static struct yh_dialog_state state;
static struct yh_dialog_actions a;
static const char *age = "40", *emotion;

static const char *variable(void *arg, const char *name, size_t len)
{
	(void)arg;

	return len == 3 && !memcmp(name, "age", 3) ? age : NULL;
}

static void setup(void)
{
	char error[256];

	cr_assert_eq(yh_script_parse(&script, text, strlen(text), error,
				     sizeof(error)),
		     0, "%s", error);
	state = yh_dialog_begin(0);
	cr_assert_eq(yh_dialog_step(script, &state,
				    &(struct yh_dialog_event){
					    .cause = YH_ANSWERED, .intent = ""},
				    variable, NULL, &a),
		     0);
}

static void teardown(void)
{
	yh_script_destroy(script);
}

TestSuite(slots, .init = setup, .fini = teardown, .timeout = 5);

static void hear(const char *said, const char *intent)
{
	const struct yh_dialog_event ev = {.cause = YH_SAID,
					   .intent = intent,
					   .text = said,
					   .emotion = emotion,
					   .today = {2026, 11, 23}};

	cr_assert_eq(yh_dialog_step(script, &state, &ev, variable, NULL, &a),
		     0);
}

#define IS_IN(want) cr_expect_str_eq(script->states[state.state].id, want)
#define SAYS(words) cr_expect(strstr(a.prompt, words), "%s", a.prompt)

Test(slots, each_missing_one_is_asked_for_in_turn)
{
	hear("好的", "affirm");
	SAYS("收益性还是流动性");
	hear("收益性吧", "none");
	SAYS("保本型还是非保本型");
	hear("非保本型", "none");
	SAYS("几个月");
	hear("十二个月", "ask_term");
	IS_IN("confirm");
	SAYS("收益性，非保本型，12个月");
	hear("对的", "affirm");
	cr_expect_str_eq(a.disposition, "accepted");
}

Test(slots, several_in_one_sentence_are_taken_together)
{
	hear("好", "affirm");
	hear("我要流动性好的，保本的，存半年", "none");
	IS_IN("confirm");
	SAYS("流动性，保本型，6个月");
}

Test(slots, a_correction_is_heard_where_the_value_is_repeated)
{
	hear("好", "affirm");
	hear("收益性，保本，六个月", "none");
	IS_IN("confirm");
	hear("不对，是十二个月", "deny");
	IS_IN("confirm");
	SAYS("12个月");
	hear("对", "affirm");
	cr_expect_str_eq(a.disposition, "accepted");
}

Test(slots, a_digression_comes_back_to_the_slot_that_was_asked_for)
{
	hear("好", "affirm");
	hear("收益", "none");
	hear("你是谁", "who_are_you");
	SAYS("智能助手");
	SAYS("保本型还是非保本型");
	hear("有风险吗", "ask_risk");
	SAYS("理财有风险");
	SAYS("保本型还是非保本型");
	IS_IN("needs");
}

Test(slots, what_is_out_of_range_or_not_understood_is_clarified)
{
	hear("好", "affirm");
	hear("嗯这个嘛", "none");
	SAYS("是收益还是流动呢");
	hear("收益，保本", "none");
	hear("一百个月", "none");
	IS_IN("needs");
	SAYS("几个月");
	cr_expect_not(a.understood);
}

Test(slots, a_choice_that_is_refused_is_not_chosen)
{
	hear("好", "affirm");
	hear("收益", "none");
	hear("不要保本的", "none");
	IS_IN("needs");
	cr_expect_str_eq(state.slots[1], "");
}

Test(slots, a_wish_for_no_calls_is_never_taken_for_a_value)
{
	hear("好", "affirm");
	hear("收益不收益的别再打了", "do_not_call");
	cr_expect_str_eq(a.disposition, "do_not_call");
	cr_expect(a.do_not_call);
}

Test(slots, a_condition_chooses_the_way)
{
	age = "72";
	hear("好", "affirm");
	cr_expect_str_eq(a.disposition, "branch");
}

Test(slots, anger_that_lasts_goes_to_a_person)
{
	emotion = "angry";
	hear("嗯", "backchannel");
	IS_IN("hello");
	hear("什么东西", "none");
	cr_expect_str_eq(a.disposition, "transferred");
}

Test(slots, a_conversation_has_a_limit_of_turns)
{
	for (int i = 0; i < 12; i++) {
		IS_IN("hello");
		hear("你是谁", "who_are_you");
	}
	hear("你是谁", "who_are_you");
	cr_expect_str_eq(a.disposition, "refused");
}

Test(slots, another_hypothesis_can_mend_what_was_misheard)
{
	struct yh_dialog_event ev = {.cause = YH_SAID,
				     .intent = "none",
				     .text = "号的",
				     .others = {"none", "affirm"}};

	cr_assert_eq(yh_dialog_step(script, &state, &ev, variable, NULL, &a),
		     0);
	IS_IN("needs");
	cr_expect(a.understood);
}

Test(slots, another_hypothesis_can_mend_a_value_that_was_misheard)
{
	struct yh_dialog_event ev = {.cause = YH_SAID,
				     .intent = "none",
				     .text = "流动机",
				     .others = {"none", "none"},
				     .other_texts = {"留东西", "流动性"}};

	hear("好", "affirm");
	cr_assert_eq(yh_dialog_step(script, &state, &ev, variable, NULL, &a),
		     0);
	cr_expect_str_eq(state.slots[0], "liquid");
	SAYS("保本型还是非保本型");
	cr_expect(a.understood);
}

Test(slots, a_demand_is_not_taken_from_a_doubtful_hypothesis)
{
	struct yh_dialog_event ev = {.cause = YH_SAID,
				     .intent = "none",
				     .text = "别在哪",
				     .others = {"do_not_call"},
				     .other_texts = {"别再打了"}};

	hear("好", "affirm");
	cr_assert_eq(yh_dialog_step(script, &state, &ev, variable, NULL, &a),
		     0);
	IS_IN("needs");
	cr_expect_not(a.understood);
}

Test(slots, a_former_value_can_be_put_right_while_another_is_asked_for)
{
	hear("好", "affirm");
	hear("收益，保本", "none");
	SAYS("几个月");
	hear("不对，我要流动性好的", "none");
	SAYS("几个月");
	cr_expect_str_eq(state.slots[0], "liquid");
	hear("六个月", "none");
	SAYS("流动性，保本型，6个月");
}

Test(slots, silence_is_no_consent)
{
	struct yh_dialog_event ev = {.cause = YH_SILENT, .intent = ""};

	hear("好", "affirm");
	hear("收益，保本，六个月", "none");
	for (int i = 0; i < 2; i++)
		yh_dialog_step(script, &state, &ev, variable, NULL, &a);
	cr_expect_str_eq(a.disposition, "refused");
}
