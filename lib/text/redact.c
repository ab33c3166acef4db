/** @file redact.c  Secrets out of transcripts, contract in redact.h */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "text/redact.h"
#include "text/utf8.h"

enum {
	LONG_ROW = 12,
	PHONE_ROW = 7,
	CODE_ROW = 3,
	BARE_ROW = 6,
};

/* A row of digits: bytes [from, to) of the text. */
struct row {
	const char *from, *to;
	unsigned n;
};

static bool is_digit(uint32_t c)
{
	static const uint32_t spoken[] = {
		0x96f6, 0x3007, 0x6d1e, 0x4e00, 0x5e7a, 0x4e8c, 0x4e24, 0x4e09,
		0x56db, 0x4e94, 0x516d, 0x4e03, 0x62d0, 0x516b, 0x4e5d};

	if ((c >= '0' && c <= '9') || (c >= 0xff10 && c <= 0xff19))
		return true;
	for (size_t i = 0; i < sizeof(spoken) / sizeof(*spoken); i++) {
		if (spoken[i] == c)
			return true;
	}

	return false;
}

/* What may stand between two digits: blanks, dashes, pauses, 嗯 呃 啊 杠 */
static bool is_between(uint32_t c)
{
	static const uint32_t marks[] = {' ',	 '-',	 ',',	 0x3001,
					 0xff0c, 0x2026, 0x3000, 0x55ef,
					 0x5443, 0x554a, 0x6760};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (marks[i] == c)
			return true;
	}

	return false;
}

/* The next row at or after p. @return false: there is none */
static bool next_row(const char *p, struct row *row)
{
	const char *at = p;
	uint32_t c;

	*row = (struct row){0};
	while ((c = yh_utf8_next(&p))) {
		if (is_digit(c)) {
			row->from = row->n++ ? row->from : at;
			row->to = p;
		} else if (row->n == 17 && (c == 'x' || c == 'X')) {
			row->n++; /* an identity's check digit */
			row->to = p;
		} else if (row->n && !is_between(c)) {
			return true;
		}
		at = p;
	}

	return row->n;
}

static bool speaks_of_codes(const char *text)
{
	static const char *const words[] = {
		"验证码", "动态码", "校验码", "密码",	"口令",	  "安全码",
		"授权码", "确认码", "cvv",    "CVV",	"pin",	  "PIN",
		"背面",	  "短信",   "动态密", "交易密", "查询密", "登录密",
		"U盾",	  "验证",   "那个码", "收到的"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strstr(text, words[i]))
			return true;
	}

	return false;
}

/* Is the row all that was said, but for 是 就是 我的 and marks? */
static bool is_bare(const char *text, const struct row *row)
{
	static const char *const words[] = {"就是", "是", "我的", "嗯", "呃",
					    "。",   "，", "那个", ".",	"啊"};
	const char *p = text;

	while (*p) {
		size_t n = p == row->from ? (size_t)(row->to - p) : 0;

		for (size_t i = 0; !n && i < sizeof(words) / sizeof(*words);
		     i++) {
			if (!strncmp(p, words[i], strlen(words[i])))
				n = strlen(words[i]);
		}
		if (!n)
			return false;
		p += n;
	}

	return true;
}

static bool is_secret(const char *text, const struct row *row, bool codes,
		      unsigned longest)
{
	return row->n >= longest || (codes && row->n >= CODE_ROW) ||
	       (row->n == BARE_ROW && is_bare(text, row));
}

/* Copy [from, to) to out, which is not behind from; '*' for each digit of a
 * secret. What stays where it is is not written: it may be a constant.
 * @return Behind what was written */
static char *copy(char *out, const char *from, const char *to, bool secret,
		  unsigned *n)
{
	while (from < to) {
		const char *at = from;
		uint32_t c = yh_utf8_next(&from);

		if (secret && (is_digit(c) || c == 'x' || c == 'X')) {
			*out++ = '*';
			++*n;
		} else {
			if (out != at)
				memmove(out, at, (size_t)(from - at));
			out += from - at;
		}
	}

	return out;
}

/* @param longest A row of so many digits is a secret whatever is spoken of */
static unsigned redact(char *text, unsigned longest)
{
	bool codes = speaks_of_codes(text);
	const char *p = text;
	char *out = text;
	unsigned n = 0;
	struct row row;

	while (next_row(p, &row)) {
		bool secret = is_secret(text, &row, codes, longest);

		out = copy(out, p, row.from, false, &n);
		out = copy(out, row.from, row.to, secret, &n);
		p = row.to;
	}
	if (out != p)
		memmove(out, p, strlen(p) + 1);

	return n;
}

unsigned yh_redact(char *text)
{
	return redact(text, LONG_ROW);
}

unsigned yh_redact_all(char *text)
{
	return redact(text, PHONE_ROW);
}
