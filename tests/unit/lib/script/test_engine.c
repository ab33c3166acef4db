/** @file test_engine.c  Mirrors lib/script/engine.c, with the demo's script */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "script/engine.h"

static struct yh_script *script;

static void setup(void)
{
	static char text[YH_SCRIPT_MAX_BYTES];
	char error[512];
	FILE *f = fopen("tools/demo/card_instalment.yaml", "r");
	size_t n;

	cr_assert_not_null(f, "run from the top folder");
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	cr_assert_eq(yh_script_parse(&script, text, n, error, sizeof(error)), 0,
		     "%s", error);
}

static void teardown(void)
{
	yh_script_destroy(script);
}

TestSuite(engine, .init = setup, .fini = teardown, .timeout = 5);

static const char *variable(void *arg, const char *name, size_t len)
{
	(void)arg;

	return len == 4 && !memcmp(name, "rate", 4) ? "13.2" : "x";
}

/* Play a list of intents ("-" is silence); the disposition, or NULL. */
static const char *play(const char *const *intents, struct yh_dialog_actions *a)
{
	struct yh_dialog_state s = yh_dialog_begin(0);
	struct yh_dialog_event ev = {.cause = YH_ANSWERED, .intent = ""};

	cr_assert_eq(yh_dialog_step(script, &s, &ev, variable, NULL, a), 0);
	for (; *intents; intents++) {
		ev.cause = strcmp(*intents, "-") ? YH_SAID : YH_SILENT;
		ev.intent = *intents;
		cr_assert_eq(yh_dialog_step(script, &s, &ev, variable, NULL, a),
			     0, "%s came after the end", *intents);
	}

	return a->disposition;
}

#define PLAY(a, ...) play((const char *const[]){__VA_ARGS__, NULL}, a)

Test(engine, conversations_end_with_what_the_callee_wanted)
{
	struct yh_dialog_actions a;

	cr_expect_str_eq(PLAY(&a, "is_self", "affirm"), "accepted");
	cr_expect_str_eq(a.channel, "app");
	cr_expect(a.hang_up);
	cr_expect_str_eq(PLAY(&a, "affirm", "deny"), "refused");
	cr_expect_str_eq(PLAY(&a, "deny"), "wrong_person");
	cr_expect_str_eq(PLAY(&a, "is_self", "ask_rate", "affirm"), "accepted");
	cr_expect_str_eq(PLAY(&a, "third_party"), "third_party");
	cr_expect_str_eq(PLAY(&a, "is_self", "busy"), "busy_callback");
	cr_expect_str_eq(PLAY(&a, "is_self", "consider"), "considering");
	cr_expect_str_eq(PLAY(&a, "is_self", "human_agent"), "transferred");
}

Test(engine, a_wish_not_to_be_called_is_acted_on_in_any_state)
{
	struct yh_dialog_actions a;

	cr_assert_str_eq(PLAY(&a, "do_not_call"), "do_not_call");
	cr_assert(a.do_not_call);
	cr_assert_str_eq(PLAY(&a, "is_self", "ask_rate", "do_not_call"),
			 "do_not_call");
	cr_assert(a.do_not_call);
}

Test(engine, business_is_not_told_before_the_identity_is_proven)
{
	struct yh_dialog_actions a;

	cr_assert_null(PLAY(&a, "ask_rate"));
	cr_assert_null(strstr(a.prompt, "13.2"), "%s", a.prompt);
	cr_assert_null(PLAY(&a, "is_self", "ask_rate"));
	cr_assert_not_null(strstr(a.prompt, "13.2"));
}

Test(engine, a_digression_is_answered_and_the_question_comes_back)
{
	struct yh_dialog_actions a;

	cr_assert_null(PLAY(&a, "are_you_robot"));
	cr_assert(strstr(a.prompt, "智能语音助手"));
	cr_assert(strstr(a.prompt, "本人吗"));
	cr_assert_null(PLAY(&a, "is_self", "who_are_you"));
	cr_assert(strstr(a.prompt, "需要办理吗"));
}

Test(engine, a_backchannel_is_no_answer)
{
	struct yh_dialog_actions a;

	cr_assert_null(PLAY(&a, "is_self", "backchannel"));
	cr_assert(a.keep_listening);
	cr_assert_str_eq(a.prompt, "");
	cr_assert_gt(a.listen_ms, 0);
}

Test(engine, silence_and_misunderstanding_are_asked_again_and_then_given_up)
{
	struct yh_dialog_actions a;

	cr_assert_null(PLAY(&a, "-"));
	cr_assert(strstr(a.prompt, "本人吗"));
	cr_assert_str_eq(PLAY(&a, "-", "-"), "silent");
	cr_assert_null(PLAY(&a, "none", "none"));
	cr_assert_not(a.understood);
	cr_assert_str_eq(PLAY(&a, "none", "none", "none"), "misunderstood");
}

Test(engine, nothing_is_said_after_the_end)
{
	struct yh_dialog_state s = {.ended = true};
	const struct yh_dialog_event ev = {.cause = YH_SAID,
					   .intent = "affirm"};
	struct yh_dialog_actions a;

	cr_assert_eq(yh_dialog_step(script, &s, &ev, variable, NULL, &a),
		     -EALREADY);
}
