/** @file test_csv.c  Mirrors services/campaign/csv.c */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "csv.h"

static struct cmp_csv csv;

/* Rows as text: "line:field|field;" and "line!" for a bad one. */
static const char *parse(const char *text, size_t len)
{
	static char out[8192];
	struct cmp_csv_row row;
	char *p = out;

	*p = '\0';
	cmp_csv_init(&csv, text, len);
	while (cmp_csv_next(&csv, &row)) {
		p += sprintf(p, "%u%s", row.line, row.error ? "!" : ":");
		for (size_t i = 0; i < row.n; i++)
			p += sprintf(p, "%s%s", i ? "|" : "", row.fields[i]);
		p += sprintf(p, ";");
	}

	return out;
}

/* Good and hostile texts; one reason a row. */
Test(csv, rows_come_out_as_written)
{
	static const struct {
		const char *text, *rows;
	} t[] = {
		{"", ""},
		{"a,b\n1,2\n", "1:a|b;2:1|2;"},
		{"a,b\r\n1,2\r\n", "1:a|b;2:1|2;"}, /* CRLF */
		{"a,b\n1,2", "1:a|b;2:1|2;"},	    /* no last LF */
		{"\xef\xbb\xbf"
		 "a\n1\n",
		 "1:a;2:1;"},				 /* BOM */
		{"a\n\n\r\n1\n", "1:a;4:1;"},		 /* blank lines */
		{"a,,\n", "1:a||;"},			 /* empty fields */
		{"\"a,b\",\"c\"\"d\"\n", "1:a,b|c\"d;"}, /* quotes */
		{"\"a\nb\",c\nx\n", "1:a\nb|c;3:x;"},	 /* LF inside */
		{" a , b \n", "1:a|b;"},		 /* blanks around */
		{"a\"b\nok\n", "1!;2:ok;"},   /* quote in a plain field */
		{"\"a\"b\nok\n", "1!;2:ok;"}, /* text behind a quote */
		{"\"a\nok\n", "1!;2:ok;"},    /* never closed */
		{"x\n\"\"\"\nok\n", "1:x;2!;3:ok;"}, /* closed by none */
		{"a\xff\nok\n", "1!;2:ok;"},	     /* no UTF-8 */
		{"\xc0\xaf\nok\n", "1!;2:ok;"},	     /* overlong "/" */
		{"\xed\xa0\x80\n", "1!;"},	     /* a surrogate */
		{"a\rb\n", "1:a\rb;"},		     /* CR alone is text */
	};

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		cr_assert_str_eq(parse(t[i].text, strlen(t[i].text)), t[i].rows,
				 "row %zu", i);
}

Test(csv, a_nul_byte_costs_its_row_only)
{
	cr_assert_str_eq(parse("a\0b\nok\n", 7), "1!;2:ok;");
	cr_assert_str_eq(parse("\"a\0b\"\nok\n", 9), "1!;2:ok;");
}

Test(csv, a_field_may_be_4096_bytes_long_and_no_longer)
{
	static char text[CMP_CSV_MAX_FIELD + 16];

	memset(text, 'x', sizeof(text));
	memcpy(text + CMP_CSV_MAX_FIELD, "\n1\n", 4);
	cr_assert_eq(strlen(parse(text, strlen(text))),
		     CMP_CSV_MAX_FIELD - 1 + strlen("1:x;2:1;"));
	memcpy(text + CMP_CSV_MAX_FIELD, "x\n1\n", 5);
	cr_assert_str_eq(parse(text, strlen(text)), "1!;2:1;");
	text[0] = '"';
	memcpy(text + CMP_CSV_MAX_FIELD, "xx\"\n1\n", 7);
	cr_assert_str_eq(parse(text, strlen(text)), "1!;2:1;");
}

Test(csv, the_65th_field_is_too_many)
{
	char text[200];

	memset(text, ',', sizeof(text));
	memcpy(text + 63, "\n1\n", 4);
	cr_assert_eq(parse(text, 66)[0], '1');
	cr_assert_null(strchr(parse(text, 66), '!'));
	text[63] = ',';
	memcpy(text + 64, "\n1\n", 4);
	cr_assert_str_eq(parse(text, 67), "1!;2:1;");
}

Test(csv, a_bad_row_is_kept_as_it_was)
{
	static const char text[] = "\"a,b\r\nok\r\n";
	struct cmp_csv_row row;

	cmp_csv_init(&csv, text, strlen(text));
	cr_assert(cmp_csv_next(&csv, &row));
	cr_assert_not_null(row.error);
	cr_assert_eq(row.raw_len, 4);
	cr_assert_eq(memcmp(row.raw, "\"a,b", 4), 0);
}

Test(csv, formulas_are_made_harmless)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{"a", "\"a\""},		{"", "\"\""},
		{"=1", "\"'=1\""},	{"+1", "\"'+1\""},
		{"-1", "\"'-1\""},	{"@a", "\"'@a\""},
		{"\t=", "\"'\t=\""},	{"\r=", "\"'\r=\""},
		{"a\"b", "\"a\"\"b\""}, {"a=1", "\"a=1\""},
	};
	char out[32];

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		out[cmp_csv_quote(t[i].in, strlen(t[i].in), out)] = '\0';
		cr_assert_str_eq(out, t[i].out);
	}
}
