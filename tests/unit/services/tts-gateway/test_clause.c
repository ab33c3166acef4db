/** @file test_clause.c  Mirrors services/tts-gateway/clause.c */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/mem.h"
#include "clause.h"

/* Clauses with a bar and the pause between. */
static const char *parted(const char *text)
{
	static char out[4096];
	struct tts_clause c[TTS_CLAUSES_MAX];
	size_t n = tts_clauses(text, c), at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%.*s|%u",
				       i ? " " : "", (int)c[i].n, c[i].p,
				       c[i].pause_ms);

	return out;
}

Test(clause, speech_is_parted_where_it_pauses)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"您好。", "您好。|0"},
		{"您好，这里是银湖银行。请问您是本人吗？",
		 "您好，|120 这里是银湖银行。|300 请问您是本人吗？|0"},
		{"好的；再见", "好的；|200 再见|0"},
		{"账单3,000元，年化13.2%。好", /* one number each */
		 "账单3,000元，|120 年化13.2%。|300 好|0"},
		{"“好吗？”他问", "“好吗？”|300 他问|0"}, /* closing quote */
		{"真的？！，好", "真的？！，|300 好|0"}, /* the longest */
		{"，，。", ""},				 /* nothing to say */
		{"。您好", "您好|0"},
		{"", ""},
		{"A.B, c", "A.B, |120 c|0"},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(rows); i++)
		cr_expect_str_eq(parted(rows[i].in), rows[i].out, "%s gave %s",
				 rows[i].in, parted(rows[i].in));
}

Test(clause, what_is_too_many_is_in_the_last_one)
{
	struct tts_clause c[TTS_CLAUSES_MAX];
	char text[1000] = "";

	for (int i = 0; i < 100; i++)
		strcat(text, "好，");
	cr_assert_eq(tts_clauses(text, c), TTS_CLAUSES_MAX);
	cr_assert_eq(c[TTS_CLAUSES_MAX - 1].n,
		     6u * (100 - TTS_CLAUSES_MAX + 1));
}

Test(clause, no_byte_of_a_text_is_lost)
{
	const char *text = "尾号1234的卡，账单3,000.50元；好吗？“好。”再见";
	struct tts_clause c[TTS_CLAUSES_MAX];
	size_t n = tts_clauses(text, c), total = 0;

	for (size_t i = 0; i < n; i++)
		total += c[i].n;
	cr_assert_eq(total, strlen(text));
}
