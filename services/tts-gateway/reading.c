/** @file reading.c  Read aloud, contract in reading.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "reading.h"
#include "reading_priv.h"
#include "text/utf8.h"

bool tts_starts(const char *p, const char *with)
{
	return !strncmp(p, with, strlen(with));
}

bool tts_ends(const char *begin, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - begin) >= n && !memcmp(end - n, with, n);
}

bool tts_starts_any(const char *p, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (tts_starts(p, words[i]))
			return true;
	}

	return false;
}

size_t tts_n_digits(const char *p)
{
	return strspn(p, "0123456789");
}

static bool is_digit(char c)
{
	return isdigit((unsigned char)c);
}

/* ---- signs -----------------------------------------------------------------
 */

/* Is what ends here a quantity, so that "-" behind it means "to"? */
static bool behind_quantity(const struct tts_reader *r)
{
	static const char *const units[] = {"元", "块", "万", "亿", "期", "天",
					    "月", "日", "号", "点", "分", "年",
					    "岁", "次", "个", "%",  "‰",  "时"};

	if (r->p > r->begin && is_digit(r->p[-1]))
		return true;
	for (size_t i = 0; i < YH_ARRAY_LEN(units); i++) {
		if (tts_ends(r->begin, r->p, units[i]))
			return true;
	}

	return false;
}

/* - + : ~ / * % $, which no number has taken. */
static const char *sign(const struct tts_reader *r)
{
	char c = *r->p, next = r->p[1];
	bool to = is_digit(next) && behind_quantity(r);

	if ((c == '-' || c == '~') && to)
		return "到";
	if (c == '-' && is_digit(next))
		return "负";
	if (c == '+' && to)
		return "加";
	if (c == '/' &&
	    (tts_ends(r->begin, r->p, "元") || tts_ends(r->begin, r->p, "次")))
		return "每";
	if (c == ':')
		return "：";

	return c == '$' ? "" : " ";
}

static const char *mark(char c)
{
	switch (c) {
	case ',':
	case '(':
	case ')':
		return "，";
	case '.':
		return "。";
	case '!':
		return "！";
	case '?':
		return "？";
	case ';':
		return "；";
	default:
		return NULL;
	}
}

/* One blank or one comma is enough. */
static void put_soft(struct tts_reader *r, const char *s)
{
	static const char *const marks[] = {"，", "。", "！", "？",
					    "；", "：", "、"};
	const char *end = r->o->p + r->o->len;

	if (!strcmp(s, " ") && (!r->o->len || tts_ends(r->o->p, end, " ")))
		return;
	for (size_t i = 0; !strcmp(s, "，") && i < YH_ARRAY_LEN(marks); i++) {
		if (tts_ends(r->o->p, end, marks[i]))
			return;
	}
	tts_put(r->o, s);
}

static void put_other(struct tts_reader *r, const char *end)
{
	static const struct {
		const char *from, *to;
	} others[] = {
		{"（", "，"}, {"）", "，"}, {"—", "，"}, {"…", "，"}, {"“", ""},
		{"”", ""},    {"《", ""},   {"》", ""},	 {"¥", ""},   {"€", ""},
		{"£", ""},    {"‰", " "},   {"℃", "度"}, {"×", "乘"},
	};

	for (size_t i = 0; i < YH_ARRAY_LEN(others); i++) {
		if (tts_starts(r->p, others[i].from)) {
			put_soft(r, others[i].to);
			return;
		}
	}
	tts_put_n(r->o, r->p, (size_t)(end - r->p));
}

static void read_character(struct tts_reader *r)
{
	const char *end = r->p;
	unsigned char c = (unsigned char)*r->p;

	yh_utf8_next(&end);
	if (c >= 0x80)
		put_other(r, end);
	else if (mark(*r->p))
		put_soft(r, mark(*r->p));
	else if (isalnum(c))
		tts_put_n(r->o, r->p, 1);
	else
		put_soft(r, c == ' ' ? " " : sign(r));
	r->p = end;
}

int tts_reading(const char *in, char *out, size_t size)
{
	struct tts_out o = {.p = out, .size = size};
	struct tts_reader r = {.o = &o, .begin = in, .p = in};

	if (!size)
		return -ENOSPC;
	out[0] = '\0';
	while (*r.p && !o.full) {
		if (!is_digit(*r.p))
			read_character(&r);
		else if (!tts_read_code(&r))
			tts_read_quantity(&r);
	}

	return o.full ? -ENOSPC : 0;
}

bool tts_can_be_said(const char *reading)
{
	char first[8];

	yh_utf8_spoken(reading, first, sizeof(first));

	return first[0];
}
