/** @file reading_quantity.c  Dates, times, amounts, numbers, see reading.h */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "reading_priv.h"

/* 1,234.50 */
struct num {
	char whole[TTS_CARDINAL_DIGITS + 4];
	size_t n;
	const char *frac;
	size_t n_frac; /* as written */
	const char *end;
};

/* Digits of a small number. */
static int value(const char *d, size_t n)
{
	int v = 0;

	while (n--)
		v = v * 10 + (*d++ - '0');

	return v;
}

static void take_num(const char *p, struct num *x)
{
	size_t k = tts_n_digits(p);

	*x = (struct num){.n = k};
	memcpy(x->whole, p, k);
	p += k;
	while (k <= 3 && x->n + 3 <= TTS_CARDINAL_DIGITS && *p == ',' &&
	       tts_n_digits(p + 1) == 3) {
		memcpy(x->whole + x->n, p + 1, 3);
		x->n += 3;
		p += 4;
	}
	if (*p == '.') {
		x->frac = p + 1;
		x->n_frac = tts_n_digits(p + 1);
		p += x->n_frac ? 1 + x->n_frac : 0;
	}
	x->end = p;
}

static bool is_zero(const struct num *x)
{
	return strspn(x->whole, "0") == x->n;
}

/* 13.20 is read as 13.2 */
static void put_num(struct tts_reader *r, const struct num *x)
{
	size_t n = x->n_frac;

	tts_put_cardinal(r->o, x->whole, x->n);
	while (n && x->frac[n - 1] == '0')
		n--;
	if (n) {
		tts_put(r->o, "点");
		tts_put_digits(r->o, x->frac, n, false);
	}
}

static void put_small(struct tts_reader *r, int v)
{
	char text[12];

	tts_put_cardinal(r->o, text,
			 (size_t)snprintf(text, sizeof(text), "%d", v));
}

/* ---- dates and times -------------------------------------------------------
 */

static bool is_year(const char *p, size_t n)
{
	return n == 4 && (tts_starts(p, "19") || tts_starts(p, "20"));
}

/* 2026-11-28, 2026/11/28, 2026.11.28; 2026年 */
static bool read_date(struct tts_reader *r)
{
	const char *y = r->p, *m = y + 5, *d;
	size_t n_month, n_day;
	char between;

	if (!is_year(y, tts_n_digits(y)))
		return false;
	between = y[4];
	if (tts_starts(y + 4, "年")) {
		tts_put_digits(r->o, y, 4, false);
		r->p = y + 4;
		return true;
	}
	if (!between || !strchr("-/.", between))
		return false;
	n_month = tts_n_digits(m);
	d = m + n_month + 1;
	if (!n_month || n_month > 2 || m[n_month] != between)
		return false;
	n_day = tts_n_digits(d);
	if (!n_day || n_day > 2 || value(m, n_month) < 1 ||
	    value(m, n_month) > 12 || value(d, n_day) < 1 ||
	    value(d, n_day) > 31)
		return false;
	tts_put_digits(r->o, y, 4, false);
	tts_put(r->o, "年");
	put_small(r, value(m, n_month));
	tts_put(r->o, "月");
	put_small(r, value(d, n_day));
	tts_put(r->o, "日");
	r->p = d + n_day;

	return true;
}

/* ":30" at p. @return -1: there is no such thing */
static int sixtieth(const char *p)
{
	int v;

	if (*p != ':' || tts_n_digits(p + 1) != 2)
		return -1;
	v = value(p + 1, 2);

	return v < 60 ? v : -1;
}

static void put_sixtieth(struct tts_reader *r, int v, const char *unit)
{
	if (v < 10)
		tts_put(r->o, "零");
	if (v)
		put_small(r, v);
	tts_put(r->o, unit);
}

/* 14:30, 9:05:10 */
static bool read_time(struct tts_reader *r)
{
	size_t n = tts_n_digits(r->p);
	int hour = n <= 2 ? value(r->p, n) : 99;
	int minute = sixtieth(r->p + n), second;

	if (hour > 24 || minute < 0)
		return false;
	second = sixtieth(r->p + n + 3);
	if (hour == 2)
		tts_put(r->o, "两");
	else
		put_small(r, hour);
	tts_put(r->o, "点");
	if (minute || second > 0)
		put_sixtieth(r, minute, "分");
	if (second > 0)
		put_sixtieth(r, second, "秒");
	r->p += n + (second < 0 ? 3 : 6);

	return true;
}

/* ---- fractions and percentages ---------------------------------------------
 */

