/** @file textnorm.c  Numbers in Chinese, contract in textnorm.h */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "textnorm.h"

enum { MAX_CARDINAL_DIGITS = 12 };

struct out {
	char *p;
	size_t size, len;
	bool full;
};

static const char *const cardinal[] = {"零", "一", "二", "三", "四",
				       "五", "六", "七", "八", "九"};
static const char *const by_digit[] = {"零", "幺", "二", "三", "四",
				       "五", "六", "七", "八", "九"};

static void put_n(struct out *o, const char *s, size_t n)
{
	if (o->len + n + 1 > o->size) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->len, s, n);
	o->len += n;
	o->p[o->len] = '\0';
}

static void put(struct out *o, const char *s)
{
	put_n(o, s, strlen(s));
}

/* Up to four digits of one group. @return true when anything was said */
static bool put_group(struct out *o, const char *d, size_t n, bool zero_first)
{
	static const char *const units[] = {"", "十", "百", "千"};
	bool said = false, zero = zero_first;

	for (size_t i = 0; i < n; i++) {
		size_t unit = n - 1 - i;
		int v = d[i] - '0';

		if (!v) {
			zero = zero || said;
			continue;
		}
		if (zero)
			put(o, cardinal[0]);
		zero = false;
		/* 十二, not 一十二, at the very beginning */
		if (!(v == 1 && unit == 1 && !said && o->len == 0 && n == 2))
			put(o, cardinal[v]);
		put(o, units[unit]);
		said = true;
	}

	return said;
}

static void put_cardinal(struct out *o, const char *d, size_t n)
{
	static const char *const groups[] = {"", "万", "亿"};
	struct out part;
	char buf[128];
	bool said = false, gap = false;

	while (n > 1 && *d == '0')
		d++, n--;
	if (n == 1 && *d == '0') {
		put(o, cardinal[0]);
		return;
	}
	for (size_t left = n; left;) {
		size_t len = left % 4 ? left % 4 : 4;
		size_t group = (left - 1) / 4;

		part = (struct out){.p = buf, .size = sizeof(buf)};
		buf[0] = '\0';
		if (put_group(&part, d, len, said && (gap || *d == '0'))) {
			put(o, buf);
			put(o, groups[group]);
			said = true;
			gap = false;
		} else {
			gap = said;
		}
		d += len;
		left -= len;
	}
}

static void put_digits(struct out *o, const char *d, size_t n,
		       const char *const names[])
{
	for (size_t i = 0; i < n; i++)
		put(o, names[d[i] - '0']);
}

static bool ends_with(const struct out *o, const char *word)
{
	size_t n = strlen(word);

	return o->len >= n && !memcmp(o->p + o->len - n, word, n);
}

static bool is_code(const struct out *o, const char *d, size_t n)
{
	static const char *const before[] = {"尾号",   "号码",	 "电话",
					     "尾号为", "尾号是", "卡号"};

	if (n > MAX_CARDINAL_DIGITS || (n > 1 && d[0] == '0'))
		return true;
	for (size_t i = 0; i < YH_ARRAY_LEN(before); i++) {
		if (ends_with(o, before[i]))
			return true;
	}

	return false;
}

/* A number at *in; moves behind it. */
static void put_number(struct out *o, const char **in)
{
	const char *d = *in;
	size_t n = strspn(d, "0123456789"), decimals = 0;
	const char *rest = d + n;

	if (is_code(o, d, n)) {
		put_digits(o, d, n, by_digit);
		*in = rest;
		return;
	}
	if (*rest == '.' && isdigit((unsigned char)rest[1]))
		decimals = strspn(rest + 1, "0123456789");
	*in = decimals ? rest + 1 + decimals : rest;
	if (**in == '%') {
		put(o, "百分之");
		(*in)++;
	}
	put_cardinal(o, d, n);
	while (decimals && rest[decimals] == '0')
		decimals--; /* 13.20 is read as 13.2 */
	if (decimals) {
		put(o, "点");
		put_digits(o, rest + 1, decimals, cardinal);
	}
}

int tts_textnorm(const char *in, char *out, size_t size)
{
	struct out o = {.p = out, .size = size};

	if (!size)
		return -ENOSPC;
	out[0] = '\0';
	while (*in) {
		if (isdigit((unsigned char)*in)) {
			put_number(&o, &in);
		} else if (strchr("<>&[]{}|\\\"`_", *in) || iscntrl(*in)) {
			put(&o, " ");
			in++;
		} else {
			put_n(&o, in++, 1);
		}
	}

	return o.full ? -ENOSPC : 0;
}
