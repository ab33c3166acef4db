/** @file reading_code.c  Card tails, telephone numbers, codes: digit by digit,
 * see reading.h */
#include <string.h>

#include "base/mem.h"
#include "reading_priv.h"

enum { GROUPS = 8 };

struct groups {
	const char *at[GROUPS];
	size_t n[GROUPS], count, total;
	const char *end;
};

static void put_code(struct tts_reader *r, const char *d, size_t n)
{
	tts_put_digits(r->o, d, n, true);
}

static void put_pause(struct tts_reader *r)
{
	tts_put(r->o, "，");
}

static bool moved_to(struct tts_reader *r, const char *end)
{
	r->p = r->code = end;

	return true;
}

/* Digits in groups with one separator between. */
static struct groups groups_at(const char *p, char separator)
{
	struct groups g = {0};
	size_t n;

	while (g.count < GROUPS && (n = tts_n_digits(p))) {
		g.at[g.count] = p;
		g.n[g.count++] = n;
		g.total += n;
		g.end = p + n;
		if (*g.end != separator)
			break;
		p = g.end + 1;
	}

	return g;
}

static bool put_groups(struct tts_reader *r, const struct groups *g)
{
	for (size_t i = 0; i < g->count; i++) {
		if (i)
			put_pause(r);
		put_code(r, g->at[i], g->n[i]);
	}

	return moved_to(r, g->end);
}

/* 010-66221234, 400-800-1234, 138-1234-5678, 400-8001234 */
static bool read_hyphens(struct tts_reader *r)
{
	struct groups g = groups_at(r->p, '-');
	bool area =
		r->p[0] == '0' && g.count == 2 && g.n[0] >= 3 && g.total >= 10;
	bool service = (tts_starts(r->p, "400-") || tts_starts(r->p, "800-")) &&
		       g.total == 10;

	if (area && g.n[1] == 8) {
		g.at[2] = g.at[1] + 4;
		g.n[1] = g.n[2] = 4;
		g.count = 3;
	}
	if (!area && !service && (g.count < 3 || g.total < 9))
		return false;

	return put_groups(r, &g);
}

/* 6222 0200 1234 5678, 138 1234 5678 */
static bool read_blanks(struct tts_reader *r)
{
	struct groups g = groups_at(r->p, ' ');

	if (g.count < 3 || g.total < 11)
		return false;
	for (size_t i = 0; i + 1 < g.count; i++) {
		if (g.n[i] != 4 && (i || g.n[i] != 3))
			return false;
	}

	return g.n[g.count - 1] <= 4 && put_groups(r, &g);
}

/* 138****5678: the stars are a pause */
static bool read_masked(struct tts_reader *r)
{
	size_t n = tts_n_digits(r->p), stars = strspn(r->p + n, "*"), more;

	if (stars < 2)
		return false; /* 7*24 */
	more = tts_n_digits(r->p + n + stars);
	put_code(r, r->p, n);
	put_pause(r);
	put_code(r, r->p + n + stars, more);

	return moved_to(r, r->p + n + stars + more);
}

/* 3, 4, 4; 3, 3, 4; else in fours from eight digits on. */
static bool read_row(struct tts_reader *r, size_t n, size_t first, size_t size)
{
	for (size_t i = 0; i < n;) {
		size_t k = i ? size : first;

		if (k > n - i || n - i - k == 1)
			k = n - i;
		if (i)
			put_pause(r);
		put_code(r, r->p + i, k);
		i += k;
	}

	return moved_to(r, r->p + n);
}

/* Where the word ends that names it: 尾号为：1234. */
static const char *before_links(const struct tts_reader *r)
{
	static const char *const links[] = {" ", ":", "：", "是", "为", "“"};
	const char *end = r->p, *was;

	do {
		was = end;
		for (size_t i = 0; i < YH_ARRAY_LEN(links); i++) {
			if (tts_ends(r->begin, end, links[i]))
				end -= strlen(links[i]);
		}
	} while (end != was);

	return end;
}

/* A word before it that makes it a code, whatever its digits are. */
static bool is_named(const struct tts_reader *r, size_t n)
{
	static const char *const always[] = {
		"尾号", "末四位", "后四位", "卡号", "账号",
		"帐号", "验证码", "工号",   "编号", "单号",
		"密码", "证件号", "身份证", "号码", "代码",
	};
	static const char *const of_three[] = {"电话", "手机", "热线", "客服",
					       "拨打", "致电", "短信", "专线"};
	const char *end = before_links(r);

	for (size_t i = 0; i < YH_ARRAY_LEN(always); i++) {
		if (tts_ends(r->begin, end, always[i]))
			return true;
	}
	for (size_t i = 0; n >= 3 && i < YH_ARRAY_LEN(of_three); i++) {
		if (tts_ends(r->begin, end, of_three[i]))
			return true;
	}

	return false;
}

/* 尾号1234和5678: the second is one as well. */
static bool follows_code(const struct tts_reader *r)
{
	static const char *const links[] = {"和", "、", "或", "及", "与", "，"};

	for (size_t i = 0; r->code && i < YH_ARRAY_LEN(links); i++) {
		if (r->p == r->code + strlen(links[i]) &&
		    tts_starts(r->code, links[i]))
			return true;
	}

	return false;
}

/* 95588 is called; 95588元 is paid. */
static bool is_hotline(const char *p, size_t n)
{
	static const char *const units[] = {"元", "块", "万", "亿", "%",  "期",
					    "个", "人", "次", "户", "笔", "天",
					    "年", "月", "名", "分"};

	return n == 5 && p[0] == '9' && (p[1] == '5' || p[1] == '6') &&
	       !tts_starts_any(p + n, units, YH_ARRAY_LEN(units));
}

bool tts_read_code(struct tts_reader *r)
{
	size_t n = tts_n_digits(r->p);
	bool decimal = r->p[n] == '.' && tts_n_digits(r->p + n + 1);

	if (read_masked(r) || read_hyphens(r) || read_blanks(r))
		return true;
	if (n == 11 && r->p[0] == '1' && r->p[1] >= '3' && !decimal)
		return read_row(r, n, 3, 4);
	if (n == 10 && !decimal &&
	    (tts_starts(r->p, "400") || tts_starts(r->p, "800")) &&
	    !tts_starts(r->p + n, "元"))
		return read_row(r, n, 3, 3);
	if (n > TTS_CARDINAL_DIGITS || (n > 1 && r->p[0] == '0') ||
	    (!decimal && (is_named(r, n) || follows_code(r))) ||
	    (!decimal && is_hotline(r->p, n)))
		return read_row(r, n, n < 8 ? n : 4, 4);

	return false;
}
