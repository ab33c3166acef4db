/** @file test_outcome.c  What SIP's ends mean */
#include <criterion/criterion.h>

#include "outcome.h"

#define O(name) YINHU__V1__CALL_OUTCOME__##name

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

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(dial_outcome(&rows[i].end), rows[i].want, "%s",
			     rows[i].why);
}

Test(outcome, each_outcome_has_its_own_name)
{
	cr_expect_str_eq(dial_outcome_name(O(ANSWERED)), "answered");
	cr_expect_str_eq(dial_outcome_name(O(OTHER_FAILURE)), "other_failure");
	cr_expect_str_eq(dial_outcome_name((Yinhu__V1__CallOutcome)77),
			 "unspecified");
}
