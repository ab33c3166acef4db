/** @file test_text.c  Mirrors services/qa-inspector/text.c and pack.c */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "pack.h"
#include "text.h"

static void same(const char *in, const char *out)
{
	char *s = qa_normalise(in);

	cr_expect_str_eq(s, out);
	yh_free(s);
}

Test(text, full_width_becomes_half_width)
{
	same("ＡＢ１２％", "ab12%");
}

Test(text, marks_become_one_clause_end)
{
	same("好的。。。再见!", "好的,再见,");
}

Test(text, quotes_spaces_and_fillers_go)
{
	same("“嗯 保 本”啊", "保本");
}

Test(text, a_decimal_point_stays)
{
	same("3.5%.", "3.5%,");
}

Test(text, what_is_not_utf8_is_left_out)
{
	same("a\xff\xe4\xb8", "a");
}

Test(text, spoken_digits_count_as_digits)
{
	unsigned first;

	cr_expect_eq(qa_longest_digits("一三八 零零一三-八零零零", &first), 11);
	cr_expect_eq(first, 13);
	cr_expect_eq(qa_longest_digits("2026年11月23日", &first), 4);
	cr_expect_eq(qa_longest_digits("", &first), 0);
}

static void refused(const char *yaml, const char *word)
{
	char path[] = "/tmp/yh-rules-XXXXXX", error[512] = "";
	struct qa_rules *rules = NULL;
	int fd = mkstemp(path);

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, yaml, strlen(yaml)), (ssize_t)strlen(yaml));
	close(fd);
	cr_expect_eq(qa_rules_create(&rules, path, error, sizeof(error)),
		     YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, word), "\"%s\" lacks \"%s\"", error, word);
	cr_expect_null(rules);
	unlink(path);
}

#define HEAD                                                                   \
	"pack: t\nnegation_window: 8\nrules:\n- id: Q99\n  basis: b\n"         \
	"  message: m\n  scope: [loan]\n  speaker: [bot]\n"

Test(pack, an_unknown_key_is_refused)
{
	refused(HEAD "  kind: not\n  severity: 1\n  patterns: ['a']\n"
		     "  typo: 1\n",
		"typo");
}

Test(pack, a_bad_pattern_is_named)
{
	refused(HEAD "  kind: not\n  severity: 1\n  patterns: ['a(']\n", "a(");
}

Test(pack, a_severity_out_of_range_is_named)
{
	refused(HEAD "  kind: not\n  severity: 4\n  patterns: ['a']\n", "Q99");
}

Test(pack, a_must_rule_without_a_deadline_is_refused)
{
	refused(HEAD "  kind: must\n  severity: 1\n  patterns: ['a']\n", "Q99");
}

Test(pack, a_file_that_is_not_there_is_named)
{
	struct qa_rules *rules = NULL;
	char error[512];

	cr_expect_eq(
		qa_rules_create(&rules, "/nowhere.yaml", error, sizeof(error)),
		YH_ERR_BAD_CONFIG);
	cr_expect(strstr(error, "nowhere"));
}
