/** @file test_dialect.c  Which dialect's engines hear a call. */
#include <criterion/criterion.h>

#include "dialect.h"

static const char *const south[] = {"44", "0755", "yue", "zh-HK"};
static const char *const inner[] = {"51", "50", "4451"};
static const struct asr_dialect list[] = {
	{"mandarin", NULL, 0},
	{"cantonese", south, 4},
	{"sichuanese", inner, 3},
};
enum { N = 3 };

static unsigned begin(const char *region, const char *language)
{
	struct asr_dialect_state s;

	asr_dialect_begin(&s, list, N, region, language);

	return s.now;
}

Test(dialect, nothing_known_is_the_first)
{
	cr_expect_eq(begin("", ""), 0);
	cr_expect_eq(begin("11", "zh-CN"), 0);
}

Test(dialect, the_region_chooses)
{
	cr_expect_eq(begin("440300", ""), 1);
	cr_expect_eq(begin("0755", "zh-CN"), 1);
	cr_expect_eq(begin("510100", "zh-CN"), 2);
}

Test(dialect, the_longest_region_counts)
{
	cr_expect_eq(begin("445100", ""), 2);
}

Test(dialect, the_language_chooses_when_no_region_does)
{
	cr_expect_eq(begin("", "zh-HK"), 1);
	cr_expect_eq(begin("11", "Cantonese"), 1);
}

Test(dialect, twice_low_in_a_row_goes_on_with_another)
{
	struct asr_dialect_state s;

	asr_dialect_begin(&s, list, N, "", "");
	cr_expect(!asr_dialect_heard(&s, N, true));
	cr_expect(asr_dialect_heard(&s, N, true));
	cr_expect_eq(s.now, 1);
}

Test(dialect, low_once_and_again_later_is_no_mismatch)
{
	struct asr_dialect_state s;

	asr_dialect_begin(&s, list, N, "", "");
	for (int i = 0; i < 6; i++) {
		cr_expect(!asr_dialect_heard(&s, N, true));
		cr_expect(!asr_dialect_heard(&s, N, false));
	}
	cr_expect_eq(s.now, 0);
}

Test(dialect, each_is_tried_once_and_then_it_stays)
{
	struct asr_dialect_state s;
	unsigned changes = 0;

	asr_dialect_begin(&s, list, N, "44", "");
	for (int i = 0; i < 20; i++)
		changes += asr_dialect_heard(&s, N, true);
	cr_expect_eq(changes, 2);
	cr_expect_eq(s.now, 2);
}

Test(dialect, with_one_only_nothing_changes)
{
	struct asr_dialect_state s;

	asr_dialect_begin(&s, list, 1, "44", "");
	for (int i = 0; i < 4; i++)
		cr_expect(!asr_dialect_heard(&s, 1, true));
}
