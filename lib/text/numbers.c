/** @file numbers.c  Spoken numbers, contract in numbers.h */
#include "text/numbers.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TERM = 600 };
static const double MAX_AMOUNT = 1e12; /* CNY */

/* ---- characters ---- */

static const struct {
	char text[4];
	int digit; /* -1: a unit */
	double unit;
} GLYPHS[] = {
	{"零", 0, 0},	 {"〇", 0, 0},	  {"一", 1, 0},	   {"幺", 1, 0},
	{"壹", 1, 0},	 {"二", 2, 0},	  {"两", 2, 0},	   {"俩", 2, 0},
	{"贰", 2, 0},	 {"三", 3, 0},	  {"叁", 3, 0},	   {"仨", 3, 0},
	{"四", 4, 0},	 {"肆", 4, 0},	  {"五", 5, 0},	   {"伍", 5, 0},
	{"六", 6, 0},	 {"陆", 6, 0},	  {"七", 7, 0},	   {"柒", 7, 0},
	{"八", 8, 0},	 {"捌", 8, 0},	  {"九", 9, 0},	   {"玖", 9, 0},
	{"十", -1, 10},	 {"拾", -1, 10},  {"百", -1, 100}, {"佰", -1, 100},
	{"千", -1, 1e3}, {"仟", -1, 1e3}, {"万", -1, 1e4}, {"亿", -1, 1e8},
	{"廿", -1, 20},
};

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

/* @return Bytes of a Chinese digit or unit, 0 = none is here */
static size_t glyph(const char *p, int *digit, double *unit)
{
	for (size_t i = 0; i < sizeof(GLYPHS) / sizeof(GLYPHS[0]); i++) {
		size_t n = strlen(GLYPHS[i].text);

		if (!strncmp(p, GLYPHS[i].text, n)) {
			*digit = GLYPHS[i].digit;
			*unit = GLYPHS[i].unit;
			return n;
		}
	}

	return 0;
}

/* The next character's length in bytes. */
static size_t step(const char *p)
{
	size_t n = 1;

	while (((unsigned char)p[n] & 0xc0) == 0x80)
		n++;

	return n;
}

/* ---- numbers ---- */

struct sum {
	double total, section, last, last_unit;
	bool has_last, single, any;
};

static void take_unit(struct sum *s, double unit)
{
	double n = s->has_last ? s->last : 0;

	if (unit == 20) { /* 廿 */
		s->section += 20;
		s->last_unit = 10;
	} else if (unit < 1e4) {
		s->section += (s->has_last ? n : 1) * unit;
		s->last_unit = unit;
	} else {
		s->section += n;
		s->total = unit == 1e8 ? (s->total + s->section) * unit
				       : s->total + s->section * unit;
		s->section = 0;
		s->last_unit = unit;
	}
	s->has_last = false;
}

static void take_digit(struct sum *s, int digit)
{
	if (s->has_last) { /* 二零二六: digits in a row */
		s->last = s->last * 10 + digit;
		s->single = false;
		return;
	}
	s->last = digit;
	s->has_last = true;
	s->single = true;
	if (!digit) { /* 一百零五: what follows is not shortened */
		s->has_last = s->last_unit == 0;
		s->last_unit = s->last_unit ? 1 : 0;
	}
}

/* 点五 after a number. @return Bytes */
static size_t take_fraction(struct sum *s, const char *p)
{
	size_t n = starts(p, "点") ? strlen("点") : 0, used = 0;
	double scale = 0.1;

	while (n) {
		int digit;
		double unit;
		size_t k = glyph(p + n + used, &digit, &unit);

		if (!k || digit < 0)
			break;
		s->last += digit * scale;
		scale /= 10;
		used += k;
	}
	s->single = s->single && !used;

	return used ? n + used : 0;
}

size_t yh_number_at(const char *text, double *value)
{
	struct sum s = {0};
	const char *p = text;

	while (*p) {
		int digit;
		double unit;
		size_t n = glyph(p, &digit, &unit);

		if (*p >= '0' && *p <= '9' && !s.has_last) {
			char *end;

			s.last = strtod(p, &end);
			if (s.last > 1e13 ||
			    strspn(p, "0123456789.") < (size_t)(end - p))
				return 0; /* 1e5, 0x1f: not said */
			s.has_last = true;
			s.single = false;
			n = (size_t)(end - p);
		} else if (!n) {
			n = s.has_last ? take_fraction(&s, p) : 0;
			if (!n)
				break;
		} else if (digit >= 0) {
			take_digit(&s, digit);
		} else {
			take_unit(&s, unit);
		}
		s.any = true;
		p += n;
		if (s.total > 1e14 || s.last > 1e14)
			return 0;
	}
	if (s.has_last && s.single && s.last_unit >= 100)
		s.last *= s.last_unit / 10; /* 一千二 */
	*value = s.total + s.section + (s.has_last ? s.last : 0);

	return s.any ? (size_t)(p - text) : 0;
}

