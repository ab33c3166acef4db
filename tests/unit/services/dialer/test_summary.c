/** @file test_summary.c  A summary as headers */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "summary.h"

Test(summary, each_entry_is_a_header)
{
	char buf[DIAL_SUMMARY_BYTES] = "";

	cr_assert_eq(dial_summary_add(buf, "intent", "ask rate"), 0);
	cr_assert_eq(dial_summary_add(buf, "Turns-2", "7"), 0);
	cr_expect_str_eq(buf, "X-Yinhu-intent: ask rate\r\n"
			      "X-Yinhu-Turns-2: 7\r\n");
}

Test(summary, no_value_begins_another_header)
{
	char buf[DIAL_SUMMARY_BYTES] = "";

	cr_assert_eq(dial_summary_add(buf, "a", "x\r\nBYE: 1%"), 0);
	cr_expect_str_eq(buf, "X-Yinhu-a: x%0D%0ABYE: 1%25\r\n");
}

Test(summary, other_letters_are_encoded_whole)
{
	char buf[DIAL_SUMMARY_BYTES] = "", value[200];

	for (int i = 0; i < 66; i++)
		memcpy(value + 3 * i, "\xe5\x88\x86", 4);
	cr_assert_eq(dial_summary_add(buf, "a", value), 0);
	cr_expect_eq(strlen(buf), strlen("X-Yinhu-a: \r\n") + 120);
}

Test(summary, a_key_is_a_word)
{
	static const char *const keys[] = {
		"",	 "a b",	 "a:",
		"a\r\n", "\xe5", "123456789012345678901234567890123"};
	char buf[DIAL_SUMMARY_BYTES] = "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		cr_expect_eq(dial_summary_add(buf, keys[i], "x"), -EINVAL);
	cr_expect_str_eq(buf, "");
}

Test(summary, sixteen_of_the_longest_have_room_and_no_more_is_taken)
{
	char buf[DIAL_SUMMARY_BYTES] = "", key[33], value[121], *before;
	int err = 0;

	memset(value, 'v', 120);
	value[120] = '\0';
	for (int i = 0; i < DIAL_SUMMARY_MAX; i++) {
		snprintf(key, sizeof(key), "%032d", i);
		cr_expect_eq(dial_summary_add(buf, key, value), 0);
	}
	for (int i = 0; i < 4 && !err; i++) {
		before = strdup(buf);
		err = dial_summary_add(buf, key, value);
		if (err)
			cr_expect_str_eq(buf, before);
		free(before);
	}
	cr_expect_eq(err, -ENOSPC);
}
