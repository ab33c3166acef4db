/** @file test_script_texts.c  Mirrors services/tts-gateway/script_texts.c */
#include <string.h>

#include <criterion/criterion.h>

#include "base/err.h"
#include "script_texts.h"

static const char script[] =
	"id: t\n"
	"title: 试\n"
	"variables: [name]\n"
	"start: a\n"
	"slots:\n"
	"  term: {type: term, ask: 您想分几期？, clarify: 期数没听清，}\n"
	"answers: {who_are_you: 我是智能语音助手。}\n"
	"global: {refuse: b, do_not_call: c, wrong_person: b, "
	"human_agent: b,\n  complaint: b, busy: b}\n"
	"states:\n"
	"  a: {say: [\"您好，{name}先生，\", \"喂，您好，\"], ask: 方便吗？,\n"
	"    on: {affirm: b}, silence: {times: 1, say: 在吗？, go: b},\n"
	"    unclear: {times: 1, say: 没听清。, go: b}}\n"
	"  b: {say: \"您好，再见。\", end: silent}\n"
	"  c: {say: 再见。, do: [do_not_call], end: do_not_call}\n";

Test(script_texts, each_clause_without_a_variable_is_there_once)
{
	static const char *const want[] = {
		"您好，",	"喂，",	  "方便吗？",		"在吗？",
		"没听清。",	"再见。", "我是智能语音助手。", "您想分几期？",
		"期数没听清，",
	};
	struct tts_texts t;
	char error[512] = "";

	cr_assert_eq(tts_script_texts(&t, script, error, sizeof(error)), 0,
		     "%s", error);
	cr_expect_eq(t.n_variable, 1);
	cr_expect_eq(t.n, sizeof(want) / sizeof(*want), "%zu", t.n);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		size_t k = 0;

		while (k < t.n && strcmp(t.list[k], want[i]))
			k++;
		cr_expect_lt(k, t.n, "%s is missing", want[i]);
	}
	tts_texts_fini(&t);
}

Test(script_texts, what_is_no_script_is_refused_with_its_reason)
{
	struct tts_texts t;
	char error[512] = "";

	cr_assert_eq(tts_script_texts(&t, "id: 7\n", error, sizeof(error)),
		     YH_ERR_BAD_CONFIG);
	cr_assert(error[0]);
}