/* Words that begin like a number and are none. */
static bool is_phrase(const char *text, const char *p)
{
	static const char *const WORDS[] = {
		"一下", "一样", "一定", "一点", "一直", "一起", "一些", "一般",
		"一会", "一共", "一边", "十分", "千万", "万一", "三心", "八成",
		"一切", "一旦", "一律", "一概", "一遍", "一句", "百分", "两下",
	};

	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++)
		if (starts(p, WORDS[i]))
			return true;

	return p >= text + strlen("第") && starts(p - strlen("第"), "第");
}

/* 几千, 十几, 三百多, 万把块: nobody knows how many. */
static bool is_vague(const char *text, const char *p, const char *end)
{
	return (p >= text + strlen("几") && starts(p - strlen("几"), "几")) ||
	       starts(end, "几") || starts(end, "多") || starts(end, "把") ||
	       starts(end, "来块");
}

/* Find the next number. @return Its start, NULL = none; *end behind it */
static const char *next_number(const char *text, const char *from,
			       const char **end, double *value)
{
	for (const char *p = from; *p;) {
		size_t n = is_phrase(text, p) ? 0 : yh_number_at(p, value);

		if (n && !is_vague(text, p, p + n)) {
			*end = p + n;
			return p;
		}
		p += n ? n : step(p);
	}

	return NULL;
}

/* ---- amounts ---- */

/* 块五, 块五毛, 块零五分 behind the whole part [1/100 CNY]. */
static int64_t small_money(const char *p)
{
	int64_t cents = 0;
	double v;
	size_t n = yh_number_at(p, &v);

	if (!n || v >= 100)
		return 0;
	p += n;
	if (starts(p, "分"))
		return (int64_t)v;
	cents = (int64_t)v * 10;
	if (starts(p, "毛") || starts(p, "角")) {
		p += strlen("毛");
		n = yh_number_at(p, &v);
		if (n && v < 10)
			cents += (int64_t)v;
		return cents;
	}

	return v < 10 ? cents : 0; /* 三块五 */
}

static size_t money_unit(const char *p)
{
	static const char *const UNITS[] = {"块钱", "块", "元", "圆"};

	for (size_t i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++)
		if (starts(p, UNITS[i]))
			return strlen(UNITS[i]);

	return 0;
}

bool yh_find_amount(const char *text, int64_t *cents)
{
	const char *p = text, *end;
	double v;
	int64_t bare = -1;

	while (next_number(text, p, &end, &v)) {
		size_t unit = money_unit(end);

		if (v <= MAX_AMOUNT && unit) {
			*cents = (int64_t)(v * 100 + 0.5) +
				 small_money(end + unit);
			return true;
		}
		if (bare < 0 && v >= 10 && v <= MAX_AMOUNT &&
		    !starts(end, "期") && !starts(end, "个") &&
		    !starts(end, "月") && !starts(end, "号") &&
		    !starts(end, "天") && !starts(end, "年") &&
		    !starts(end, "点"))
			bare = (int64_t)(v * 100 + 0.5);
		p = end;
	}
	if (bare >= 0)
		*cents = bare;

	return bare >= 0;
}

/* ---- terms ---- */

static bool term_in_years(const char *end, double v, unsigned *months)
{
	bool years = v >= 1 && v <= MAX_TERM && starts(end, "年");
	unsigned n = years ? (unsigned)(v * 12 + 0.5) : 0;

	if (years && starts(end + strlen("年"), "半"))
		n += 6;
	if (n < 1 || n > MAX_TERM)
		return false;
	*months = n;

	return true;
}

bool yh_find_term(const char *text, unsigned *months)
{
	const char *p = text, *end;
	double v;
	unsigned bare = 0;

	if (strstr(text, "半年") && !strstr(text, "年半")) {
		*months = 6;
		return true;
	}
	while (next_number(text, p, &end, &v)) {
		bool fits = v >= 1 && v <= MAX_TERM && v == (unsigned)v;

		if (term_in_years(end, v, months))
			return true;
		if (fits && (starts(end, "期") || starts(end, "个月") ||
			     starts(end, "个期"))) {
			*months = (unsigned)v;
			return true;
		}
		if (fits && !bare && !money_unit(end) && !starts(end, "号") &&
		    !starts(end, "点") && !starts(end, "月") &&
		    !starts(end, "天") && !starts(end, "年"))
			bare = (unsigned)v;
		p = end;
	}
	if (bare)
		*months = bare;

	return bare != 0;
}

/* ---- digits ---- */

bool yh_find_digits(const char *text, unsigned least, char *out, size_t size)
{
	char row[64];
	size_t n = 0, best = 0;

	for (const char *p = text;;) {
		int digit = -1;
		double unit;
		size_t k = 0;

		if (*p >= '0' && *p <= '9') {
			digit = *p - '0';
			k = 1;
		} else if (*p) {
			k = glyph(p, &digit, &unit);
			if (k && digit < 0)
				k = 0;
		}
		if (k) {
			if (n + 1 < sizeof(row))
				row[n++] = (char)('0' + digit);
			p += k;
			continue;
		}
		if (n && (*p == ' ' || *p == '-' || starts(p, "杠"))) {
			p += step(p);
			continue;
		}
		if (n > best && n < size) {
			memcpy(out, row, n);
			best = n;
			out[n] = '\0';
		}
		n = 0;
		if (!*p)
			break;
		p += step(p);
	}

	return best >= least && best > 0;
}
