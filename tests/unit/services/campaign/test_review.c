/** @file test_review.c  Mirrors services/campaign/review.c */
#include <criterion/criterion.h>
#include <string.h>

#include "review.h"

static enum yh_status_code may(enum cmp_finding_state now,
			       enum cmp_finding_state verdict, bool change,
			       const char *note)
{
	struct cmp_review review = {verdict, "wu", note, change};

	return cmp_review_may(&review, now).code;
}

Test(review, a_finding_gets_one_verdict)
{
	cr_assert_eq(may(CMP_PENDING, CMP_CONFIRMED, false, ""), YH_OK);
	cr_assert_eq(may(CMP_PENDING, CMP_REFUTED, false, ""), YH_OK);
	cr_assert_eq(may(CMP_CONFIRMED, CMP_CONFIRMED, false, ""),
		     YH_FAILED_PRECONDITION);
	cr_assert_eq(may(CMP_CONFIRMED, CMP_REFUTED, false, "so"),
		     YH_FAILED_PRECONDITION);
}

Test(review, another_verdict_is_a_change_with_a_reason)
{
	cr_assert_eq(may(CMP_CONFIRMED, CMP_REFUTED, true, "misheard"), YH_OK);
	cr_assert_eq(may(CMP_CONFIRMED, CMP_REFUTED, true, ""),
		     YH_INVALID_ARGUMENT);
	cr_assert_eq(may(CMP_REFUTED, CMP_REFUTED, true, "again"),
		     YH_FAILED_PRECONDITION);
}

Test(review, somebody_gives_it_in_few_words)
{
	char much[CMP_REASON + 1];
	struct cmp_review review = {CMP_CONFIRMED, "", "", false};

	cr_assert_eq(cmp_review_may(&review, CMP_PENDING).code,
		     YH_INVALID_ARGUMENT);
	memset(much, 'a', CMP_REASON);
	much[CMP_REASON] = '\0';
	cr_assert_eq(may(CMP_PENDING, CMP_CONFIRMED, false, much),
		     YH_INVALID_ARGUMENT);
	much[CMP_REASON - 1] = '\0';
	cr_assert_eq(may(CMP_PENDING, CMP_CONFIRMED, false, much), YH_OK);
}
