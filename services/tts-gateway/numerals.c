/** @file numerals.c  Numbers in Chinese characters, contract in numerals.h */
#include <string.h>

#include "numerals.h"

static const char *const names[] = {"零", "一", "二", "三", "四",
				    "五", "六", "七", "八", "九"};

void tts_put_n(struct tts_out *o, const char *s, size_t n)
{
	if (o->len + n + 1 > o->size) {
		o->full = true;
		return;
	}
	memcpy(o->p + o->len, s, n);
	o->len += n;
	o->p[o->len] = '\0';
}

void tts_put(struct tts_out *o, const char *s)
{
	tts_put_n(o, s, strlen(s));
}

void tts_put_digits(struct tts_out *o, const char *d, size_t n, bool yao)
{
	for (size_t i = 0; i < n; i++)
		tts_put(o, yao && d[i] == '1' ? "幺" : names[d[i] - '0']);
}

/* A digit with its unit: 十二 and not 一十二 at the very beginning, 两千 and
 * not 二千 there. */
static void put_digit(struct tts_out *o, int v, unsigned unit, bool first)
{
	static const char *const units[] = {"", "十", "百", "千"};

	if (v == 2 && first && unit >= 2)
		tts_put(o, "两");
	else if (v != 1 || unit != 1 || !first)
		tts_put(o, names[v]);
	tts_put(o, units[unit]);
}

/* Four digits at most. @param zero A 零 is due before the next digit
 * @return true when anything was said */
static bool put_group(struct tts_out *o, const char *d, size_t n, bool *zero,
		      bool *first)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		int v = d[i] - '0';

		if (!v) {
			*zero = !*first;
			continue;
		}
		if (*zero)
			tts_put(o, names[0]);
		put_digit(o, v, (unsigned)(n - 1 - i), *first);
		*zero = *first = false;
		any = true;
	}

	return any;
}

void tts_put_cardinal(struct tts_out *o, const char *d, size_t n)
{
	static const char *const groups[] = {"", "万", "亿"};
	bool zero = false, first = true;

	while (n > 1 && *d == '0')
		d++, n--;
	if (n > TTS_CARDINAL_DIGITS || (n == 1 && *d == '0')) {
		tts_put_digits(o, d, n, false);
		return;
	}
	for (size_t left = n; left;) {
		size_t len = left % 4 ? left % 4 : 4;
		size_t group = (left - 1) / 4;
		bool two = first && group && len == 1 && *d == '2';

		if (two) {
			tts_put(o, "两");
			first = false;
		}
		if (two || put_group(o, d, len, &zero, &first)) {
			tts_put(o, groups[group]);
			zero = false;
		}
		d += len;
		left -= len;
	}
}
