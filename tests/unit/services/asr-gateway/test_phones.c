/** @file test_phones.c  Phones of the embedded engine. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "phones.h"

Test(phones, espeaks_names_become_initials_and_finals_without_tone)
{
	static const struct {
		const char *espeak, *phones, *why;
	} rows[] = {
		{"X_'Au21_| t_@44", "ux uau t e0", "two plain syllables"},
		{"'a55_n__| tS;h_'y&35_n__|", "an tusjh yyn",
		 "no initial; a nasal belongs to the final"},
		{"n_'y21__| '@r35__|", "n y e0r", "the vowel er"},
		{"j_'i35_n__|", "jin", "a glide belongs to the final"},
		{"", "", "nothing"},
		{"_ | __", "", "separators alone"},
	};
	char out[256];

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++) {
		cr_expect_eq(asr_phones_parse(rows[i].espeak, out, sizeof(out)),
			     0);
		cr_expect_str_eq(out, rows[i].phones, "%s", rows[i].why);
	}
}

Test(phones, too_small_a_buffer_is_an_error_and_never_overrun)
{
	char out[5] = "####";

	cr_expect_eq(asr_phones_parse("X_'Au21_| t_@44", out, 4), -ENOSPC);
	cr_expect_eq(out[4], '\0');
}

Test(phones, what_cannot_be_said_has_no_phones)
{
	char out[256];

	cr_assert_eq(asr_phones_open(), 0);
	cr_expect_eq(asr_phones_of("", out, sizeof(out)), -EINVAL);
}

/* The model was trained with the rule in Python. */
Test(phones, the_rule_is_the_same_as_the_trainings)
{
	static const char command[] =
		"cd tools/asr-model && /usr/bin/python3 -c '"
		"import phones, pathlib\n"
		"for t in pathlib.Path(\"extra.txt\").read_text().split():\n"
		"  print(t, *phones.of_text(t), sep=\" \")'";
	char line[1024], out[1024];
	unsigned n = 0;
	FILE *f = popen(command, "r");

	cr_assert_not_null(f);
	cr_assert_eq(asr_phones_open(), 0);
	while (fgets(line, sizeof(line), f)) {
		char *phones = strchr(line, ' ');

		cr_assert_not_null(phones);
		*phones++ = '\0';
		phones[strcspn(phones, "\n")] = '\0';
		cr_expect_eq(asr_phones_of(line, out, sizeof(out)), 0);
		cr_expect_str_eq(out, phones, "%s", line);
		n++;
	}
	pclose(f);
	cr_expect_gt(n, 50);
}
