/** @file test_literals.c  Mirrors services/qa-inspector/literals.c and
 *                         prefilter.c */
#include <criterion/criterion.h>
#include <string.h>

#include "literals.h"
#include "prefilter.h"

static void words(const char *pattern, const char *first, const char *second)
{
	struct qa_literals l[2];
	char text[2][256] = {"", ""};

	cr_assert_eq(qa_literals_of(pattern, l), 0);
	for (unsigned s = 0; s < 2; s++) {
		for (size_t i = 0; i < l[s].n; i++) {
			strcat(text[s], i ? " " : "");
			strcat(text[s], l[s].list[i]);
		}
		qa_literals_free(&l[s]);
	}
	cr_expect_str_eq(text[0], first, "%s: %s", pattern, text[0]);
	cr_expect_str_eq(text[1], second, "%s: %s", pattern, text[1]);
}

Test(literals, the_two_longest_parts_are_kept)
{
	words("abc.{0,4}de", "abc", "de");
	words("(ab|cd).{0,4}efg", "efg", "ab cd");
}

Test(literals, what_may_be_missing_does_not_count)
{
	words("(abc)?d", "d", "");
	words("abc*", "ab", "");
	words("a{0,2}b", "b", "");
	words("(x|)y", "y", "");
}

Test(literals, a_branch_without_a_word_spoils_its_alternation)
{
	words("(abc|.{0,3})d", "d", "");
	words("abc|def", "abc def", "");
	words("abc|.", "", "");
}

Test(literals, classes_count_when_they_are_small_and_plain)
{
	words("[xy]", "x y", "");
	words("[^xy]", "", "");
	words("[a-z]q", "q", "");
	words("\\?a", "?a", "");
}

struct told {
	unsigned n[4];
};

static int tell(void *arg, unsigned pattern)
{
	struct told *t = arg;

	t->n[pattern]++;

	return 0;
}

Test(prefilter, a_pattern_is_told_once_when_all_its_words_are_there)
{
	static const char *const list[] = {"abc.{0,3}xyz", "(abc|abd)", "[^q]"};
	struct qa_prefilter *f = NULL;
	struct told t = {{0}};

	cr_assert_eq(qa_prefilter_create(&f, list, 3), 0);
	cr_assert_eq(qa_prefilter_run(f, "abc abd abc", 11, tell, &t), 0);
	cr_expect_eq(t.n[0], 0);
	cr_expect_eq(t.n[1], 1);
	cr_expect_eq(t.n[2], 1); /* it has no word: always */
	cr_assert_eq(qa_prefilter_run(f, "xyz..abc", 8, tell, &t), 0);
	cr_expect_eq(t.n[0], 1);
	cr_expect_eq(t.n[1], 2);
	qa_prefilter_destroy(f);
}
