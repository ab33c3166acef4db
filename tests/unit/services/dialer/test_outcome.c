/** @file test_outcome.c  What SIP's ends mean */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "outcome.h"

#define O(name) YINHU__V1__CALL_OUTCOME__##name

static struct dial_outcomes *shipped(void)
{
	struct dial_outcomes *table = NULL;
	char error[512];

	cr_assert_eq(dial_outcomes_load(&table, "services/dialer/outcomes.yaml",
					error, sizeof(error)),
		     0, "%s", error);

	return table;
}

Test(outcome, codes_and_causes_mean_what_the_table_says)
{
	static const struct {
		struct dial_end end;
		Yinhu__V1__CallOutcome want;
		const char *why;
	} rows[] = {
		{{.sip_code = 486}, O(LINE_BUSY), "busy here"},
		{{.sip_code = 600}, O(LINE_BUSY), "busy everywhere"},
		{{.sip_code = 480}, O(NO_ANSWER), "no reason given"},
		{{.sip_code = 480, .q850_cause = 20},
		 O(POWERED_OFF),
		 "subscriber absent"},
		{{.sip_code = 480, .q850_cause = 19}, O(NO_ANSWER), "alerted"},
		{{.sip_code = 404}, O(VACANT_NUMBER), "not found"},
		{{.sip_code = 484}, O(VACANT_NUMBER), "incomplete"},
		{{.sip_code = 503, .q850_cause = 1},
		 O(VACANT_NUMBER),
		 "the cause is more exact than the code"},
		{{.sip_code = 480, .q850_cause = 99},
		 O(NO_ANSWER),
		 "an unknown cause leaves the code"},
		{{.sip_code = 603}, O(DECLINED), "decline"},
		{{.sip_code = 408}, O(NO_ANSWER), "a 408 that was sent to us"},
		{{.sip_code = 408, .local = true},
		 O(TRUNK_FAILURE),
		 "nobody answered our INVITE"},
		{{.sip_code = 503}, O(TRUNK_FAILURE), "overload"},
		{{.sip_code = 500}, O(TRUNK_FAILURE), "server error"},
		{{.sip_code = 480, .q850_cause = 42},
		 O(TRUNK_FAILURE),
		 "congestion"},
		{{.sip_code = 407}, O(TRUNK_FAILURE), "we are not known"},
		{{.sip_code = 488}, O(OTHER_FAILURE), "no common codec"},
		{{.sip_code = 302}, O(OTHER_FAILURE), "we do not follow"},
		{{.sip_code = 487, .rang_out = true},
		 O(NO_ANSWER),
		 "our CANCEL"},
		{{.rang_out = true, .local = true},
		 O(NO_ANSWER),
		 "our CANCEL, and no end came"},
	};

	struct dial_outcomes *table = shipped();
	const char *word;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(dial_outcome(table, &rows[i].end, &word),
			     rows[i].want, "%s", rows[i].why);
	dial_outcomes_free(table);
}

Test(outcome, an_announcement_is_more_exact_than_all_else)
{
	static const struct {
		struct dial_end end;
		Yinhu__V1__CallOutcome want;
		const char *word, *why;
	} rows[] = {
		{{.sip_code = 480, .announcement = "suspended"},
		 O(POWERED_OFF),
		 "suspended",
		 "has a word of its own"},
		{{.sip_code = 486,
		  .q850_cause = 17,
		  .announcement = "vacant_number"},
		 O(VACANT_NUMBER),
		 "",
		 "goes before the cause"},
		{{.rang_out = true,
		  .sip_code = 487,
		  .announcement = "power_off"},
		 O(POWERED_OFF),
		 "",
		 "goes before our own CANCEL"},
		{{.sip_code = 486, .announcement = "colour_ring"},
		 O(LINE_BUSY),
		 "",
		 "a class without a row changes nothing"},
	};
	struct dial_outcomes *table = shipped();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *word;

		cr_expect_eq(dial_outcome(table, &rows[i].end, &word),
			     rows[i].want, "%s", rows[i].why);
		cr_expect_str_eq(word, rows[i].word, "%s", rows[i].why);
	}
	dial_outcomes_free(table);
}

Test(outcome, each_fault_of_a_table_is_refused_with_its_place)
{
	static const struct {
		const char *text, *say, *why;
	} rows[] = {
		{"rows: []\n", "rows", "no row"},
		{"rows:\n- {sip: 486, outcome: busy}\n", "line: 2",
		 "an outcome that is none"},
		{"rows:\n- {sip: 486}\n", "outcome", "no outcome"},
		{"rows:\n- {outcome: no_answer}\n", ":2:3: a row needs",
		 "no condition"},
		{"rows:\n- {sip: 200, outcome: no_answer}\n", ":2:3: sip",
		 "a code that ends no unanswered call"},
		{"rows:\n- {sip: 499, through: 480, outcome: no_answer}\n",
		 ":2:3: through", "backwards"},
		{"rows:\n- {q850: 128, outcome: no_answer}\n", ":2:3: q850",
		 "no cause"},
		{"rows:\n- {sip: 603, outcome: declined}\n"
		 "- {sip: 486, outcome: trunk_failure}\n",
		 ":3:3: trunk_failure", "a callee was disturbed"},
		{"rows:\n- {sip: 500, through: 600, outcome: trunk_failure}\n",
		 ":2:3: trunk_failure", "600 is the callee's"},
		{"rows:\n- {announcement: line_busy, outcome: trunk_failure}\n",
		 ":2:3: trunk_failure", "it reached somebody's line"},
		{"rows:\n- {announcement: No Way, outcome: no_answer}\n",
		 ":2:3: announcement", "no such class"},
		{"rows:\n- {sip: 486, outcome: line_busy, disposition: A B}\n",
		 ":2:3: disposition", "no word"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct dial_outcomes *table = NULL;
		char path[] = "/tmp/yh-outcomes-XXXXXX", error[512];
		int fd = mkstemp(path);

		cr_assert_eq(write(fd, rows[i].text, strlen(rows[i].text)),
			     (ssize_t)strlen(rows[i].text));
		close(fd);
		cr_expect_eq(dial_outcomes_load(&table, path, error, 512),
			     YH_ERR_BAD_CONFIG, "%s", rows[i].why);
		cr_expect_not_null(strstr(error, rows[i].say), "%s: %s",
				   rows[i].why, error);
		unlink(path);
	}
}

Test(outcome, each_outcome_has_its_own_name)
{
	cr_expect_str_eq(dial_outcome_name(O(ANSWERED)), "answered");
	cr_expect_str_eq(dial_outcome_name(O(OTHER_FAILURE)), "other_failure");
	cr_expect_str_eq(dial_outcome_name((Yinhu__V1__CallOutcome)77),
			 "unspecified");
}
