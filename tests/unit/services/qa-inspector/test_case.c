/** @file test_case.c  Mirrors services/qa-inspector/case.c and read.c */
#include <criterion/criterion.h>
#include <errno.h>

#include "case.h"
#include "read.h"

Test(case, facts_speakers_times_and_emotions_are_read)
{
	struct qa_dialog d;
	double age;

	cr_assert_eq(qa_read_case(&d, QA_LOAN,
				  "{age=70,kind=wealth,bank_name=东海} "
				  "您好|c(angry)[2.5-3]: 喂|a: 嗯"),
		     0);
	cr_expect_eq(d.kind, QA_WEALTH);
	cr_expect(qa_dialog_known(&d, "age", &age) && age > 69);
	cr_expect_not(qa_dialog_known(&d, "verified", &age));
	cr_expect_str_eq(d.bank_name, "东海");
	cr_assert_eq(d.n_turns, 3);
	cr_expect_eq(d.turns[0].speaker, QA_BOT);
	cr_expect_eq(d.turns[1].start_ms, 2500);
	cr_expect_str_eq(d.turns[1].emotion, "angry");
	cr_expect_eq(d.turns[2].speaker, QA_AGENT);
	qa_dialog_fini(&d);
}

Test(case, what_is_no_case_is_refused)
{
	struct qa_dialog d;

	cr_expect_eq(qa_read_case(&d, QA_LOAN, "{age"), -EINVAL);
	qa_dialog_fini(&d);
	cr_expect_eq(qa_read_case(&d, QA_LOAN, "{age=x} 您好"), -EINVAL);
	qa_dialog_fini(&d);
}

Test(read, a_line_without_a_kind_or_with_a_stranger_is_refused)
{
	static const char *const lines[] = {
		"{\"turns\": []}",
		"{\"kind\": \"loan\", \"turns\": [{\"speaker\": \"dog\", "
		"\"text\": \"a\"}]}",
		"{\"kind\": \"loan\", \"turns\": [{\"speaker\": \"bot\"}]}"};

	for (size_t i = 0; i < 3; i++) {
		json_t *line = json_loads(lines[i], 0, NULL);
		struct qa_dialog d;

		cr_assert(line);
		cr_expect_eq(qa_read_dialog(&d, line), -EINVAL);
		qa_dialog_fini(&d);
		json_decref(line);
	}
}
