/** @file test_script_check.c  Mirrors services/campaign/script_check.c */
#include <errno.h>
#include <string.h>

#include <criterion/criterion.h>

#include "script_check.h"

Test(script_check, id_and_title_are_found)
{
	static const char text[] = "title: 分期\nid: card_1\nstates: {}\n";
	struct cmp_script_info info = {0};

	cr_assert_eq(cmp_script_check(text, strlen(text), &info), 0);
	cr_assert_str_eq(info.id, "card_1");
	cr_assert_str_eq(info.title, "分期");
}

/* source, where the fault is */
Test(script_check, faults_come_with_line_and_column)
{
	static const struct {
		const char *text, *at;
	} rows[] = {
		{"a: b\n  c: d\n", "2:4: "}, /* indentation */
		{"- a\n", "1:1: "},	     /* a list */
		{"", "1:1: "},		     /* nothing */
		{"title: x\n", "1:1: "},     /* no id */
		{"id: Card!\n", "1:1: "},    /* a bad one */
		{"id: [a]\n", "1:1: "},	     /* not a word */
		{"id: a\nx: \"\n", "3:1: "}, /* never closed */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cmp_script_info info = {0};

		cr_assert_eq(cmp_script_check(rows[i].text,
					      strlen(rows[i].text), &info),
			     -EINVAL, "row %zu", i);
		cr_assert_eq(
			strncmp(info.error, rows[i].at, strlen(rows[i].at)), 0,
			"row %zu: %s", i, info.error);
	}
}
