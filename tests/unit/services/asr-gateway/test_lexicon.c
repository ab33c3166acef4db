/** @file test_lexicon.c  A pronouncing dictionary. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "lexicon.h"

static struct asr_lexicon *open_text(const char *text)
{
	char path[] = "/tmp/lexicon-XXXXXX";
	struct asr_lexicon *lex = NULL;
	FILE *f = fdopen(mkstemp(path), "w");

	fputs(text, f);
	fclose(f);
	cr_assert_eq(asr_lexicon_open(&lex, path), 0);
	unlink(path);

	return lex;
}

static const char TEXT[] = "银 y in\n"
			   "行 h ang\n"
			   "行(2) x ing\n"
			   "银行\ty in h ang\r\n"
			   "长 ch ang\n"
			   "长(2) zh ang\n"
			   "行长 h ang zh ang\n"
			   "不 b u\n"
			   "nophones\n"
			   "\n"
			   "行不行 x ing b u x ing\n";

Test(lexicon, a_text_is_said_by_the_fewest_words)
{
	static const struct {
		const char *text, *phones;
	} rows[] = {
		{"银行", "y in h ang"}, /* a word, not two characters */
		{"行不行", "x ing b u x ing"},
		{"银行，行不行？", "y in h ang x ing b u x ing"},
	};
	struct asr_lexicon *lex = open_text(TEXT);
	char phones[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cr_expect_eq(asr_lexicon_say(lex, rows[i].text, 0, phones,
					     sizeof(phones)),
			     0);
		cr_expect_str_eq(phones, rows[i].phones);
	}
	asr_lexicon_close(lex);
}

Test(lexicon, of_equal_ways_the_longest_first_word_and_then_all_its_ways)
{
	struct asr_lexicon *lex = open_text(TEXT);
	char phones[64];

	cr_expect_eq(asr_lexicon_say(lex, "银行长", 0, phones, 64), 0);
	cr_expect_str_eq(phones, "y in h ang ch ang");
	cr_expect_eq(asr_lexicon_say(lex, "银行长", 1, phones, 64), 0);
	cr_expect_str_eq(phones, "y in h ang zh ang");
	cr_expect_eq(asr_lexicon_say(lex, "银行长", 2, phones, 64), -ENOENT);
	cr_expect_eq(asr_lexicon_say(lex, "行长行", 1, phones, 64), 0);
	cr_expect_str_eq(phones, "h ang zh ang x ing");
	asr_lexicon_close(lex);
}

Test(lexicon, what_cannot_be_said_is_named)
{
	struct asr_lexicon *lex = open_text(TEXT);
	char phones[64];

	cr_expect_eq(asr_lexicon_say(lex, "银行卡", 0, phones, 64), -EINVAL);
	cr_expect_str_eq(phones, "卡");
	cr_expect_eq(asr_lexicon_say(lex, "nophones", 0, phones, 64), -EINVAL);
	cr_expect_eq(asr_lexicon_say(lex, "？", 0, phones, 64), -EINVAL);
	cr_expect_eq(asr_lexicon_say(lex, "银行", 0, phones, 8), -ENOSPC);
	asr_lexicon_close(lex);
}

Test(lexicon, a_file_without_words_is_none)
{
	struct asr_lexicon *lex;

	cr_expect_eq(asr_lexicon_open(&lex, "/dev/null"), -EINVAL);
	cr_expect_eq(asr_lexicon_open(&lex, "/nowhere"), -ENOENT);
}