static bool read_fraction(struct tts_reader *r)
{
	size_t n = tts_n_digits(r->p), k;
	const char *under = r->p + n + 1;

	if (n > 3 || r->p[n] != '/')
		return false;
	k = tts_n_digits(under);
	if (!k || k > 3 || under[k] == '/' || value(r->p, n) >= value(under, k))
		return false;
	tts_put_cardinal(r->o, under, k);
	tts_put(r->o, "分之");
	tts_put_cardinal(r->o, r->p, n);
	r->p = under + k;

	return true;
}

static const char *part_of(const char *p, size_t *n)
{
	*n = tts_starts(p, "‰") ? strlen("‰") : 1;
	if (*p == '%')
		return "百分之";

	return *n > 1 ? "千分之" : NULL;
}

/* 13.2%, 5-10% */
static bool read_percent(struct tts_reader *r)
{
	struct num x, y;
	const char *part;
	size_t n;

	take_num(r->p, &x);
	part = part_of(x.end, &n);
	if (part) {
		tts_put(r->o, part);
		put_num(r, &x);
		r->p = x.end + n;
		return true;
	}
	if ((*x.end != '-' && *x.end != '~') || !tts_n_digits(x.end + 1) ||
	    tts_n_digits(x.end + 1) > TTS_CARDINAL_DIGITS)
		return false;
	take_num(x.end + 1, &y);
	part = part_of(y.end, &n);
	if (!part)
		return false;
	tts_put(r->o, part);
	put_num(r, &x);
	tts_put(r->o, "到");
	put_num(r, &y);
	r->p = y.end + n;

	return true;
}

/* ---- amounts and the rest --------------------------------------------------
 */

/* The currency's sign before it. @return Its name, "" = there is none */
static const char *currency_of(const struct tts_reader *r)
{
	static const struct {
		const char *sign, *name;
	} signs[] = {{"¥", "元"}, {"$", "美元"}, {"€", "欧元"}, {"£", "英镑"}};

	for (size_t i = 0; i < YH_ARRAY_LEN(signs); i++) {
		if (tts_ends(r->begin, r->p, signs[i].sign))
			return signs[i].name;
	}

	return "";
}

static void put_coin(struct tts_reader *r, char digit, const char *unit)
{
	tts_put_digits(r->o, &digit, 1, false);
	tts_put(r->o, unit);
}

/* 1200.50 -> 一千二百元五角 */
static void put_money(struct tts_reader *r, const struct num *x)
{
	char jiao = x->n_frac ? x->frac[0] : '0';
	char fen = x->n_frac > 1 ? x->frac[1] : '0';
	bool whole = !is_zero(x) || (jiao == '0' && fen == '0');

	if (whole) {
		if (x->n == 1 && x->whole[0] == '2')
			tts_put(r->o, "两");
		else
			tts_put_cardinal(r->o, x->whole, x->n);
		tts_put(r->o, "元");
	}
	if (jiao != '0')
		put_coin(r, jiao, "角");
	else if (fen != '0' && whole)
		tts_put(r->o, "零");
	if (fen != '0')
		put_coin(r, fen, "分");
}

/* 两个, but 第二个, 二月, 二号. */
static bool is_two(const struct tts_reader *r, const struct num *x)
{
	static const char *const measures[] = {
		"个", "位", "次", "天", "年", "期", "元",   "块",   "笔",
		"张", "种", "条", "份", "家", "户", "遍",   "项",   "点",
		"分", "周", "岁", "倍", "千", "万", "亿",   "件",   "部",
		"名", "人", "套", "角", "秒", "页", "小时", "星期", "百",
	};

	return x->n == 1 && x->whole[0] == '2' && !x->n_frac &&
	       !tts_ends(r->begin, r->p, "第") &&
	       tts_starts_any(x->end, measures, YH_ARRAY_LEN(measures));
}

static void read_number(struct tts_reader *r)
{
	const char *currency = currency_of(r);
	bool yuan;
	struct num x;

	take_num(r->p, &x);
	yuan = tts_starts(x.end, "元") ||
	       (!strcmp(currency, "元") && !tts_starts(x.end, "万") &&
		!tts_starts(x.end, "亿"));
	if (yuan && x.n_frac <= 2) {
		put_money(r, &x);
		r->p = x.end + (tts_starts(x.end, "元") ? strlen("元") : 0);
		return;
	}
	if (is_two(r, &x))
		tts_put(r->o, "两");
	else
		put_num(r, &x);
	r->p = x.end;
	if (currency[0] && (tts_starts(r->p, "万") || tts_starts(r->p, "亿"))) {
		tts_put_n(r->o, r->p, strlen("万"));
		r->p += strlen("万");
	}
	if (currency[0] && !tts_starts(r->p, currency))
		tts_put(r->o, currency);
}

void tts_read_quantity(struct tts_reader *r)
{
	if (!read_date(r) && !read_time(r) && !read_fraction(r) &&
	    !read_percent(r))
		read_number(r);
}
